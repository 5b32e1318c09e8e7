package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"

	"priemnaya/casework"
)

func updateClaims() []Claim {
	return []Claim{
		{"an update is saved with the next version and returned as saved", updateSaves},
		{"parallel updates of one case lose nothing", updateParallel},
		{"an update that loses a race begins again with what the winner saved", updateAgain},
		{"parallel updates of many cases lose nothing", updateMany},
		{"an update of a case that is not stored is not found, and change is not called", updateNone},
		{"an error of change is returned as it is and nothing is saved", updateError},
		{"change cannot move the ID or the version", updateIdentity},
		{"an update moves the case in every list, count and number", updateMoves},
	}
}

func updateSaves(t TB, s Storage) {
	create(t, s, Case("a"))
	for v := int64(2); v < 5; v++ {
		got, err := s.Update(t.Context(), "a", func(c casework.Case) (casework.Case, error) {
			if c.Version != v-1 {
				t.Errorf("change got version %d, want %d", c.Version, v-1)
			}
			c.Subject.Summary = fmt.Sprint("правка ", v)
			return c, nil
		})
		must(t, err)
		if got.Version != v || got.Subject.Summary != fmt.Sprint("правка ", v) {
			t.Errorf("Update returned version %d %q, want %d", got.Version, got.Subject.Summary, v)
		}
		same(t, "Get after Update", get(t, s, "a"), got)
	}
}

// addOne counts in the case itself, so a lost update shows.
func addOne(c casework.Case) (casework.Case, error) {
	c.Journal = append(c.Journal, casework.Event{Seq: len(c.Journal) + 1, At: At(1), Act: casework.ActDraft})
	return c, nil
}

func updateParallel(t TB, s Storage) {
	const workers, each = 12, 8
	create(t, s, Case("a"))
	errs := together(workers, func(int) error {
		for range each {
			if _, err := s.Update(t.Context(), "a", addOne); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, errors.Join(errs...))
	c := get(t, s, "a")
	if len(c.Journal) != workers*each || c.Version != workers*each+1 {
		t.Errorf("%d events at version %d, want %d at %d", len(c.Journal), c.Version, workers*each, workers*each+1)
	}
	for i, e := range c.Journal {
		if e.Seq != i+1 {
			t.Fatalf("event %d has sequence %d: an update was applied to an old case", i+1, e.Seq)
		}
	}
}

func updateAgain(t TB, s Storage) {
	create(t, s, Case("a"))
	calls := 0
	got, err := s.Update(t.Context(), "a", func(c casework.Case) (casework.Case, error) {
		calls++
		if calls == 1 {
			_, err := s.Update(t.Context(), "a", func(c casework.Case) (casework.Case, error) {
				c.Number = "ОГ-1"
				return c, nil
			})
			must(t, err)
		}
		c.Subject.Summary += "!"
		return c, nil
	})
	must(t, err)
	if calls != 2 || got.Number != "ОГ-1" || got.Version != 3 || got.Subject.Summary != "Про a!" {
		t.Errorf("after %d calls: number %q, version %d, summary %q", calls, got.Number, got.Version, got.Subject.Summary)
	}
}

func updateMany(t TB, s Storage) {
	const cases, rounds = 24, 5
	for i := range cases {
		create(t, s, Case(fmt.Sprintf("c%02d", i)))
	}
	var calls atomic.Int64
	errs := together(cases, func(i int) error {
		for r := range rounds {
			id := fmt.Sprintf("c%02d", (i+r)%cases)
			if _, err := s.Update(t.Context(), id, addOne); err != nil {
				return err
			}
			calls.Add(1)
		}
		return nil
	})
	must(t, errors.Join(errs...))
	total := 0
	for i := range cases {
		total += len(get(t, s, fmt.Sprintf("c%02d", i)).Journal)
	}
	if total != int(calls.Load()) {
		t.Errorf("%d events of %d updates", total, calls.Load())
	}
}

func updateNone(t TB, s Storage) {
	_, err := s.Update(t.Context(), "nobody", func(c casework.Case) (casework.Case, error) {
		t.Errorf("change was called for a case that is not stored")
		return c, nil
	})
	wantCode(t, err, casework.NotFound)
}

func updateError(t TB, s Storage) {
	before := create(t, s, Case("a"))
	refusal := errors.New("not today")
	calls := 0
	_, err := s.Update(t.Context(), "a", func(c casework.Case) (casework.Case, error) {
		calls++
		c.Number = "ОГ-9"
		return c, refusal
	})
	if err != refusal || calls != 1 {
		t.Errorf("error %v after %d calls, want change's own error after 1", err, calls)
	}
	same(t, "after a refused change", get(t, s, "a"), before)
}

func updateIdentity(t TB, s Storage) {
	create(t, s, Case("a"))
	create(t, s, Case("b"))
	got, err := s.Update(t.Context(), "a", func(c casework.Case) (casework.Case, error) {
		c.ID, c.Version = "b", 99
		return c, nil
	})
	must(t, err)
	if got.ID != "a" || got.Version != 2 || get(t, s, "a").Version != 2 || get(t, s, "b").Version != 1 {
		t.Errorf("change moved the case to %s version %d", got.ID, got.Version)
	}
}

func updateMoves(t TB, s Storage) {
	ctx := t.Context()
	create(t, s, Case("a", Due(Day(1)), Waiting(At(5))))
	_, err := s.Update(ctx, "a", func(c casework.Case) (casework.Case, error) {
		c.Terms[0].Fate = casework.FateMet
		c.Outbox[0].State = casework.DeliverySent
		c.Parties.Applicants = []casework.Applicant{{Key: "esia:new", Name: casework.PersonName{Surname: "Новая", Given: "Нина"}}}
		Placed("roads", casework.StageAnswered)(&c)
		Registered("ОГ-7")(&c)
		c.Place.Unit, c.Place.Officer = "u", "o"
		return c, nil
	})
	must(t, err)
	want := []casework.Row{rowOf(get(t, s, "a"))}
	for _, q := range []casework.Query{{Bodies: []string{"roads"}}, {Unit: "u"}, {Officer: "o"}, {Party: "esia:new"},
		{Stages: []casework.Stage{casework.StageAnswered}}, {}, {Sort: casework.SortReceived}} {
		q.Limit = 10
		page, err := s.Page(ctx, q)
		must(t, err)
		same(t, fmt.Sprintf("query %+v", q), page.Rows, want)
	}
	for _, q := range []casework.Query{{Bodies: []string{""}}, {Party: "esia:a"}, {Stages: []casework.Stage{casework.StageReceived}}, {DueTo: Day(100)}} {
		q.Limit = 10
		page, err := s.Page(ctx, q)
		must(t, err)
		if len(page.Rows) != 0 {
			t.Errorf("query %+v still finds the case where it was", q)
		}
	}
	wantCounts(t, s, nil, "roads/answered=1")
	due, _, err := s.DueBetween(ctx, Day(-9), Day(9), casework.Window{Limit: 5})
	must(t, err)
	ids, _, err := s.OutboxDue(ctx, At(99), casework.Window{Limit: 5})
	must(t, err)
	found, err := s.Find(ctx, "ОГ-7")
	must(t, err)
	if len(due) != 0 || len(ids) != 0 || len(found) != 1 {
		t.Errorf("due %d, outbox %d, found %d; want 0, 0, 1", len(due), len(ids), len(found))
	}
}
