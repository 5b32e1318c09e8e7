package storetest

import (
	"fmt"
	"strings"

	"priemnaya/casework"
)

func windowClaims() []Claim {
	return []Claim{
		{"a limit below 1 or above MaxLimit is invalid in every listing", windowLimits},
		{"a cursor that is broken or of another listing is invalid", windowCursors},
		{"pages stay complete and without doubles while cases are filed", windowInserts},
		{"a page of exactly the limit has no next page if nothing is left", windowExact},
	}
}

// listings calls every listing with a window and gives its next cursor.
func listings(t TB, s Storage) map[string]func(casework.Window) (string, error) {
	ctx := t.Context()
	page := func(sort casework.Sort) func(casework.Window) (string, error) {
		return func(w casework.Window) (string, error) {
			p, err := s.Page(ctx, casework.Query{Sort: sort, Window: w})
			return p.Next, err
		}
	}
	return map[string]func(casework.Window) (string, error){
		"Page by due": page(casework.SortDue), "Page by received": page(casework.SortReceived),
		"DueBetween": func(w casework.Window) (string, error) {
			_, next, err := s.DueBetween(ctx, Day(0), Day(99), w)
			return next, err
		},
		"OutboxDue": func(w casework.Window) (string, error) {
			_, next, err := s.OutboxDue(ctx, At(99), w)
			return next, err
		},
		"ChangedSince": func(w casework.Window) (string, error) {
			_, next, err := s.ChangedSince(ctx, w)
			return next, err
		},
		"List": func(w casework.Window) (string, error) {
			_, next, err := s.List(ctx, "kind", "", w)
			return next, err
		},
		"Series": func(w casework.Window) (string, error) {
			_, next, err := s.Series(ctx, w)
			return next, err
		},
	}
}

func windowLimits(t TB, s Storage) {
	for name, list := range listings(t, s) {
		for _, limit := range []int{0, -1, casework.MaxLimit + 1} {
			if _, err := list(casework.Window{Limit: limit}); casework.CodeOf(err) != casework.Invalid {
				t.Errorf("%s with limit %d: %v, want invalid", name, limit, err)
			}
		}
		if _, err := list(casework.Window{Limit: casework.MaxLimit}); err != nil {
			t.Errorf("%s with MaxLimit: %v", name, err)
		}
	}
	if _, err := s.Purge(t.Context(), At(0), 0); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("Purge with limit 0: %v, want invalid", err)
	}
}

func windowCursors(t TB, s Storage) {
	for i := range 3 {
		create(t, s, Case(fmt.Sprint("c", i), Due(Day(i)), Waiting(At(i))))
		_, err := s.Put(t.Context(), casework.Record{Kind: "kind", ID: fmt.Sprint(i)})
		must(t, err)
		_, err = s.Take(t.Context(), fmt.Sprint(i), 1)
		must(t, err)
	}
	all := listings(t, s)
	cursors := map[string]string{}
	for name, list := range all {
		next, err := list(casework.Window{Limit: 1})
		must(t, err)
		if next == "" {
			t.Errorf("%s has no next page after 1 of 3", name)
		}
		cursors[name] = next
	}
	for name, list := range all {
		for other, cursor := range cursors {
			_, err := list(casework.Window{After: cursor, Limit: 1})
			if other == name {
				must(t, err)
			} else if casework.CodeOf(err) != casework.Invalid {
				t.Errorf("%s with a cursor of %s: %v, want invalid", name, other, err)
			}
		}
		for _, broken := range []string{"x", "!!!", "{}", "'--", strings.Repeat("A", 64)} {
			if _, err := list(casework.Window{After: broken, Limit: 1}); casework.CodeOf(err) != casework.Invalid {
				t.Errorf("%s with cursor %q: %v, want invalid", name, broken, err)
			}
		}
	}
}

func windowInserts(t TB, s Storage) {
	for _, sort := range []casework.Sort{casework.SortDue, casework.SortReceived} {
		body := "b-" + string(sort)
		add := func(id string, n int) {
			create(t, s, Case(body+id, Placed(body, casework.StageRouted), Due(Day(n)), Received(At(n))))
		}
		for i := range 20 {
			add(fmt.Sprintf("-%02d", i), i/3)
		}
		q := casework.Query{Bodies: []string{body}, Sort: sort, Window: casework.Window{Limit: 3}}
		seen := map[string]int{}
		for i := range 200 {
			page, err := s.Page(t.Context(), q)
			must(t, err)
			for _, r := range page.Rows {
				seen[r.ID]++
			}
			if page.Next == "" {
				break
			}
			q.After = page.Next
			if i < 10 {
				// One before the cursor, one behind it, one with its key.
				add(fmt.Sprintf("-x%d", i), -i-1)
				add(fmt.Sprintf("-y%d", i), 30+i)
				add(fmt.Sprintf("-z%d", i), i/2)
			}
		}
		for i := range 20 {
			if n := seen[fmt.Sprintf("%s-%02d", body, i)]; n != 1 {
				t.Errorf("sort %s: case %d was seen %d times, want once", sort, i, n)
			}
		}
		for id, n := range seen {
			if n > 1 {
				t.Errorf("sort %s: case %s was seen %d times", sort, id, n)
			}
		}
	}
}

func windowExact(t TB, s Storage) {
	for i := range 4 {
		create(t, s, Case(fmt.Sprint("c", i), Due(Day(i)), Waiting(At(i))))
		_, err := s.Put(t.Context(), casework.Record{Kind: "kind", ID: fmt.Sprint(i)})
		must(t, err)
		_, err = s.Take(t.Context(), fmt.Sprint(i), 1)
		must(t, err)
	}
	for name, list := range listings(t, s) {
		next, err := list(casework.Window{Limit: 4})
		must(t, err)
		if name != "ChangedSince" && next != "" {
			t.Errorf("%s: a next page %q after 4 of 4", name, next)
		}
	}
}
