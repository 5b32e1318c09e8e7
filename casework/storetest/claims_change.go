package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"priemnaya/casework"
)

func changeClaims() []Claim {
	return []Claim{
		{"changed-since gives every case once, in the order of the last saves", changedOrder},
		{"a cursor of changed-since is never empty and finds what is saved later", changedLater},
		{"changed-since skips nothing that is saved while it is read", changedRace},
	}
}

func changedOrder(t TB, s Storage) {
	for _, id := range []string{"c", "a", "d", "b"} {
		create(t, s, Case(id))
	}
	for _, id := range []string{"d", "a"} {
		_, err := s.Update(t.Context(), id, addOne)
		must(t, err)
	}
	var got []casework.Row
	w := casework.Window{Limit: 3}
	eventually(t, "all cases are listed", func() bool {
		rows, next, err := s.ChangedSince(t.Context(), w)
		must(t, err)
		if len(rows) > w.Limit {
			t.Errorf("%d rows, limit %d", len(rows), w.Limit)
		}
		got, w.After = append(got, rows...), next
		return len(got) >= 4
	})
	if rowIDs(got) != "c b d a" {
		t.Errorf("order %q, want c b d a", rowIDs(got))
	}
	same(t, "a row", got[3], rowOf(get(t, s, "a")))
}

func changedLater(t TB, s Storage) {
	rows, cursor, err := s.ChangedSince(t.Context(), casework.Window{Limit: 5})
	must(t, err)
	if len(rows) != 0 || cursor == "" {
		t.Errorf("an empty store gives %d rows and the cursor %q", len(rows), cursor)
	}
	for round, id := range []string{"a", "b", "a", "a"} {
		if round < 2 {
			create(t, s, Case(id))
		} else {
			_, err := s.Update(t.Context(), id, addOne)
			must(t, err)
		}
		var got []casework.Row
		eventually(t, "the save of "+id+" is listed", func() bool {
			rows, next, err := s.ChangedSince(t.Context(), casework.Window{After: cursor, Limit: 5})
			must(t, err)
			if next == "" {
				t.Fatalf("the cursor is empty")
			}
			got, cursor = append(got, rows...), next
			return len(got) > 0
		})
		if rowIDs(got) != id {
			t.Errorf("round %d gives %q, want %q", round, rowIDs(got), id)
		}
	}
}

func changedRace(t TB, s Storage) {
	const writers, each = 6, 12
	var done atomic.Bool
	finished := make(chan error, 1)
	go func() {
		errs := together(writers, func(w int) error {
			for i := range each {
				if _, err := s.Create(t.Context(), Case(fmt.Sprintf("w%d-%02d", w, i))); err != nil {
					return err
				}
			}
			return nil
		})
		done.Store(true)
		finished <- errors.Join(errs...)
	}()
	seen := map[string]bool{}
	w := casework.Window{Limit: 7}
	eventually(t, "the reader has seen every case", func() bool {
		rows, next, err := s.ChangedSince(t.Context(), w)
		must(t, err)
		for _, r := range rows {
			seen[r.ID] = true
		}
		w.After = next
		return done.Load() && len(seen) == writers*each
	})
	must(t, <-finished)
}

func numberClaims() []Claim {
	return []Claim{
		{"a series counts from 1 and every take continues it", takeCounts},
		{"series are counted apart, whatever their names", takeApart},
		{"numbers taken in parallel are never given twice", takeParallel},
		{"fewer than one number cannot be taken", takeNone},
		{"all series are listed with their last number", seriesListed},
		{"a series can be raised and never lowered", seriesRaised},
	}
}

func take(t TB, s Storage, series string, n int) int64 {
	t.Helper()
	first, err := s.Take(t.Context(), series, n)
	must(t, err)
	return first
}

func takeCounts(t TB, s Storage) {
	for _, c := range []struct {
		n    int
		want int64
	}{{1, 1}, {1, 2}, {10, 3}, {1, 13}, {100_000, 14}, {1, 100_014}} {
		if got := take(t, s, "roads/2026", c.n); got != c.want {
			t.Errorf("taking %d gives %d, want %d", c.n, got, c.want)
		}
	}
}

func takeApart(t TB, s Storage) {
	for _, name := range []string{"a", "a/2026", "A", "дороги/2026", "a.b$c", "'"} {
		if got := take(t, s, name, 2); got != 1 {
			t.Errorf("series %q begins with %d", name, got)
		}
	}
}

func takeParallel(t TB, s Storage) {
	const workers, each = 8, 10
	firsts := make([][]int64, workers)
	errs := together(workers, func(w int) error {
		for i := range each {
			first, err := s.Take(t.Context(), "x", i%3+1)
			if err != nil {
				return err
			}
			for k := range int64(i%3 + 1) {
				firsts[w] = append(firsts[w], first+k)
			}
		}
		return nil
	})
	must(t, errors.Join(errs...))
	seen := map[int64]bool{}
	for _, list := range firsts {
		for _, n := range list {
			if seen[n] || n < 1 {
				t.Fatalf("number %d was given twice or is none", n)
			}
			seen[n] = true
		}
	}
}

func takeNone(t TB, s Storage) {
	for _, n := range []int{0, -1} {
		_, err := s.Take(t.Context(), "x", n)
		wantCode(t, err, casework.Invalid)
	}
	if got := take(t, s, "x", 1); got != 1 {
		t.Errorf("after refusals the series begins with %d", got)
	}
}

// seriesOf writes all series as "name=last", two on a page.
func seriesOf(t TB, s Storage) string {
	t.Helper()
	var parts []string
	w := casework.Window{Limit: 2}
	for range 20 {
		list, next, err := s.Series(t.Context(), w)
		must(t, err)
		for _, n := range list {
			parts = append(parts, fmt.Sprintf("%s=%d", n.Name, n.Last))
		}
		if next == "" {
			break
		}
		w.After = next
	}
	return strings.Join(parts, " ")
}

func seriesListed(t TB, s Storage) {
	for i, name := range []string{"c", "a", "b", "дороги", "d"} {
		take(t, s, name, i+1)
	}
	if got, want := seriesOf(t, s), "a=2 b=3 c=1 d=5 дороги=4"; got != want {
		t.Errorf("series %q, want %q", got, want)
	}
}

func seriesRaised(t TB, s Storage) {
	take(t, s, "a", 5)
	for _, to := range []int64{9, 3} {
		must(t, s.Raise(t.Context(), "a", to))
	}
	must(t, s.Raise(t.Context(), "new", 100))
	if got, want := seriesOf(t, s), "a=9 new=100"; got != want {
		t.Errorf("series %q, want %q", got, want)
	}
	if a, n := take(t, s, "a", 1), take(t, s, "new", 1); a != 10 || n != 101 {
		t.Errorf("next numbers %d and %d, want 10 and 101", a, n)
	}
}
