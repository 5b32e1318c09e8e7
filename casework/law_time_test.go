package casework_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"priemnaya/casework"
)

// walk does random acts on a case and keeps what a naive clerk would: after
// every act, a note of the instant and of the terms that run.
type walk struct {
	b   *bench
	id  string
	log []note
	// today is the set of staff at work; who is away can be nobody's officer.
	staff []casework.Actor
}

type note struct {
	at    time.Time
	terms []string
}

func running(terms []casework.Term) []string {
	var out []string
	for _, t := range terms {
		out = append(out, fmt.Sprintf("%s %s %s..%s", t.ID, t.Kind, t.Start, t.Due))
	}
	slices.Sort(out)
	return out
}

// write notes the state naively: each term without a fate.
func (w *walk) write(c casework.Case) {
	var open []casework.Term
	for _, t := range c.Terms {
		if t.Fate == "" {
			open = append(open, t)
		}
	}
	w.log = append(w.log, note{w.b.now, running(open)})
}

func newWalk(t testing.TB, regime casework.Regime) *walk {
	w := &walk{b: newBench(t, "2026-04-01 10:00:00"), staff: []casework.Actor{officer, staff("second", casework.RoleOfficer, casework.Everywhere)}}
	f := complaintFiling(regime)
	if f.Complaint != nil {
		f.Complaint.Suspend = "Прошу приостановить."
	}
	c := w.b.file(t, f)
	w.id = c.ID
	w.write(c)
	return w
}

var everybody = []casework.Actor{central, {ID: officer.ID, Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: casework.Everywhere}}},
	staff("boss", casework.RoleHead, casework.Everywhere), supervisor, casework.SystemActor()}

// step tries one random act by whoever may do it; a refused act changes
// nothing.
func (w *walk) step(rt *rapid.T) {
	w.b.now = w.b.now.Add(time.Duration(rapid.IntRange(1, 30*3600).Draw(rt, "seconds")) * time.Second)
	c, err := w.b.store.Get(context.Background(), w.id)
	if err != nil {
		rt.Fatal(err)
	}
	revision := 0
	if c.Draft != nil {
		revision = c.Draft.Revision
	}
	d := w.b.drafting(c.Procedure.Regime)
	d.Revision = revision
	other := map[string]string{"roads": "admin", "admin": "prosecutor", "prosecutor": "roads"}[c.Place.Body]
	acts := []casework.Act{casework.Registration{}, casework.Assignment{Officer: w.staff[rapid.IntRange(0, len(w.staff)-1).Draw(rt, "officer")]},
		casework.Forwarding{Body: other, Why: "Ваше."}, casework.Extension{Days: rapid.IntRange(1, 20).Draw(rt, "days"), Reason: "Надо."},
		casework.Asking{Text: "Где?"}, casework.Clarification{Text: "Там."}, casework.DocumentRequest{To: "admin", What: "План"},
		casework.DocumentReceipt{}, d, casework.Submission{Revision: revision}, casework.Signing{}, casework.SendingBack{Remarks: "Нет."},
		casework.Answering{}, casework.Routing{Body: "roads"}, casework.Suspension{Granted: true, Reason: "Да."}, casework.Finding{What: "Поборы."},
		casework.Remedy{What: "Возвращено."}, casework.Marking{Variant: "migration"}, casework.Marking{}, casework.Recomputation{Change: "c"}, casework.Warning{}}
	if rapid.IntRange(0, 12).Draw(rt, "end") == 0 {
		acts = []casework.Act{casework.Withdrawal{}, casework.Ending{Act: casework.ActLeave, Ground: "abuse", Explanation: "Брань."}}
	}
	act := acts[rapid.IntRange(0, len(acts)-1).Draw(rt, "act")]
	for _, by := range append(slices.Clone(everybody), citizen) {
		after, err := w.b.Do(context.Background(), by, w.id, casework.AnyState, act)
		if err == nil {
			w.write(after)
			return
		}
		if code := casework.CodeOf(err); code == casework.Internal || code == casework.Corrupted {
			rt.Fatalf("%s at %s: %v", act.Kind(), c.Stage, err)
		}
	}
}

// moveHoliday makes another calendar: one working day of the next two months
// becomes a holiday, or one weekend is worked.
func (w *walk) moveHoliday(rt *rapid.T) {
	laws := *w.b.Laws()
	old := laws.Calendars[casework.FederalCalendar]
	day := casework.DateOf(w.b.now, moscow).AddDays(rapid.IntRange(1, 60).Draw(rt, "day"))
	years := old.Years()
	for i, y := range years {
		if y.Year != day.Year {
			continue
		}
		days := map[casework.Date]casework.DayKind{}
		for d, k := range y.Days {
			days[d] = k
		}
		days[day] = casework.RegionalHoliday
		if !y.Days[day].Working() {
			days[day] = casework.MovedWorkday
		}
		years[i].Days = days
	}
	cal, err := casework.NewCalendar(casework.FederalCalendar, fmt.Sprint("edit of ", day, len(laws.Past)), years...)
	if err != nil {
		rt.Fatal(err)
	}
	laws.Calendars = map[string]*casework.Calendar{casework.FederalCalendar: cal}
	laws.Past = append(slices.Clone(laws.Past), old)
	w.b.SetLaws(&laws)
}

// walks is how many random histories are tried.
func walks() int {
	if os.Getenv("PRIEMNAYA_TEST_ALL") == "1" {
		return 10_000
	}
	if testing.Short() {
		// One goroutine walks: the race detector sees all it can in a few.
		return 60
	}
	return 300
}

