package casework_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
)

// reckoner is casework.Reckon, or a spoiled one.
type reckoner func(casework.TermRule, casework.Date, *casework.Calendar, ...casework.Span) (casework.Reckoning, error)

// oracleCase is a random case: a rule under a body's settings, and extensions
// that each run from the due date before.
type oracleCase struct {
	rule     casework.TermRule
	settings casework.Settings
	start    string
	standing [][2]string
	extend   []casework.TermRule
}

// oracleBench is what both sides of the comparison know.
type oracleBench struct {
	days  oracleDays
	cal   *casework.Calendar
	rules []casework.TermRule
	// extends is the rule of extension by regulation, in the order of rules.
	extends []casework.TermRule
}

func newOracleBench(t testing.TB) *oracleBench {
	t.Helper()
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	b := &oracleBench{days: readOracleDays(t), cal: laws.Calendars[casework.FederalCalendar]}
	for _, r := range laws.Regulations {
		kinds := make([]string, 0, len(r.Terms))
		for kind := range r.Terms {
			kinds = append(kinds, string(kind))
		}
		slices.Sort(kinds)
		for _, kind := range kinds {
			b.rules = append(b.rules, r.Terms[casework.TermKind(kind)])
			b.extends = append(b.extends, r.Terms[casework.TermExtend])
		}
	}
	return b
}

// draw makes a random case. Half of the pauses are those the law knows (they
// begin the day after a question), half are anything.
func (b *oracleBench) draw(r *rand.Rand) oracleCase {
	i := r.IntN(len(b.rules))
	at := r.IntN(len(b.days.list))
	c := oracleCase{rule: b.rules[i], start: b.days.list[at].iso}
	c.settings.Roll = []casework.Roll{"", casework.RollPreceding, casework.RollFollowing}[r.IntN(3)]
	c.settings.IncludeStartDay = r.IntN(4) == 0
	if r.IntN(20) == 0 {
		c.rule.Roll = []casework.Roll{casework.RollNone, casework.RollPrecedingOrStart}[r.IntN(2)]
	}
	for range r.IntN(8) - 4 {
		from := min(at+r.IntN(40), len(b.days.list)-1)
		to := min(from+r.IntN(12), len(b.days.list)-1)
		c.standing = append(c.standing, [2]string{b.days.list[from].iso, b.days.list[to].iso})
	}
	for range r.IntN(6) - 3 {
		if rule := b.extends[i]; rule.N > 0 {
			rule.N = 1 + r.IntN(rule.N)
			c.extend = append(c.extend, rule)
		}
	}
	return c
}

// ask puts the case to the oracle, which has a reading of its own of what a
// body's settings change: terms in calendar days only, the roll only where a
// term may be rolled at the body's choice, the first day only where the term
// runs from registration (law.md section 4: "со дня регистрации").
func (b *oracleBench) ask(c oracleCase) (due string, looked int) {
	start := c.start
	for i, rule := range append([]casework.TermRule{c.rule}, c.extend...) {
		x := oracleTask{n: rule.N, working: rule.Unit == casework.WorkingDays, first: rule.IncludeStart,
			roll: string(rule.Roll), start: start, standing: c.standing}
		if !x.working {
			if c.settings.Roll != "" && (x.roll == "preceding" || x.roll == "following") {
				x.roll = string(c.settings.Roll)
			}
			if i == 0 && c.settings.IncludeStartDay && slices.Contains([]string{"registered", "portal"}, rule.Start) {
				x.first = true
			}
		}
		if i > 0 {
			x.standing = nil
		}
		a := b.days.find(x)
		if a.due == "" {
			return "", 0
		}
		start, looked = a.due, looked+a.looked
	}
	return start, looked
}

// reckon puts the case to the program.
func (b *oracleBench) reckon(c oracleCase, reckon reckoner) (due string, looked int, err error) {
	start, err := casework.ParseDate(c.start)
	if err != nil {
		return "", 0, err
	}
	var pauses []casework.Span
	for _, s := range c.standing {
		from, _ := casework.ParseDate(s[0])
		to, _ := casework.ParseDate(s[1])
		pauses = append(pauses, casework.Span{From: from, To: to})
	}
	for i, rule := range append([]casework.TermRule{c.rule}, c.extend...) {
		if i > 0 {
			pauses = nil
		}
		r, err := reckon(casework.ApplySettings(c.settings, rule), start, b.cal, pauses...)
		if casework.CodeOf(err) == casework.NoCalendar {
			return "", 0, nil
		}
		if err != nil {
			return "", 0, err
		}
		start, looked = r.Due, looked+len(r.Steps)
	}
	return start.String(), looked, nil
}

// compare runs n random cases and tells how many differ, with the first.
func (b *oracleBench) compare(n int, seed uint64, reckon reckoner) (bad int, first string) {
	r := rand.New(rand.NewPCG(seed, 41))
	for range n {
		c := b.draw(r)
		want, wantLooked := b.ask(c)
		got, looked, err := b.reckon(c, reckon)
		if err == nil && got == want && looked == wantLooked {
			continue
		}
		if bad++; bad == 1 {
			first = fmt.Sprintf("%+v: the oracle says %q after %d days, the program %q after %d, %v", c, want, wantLooked, got, looked, err)
		}
	}
	return bad, first
}

// oracleCases is how many cases are compared: a million in the long run.
func oracleCases() int {
	if os.Getenv("PRIEMNAYA_TEST_ALL") == "1" {
		return 1_000_000
	}
	return 10_000
}

func TestTheProgramAndTheOracleAgreeOnEveryDate(t *testing.T) {
	b := newOracleBench(t)
	n, began := oracleCases(), time.Now()
	if bad, first := b.compare(n, 2026, casework.Reckon); bad > 0 {
		t.Fatalf("%d of %d cases differ, the first: %s", bad, n, first)
	}
	t.Logf("%d cases of %d rules agree in %s", n, len(b.rules), time.Since(began).Round(time.Millisecond))
}

