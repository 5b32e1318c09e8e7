package casework_test

import (
	"errors"
	"testing"

	"priemnaya/casework"
)

func TestACursorLeadsOnInItsOwnListingOnly(t *testing.T) {
	at := casework.Cursor{List: "due", N: 7, ID: "x", Kind: "k"}
	got, err := casework.ReadCursor("test", "due", casework.Window{Limit: 1, After: at.String()})
	if err != nil || got == nil || *got != at {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := casework.ReadCursor("test", "due", casework.Window{Limit: casework.MaxLimit}); got != nil || err != nil {
		t.Errorf("the first page: %+v, %v", got, err)
	}
	for name, x := range map[string]struct {
		window casework.Window
		say    string
	}{
		"no limit":          {casework.Window{}, "page.limit"},
		"a limit too large": {casework.Window{Limit: casework.MaxLimit + 1}, "page.limit"},
		"another listing":   {casework.Window{Limit: 1, After: casework.Cursor{List: "changed"}.String()}, "page.cursor"},
		"no base64":         {casework.Window{Limit: 1, After: "?"}, "page.cursor"},
		"a cut cursor":      {casework.Window{Limit: 1, After: at.String()[:9]}, "page.cursor"},
	} {
		var e *casework.Error
		if _, err := casework.ReadCursor("test", "due", x.window); !errors.As(err, &e) || e.Code != casework.Invalid || e.Message != x.say {
			t.Errorf("%s: %v, want %s", name, err, x.say)
		}
	}
}
