package casework_test

import (
	"fmt"
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestAPersonKeepsNamedViewsWithOneDefault(t *testing.T) {
	b := newBench(t, "2026-11-16 10:00:00")
	ctx := t.Context()
	save := func(v casework.SavedView) (casework.SavedView, error) { return b.SaveView(ctx, officer, v) }
	heat, err := save(casework.SavedView{Name: "  Отопление   на неделе ", Query: "tab=open&topic=0003", Default: true})
	if err != nil || heat.Name != "Отопление на неделе" || heat.ID == "" {
		t.Fatal(heat, err)
	}
	late, err := save(casework.SavedView{Name: "Горит", Query: "tab=overdue", Default: true})
	if err != nil {
		t.Fatal(err)
	}
	heat.Name, heat.Query, heat.Default = "Тепло", "", false
	if _, err = save(heat); err != nil {
		t.Fatal(err)
	}
	views, err := b.Views(ctx, officer)
	if err != nil || len(views) != 2 || views[0] != late || views[1].Name != "Тепло" || views[1].Query != "tab=open&topic=0003" || views[1].Default {
		t.Errorf("the views: %+v, %v", views, err)
	}
	if others, _ := b.Views(ctx, head); len(others) != 0 {
		t.Errorf("another person sees %+v", others)
	}
	for name, v := range map[string]casework.SavedView{"no name": {Query: "tab=open"}, "a long name": {Name: strings.Repeat("ж", 61)},
		"a name that is taken": {Name: "ГОРИТ"}, "a filter without end": {Name: "x", Query: strings.Repeat("x", 5000)}} {
		if _, err := save(v); casework.CodeOf(err) != casework.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := save(casework.SavedView{ID: "none", Name: "x"}); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("an unknown view: %v", err)
	}
	if err := b.DropView(ctx, officer, heat.ID); err != nil {
		t.Fatal(err)
	}
	for i := range casework.MaxViews {
		_, err = save(casework.SavedView{Name: fmt.Sprint("отбор ", i), Query: "tab=open"})
	}
	if casework.CodeOf(err) != casework.TooMany {
		t.Errorf("one view too many: %v", err)
	}
	if _, err := b.Views(ctx, citizen); casework.CodeOf(err) != casework.Unauthenticated {
		t.Errorf("a citizen: %v", err)
	}
}
