package casework

import (
	"fmt"
	"slices"
	"time"
)

// Term is one term of a case: its rule, its reckoning's ends and its fate.
// A term is never deleted: it is met, dropped or replaced.
type Term struct {
	// ID is unique within the case: "t1", "t2", …
	ID   string   `json:"id"`
	Kind TermKind `json:"kind"`
	// Rule is a copy of the rule as it was applied, so that the reckoning
	// can be repeated after the regulation has changed.
	Rule TermRule `json:"rule"`
	// Start is the day of the start event, Due the last day in time.
	Start Date `json:"start"`
	Due   Date `json:"due"`
	// Calendar and Revision name the calendar that was used.
	Calendar string `json:"calendar"`
	Revision string `json:"revision"`
	// Pauses are the days on which the clock stood still.
	Pauses []Span `json:"pauses,omitempty"`
	// Provisional terms were promised on filing, before registration.
	Provisional bool `json:"provisional,omitempty"`
	// OpenedAt is when the term became known.
	OpenedAt time.Time `json:"openedAt"`
	// Fate is empty while the term runs.
	Fate     Fate      `json:"fate,omitempty"`
	ClosedAt time.Time `json:"closedAt,omitzero"`
	// ReplacedBy is the ID of the term that took its place.
	ReplacedBy string `json:"replacedBy,omitempty"`
}

// Fate is how a term ended.
type Fate string

// The fates.
const (
	FateMet      Fate = "met"      // done on or before the due date
	FateMissed   Fate = "missed"   // done after the due date
	FateDropped  Fate = "dropped"  // no longer owed
	FateReplaced Fate = "replaced" // another term took its place
)

// Running reports whether the term is still owed.
func (t Term) Running() bool { return t.Fate == "" }

// Term finds the running term of a kind.
func (c *Case) Term(kind TermKind) (Term, bool) {
	i := slices.IndexFunc(c.Terms, func(t Term) bool { return t.Kind == kind && t.Running() })
	if i < 0 {
		return Term{}, false
	}
	return c.Terms[i], true
}

// NextTerm is the running term that is due first; false if nothing is owed.
// Terms due on the same day are taken in the order they were opened.
func (c *Case) NextTerm() (Term, bool) {
	var best Term
	found := false
	for _, t := range c.Terms {
		if t.Running() && (!found || t.Due.Before(best.Due)) {
			best, found = t, true
		}
	}
	return best, found
}

// Overdue reports whether a running term has passed on day today. It is
// computed whenever asked and never stored.
func (c *Case) Overdue(today Date) bool {
	t, ok := c.NextTerm()
	return ok && today.After(t.Due)
}

// openTerm starts a term on the day of its start event; a running term of the
// same kind is replaced.
func (c *Case) openTerm(env *Env, kind TermKind, start Date, provisional bool) error {
	rule, ok := env.Regulation.Rule(kind, c.Procedure.Variant)
	if !ok {
		return &Error{Code: Internal, Op: "casework.openTerm",
			Err: fmt.Errorf("regulation %s %s has no term %s", env.Regulation.Regime, env.Regulation.Version, kind)}
	}
	rule = env.bodySettings(c.clockBody()).apply(rule)
	return c.replaceTerm(env, Term{Kind: kind, Rule: rule, Start: start, Provisional: provisional})
}

// replaceTerm reckons a term by its rule and puts it in the place of the
// running term of its kind, if there is one.
func (c *Case) replaceTerm(env *Env, t Term) error {
	r, err := Reckon(t.Rule, t.Start, env.calendarOf(c.clockBody()), t.Pauses...)
	if err != nil {
		return err
	}
	t.ID, t.OpenedAt = fmt.Sprintf("t%d", len(c.Terms)+1), env.Now
	t.Due, t.Calendar, t.Revision = r.Due, r.Calendar, r.Revision
	t.Fate, t.ClosedAt, t.ReplacedBy = "", time.Time{}, ""
	kind := t.Kind
	for i := range c.Terms {
		if c.Terms[i].Kind == kind && c.Terms[i].Running() {
			c.Terms[i].Fate, c.Terms[i].ClosedAt, c.Terms[i].ReplacedBy = FateReplaced, env.Now, t.ID
		}
	}
	c.Terms = append(c.Terms, t)
	return nil
}

// closeTerm ends the running terms of a kind: met (or missed, if the day has
// passed on day today) or dropped.
func (c *Case) closeTerm(kind TermKind, now time.Time, today Date, dropped bool) {
	for i := range c.Terms {
		t := &c.Terms[i]
		if t.Kind != kind || !t.Running() {
			continue
		}
		t.ClosedAt = now
		switch {
		case dropped:
			t.Fate = FateDropped
		case today.After(t.Due):
			t.Fate = FateMissed
		default:
			t.Fate = FateMet
		}
	}
}
