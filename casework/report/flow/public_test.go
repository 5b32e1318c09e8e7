package flow

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/report"
)

func TestOpenDataFromTheBooksAreThoseOfTheCases(t *testing.T) {
	w := newWorld(t)
	random := rand.New(rand.NewPCG(3, 3))
	for range 260 {
		w.anything(random)
	}
	if err := w.book.Follow(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	f, err := w.book.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := func(id string) string { return "орган " + id }
	got, err := f.Public([]string{"roads", "admin", "east"}, "2026-01", "2027-12", names)
	if err != nil {
		t.Fatal(err)
	}
	var stays []report.Stay
	for _, id := range w.ids {
		c, _ := w.store.Get(t.Context(), id)
		stays = append(stays, report.StaysOf(&c, w.Registry())...)
	}
	want := report.Public(stays, report.Asking{From: casework.NewDate(2026, 1, 1), To: casework.NewDate(2027, 12, 31)}, names)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("from the books\n%+v\nfrom the cases\n%+v", got, want)
	}
	shown := false
	for _, table := range got {
		for _, row := range table.Rows {
			for _, c := range row.Cells {
				shown = shown || c.N > 0
				if c.N > 0 && c.N < 5 {
					t.Errorf("%s %s shows %d", table.Name, row.Head, c.N)
				}
			}
		}
	}
	if !shown {
		t.Error("nothing is shown at all")
	}
	none, err := f.Public(nil, "2026-01", "2027-12", names)
	if err != nil || len(none) != 5 || len(none[0].Rows) != 0 {
		t.Errorf("a body that does not publish is in open data: %+v %v", none, err)
	}
}
