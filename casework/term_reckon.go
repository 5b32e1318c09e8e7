package casework

import "slices"

// Reckoning is how a due date came about, day by day, so that anybody can
// repeat it by hand.
type Reckoning struct {
	// Start is the day of the event from which the term runs.
	Start Date `json:"start"`
	// Raw is the last counted day before any roll.
	Raw Date `json:"raw"`
	// Due is the last day on which the act is in time.
	Due Date `json:"due"`
	// Calendar and Revision name the production calendar that was used.
	Calendar string `json:"calendar"`
	Revision string `json:"revision"`
	// Steps are the days from the start to the last one looked at.
	Steps []DayStep `json:"steps"`
}

// DayStep is one day of a reckoning.
type DayStep struct {
	Date Date    `json:"date"`
	Kind DayKind `json:"kind"`
	// Counted is the ordinal of the day in the term, 0 if it does not count.
	Counted int `json:"counted,omitempty"`
	// Why is one of the Why constants.
	Why string `json:"why"`
}

// Why a day was counted, skipped or chosen.
const (
	WhyStartDay  = "start_day" // the day of the event itself does not count
	WhyCounted   = "counted"   // the day counts
	WhyDayOff    = "day_off"   // a day off does not count in working days
	WhyRolled    = "rolled"    // the roll passed over this day off
	WhyRolledTo  = "rolled_to" // the roll ended here
	WhyImmediate = "immediate" // a term of no days is due at once
	WhyPaused    = "paused"    // the clock stands still
)

// maxReckonedDays bounds the search so that wrong data cannot loop for ever.
const maxReckonedDays = 3000

// Span is a run of days, both ends included; a zero To has no end yet.
type Span struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Holds reports whether the day is within the span.
func (s Span) Holds(d Date) bool {
	return !d.Before(s.From) && (s.To.IsZero() || !d.After(s.To))
}

// Reckon computes a due date from its rule, the day of the start event, a
// production calendar and the days on which the clock stood still. Errors: NoCalendar if a year that is needed is not
// loaded, Invalid if the rule makes no sense.
func Reckon(rule TermRule, start Date, cal *Calendar, pauses ...Span) (Reckoning, error) {
	r := Reckoning{Start: start, Calendar: cal.Name(), Revision: cal.Revision()}
	if rule.N < 0 || start.IsZero() || (rule.Unit != CalendarDays && rule.Unit != WorkingDays) {
		return r, Fail(Invalid, "casework.Reckon", "term.rule")
	}
	kind, err := cal.Kind(start)
	if err != nil {
		return r, err
	}
	if rule.N == 0 {
		r.Steps = []DayStep{{Date: start, Kind: kind, Why: WhyImmediate}}
		r.Raw, r.Due = start, start
		return r, nil
	}
	if err := r.count(rule, kind, cal, pauses); err != nil {
		return r, err
	}
	r.Due = r.Raw
	return r, r.roll(rule, cal)
}

// count walks from the start to the last counted day.
func (r *Reckoning) count(rule TermRule, startKind DayKind, cal *Calendar, pauses []Span) error {
	paused := func(d Date) bool {
		return slices.ContainsFunc(pauses, func(s Span) bool { return s.Holds(d) })
	}
	counts := func(k DayKind) bool { return rule.Unit == CalendarDays || k.Working() }
	n := 0
	first := DayStep{Date: r.Start, Kind: startKind, Why: WhyStartDay}
	if rule.IncludeStart && counts(startKind) && !paused(r.Start) {
		n = 1
		first.Counted, first.Why = 1, WhyCounted
	}
	r.Steps = append(r.Steps, first)
	d := r.Start
	for n < rule.N {
		d = d.AddDays(1)
		if len(r.Steps) > maxReckonedDays {
			return Fail(Invalid, "casework.Reckon", "term.rule")
		}
		k, err := cal.Kind(d)
		if err != nil {
			return err
		}
		step := DayStep{Date: d, Kind: k, Why: WhyDayOff}
		switch {
		case paused(d):
			step.Why = WhyPaused
		case counts(k):
			n++
			step.Counted, step.Why = n, WhyCounted
		}
		r.Steps = append(r.Steps, step)
	}
	r.Raw = d
	return nil
}

// roll moves a due date off a day off. A preceding roll that would leave the
// term becomes a following one: if every day of a short term is a day off, the
// first working day after it is the last day (law.md section 4). The start day
// is within the term only if it counts, or if the roll may end on it.
func (r *Reckoning) roll(rule TermRule, cal *Calendar) error {
	if rule.Roll == RollNone || rule.Roll == "" {
		return nil
	}
	if rule.Roll != RollFollowing {
		first := r.Start
		if !rule.IncludeStart && rule.Roll != RollPrecedingOrStart {
			first = r.Start.AddDays(1)
		}
		steps, due, err := walkToWorkday(r.Raw, -1, first, cal)
		if err != nil {
			return err
		}
		if !due.IsZero() {
			r.Due = due
			r.Steps = append(r.Steps, steps...)
			return nil
		}
	}
	steps, due, err := walkToWorkday(r.Raw, 1, Date{}, cal)
	if err != nil {
		return err
	}
	r.Due = due
	r.Steps = append(r.Steps, steps...)
	return nil
}

// walkToWorkday steps from d in one direction until a working day. No steps
// are returned if d itself is one, no day if there is none from first on: days
// before the term are not looked at, so their year need not be loaded.
func walkToWorkday(d Date, step int, first Date, cal *Calendar) ([]DayStep, Date, error) {
	var steps []DayStep
	for range maxReckonedDays {
		if d.Before(first) {
			return nil, Date{}, nil
		}
		k, err := cal.Kind(d)
		if err != nil {
			return nil, Date{}, err
		}
		if k.Working() {
			if len(steps) > 0 {
				steps = append(steps, DayStep{Date: d, Kind: k, Why: WhyRolledTo})
			}
			return steps, d, nil
		}
		steps = append(steps, DayStep{Date: d, Kind: k, Why: WhyRolled})
		d = d.AddDays(step)
	}
	return nil, Date{}, Fail(Invalid, "casework.Reckon", "calendar.no_workday")
}
