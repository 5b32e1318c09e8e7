package sqlitestore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
)

// recomputeCases is how many open cases the figure is about;
// PRIEMNAYA_BENCH_RECOMPUTE sets another number.
const recomputeCases = 100_000

// BenchmarkRecompute measures what an approved edit of a calendar costs: an
// ordinary one, by which a few cases move, and the worst, by which nearly all
// do. `make bench` runs it once.
func BenchmarkRecompute(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("PRIEMNAYA_BENCH_RECOMPUTE"))
	if err != nil || n < 100 {
		n = recomputeCases
	}
	for _, edit := range []struct {
		name string
		// every moves each case, else only those due on one day of thirty.
		every bool
	}{{"one day off", false}, {"nearly every date", true}} {
		b.Run(edit.name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				r := newRecomputation(b, n)
				r.office.SetLaws(r.edited(b, edit.every))
				b.StartTimer()
				done, moved, err := r.office.Recompute(b.Context(), edit.name, func(int, int) {})
				b.StopTimer()
				if err != nil || done < n || moved == 0 {
					b.Fatalf("%d of %d looked at, %d moved, %v", done, n, moved, err)
				}
				if _, again, err := r.office.Recompute(b.Context(), "again", func(int, int) {}); err != nil || again != 0 {
					b.Fatalf("a second run moved %d, %v", again, err)
				}
				b.ReportMetric(float64(done), "cases")
				b.ReportMetric(float64(moved), "moved")
				b.StartTimer()
			}
		})
	}
}

type recomputation struct {
	office *casework.Office
	laws   *casework.Laws
}

// newRecomputation stores cases at officers, due on thirty days one after the
// other, as a region would have them.
func newRecomputation(t testing.TB, n int) recomputation {
	t.Helper()
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	store, err := Open(t.Context(), filepath.Join(t.TempDir(), "cases.db"), Options{NoSearch: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	registry, err := casework.NewRegistry("r1", []casework.Body{{ID: "roads", Name: "Комитет дорог"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 4, 30, 12, 0, 0, 0, time.UTC)
	office, err := casework.NewOffice(casework.OfficeConfig{Store: store, Numbers: store, Shelf: store, Secret: []byte(strings.Repeat("s", 32)),
		Now: func() time.Time { return now }, Laws: laws, Registry: registry,
		Sign: func(context.Context, casework.Actor, string) (casework.Signature, error) {
			return casework.Signature{}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	law, err := laws.InForce(casework.RegimeAppeal, casework.NewDate(2026, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	env := &casework.Env{Laws: laws, Registry: registry, Regulation: law}
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for i := range jobs {
				if _, err := store.Create(context.WithoutCancel(t.Context()), atWork(t, *env, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range n {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	return recomputation{office, laws}
}

// atWork makes a case of about 4 KB that an officer works on.
func atWork(t testing.TB, env casework.Env, i int) casework.Case {
	t.Helper()
	env.Now = time.Date(2026, 4, 1+i%30, 9, 0, 0, 0, time.UTC)
	who := casework.Applicant{Key: fmt.Sprintf("esia:%d", i), Name: casework.PersonName{Surname: "Иванова", Given: "Мария"},
		Assurance: casework.AssuranceConfirmed, Contact: casework.Contact{Email: "m@example.ru", Cabinet: true}}
	grants := []casework.Grant{{Role: casework.RoleRegistrar, Body: "roads"}, {Role: casework.RoleHead, Body: "roads"}, {Role: casework.RoleOfficer, Body: "roads"}}
	clerk := casework.Actor{ID: "staff:clerk", Grants: grants}
	id := fmt.Sprintf("%026d", i)
	c := casework.Case{ID: id, Receipt: "П-" + id}
	for _, step := range []struct {
		by  casework.Actor
		act casework.Act
	}{
		{casework.Citizen(who), casework.Filing{Regime: casework.RegimeAppeal, Channel: casework.ChannelWeb, Applicant: who, Lang: "ru",
			Text: strings.Repeat("На улице Садовой провалился асфальт. ", 25), Key: fmt.Sprintf("key-%020d", i)}},
		{casework.SystemActor(), casework.Routing{Body: "roads"}},
		{clerk, casework.Registration{Number: fmt.Sprintf("ОГ-2026-%06d", i)}},
		{clerk, casework.Assignment{Officer: clerk}},
	} {
		var err error
		if c, err = casework.Perform(&env, c, step.by, step.act); err != nil {
			t.Error(step.act.Kind(), err)
		}
	}
	return c
}

// edited is the law with another calendar: one Friday of May is a day off, or
// all days but the Mondays are, so that nearly every date moves.
func (b recomputation) edited(t testing.TB, every bool) *casework.Laws {
	t.Helper()
	federal, err := b.laws.Calendar(casework.FederalCalendar)
	if err != nil {
		t.Fatal(err)
	}
	var years []casework.CalendarYear
	for _, y := range federal.Years() {
		days := map[casework.Date]casework.DayKind{}
		for d, kind := range y.Days {
			if d == casework.NewDate(2026, 5, 22) || every && d.Weekday() != time.Monday {
				kind = casework.MovedDayOff
			}
			days[d] = kind
		}
		y.Days = days
		years = append(years, y)
	}
	cal, err := casework.NewCalendar(casework.FederalCalendar, fmt.Sprint("edited ", every), years...)
	if err != nil {
		t.Fatal(err)
	}
	laws := *b.laws
	laws.Calendars = map[string]*casework.Calendar{casework.FederalCalendar: cal}
	return &laws
}
