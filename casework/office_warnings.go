package casework

import (
	"cmp"
	"context"
	"slices"
)

// StaffWarning is a warning about a term that a member of staff hears of.
type StaffWarning struct {
	Row   Row
	Level WarnLevel
	Due   Date
	Term  TermKind
	// Told is when the watch gave it.
	Told Notice
}

// maxWarned bounds the cases that a list of warnings opens.
const maxWarned = 50

// WarningsOf lists what the watch has told the actor of his cases, the earliest
// due first: of those that are his as the officer, or that lie in his right in
// the role that the warning names. more is true if there are further cases.
func (o *Office) WarningsOf(ctx context.Context, by Actor) (list []StaffWarning, more bool, err error) {
	if !by.Staff() {
		return nil, false, Fail(Forbidden, "casework.WarningsOf", "act.forbidden")
	}
	rows, more, err := o.warnable(ctx, by)
	if err != nil {
		return nil, false, err
	}
	for _, row := range rows {
		c, err := o.store.Get(ctx, row.ID)
		if CodeOf(err) == NotFound {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		list = append(list, c.warningsTo(by, row)...)
	}
	return list, more, nil
}

// warnable are the first rows that something may have been told the actor of:
// his own as the officer, and those in the right of a board.
func (o *Office) warnable(ctx context.Context, by Actor) (rows []Row, more bool, err error) {
	ask := Query{Sort: SortDue, DueFrom: NewDate(1900, 1, 1), DueTo: o.boardDays().env.today("").AddDays(5), Window: Window{Limit: maxWarned}}
	if own := ask; by.ID != "" {
		own.Officer = by.ID
		mine, err := o.store.Page(ctx, own)
		if err != nil {
			return nil, false, err
		}
		rows, more = mine.Rows, mine.Next != ""
	}
	watched := BoardQuery{}.storeQuery(by)
	if by.MayWatch() && (watched.Bodies == nil || len(watched.Bodies) > 0) {
		ask.Bodies = watched.Bodies
		page, err := o.pick(ctx, ask, func(r *Row) bool { return by.watches(r.Place) })
		if err != nil {
			return nil, false, err
		}
		rows, more = append(rows, page.Rows...), more || page.Next != ""
	}
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	rows = slices.CompactFunc(rows, func(a, b Row) bool { return a.ID == b.ID })
	if len(rows) > maxWarned {
		rows, more = rows[:maxWarned], true
	}
	return rows, more, nil
}

// warningsTo are the latest warnings about running terms that the actor hears.
func (c *Case) warningsTo(by Actor, row Row) []StaffWarning {
	var out []StaffWarning
	for _, t := range c.Terms {
		for _, n := range slices.Backward(c.Outbox) {
			hears := n.Staff == RoleOfficer && by.ActsFor(c.Place.Officer, c) || n.Staff != RoleOfficer && by.HasRole(n.Staff, c)
			if n.Kind == NoticeWarn && t.Running() && hears && n.Data["Term"] == string(t.Kind) && n.Data["Due"] == t.Due.String() {
				out = append(out, StaffWarning{Row: row, Level: WarnLevel(n.Data["Level"]), Due: t.Due, Term: t.Kind, Told: n})
				break
			}
		}
	}
	return out
}