func randomWalk(rt *rapid.T, t testing.TB) *walk {
	regimes := []casework.Regime{casework.RegimeAppeal, casework.RegimeServices, casework.RegimeControl, casework.RegimeMessage, casework.RegimePlatform}
	w := newWalk(t, regimes[rapid.IntRange(0, len(regimes)-1).Draw(rt, "regime")])
	_, _ = w.b.Route(context.Background(), w.id)
	c, _ := w.b.store.Get(context.Background(), w.id)
	w.write(c)
	for range rapid.IntRange(0, 25).Draw(rt, "acts") {
		if rapid.IntRange(0, 9).Draw(rt, "edit") == 0 {
			w.moveHoliday(rt)
		}
		w.step(rt)
	}
	return w
}

func TestWhatWasKnownAtAnInstantIsWhatWasNotedThen(t *testing.T) {
	t.Parallel()
	for seed := range walks() {
		rt := rapid.Custom(func(rt *rapid.T) *walk { return randomWalk(rt, t) }).Example(seed)
		c, err := rt.b.store.Get(context.Background(), rt.id)
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range rt.log {
			if i+1 < len(rt.log) && !rt.log[i+1].at.After(n.at) {
				continue
			}
			if got := running(c.TermsAt(n.at)); !slices.Equal(got, n.terms) {
				t.Fatalf("history %d, note %d: known were %q, noted %q", seed, i, got, n.terms)
			}
		}
		if err := casework.VerifyJournal(&c); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoOverdueCaseIsMissingFromTheRowsThatAreDue(t *testing.T) {
	t.Parallel()
	for seed := range walks() / 3 {
		w := rapid.Custom(func(rt *rapid.T) *walk {
			w := randomWalk(rt, t)
			// Staff changes: the officer leaves, the body closes; nobody has
			// the case, and it must be seen all the same.
			if rapid.Bool().Draw(rt, "officer leaves") {
				w.b.store.Update(context.Background(), w.id, func(c casework.Case) (casework.Case, error) {
					c.Place.Officer, c.Place.Unit = "", ""
					return c, nil
				})
			}
			return w
		}).Example(seed)
		c, _ := w.b.store.Get(context.Background(), w.id)
		row := casework.RowOf(&c)
		for day := casework.NewDate(2026, 3, 30); day.Before(casework.NewDate(2026, 8, 1)); day = day.AddDays(1) {
			overdue := slices.ContainsFunc(c.Terms, func(t casework.Term) bool { return t.Fate == "" && day.After(t.Due) })
			listed := !row.Due.IsZero() && row.Due.Before(day)
			if overdue != listed || c.Overdue(day) != overdue {
				t.Fatalf("history %d on %s: overdue %v, listed %v (%s %s at %q)", seed, day, overdue, listed, row.Due, row.DueKind, c.Place.Body)
			}
		}
		if !c.Stage.Open() && row.DueKind != "" && row.DueKind != casework.TermRemedy && row.DueKind != casework.TermProsecutor {
			t.Errorf("history %d: %s, but %s is owed", seed, c.Stage, row.DueKind)
		}
	}
}

func TestACalendarEditMovesExactlyTheTermsWhoseReckoningChanges(t *testing.T) {
	t.Parallel()
	moves := 0
	for seed := range walks() {
		w := rapid.Custom(func(rt *rapid.T) *walk {
			w := randomWalk(rt, t)
			w.moveHoliday(rt)
			return w
		}).Example(seed)
		before, _ := w.b.store.Get(context.Background(), w.id)
		env := &casework.Env{Now: w.b.now, Laws: w.b.Laws(), Registry: w.b.Office.Registry()}
		env.Regulation, _ = env.Laws.Version(before.Procedure.Regime, before.Procedure.Version)
		planned := before.Moves(env)
		after, err := w.b.Do(context.Background(), casework.SystemActor(), w.id, casework.AnyState, casework.Recomputation{Change: "c1"})
		if len(planned) == 0 || casework.CodeOf(err) == casework.NotAllowed {
			if err == nil {
				t.Fatalf("history %d: recomputed although nothing moves", seed)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		facts := after.Journal[len(after.Journal)-1].Facts
		if len(facts) != len(planned)+1 {
			t.Errorf("history %d: %d terms move, the journal says %v", seed, len(planned), facts)
		}
		for _, m := range planned {
			moves++
			now, _ := after.Term(m.Kind)
			if now.Due != m.After || now.Due == m.Before || !strings.Contains(facts[string(m.Kind)], m.After.String()) {
				t.Errorf("history %d: %s moved to %s, planned %s, journal %q", seed, m.Kind, now.Due, m.After, facts[string(m.Kind)])
			}
			cal, _ := env.Laws.Calendar("")
			if r, err := casework.Reckon(now.Rule, now.Start, cal, now.Pauses...); err != nil || r.Due != now.Due {
				t.Errorf("history %d: %s is not what its own reckoning says: %s, %v", seed, m.Kind, r.Due, err)
			}
		}
		if again, err := w.b.Do(context.Background(), casework.SystemActor(), w.id, casework.AnyState, casework.Recomputation{Change: "c2"}); casework.CodeOf(err) != casework.Conflict {
			t.Errorf("history %d: a second recomputation moves terms again: %v, %+v", seed, err, again.Journal[len(again.Journal)-1].Facts)
		}
	}
	if moves < walks()/20 {
		t.Errorf("only %d terms moved: the histories are too short", moves)
	}
	t.Logf("%d terms moved in %d histories", moves, walks())
}
