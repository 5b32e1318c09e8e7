package casework

import (
	"slices"
	"strconv"
	"strings"
)

// The acts that only background jobs do, and the counter's passing on.
const (
	ActRecompute ActKind = "recompute" // сроки пересчитаны после изменения календаря
	ActWarn      ActKind = "warn"      // предупреждение о сроке
	ActPassOn    ActKind = "pass_on"   // МФЦ передал жалобу в орган
)

// PassingOn (передача из МФЦ, decree 840) notes that the counter has handed a
// complaint on to the body.
type PassingOn struct{}

// Kind implements Act.
func (PassingOn) Kind() ActKind { return ActPassOn }

func (PassingOn) apply(_ *Env, c *Case, _ Actor) (Effect, error) {
	return Effect{Facts: map[string]string{"channel": string(c.Origin.Channel)}}, nil
}

// Recomputation reckons the running terms anew after a calendar has changed
// (promise E7). An act that would change nothing is refused as Conflict, so
// that no empty event is written.
type Recomputation struct {
	// Change names the change of the calendar that was approved.
	Change string
}

// Kind implements Act.
func (Recomputation) Kind() ActKind { return ActRecompute }

func (a Recomputation) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	e := Effect{Facts: map[string]string{"change": a.Change}}
	moved := 0
	for _, m := range c.Moves(env) {
		moved++
		if err := c.replaceTerm(env, m.term); err != nil {
			return Effect{}, err
		}
		e.Facts[string(m.Kind)] = m.Before.String() + " → " + m.After.String()
		if m.Kind == TermConsider {
			e.Say = map[string]string{"Before": m.Before.String(), "After": m.After.String()}
			e.Notices = []NoticeKind{NoticeMoved}
		}
	}
	if moved == 0 {
		return Effect{}, Fail(Conflict, "casework.Recomputation", "recompute.same")
	}
	return e, nil
}

// Move is how a running term would move under the present calendar.
type Move struct {
	Kind TermKind
	// Rule is the present rule; a corrected regulation may have another one
	// than the term was reckoned by.
	Rule          TermRule
	Start         Date
	Before, After Date
	// term is the term as it will be.
	term Term
}

// Moves lists the running terms whose due date is another one under the
// calendar and the regulation of env: what an impact preview counts and a recomputation does.
func (c *Case) Moves(env *Env) []Move {
	var out []Move
	cal := env.calendarOf(c.clockBody())
	for _, t := range c.Terms {
		if !t.Running() {
			continue
		}
		now := c.renewed(env, t)
		r, err := Reckon(now.Rule, now.Start, cal, now.Pauses...)
		if err == nil && r.Due != t.Due {
			out = append(out, Move{Kind: t.Kind, Rule: now.Rule, Start: now.Start, Before: t.Due, After: r.Due, term: now})
		}
	}
	return out
}

// renewed is a running term with its rule, start and pauses as they are under
// the law of env: start and pauses may hang on other terms that move too.
func (c *Case) renewed(env *Env, t Term) Term {
	cal := env.calendarOf(c.clockBody())
	present := func(t Term) Term {
		if rule, ok := env.Regulation.Rule(t.Kind, c.Procedure.Variant); ok && t.Rule.Start != StartDue {
			t.Rule = env.bodySettings(c.clockBody()).apply(rule)
		}
		return t
	}
	// due is when another running term is due now, zero if it does not run.
	due := func(kind TermKind) (start, due Date) {
		if o, ok := c.Term(kind); ok {
			o = present(o)
			if r, err := Reckon(o.Rule, o.Start, cal, o.Pauses...); err == nil {
				return o.Start, r.Due
			}
		}
		return Date{}, Date{}
	}
	// The running pause ends with the term of the applicant's answer.
	if asked, until := due(TermInfo); t.Kind == TermConsider && len(t.Pauses) > 0 && t.Pauses[len(t.Pauses)-1].From == asked.AddDays(1) {
		t.Pauses = slices.Clone(t.Pauses)
		t.Pauses[len(t.Pauses)-1].To = until
	}
	// A promise is reckoned from the last day of registration.
	if _, last := due(TermRegister); t.Provisional && t.Rule.Start == StartRegistered && !last.IsZero() {
		t.Start = last
	}
	return c.afterFirst(env, present(t))
}

