package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// BoardDue picks the cases of a supervisor's board by their next due date.
type BoardDue string

// The choices. Days are those at the body that has the case, both ends
// included; what is due today is not overdue.
const (
	// BoardAll: every case that still owes something.
	BoardAll BoardDue = ""
	// BoardOverdue: the due date has passed.
	BoardOverdue BoardDue = "overdue"
	// BoardThree and BoardSeven: due from today to so many days from today.
	BoardThree BoardDue = "3"
	BoardSeven BoardDue = "7"
)

// BoardTally counts cases, each once, by its running term that is due first.
type BoardTally struct {
	// All still owe something: an answer, a remedy, documents, …
	All int
	// Overdue, Three and Seven are counted as BoardDue says; Three is part of
	// Seven.
	Overdue, Three, Seven int
	// Nobody is how many of All have no officer.
	Nobody int
}

// BoardLine is the tally of one place. Lines by body have a body only, lines by
// unit a body and a unit, lines by officer a body and an officer; empty names
// stand for "none yet".
type BoardLine struct {
	Place Placement
	BoardTally
}

// Board is what a supervisor sees of the terms in his right, computed when it
// is asked for and never stored (promise H4).
type Board struct {
	Total BoardTally
	// Bodies, Units and Officers are ordered by what is overdue, most first.
	Bodies, Units, Officers []BoardLine
}

// boardRoles answer for the cases of others.
var boardRoles = []Role{RoleRegistrar, RoleHead, RoleSupervisor}

// MayWatch reports whether the actor has a board at all.
func (a Actor) MayWatch() bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return slices.Contains(boardRoles, g.Role) })
}

// watches reports whether a case at a place is on the actor's board. A case
// that no body has yet is on the boards of those whose right spans all bodies.
func (a Actor) watches(p Placement) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return slices.Contains(boardRoles, g.Role) && g.covers(p) })
}

// Board counts every case with a running term in the actor's right. A case with
// an overdue term is always counted, also after the answer and where nobody has
// it. Errors: Forbidden for others than registrars, heads and supervisors.
func (o *Office) Board(ctx context.Context, by Actor) (Board, error) {
	if !by.MayWatch() {
		return Board{}, Fail(Forbidden, "casework.Board", "act.forbidden")
	}
	b := Board{}
	days := o.boardDays()
	bodies, all := by.Bodies(boardRoles...)
	if all {
		bodies = nil
	}
	ends, at := days.ends(o.Registry())
	owed, err := o.store.Owed(ctx, bodies, ends)
	if err != nil {
		return b, err
	}
	officers := map[Placement]int{}
	for _, place := range owed {
		p := place.Place
		if !by.watches(p) {
			continue
		}
		i := at[days.todayAt(p.Body)]
		t := BoardTally{All: place.All, Overdue: place.Until[i]}
		t.Three, t.Seven = place.Until[i+1]-t.Overdue, place.Until[i+2]-t.Overdue
		if p.Officer == "" {
			t.Nobody = place.All
		}
		b.Total.add(t)
		// The places of a body and of a unit follow one another; an officer
		// may have cases of several units.
		b.Bodies = added(b.Bodies, len(b.Bodies)-1, Placement{Body: p.Body}, t)
		b.Units = added(b.Units, len(b.Units)-1, Placement{Body: p.Body, Unit: p.Unit}, t)
		officer := Placement{Body: p.Body, Officer: p.Officer}
		known, ok := officers[officer]
		if !ok {
			known = len(b.Officers)
			officers[officer] = known
		}
		b.Officers = added(b.Officers, known, officer, t)
	}
	for _, lines := range [][]BoardLine{b.Bodies, b.Units, b.Officers} {
		slices.SortFunc(lines, mostOverdue)
	}
	return b, nil
}

// added adds a tally to the line at i if that is the place's, to a new line at
// the end if not.
func added(lines []BoardLine, i int, p Placement, t BoardTally) []BoardLine {
	if i < 0 || i >= len(lines) || lines[i].Place != p {
		return append(lines, BoardLine{p, t})
	}
	lines[i].add(t)
	return lines
}

// add adds another tally.
func (t *BoardTally) add(o BoardTally) {
	t.All, t.Overdue, t.Three, t.Seven, t.Nobody = t.All+o.All, t.Overdue+o.Overdue, t.Three+o.Three, t.Seven+o.Seven, t.Nobody+o.Nobody
}

// mostOverdue orders lines; names are compared only where the numbers are equal,
// for a board of a thousand officers is sorted each time it is opened.
func mostOverdue(a, b BoardLine) int {
	if n := cmp.Or(b.Overdue-a.Overdue, b.Three-a.Three, b.Seven-a.Seven, b.All-a.All); n != 0 {
		return n
	}
	return cmp.Or(cmp.Compare(a.Place.Body, b.Place.Body), cmp.Compare(a.Place.Unit, b.Place.Unit), cmp.Compare(a.Place.Officer, b.Place.Officer))
}