func TestTheOracleCatchesEveryPlantedFault(t *testing.T) {
	b := newOracleBench(t)
	honest := casework.Reckon
	rule := func(change func(*casework.TermRule)) reckoner {
		return func(r casework.TermRule, d casework.Date, cal *casework.Calendar, p ...casework.Span) (casework.Reckoning, error) {
			change(&r)
			return honest(r, d, cal, p...)
		}
	}
	swap := func(from, to casework.Roll) reckoner {
		return rule(func(r *casework.TermRule) {
			if r.Roll == from {
				r.Roll = to
			}
		})
	}
	pauses := func(change func([]casework.Span) []casework.Span) reckoner {
		return func(r casework.TermRule, d casework.Date, cal *casework.Calendar, p ...casework.Span) (casework.Reckoning, error) {
			return honest(r, d, cal, change(slices.Clone(p))...)
		}
	}
	for name, spoiled := range map[string]reckoner{
		"preceding becomes following":   swap(casework.RollPreceding, casework.RollFollowing),
		"following becomes preceding":   swap(casework.RollFollowing, casework.RollPreceding),
		"no roll at all":                swap(casework.RollPreceding, casework.RollNone),
		"a term that should not roll":   swap(casework.RollNone, casework.RollFollowing),
		"or-start is forgotten":         swap(casework.RollPrecedingOrStart, casework.RollPreceding),
		"every roll may reach start":    swap(casework.RollPreceding, casework.RollPrecedingOrStart),
		"the start day counts":          rule(func(r *casework.TermRule) { r.IncludeStart = true }),
		"the start day never counts":    rule(func(r *casework.TermRule) { r.IncludeStart = false }),
		"one day more":                  rule(func(r *casework.TermRule) { r.N++ }),
		"one day less":                  rule(func(r *casework.TermRule) { r.N = max(r.N-1, 0) }),
		"at once becomes tomorrow":      rule(func(r *casework.TermRule) { r.N = max(r.N, 1) }),
		"working days become calendar":  rule(func(r *casework.TermRule) { r.Unit = casework.CalendarDays }),
		"calendar days become working":  rule(func(r *casework.TermRule) { r.Unit = casework.WorkingDays }),
		"pauses are forgotten":          pauses(func([]casework.Span) []casework.Span { return nil }),
		"the last pause is forgotten":   pauses(func(p []casework.Span) []casework.Span { return p[:max(len(p)-1, 0)] }),
		"a pause ends a day too early":  pauses(func(p []casework.Span) []casework.Span { return moved(p, 0, -1) }),
		"a pause begins a day too late": pauses(func(p []casework.Span) []casework.Span { return moved(p, 1, 0) }),
		"moved working days are off":    spoilCalendar(t, b, casework.MovedWorkday, casework.Weekend),
		"short working Saturdays off":   spoilCalendar(t, b, casework.MovedShortDay, casework.Weekend),
		"short days are off":            spoilCalendar(t, b, casework.ShortDay, casework.Holiday),
		"moved days off are worked":     spoilCalendar(t, b, casework.MovedDayOff, casework.Workday),
		"holidays are worked":           spoilCalendar(t, b, casework.Holiday, casework.Workday),
		"a list without its last day": func(r casework.TermRule, d casework.Date, cal *casework.Calendar, p ...casework.Span) (casework.Reckoning, error) {
			got, err := honest(r, d, cal, p...)
			if len(got.Steps) > 1 {
				got.Steps = got.Steps[1:]
			}
			return got, err
		},
	} {
		caught := false
		for seed := uint64(1); seed <= 20 && !caught; seed++ {
			bad, _ := b.compare(500, seed, spoiled)
			caught = bad > 0
		}
		if !caught {
			t.Errorf("%s: the comparison does not notice", name)
		}
	}
}

func moved(p []casework.Span, from, to int) []casework.Span {
	for i := range p {
		p[i].From, p[i].To = p[i].From.AddDays(from), p[i].To.AddDays(to)
	}
	return p
}

// spoilCalendar reckons by a calendar in which one kind of days is another.
func spoilCalendar(t *testing.T, b *oracleBench, from, to casework.DayKind) reckoner {
	t.Helper()
	years := b.cal.Years()
	n := 0
	for i := range years {
		days := map[casework.Date]casework.DayKind{}
		for d, k := range years[i].Days {
			if k == from {
				k = to
				n++
			}
			days[d] = k
		}
		years[i].Days = days
	}
	cal, err := casework.NewCalendar("ru", "spoiled", years...)
	if err != nil || n == 0 {
		t.Fatalf("no day is %s: %v", from, err)
	}
	return func(r casework.TermRule, d casework.Date, _ *casework.Calendar, p ...casework.Span) (casework.Reckoning, error) {
		return casework.Reckon(r, d, cal, p...)
	}
}

func TestTheOracleReadsTheCalendarAsTheProgramDoes(t *testing.T) {
	b := newOracleBench(t)
	for _, d := range b.days.list {
		date, err := casework.ParseDate(d.iso)
		if err != nil {
			t.Fatal(err)
		}
		if kind, err := b.cal.Kind(date); err != nil || kind.Working() != d.work {
			t.Errorf("%s: the oracle works %v, the program %s, %v", d.iso, d.work, kind, err)
		}
	}
	if len(b.days.list) != 1461 || !slices.IsSortedFunc(b.days.list, func(x, y oracleDay) int { return strings.Compare(x.iso, y.iso) }) {
		t.Errorf("%d days in the files", len(b.days.list))
	}
}