// WarnLevel says how near a term is and whom it concerns.
type WarnLevel string

// The levels, in the order in which a term passes through them.
const (
	WarnThreeDays WarnLevel = "3_days"
	WarnOneDay    WarnLevel = "1_day"
	WarnToday     WarnLevel = "today"
	WarnOverdue   WarnLevel = "overdue"
	// WarnSuperior: overdue for more than three days; the superior body hears.
	WarnSuperior WarnLevel = "superior"
)

// levelOf is the level of a term on a day; "" if it is not near.
func levelOf(t Term, today Date) WarnLevel {
	switch left := today.DaysUntil(t.Due); {
	case left < -3:
		return WarnSuperior
	case left < 0:
		return WarnOverdue
	case left == 0:
		return WarnToday
	case left == 1:
		return WarnOneDay
	case left <= 3:
		return WarnThreeDays
	}
	return ""
}

// Audience is who of the staff hears of a level: the officer first, then the
// head with him, then the superior body's supervisor too (promise H3). A case
// that nobody has is the registrar's and the head's from the first level on.
func (l WarnLevel) Audience(c *Case) []Role {
	roles := []Role{RoleOfficer}
	if c.Place.Officer == "" {
		roles = []Role{RoleRegistrar, RoleHead}
	}
	switch l {
	case WarnToday:
		roles = append(roles, RoleHead)
	case WarnOverdue:
		roles = append(roles, RoleHead, RoleSupervisor)
	case WarnSuperior:
		roles = append(roles, RoleHead, RoleSupervisor, RoleSuperior)
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}

// RoleSuperior in an audience means the supervisors of the superior body; it
// is no role anybody holds.
const RoleSuperior Role = "superior"

// Warning tells staff of terms that come near or have passed; each level of
// each term is told once.
type Warning struct{}

// Kind implements Act.
func (Warning) Kind() ActKind { return ActWarn }

func (Warning) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	e := Effect{Facts: map[string]string{}}
	for _, w := range c.Warnings(env) {
		t, _ := c.Term(w.Term.Kind)
		e.Facts[t.ID] = string(w.Level)
		for _, role := range w.audience(c) {
			c.Outbox = append(c.Outbox, Notice{
				Key:  strings.Join([]string{"warn", t.ID, string(w.Level), string(role)}, "-"),
				Kind: NoticeWarn, Medium: MediumStaff, Staff: role, QueuedAt: env.Now, NextTry: env.Now, State: DeliveryWaiting,
				Data: map[string]string{"Term": string(t.Kind), "Due": t.Due.String(), "Level": string(w.Level),
					"Days": strconv.Itoa(env.today(c.clockBody()).DaysUntil(t.Due)), "Number": c.PublicNumber()}})
		}
	}
	if len(e.Facts) == 0 {
		return Effect{}, Fail(Conflict, "casework.Warning", "warn.none")
	}
	return e, nil
}

// Due is a term with the level it has reached.
type Due struct {
	Term  Term
	Level WarnLevel
}

// audience is who hears of the term: of a second look those only who may not
// have had a hand in the answer (promise K6).
func (d Due) audience(c *Case) []Role {
	if d.Term.Kind != TermReview {
		return d.Level.Audience(c)
	}
	if d.Level == WarnSuperior {
		return []Role{RoleSuperior, RoleSupervisor}
	}
	return []Role{RoleSupervisor}
}

// Warnings lists the running terms that have reached a level which has not
// been told yet. Provisional terms warn nobody.
func (c *Case) Warnings(env *Env) []Due {
	var out []Due
	today := env.today(c.clockBody())
	for _, t := range c.Terms {
		level := levelOf(t, today)
		if !t.Running() || t.Provisional || level == "" || c.warned(t.ID, level) {
			continue
		}
		out = append(out, Due{t, level})
	}
	return out
}

// warned reports whether a level of a term was told already.
func (c *Case) warned(term string, level WarnLevel) bool {
	return slices.ContainsFunc(c.Journal, func(e Event) bool {
		return e.Act == ActWarn && e.Facts[term] == string(level)
	})
}
