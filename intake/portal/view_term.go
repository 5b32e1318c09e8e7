package portal

import (
	"slices"

	"priemnaya/casework"
)

// promised are the terms that an applicant is told of, the answer last.
var promised = []casework.TermKind{casework.TermRegister, casework.TermConsider, "extend"}

// late is the promised term that has passed on day today.
func late(cs *casework.Case, today casework.Date) string {
	out := ""
	for _, kind := range promised {
		if t, ok := cs.Term(kind); ok && today.After(t.Due) {
			if out = "answer"; kind == casework.TermRegister {
				out = "register"
			}
		}
	}
	return out
}

// answerTerm is the term the applicant waits for: that of the answer, running
// or, after the answer, as it ended.
func (p *Portal) answerTerm(cs *casework.Case, base string) *termView {
	t, ok := cs.Term("extend")
	if !ok {
		t, ok = cs.Term(casework.TermConsider)
	}
	for i := len(cs.Terms) - 1; i >= 0 && !ok && !cs.Stage.Open(); i-- {
		x := cs.Terms[i]
		if x.Kind != casework.TermRegister && slices.Contains(promised, x.Kind) && (x.Fate == casework.FateMet || x.Fate == casework.FateMissed) {
			t, ok = x, true
		}
	}
	if !ok {
		return nil
	}
	view := &termView{Due: t.Due, Href: base + "/term/" + t.ID, Provisional: t.Provisional,
		Left: p.today(orElse(cs.Place.Body, cs.Subject.Addressee)).DaysUntil(t.Due)}
	if !t.Running() {
		view.Closed = t.ClosedAt
	}
	return view
}

// dueView is a date with the days left by the clock of the body that owes it.
type dueView struct {
	Due  casework.Date
	Left int
	Href string
}

// due counts the days to a term in the zone of the body: the reader's own
// calendar may show another day already.
func (p *Portal) due(t casework.Term, body, base string) dueView {
	return dueView{Due: t.Due, Left: p.today(body).DaysUntil(t.Due), Href: base + "/term/" + t.ID}
}
