package casework

import "slices"

// ActHidden stands in the journal of a veiled case for an event that its reader
// is not told of. The number of events stays, so that acts find their place.
const ActHidden ActKind = "hidden"

// privateActs are those by which an applicant says what he thinks of an answer.
var privateActs = []ActKind{ActRate, ActReopen}

// sees reports whether the actor may know what the applicant thinks of the
// answers (promise K6): the applicant himself, background jobs, supervisors,
// and heads who had no hand in the answer. Nobody who prepared, signed or works
// on it does, so that a bad mark is taken out on nobody.
func (c *Case) sees(by Actor) bool {
	if by.HasRole(RoleCitizen, c) || by.HasRole(RoleSystem, c) {
		return true
	}
	return (by.HasRole(RoleHead, c) || by.HasRole(RoleSupervisor, c)) && !c.hadAHand(by)
}

// veiledFor gives the case as the actor may know it: without marks, second
// looks that are open or changed nothing, their terms, notices and events.
func (c Case) veiledFor(by Actor) Case {
	c = c.outsideFor(by)
	private := slices.ContainsFunc(c.Answers, func(a Answer) bool { return a.Mark != nil || a.Review != nil })
	if !private || c.sees(by) {
		return c
	}
	c = c.Clone()
	for i := range c.Answers {
		c.Answers[i].Mark = nil
		r := c.Answers[i].Review
		c.Answers[i].Review = nil
		if r != nil && r.Outcome == ReviewRedo {
			// What the further answer must hold is work; who asked is not.
			c.Answers[i].Review = &Review{OpenedAt: r.ClosedAt, ClosedAt: r.ClosedAt, Outcome: r.Outcome, Task: r.Task}
		}
	}
	delete(c.Procedure.Happened, StartReopened)
	hidden := map[string]bool{}
	c.Terms = slices.DeleteFunc(c.Terms, func(t Term) bool {
		hidden[t.ID] = hidden[t.ID] || t.Kind == TermReview
		return t.Kind == TermReview
	})
	c.Outbox = slices.DeleteFunc(c.Outbox, func(n Notice) bool {
		return n.Kind == NoticeReopened || n.Kind == NoticeReviewed || n.Data["Term"] == string(TermReview)
	})
	for i, e := range c.Journal {
		warned := e.Act == ActWarn && slices.ContainsFunc(c.journalTerms(e), func(id string) bool { return hidden[id] })
		if slices.Contains(privateActs, e.Act) || e.Act == ActReview && e.Facts["outcome"] != string(ReviewRedo) || warned {
			c.Journal[i] = Event{Seq: e.Seq, Act: ActHidden}
		}
	}
	return c
}

// journalTerms are the terms that an event of a warning speaks of.
func (c *Case) journalTerms(e Event) []string {
	var out []string
	for id := range e.Facts {
		out = append(out, id)
	}
	return out
}

// veilFor takes the term of a second look out of a line of a list for those who
// may not know of it. A line does not tell who has signed, so heads find second
// looks in their own list (Office.Reviews) and not in queues.
func (r *Row) veilFor(by Actor) {
	if r.DueKind != TermReview {
		return
	}
	watches := slices.ContainsFunc(by.Grants, func(g Grant) bool {
		return (g.Role == RoleSupervisor || g.Role == RoleSystem) && g.covers(r.Place)
	})
	if !watches {
		r.Due, r.DueKind = Date{}, ""
	}
}

func veilRows(by Actor, rows []Row) []Row {
	for i := range rows {
		rows[i].veilFor(by)
	}
	return rows
}
