package sqlitestore

import (
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

func TestACaseIsFoundByItsTelephoneHoweverItIsAskedFor(t *testing.T) {
	s := open(t, Options{})
	c := storetest.Case("a")
	c.Parties.Applicants[0].Contact.Phone = "+79161234567"
	if _, err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), storetest.Case("b")); err != nil {
		t.Fatal(err)
	}
	finds := func(text string) int {
		page, err := s.Page(t.Context(), casework.Query{Text: text, Window: casework.Window{Limit: 10}})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Rows)
	}
	for _, asked := range []string{"8 (916) 123-45-67", "9161234567", "123-45-67", "+7 916 123 45 67"} {
		wait(t, "found by "+asked, func() bool { return finds(asked) == 1 })
	}
	if finds("8 (916) 123-45-68") != 0 {
		t.Error("found by another number")
	}
}
