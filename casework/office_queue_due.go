package casework

import (
	"context"
	"slices"
	"strings"
	"unicode"
)

// QueuePick narrows a queue by what depends on the reader's clock or on parts
// of a row that a store does not filter by.
type QueuePick struct {
	// Due picks by days left at the body that has the case; BoardAll is any.
	Due BoardDue
	// Applicant keeps cases whose first applicant's name has these words.
	Applicant string
}

// pickChunks bounds how many rows one page of a name looks through: common
// words are in the texts of many cases.
const pickChunks = 25

// PickQueue is Queue with a pick. Where names are asked for, a page may hold
// fewer rows than its limit, or none, and still have a Next: so much was looked
// through. Errors: those of Queue.
func (o *Office) PickQueue(ctx context.Context, by Actor, q Query, pick QueuePick) (Page, error) {
	days := o.boardDays()
	q.DueFrom, q.DueTo = o.widest(days, by, pick.Due)
	name := nameWords(pick.Applicant)
	if len(name) > 0 {
		q.Text = strings.TrimSpace(q.Text + " " + strings.Join(name, " "))
	}
	if pick.Due == BoardAll && len(name) == 0 {
		return o.Queue(ctx, by, q)
	}
	keep := func(r *Row) bool {
		return (pick.Due == BoardAll || pick.Due.holds(days.left(r))) && named(r, name)
	}
	looked, stopped := 0, ""
	rows, next, err := gather(q.Window, keep, func(w Window) ([]Row, string, error) {
		if looked++; looked > pickChunks && len(name) > 0 {
			stopped = w.After
			return nil, "", nil
		}
		q := q
		q.Window = w
		page, err := o.Queue(ctx, by, q)
		return page.Rows, page.Next, err
	})
	if next == "" {
		next = stopped
	}
	return Page{Rows: rows, Next: next}, err
}

// widest are the first and last day that a choice can mean at any body of the
// reader: at night it is tomorrow already in the east.
func (o *Office) widest(days bodyDays, by Actor, due BoardDue) (from, to Date) {
	if due == BoardAll {
		return Date{}, Date{}
	}
	earliest, latest := days.todayAt(""), days.todayAt("")
	ids, all := by.Bodies(readingRoles...)
	if all {
		ids = nil
		for _, b := range o.Registry().Bodies() {
			ids = append(ids, b.ID)
		}
	}
	for _, id := range ids {
		today := days.todayAt(id)
		if today.Before(earliest) {
			earliest = today
		}
		if today.After(latest) {
			latest = today
		}
	}
	switch due {
	case BoardThree:
		return earliest, latest.AddDays(3)
	case BoardSeven:
		return earliest, latest.AddDays(7)
	}
	return Date{}, latest.AddDays(-1)
}

// nameWords are the words of a name, without what else was typed.
func nameWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
}

// named reports whether each word begins a part of the applicant's name, and
// at best a form of it: the last letters of a Russian name decline.
func named(r *Row, words []string) bool {
	parts := nameWords(r.Applicant)
	for _, w := range words {
		stem := []rune(w)
		if len(stem) > 4 {
			stem = stem[:len(stem)-2]
		}
		if !slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(p, string(stem)) }) {
			return false
		}
	}
	return true
}

// QueueOwed counts what is owed in the actor's right, and of it what is overdue
// and what is due within three days, from counters that every save keeps.
// Errors: Unavailable.
func (o *Office) QueueOwed(ctx context.Context, by Actor) (BoardTally, error) {
	bodies, all := by.Bodies(readingRoles...)
	if !all && len(bodies) == 0 {
		return BoardTally{}, nil
	}
	days := o.boardDays()
	ends, at := days.ends(o.Registry())
	owed, err := o.store.Owed(ctx, bodies, ends)
	var sum BoardTally
	for _, place := range owed {
		if !by.reads(place.Place) {
			continue
		}
		i := at[days.todayAt(place.Place.Body)]
		t := BoardTally{All: place.All, Overdue: place.Until[i]}
		t.Three, t.Seven = place.Until[i+1]-t.Overdue, place.Until[i+2]-t.Overdue
		sum.add(t)
	}
	return sum, err
}
