package casework

import (
	"context"
	"slices"
)

// Queue lists the cases that staff may read and no others. A query for bodies
// or units he has no right to is narrowed, not refused.
//
// A query with words or for an applicant is a search: its first page is written
// down with the words and the number of finds, before anything is shown.
func (o *Office) Queue(ctx context.Context, by Actor, q Query) (Page, error) {
	page, err := o.queue(ctx, by, q)
	if err != nil {
		return Page{}, err
	}
	words, purpose := q.Text, PurposeSearch
	if words == "" && q.Party != "" {
		words, purpose = q.Party, "party"
	}
	if words != "" && q.After == "" {
		if err := o.noteSearch(ctx, by, purpose, words, len(page.Rows), page.Next != ""); err != nil {
			return Page{}, err
		}
	}
	veilRows(by, page.Rows)
	return page, nil
}

func (o *Office) queue(ctx context.Context, by Actor, q Query) (Page, error) {
	bodies, all := by.Bodies(readingRoles...)
	if all {
		return o.store.Page(ctx, q)
	}
	q.Bodies = narrow(q.Bodies, bodies)
	if len(q.Bodies) == 0 {
		return Page{}, nil
	}
	unit, mixed := by.unitIn(q.Bodies)
	switch {
	case mixed:
		return o.pick(ctx, q, func(r *Row) bool { return by.reads(r.Place) })
	case unit != "" && q.Unit != "" && q.Unit != unit:
		return Page{}, nil
	case unit != "":
		q.Unit = unit
	}
	return o.store.Page(ctx, q)
}

// pick lists by a query those rows that a filter keeps, which the store cannot
// express.
func (o *Office) pick(ctx context.Context, q Query, keep func(*Row) bool) (Page, error) {
	rows, next, err := gather(q.Window, keep, func(w Window) ([]Row, string, error) {
		q := q
		q.Window = w
		page, err := o.store.Page(ctx, q)
		return page.Rows, page.Next, err
	})
	return Page{Rows: rows, Next: next}, err
}

// unitIn tells what the reading grants of the actor in some bodies come to:
// "" for the whole of them, one unit for that unit in each, or a mixture.
func (a Actor) unitIn(bodies []string) (unit string, mixed bool) {
	for i, body := range bodies {
		var units []string
		for _, g := range a.Grants {
			if g.Body == body && slices.Contains(readingRoles, g.Role) {
				units = appendOnce(units, g.Unit)
			}
		}
		one := firstOf(units)
		if slices.Contains(units, "") {
			one = ""
		} else if len(units) > 1 {
			return "", true
		}
		if i > 0 && one != unit {
			return "", true
		}
		unit = one
	}
	return unit, false
}

// reads reports whether some reading role of the actor covers a place.
func (a Actor) reads(p Placement) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return slices.Contains(readingRoles, g.Role) && g.covers(p)
	})
}

func narrow(asked, allowed []string) []string {
	if asked == nil {
		return allowed
	}
	var out []string
	for _, b := range asked {
		if slices.Contains(allowed, b) {
			out = append(out, b)
		}
	}
	return out
}

// Mine lists a citizen's own cases, newest first.
func (o *Office) Mine(ctx context.Context, by Actor, w Window) (Page, error) {
	if !by.Is(RoleCitizen) || by.ID == "" {
		return Page{}, Fail(Unauthenticated, "casework.Mine", "")
	}
	return o.store.Page(ctx, Query{Party: by.ID, Sort: SortReceived, Window: w})
}

// Counts gives the number of cases by body and stage within the actor's right.
func (o *Office) Counts(ctx context.Context, by Actor) ([]Count, error) {
	bodies, all := by.Bodies(readingRoles...)
	if !all && len(bodies) == 0 {
		return nil, nil
	}
	return o.store.Counts(ctx, bodies)
}
