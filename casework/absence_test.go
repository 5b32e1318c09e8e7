package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"priemnaya/casework"
)

// cover is a book of absences over the bench's office and accounts.
type cover struct {
	*bench
	*casework.Absences
	members map[string]casework.Member
}

var (
	keeper    = staff("keeper", casework.RoleAdministrator, "roads")
	unitHead  = casework.Actor{ID: "staff:unithead", Name: "unithead", Grants: []casework.Grant{{Role: casework.RoleHead, Body: "roads", Unit: "repair"}}}
	repairman = casework.Actor{ID: "staff:repairman", Name: "repairman", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "roads", Unit: "repair"}}}
	mayor     = staff("mayor", casework.RoleHead, "admin")
	foreigner = staff("foreigner", casework.RoleHead, "prosecutor")
)

func newCover(t testing.TB, instant string) *cover {
	t.Helper()
	w := &cover{bench: newBench(t, instant), members: map[string]casework.Member{}}
	for _, a := range []casework.Actor{registrar, officer, head, lawyer, deputy, colleague, overseer, keeper, unitHead, repairman, mayor, foreigner} {
		w.members[a.ID] = casework.Member{Actor: a, Position: "Начальник отдела"}
	}
	var err error
	w.Absences, err = casework.OpenAbsences(casework.AbsencesConfig{Shelf: w.store, Now: func() time.Time { return w.now }, Registry: w.Registry,
		Member: func(_ context.Context, id string) (casework.Member, error) {
			m, ok := w.members[id]
			if !ok {
				return m, casework.Fail(casework.NotFound, "test", "")
			}
			return m, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// order asks that one stands in for another from the first of April for ten days.
func order(absent, stands casework.Actor) casework.AbsenceOrder {
	return casework.AbsenceOrder{Body: "roads", Absent: absent.ID, Deputy: stands.ID, From: casework.NewDate(2026, 4, 1),
		To: casework.NewDate(2026, 4, 10), Ground: "Приказ № 12 от 31.03.2026"}
}

func (w *cover) named(t testing.TB, by casework.Actor, o casework.AbsenceOrder) casework.Absence {
	t.Helper()
	a, err := w.Name(t.Context(), by, o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return a
}

// now is an actor as he is made at this instant.
func (w *cover) actor(t testing.TB, a casework.Actor) casework.Actor {
	t.Helper()
	out, err := w.Stand(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhoMayNameADeputyForWhom(t *testing.T) {
	allowed := map[string][]string{
		"officer": {"officer"}, "head": {"head", "officer", "unithead", "repairman", "deputy"},
		"unithead": {"unithead", "repairman"}, "repairman": {"repairman"}, "keeper": {"officer", "head", "unithead", "repairman", "deputy"},
	}
	all := []casework.Actor{officer, head, unitHead, repairman, deputy}
	for _, by := range []casework.Actor{officer, head, unitHead, repairman, keeper, registrar, overseer, mayor, foreigner} {
		for _, absent := range all {
			w := newCover(t, "2026-04-01 10:00:00")
			_, err := w.Name(t.Context(), by, order(absent, lawyer))
			want := slices.Contains(allowed[by.Name], absent.Name)
			if by.ID == lawyer.ID {
				continue
			}
			if got := err == nil; got != want || !want && casework.CodeOf(err) != casework.Forbidden {
				t.Errorf("%s names a deputy for %s: %v, want %t", by.Name, absent.Name, err, want)
			}
		}
	}
	// A deputy of a head names nobody in the head's place.
	w := newCover(t, "2026-04-01 10:00:00")
	w.named(t, head, order(head, lawyer))
	if _, err := w.Name(t.Context(), w.actor(t, lawyer), order(officer, colleague)); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("a deputy names: %v", err)
	}
}

func TestOrdersThatBreakARuleAreRefusedWithTheirField(t *testing.T) {
	day := func(d int) casework.Date { return casework.NewDate(2026, 4, d) }
	for name, x := range map[string]struct {
		by         casework.Actor
		change     func(*cover, *casework.AbsenceOrder)
		field, key string
	}{
		"oneself":                {officer, func(_ *cover, o *casework.AbsenceOrder) { o.Deputy = officer.ID }, "deputy", "absence.oneself"},
		"a head puts in himself": {head, func(_ *cover, o *casework.AbsenceOrder) { o.Deputy = head.ID }, "deputy", "absence.oneself"},
		"no account":             {officer, func(_ *cover, o *casework.AbsenceOrder) { o.Deputy = "staff:nobody" }, "deputy", "absence.no_account"},
		"a blocked account": {officer, func(w *cover, o *casework.AbsenceOrder) {
			m := w.members[lawyer.ID]
			m.Blocked = true
			w.members[lawyer.ID] = m
		}, "deputy", "absence.blocked"},
		"another body's tree":  {officer, func(_ *cover, o *casework.AbsenceOrder) { o.Deputy = foreigner.ID }, "deputy", "absence.foreign"},
		"no work of his own":   {officer, func(_ *cover, o *casework.AbsenceOrder) { o.Deputy = keeper.ID }, "deputy", "absence.foreign"},
		"who has no own cases": {keeper, func(_ *cover, o *casework.AbsenceOrder) { o.Absent = overseer.ID }, "absent", "absence.no_work"},
		"yesterday":            {officer, func(_ *cover, o *casework.AbsenceOrder) { o.From = casework.NewDate(2026, 3, 31) }, "from", "absence.gone"},
		"no day":               {officer, func(_ *cover, o *casework.AbsenceOrder) { o.From = casework.Date{} }, "from", "absence.date"},
		"no last day":          {officer, func(_ *cover, o *casework.AbsenceOrder) { o.To = casework.Date{} }, "to", "absence.date"},
		"backwards":            {officer, func(_ *cover, o *casework.AbsenceOrder) { o.From, o.To = day(9), day(8) }, "to", "absence.backwards"},
		"more than a year":     {officer, func(_ *cover, o *casework.AbsenceOrder) { o.To = casework.NewDate(2027, 4, 1) }, "to", "absence.long"},
		"no ground":            {officer, func(_ *cover, o *casework.AbsenceOrder) { o.Ground = " " }, "ground", "absence.ground"},
		"a long post":          {officer, func(_ *cover, o *casework.AbsenceOrder) { o.Post = strings.Repeat("я", 201) }, "post", "absence.post"},
		"overlapping": {officer, func(w *cover, o *casework.AbsenceOrder) {
			w.named(t, officer, order(officer, colleague))
			o.From, o.To = day(10), day(20)
		}, "from", "absence.overlap"},
		"a deputy who is away": {officer, func(w *cover, o *casework.AbsenceOrder) { w.named(t, lawyer, order(lawyer, colleague)) }, "deputy", "absence.deputy_away"},
		"a chain":              {officer, func(w *cover, o *casework.AbsenceOrder) { w.named(t, head, order(head, officer)) }, "absent", "absence.chain"},
	} {
		w := newCover(t, "2026-04-01 10:00:00")
		o := order(officer, lawyer)
		x.change(w, &o)
		_, err := w.Name(t.Context(), x.by, o)
		if !wrongAt(err, x.field, x.key) {
			t.Errorf("%s: %v, want %s at %s", name, err, x.key, x.field)
		}
	}
	// The same are taken where the periods only touch, and a year to the day.
	w := newCover(t, "2026-04-01 10:00:00")
	w.named(t, officer, order(officer, lawyer))
	next := order(officer, colleague)
	next.From, next.To = day(11), casework.NewDate(2027, 4, 10)
	w.named(t, officer, next)
	up := order(head, mayor)
	w.named(t, head, up)
}

func TestRightsBeginAndEndWithTheDaysOfTheBody(t *testing.T) {
	zones := []string{"Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Kamchatka", "Asia/Vladivostok"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		from := casework.NewDate(2026, 1, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(0, 364).Draw(t, "days"))
		a := casework.Absence{From: from, To: to}
		first, after := from.Time(zone), to.AddDays(1).Time(zone)
		shift := time.Duration(rapid.IntRange(0, 48*3600).Draw(t, "s")) * time.Second
		for at, want := range map[time.Time]casework.AbsenceState{
			first.Add(-time.Second): casework.AbsenceComing, first.Add(-time.Second - shift): casework.AbsenceComing, first: casework.AbsenceHolds,
			after.Add(-time.Second): casework.AbsenceHolds, after: casework.AbsencePast, after.Add(shift): casework.AbsencePast,
		} {
			if got := a.State(at.UTC(), zone); got != want {
				t.Fatalf("%s to %s at %s: %s, want %s", from, to, at.In(zone), got, want)
			}
		}
	})
}

func TestADeputyLosesTheRightWithTheLastSecondWithoutAnythingRunning(t *testing.T) {
	w := newCover(t, "2026-04-01 10:00:00")
	c := w.registered(t, filing())
	w.do(t, head, c.ID, casework.Assignment{Officer: repairman, Unit: "repair"})
	o := order(repairman, mayor)
	o.From = casework.NewDate(2026, 4, 2)
	w.named(t, repairman, o)
	draft := func(when string) error {
		w.now = at(when)
		_, err := w.Do(t.Context(), w.actor(t, mayor), c.ID, casework.AnyState, casework.Drafting{Text: "Ответ.", Revision: revised(w.stored(t, c.ID))})
		return err
	}
	for when, want := range map[string]casework.Code{"2026-04-01 23:59:59": casework.NotFound, "2026-04-11 00:00:00": casework.NotFound} {
		if err := draft(when); casework.CodeOf(err) != want {
			t.Errorf("%s: %v", when, err)
		}
	}
	for _, when := range []string{"2026-04-02 00:00:00", "2026-04-10 23:59:59"} {
		if err := draft(when); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	last := w.stored(t, c.ID).Journal
	if e := last[len(last)-1]; e.Actor != mayor.ID || e.For != repairman.ID || e.Role != casework.RoleOfficer {
		t.Errorf("the journal says %+v", e)
	}
	stored := w.stored(t, c.ID)
	if err := casework.VerifyJournal(&stored); err != nil {
		t.Error(err)
	}
	stored.Journal[len(last)-1].For = ""
	if casework.VerifyJournal(&stored) == nil {
		t.Error("a journal from which the absent one was taken verifies")
	}
}

func TestAnAbsenceEndedEarlyStaysInTheHistory(t *testing.T) {
	w := newCover(t, "2026-04-01 10:00:00")
	a := w.named(t, officer, order(officer, lawyer))
	if _, err := w.End(t.Context(), lawyer, a.ID, "не хочу"); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("the deputy ends it: %v", err)
	}
	if _, err := w.End(t.Context(), officer, a.ID, ""); !wrongAt(err, "why", "absence.ground") {
		t.Errorf("without a reason: %v", err)
	}
	w.now = at("2026-04-03 12:00:00")
	if _, err := w.End(t.Context(), keeper, a.ID, "Вышел на работу"); err != nil {
		t.Fatal(err)
	}
	if got := w.actor(t, lawyer); len(got.Standings) != 0 || len(got.Grants) != 1 {
		t.Errorf("he still stands in: %+v", got)
	}
	if _, err := w.End(t.Context(), keeper, a.ID, "Ещё раз"); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("ended twice: %v", err)
	}
	// A further order moves it to the history; it is there once, before and after.
	history := func(want ...string) {
		t.Helper()
		past, _, err := w.Past(t.Context(), "roads", casework.Window{Limit: 10})
		var got []string
		for _, p := range past {
			got = append(got, p.Why)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%q, %v, want %q", got, err, want)
		}
	}
	history("Вышел на работу")
	w.now = at("2026-04-04 09:00:00")
	again := order(officer, lawyer)
	again.From = casework.NewDate(2026, 4, 5)
	b := w.named(t, officer, again)
	history("Вышел на работу")
	if _, err := w.End(t.Context(), officer, b.ID, "Отпуск перенесён"); err != nil {
		t.Fatal(err)
	}
	history("Отпуск перенесён", "Вышел на работу")
	w.now = at("2026-04-20 09:00:00")
	again.From, again.To = casework.NewDate(2026, 4, 20), casework.NewDate(2026, 4, 20)
	w.named(t, officer, again)
	w.now = at("2026-04-21 00:00:00")
	history("", "Отпуск перенесён", "Вышел на работу")
}

func TestOfManyOrdersAtOnceOneIsTaken(t *testing.T) {
	w := newCover(t, "2026-04-01 10:00:00")
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for _, stands := range []casework.Actor{lawyer, colleague, deputy, mayor} {
		wg.Go(func() {
			_, err := w.Name(context.Background(), officer, order(officer, stands))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				taken++
			} else if !wrongAt(err, "from", "absence.overlap") {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if taken != 1 {
		t.Errorf("%d were taken", taken)
	}
}

func TestOnlyTheWorkOfTheBodyPassesAndNeverTwice(t *testing.T) {
	w := newCover(t, "2026-04-01 10:00:00")
	many := casework.Actor{ID: "staff:many", Name: "many", Grants: []casework.Grant{{Role: casework.RoleHead, Body: "roads"},
		{Role: casework.RoleAdministrator, Body: casework.Everywhere}, {Role: casework.RoleSecurity, Body: casework.Everywhere},
		{Role: casework.RoleOperator, Body: "roads"}, {Role: casework.RoleSupervisor, Body: casework.Everywhere}, {Role: casework.RoleHead, Body: "admin"}}}
	w.members[many.ID] = casework.Member{Actor: many, Position: "Глава"}
	a := w.named(t, many, order(many, lawyer))
	if a.Post != "И.о. главы" {
		t.Errorf("post %q", a.Post)
	}
	got := w.actor(t, lawyer)
	want := []casework.Grant{lawyer.Grants[0], {Role: casework.RoleHead, Body: "roads", For: many.ID}, {Role: casework.RoleSupervisor, Body: "roads", For: many.ID}}
	if !slices.Equal(got.Grants, want) {
		t.Errorf("%+v", got.Grants)
	}
	if back := w.actor(t, many); !slices.Equal(back.Deputies, []string{lawyer.ID}) || len(back.Grants) != len(many.Grants) {
		t.Errorf("the absent one: %+v", back)
	}
	// Who was blocked since passes nothing on.
	m := w.members[many.ID]
	m.Blocked = true
	w.members[many.ID] = m
	if got := w.actor(t, lawyer); len(got.Grants) != 1 {
		t.Errorf("of a blocked account: %+v", got.Grants)
	}
}

func TestOfficesAreWrittenAsOfficeRulesWant(t *testing.T) {
	for position, want := range map[string]string{"Начальник отдела ремонта": "И.о. начальника отдела ремонта", "Директор": "И.о. директора",
		"Глава города": "И.о. главы города", "Министр": "И.о. министра", "Председатель комитета": "И.о. председателя комитета",
		"Первый заместитель главы": "И.о. первого заместителя главы", "Главный специалист-эксперт": "И.о. главного специалиста-эксперта", "Вице-губернатор": "И.о. вице-губернатора",
		"Заведующий отделом": "И.о. заведующего отделом", "Заведующая сектором": "И.о. заведующей сектором", "Ведущий инженер": "И.о. ведущего инженера",
		"ВРИО": "И.о. ВРИО", "": "", "Генеральный директор": "И.о. генерального директора"} {
		if got := casework.ActingPost(position); got != want {
			t.Errorf("%q: %q, want %q", position, got, want)
		}
	}
}

// keyOf is the message of an error.
func keyOf(err error) string {
	var e *casework.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return ""
}

func revised(c casework.Case) int {
	if c.Draft == nil {
		return 0
	}
	return c.Draft.Revision
}

// wrongAt reports whether an error names a field with this mistake.
func wrongAt(err error, field, key string) bool {
	var e *casework.Error
	return errors.As(err, &e) && slices.ContainsFunc(e.Fields, func(f casework.FieldError) bool { return f.Field == field && f.Key == key })
}
