package casework

import (
	"time"
)

// Explanation is why a term is due when it is: the rule, the norm and every
// day, counted or skipped (promise E8).
type Explanation struct {
	Term      Term      `json:"term"`
	Reckoning Reckoning `json:"reckoning"`
	// Same is false if the calendar by which the term was reckoned is no
	// longer loaded; the days shown are then those of the present one.
	Same bool `json:"same"`
}

// Explain replays the reckoning of a term of a case. Errors: NotFound for an
// unknown term, NoCalendar.
func (o *Office) Explain(c *Case, term string) (Explanation, error) {
	for _, t := range c.Terms {
		if t.ID != term {
			continue
		}
		cal, same := o.Laws().Edition(t.Calendar, t.Revision)
		r, err := Reckon(t.Rule, t.Start, cal, t.Pauses...)
		return Explanation{Term: t, Reckoning: r, Same: same}, err
	}
	return Explanation{}, Fail(NotFound, "casework.Explain", "term.none")
}

// TermsAt are the terms of a case as they were known at an instant: which ran
// then, by what was known then (promise E12). Terms that ended later are shown
// as running.
func (c *Case) TermsAt(known time.Time) []Term {
	var out []Term
	for _, t := range c.Terms {
		if t.OpenedAt.After(known) {
			continue
		}
		if t.ClosedAt.After(known) {
			t.Fate, t.ClosedAt, t.ReplacedBy = "", time.Time{}, ""
		}
		if t.Running() {
			out = append(out, t)
		}
	}
	return out
}
