package casework_test

import (
	"testing"

	"priemnaya/casework"
)

func TestATerritoryIsOfferedFromItsFirstDayToItsLast(t *testing.T) {
	from, to := casework.NewDate(2026, 4, 1), casework.NewDate(2026, 4, 30)
	for now, want := range map[string]int{"2026-03-31 23:59:59": 1, "2026-04-01 00:00:01": 2, "2026-04-30 23:59:59": 2, "2026-05-01 00:00:01": 1} {
		b := newBench(t, now)
		r, err := casework.NewRegistry("r2", b.Registry().Bodies(), []casework.Territory{{Code: "99", Name: "область"}, {Code: "99701", Name: "город", Since: from, Until: to}})
		if err != nil {
			t.Fatal(err)
		}
		b.SetRegistry(r)
		got := b.OfferedTerritories()
		if len(got) != want || !got[len(got)-1].Until.IsZero() {
			t.Errorf("%s: %+v", now, got)
		}
		if r.TerritoryName("99701") != "город" || len(r.Territories()) != 2 {
			t.Error("a name or a date is lost")
		}
	}
}