// bodyDays knows the date at each body at one instant.
type bodyDays struct {
	office *Office
	env    *Env
	today  map[string]Date
}

func (o *Office) boardDays() bodyDays {
	return bodyDays{office: o, env: &Env{Now: o.now(), Registry: o.Registry()}, today: map[string]Date{}}
}

// todayAt is the date at a body; "" and unknown bodies live by Moscow's.
func (d bodyDays) todayAt(body string) Date {
	today, known := d.today[body]
	if !known {
		today = d.env.today(body)
		d.today[body] = today
	}
	return today
}

// ends lists, for each date that it is at some body now, the last days of what
// is overdue, due within three days and within seven; at says where each
// date's three begin.
func (d bodyDays) ends(reg *Registry) (days []Date, at map[Date]int) {
	at = map[Date]int{}
	add := func(today Date) {
		if _, known := at[today]; !known {
			at[today] = len(days)
			days = append(days, today.AddDays(-1), today.AddDays(3), today.AddDays(7))
		}
	}
	add(d.todayAt(""))
	for _, b := range reg.Bodies() {
		add(d.todayAt(b.ID))
	}
	return days, at
}

// left is how many days the next term of a row has, below zero if it passed.
func (d bodyDays) left(r *Row) int {
	return d.todayAt(r.Place.Body).DaysUntil(r.Due)
}

// BoardQuery asks for the cases behind a number of a board. Nil places do not
// filter; "" means a case that no body, unit or officer has yet.
type BoardQuery struct {
	Due                 BoardDue
	Body, Unit, Officer *string
	// Topic is the beginning of a code of the classifier, whole parts of it.
	Topic *string
	Window
}

// BoardCases lists the cases behind a number of the actor's board, the earliest
// due first. Errors: Forbidden as for Board; Invalid for the window.
func (o *Office) BoardCases(ctx context.Context, by Actor, q BoardQuery) (Page, error) {
	if !by.MayWatch() {
		return Page{}, Fail(Forbidden, "casework.BoardCases", "act.forbidden")
	}
	days := o.boardDays()
	is := func(want *string, got string) bool { return want == nil || *want == got }
	keep := func(r *Row) bool {
		watched := *r
		watched.veilFor(by)
		return !watched.Due.IsZero() && by.watches(r.Place) && is(q.Body, r.Place.Body) && is(q.Unit, r.Place.Unit) &&
			is(q.Officer, r.Place.Officer) && q.about(r.Topic) && q.Due.holds(days.left(r))
	}
	to := NewDate(2999, 12, 31)
	if span, bounded := map[BoardDue]int{BoardOverdue: 0, BoardThree: 3, BoardSeven: 7}[q.Due]; bounded {
		// The date may be a day ahead of Moscow's at the body.
		to = o.boardDays().env.today("").AddDays(span + 1)
	}
	ask := q.storeQuery(by)
	ask.DueFrom, ask.DueTo = NewDate(1900, 1, 1), to
	if ask.Bodies != nil && len(ask.Bodies) == 0 {
		return Page{}, nil
	}
	rows, next, err := gather(q.Window, keep, func(w Window) ([]Row, string, error) {
		ask := ask
		ask.Window = w
		page, err := o.store.Page(ctx, ask)
		return page.Rows, page.Next, err
	})
	return Page{Rows: rows, Next: next}, err
}

// storeQuery is as much of the choice as a store can look up: a missing unit or
// officer it cannot.
func (q BoardQuery) storeQuery(by Actor) Query {
	ask := Query{Sort: SortDue}
	bodies, all := by.Bodies(boardRoles...)
	if q.Body != nil {
		asked := []string{*q.Body}
		if !all {
			asked = narrow(asked, bodies)
		}
		ask.Bodies = append([]string{}, asked...)
	} else if !all {
		ask.Bodies = append([]string{}, bodies...)
	}
	for into, value := range map[*string]*string{&ask.Unit: q.Unit, &ask.Officer: q.Officer, &ask.Topic: q.Topic} {
		if value != nil {
			*into = *value
		}
	}
	return ask
}

// about reports whether a topic is asked for.
func (q BoardQuery) about(topic string) bool {
	return q.Topic == nil || topic == *q.Topic || *q.Topic != "" && strings.HasPrefix(topic, *q.Topic+".")
}

func (d BoardDue) holds(left int) bool {
	switch d {
	case BoardOverdue:
		return left < 0
	case BoardThree:
		return left >= 0 && left <= 3
	case BoardSeven:
		return left >= 0 && left <= 7
	}
	return true
}
