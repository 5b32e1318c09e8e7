package storetest

import (
	"fmt"

	"priemnaya/casework"
)

func findClaims() []Claim {
	return []Claim{
		{"a case is found by its receipt and by every registration number it ever had", findNumbers},
		{"cases of several bodies with one number are all found", findSeveral},
		{"an unknown, empty or partial number finds nothing and is no error", findNone},
		{"counts are exact by body and stage through creations and moves", countsExact},
		{"counts can be narrowed to bodies, the empty body among them", countsBodies},
	}
}

func findIDs(t TB, s Storage, number string) string {
	t.Helper()
	found, err := s.Find(t.Context(), number)
	must(t, err)
	var ids []string
	for _, c := range found {
		same(t, "Find and Get", c, get(t, s, c.ID))
		ids = append(ids, c.ID)
	}
	return sorted(ids)
}

func findNumbers(t TB, s Storage) {
	create(t, s, Case("a", Registered("ОГ-2026-000001")))
	create(t, s, Case("b"))
	_, err := s.Update(t.Context(), "a", func(c casework.Case) (casework.Case, error) {
		Registered("ЖК/7-новый")(&c)
		return c, nil
	})
	must(t, err)
	for _, number := range []string{"П-a", "ОГ-2026-000001", "ЖК/7-новый"} {
		if got := findIDs(t, s, number); got != "a" {
			t.Errorf("%q finds %q, want a", number, got)
		}
	}
}

func findSeveral(t TB, s Storage) {
	for _, id := range []string{"c", "a", "b"} {
		create(t, s, Case(id, Registered("ОГ-1"), Placed("body-"+id, casework.StageRegistered)))
	}
	if got := findIDs(t, s, "ОГ-1"); got != "a b c" {
		t.Errorf("found %q, want a b c", got)
	}
}

func findNone(t TB, s Storage) {
	create(t, s, Case("a", Registered("ОГ-2026-000001"), func(c *casework.Case) { c.Receipt = "" }))
	for _, number := range []string{"", "ОГ-2026-00000", "ОГ-2026-0000011", "ог-2026-000001", "%", `{"$ne":""}`} {
		if got := findIDs(t, s, number); got != "" {
			t.Errorf("%q finds %q, want nothing", number, got)
		}
	}
}

func countsExact(t TB, s Storage) {
	wantCounts(t, s, nil, "")
	for i := range 12 {
		create(t, s, Case(fmt.Sprint("c", i), Placed([]string{"", "a", "b"}[i%3], casework.StageRouted)))
	}
	wantCounts(t, s, nil, "/routed=4 a/routed=4 b/routed=4")
	for i := range 6 {
		_, err := s.Update(t.Context(), fmt.Sprint("c", i), func(c casework.Case) (casework.Case, error) {
			Placed("b", casework.StageInWork)(&c)
			return c, nil
		})
		must(t, err)
	}
	wantCounts(t, s, nil, "/routed=2 a/routed=2 b/in_work=6 b/routed=2")
	errs := together(6, func(i int) error {
		_, err := s.Update(t.Context(), fmt.Sprint("c", 2*i), func(c casework.Case) (casework.Case, error) {
			c.Stage = casework.StageAnswered
			return c, nil
		})
		return err
	})
	for _, err := range errs {
		must(t, err)
	}
	// 0, 2 and 4 were moved to b before; 6, 8 and 10 stand where they began.
	wantCounts(t, s, nil, "/answered=1 /routed=1 a/answered=1 a/routed=1 b/answered=4 b/in_work=3 b/routed=1")
}

func countsBodies(t TB, s Storage) {
	for i, body := range []string{"", "a", "a", "b", "c"} {
		create(t, s, Case(fmt.Sprint("c", i), Placed(body, casework.StageRouted)))
	}
	wantCounts(t, s, []string{"a"}, "a/routed=2")
	wantCounts(t, s, []string{"", "c", "нет"}, "/routed=1 c/routed=1")
	wantCounts(t, s, []string{}, "/routed=1 a/routed=2 b/routed=1 c/routed=1")
}
