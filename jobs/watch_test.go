package jobs_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/jobs"
	"priemnaya/notifications"
	"priemnaya/notifications/outboxtest"
)

// ear hears every notice to staff.
type ear struct {
	mu    sync.Mutex
	heard []string
}

func (e *ear) Carry(_ context.Context, _ casework.Case, n casework.Notice) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, n.Data["Term"]+" "+n.Data["Level"]+" "+string(n.Staff))
	return "heard", nil
}

// take gives what was heard since the last call, in order of the words.
func (e *ear) take() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	heard := e.heard
	e.heard = nil
	slices.Sort(heard)
	return heard
}

// newWatched is a bench whose terms are watched and whose staff is heard.
func newWatched(t testing.TB, tune func(*bench)) (*bench, *ear) {
	t.Helper()
	e := &ear{}
	b := newBench(t, nil, nil)
	var err error
	b.dispatcher, err = notifications.NewDispatcher(notifications.Config{Outbox: b.outbox, Set: b.set,
		Media:    map[casework.Medium]notifications.Deliverer{casework.MediumEmail: b.sender},
		Carriers: map[casework.Medium]notifications.Carrier{casework.MediumStaff: e},
		Domain:   "priem.example.ru", BaseURL: "https://priem.example.ru"})
	if err != nil {
		t.Fatal(err)
	}
	b.config.Dispatcher, b.config.Watcher, b.config.WatchLook = b.dispatcher, b.Office, 10*time.Millisecond
	if tune != nil {
		tune(b)
	}
	return b, e
}

// settle waits until a watch has begun after now and everything has left.
func (b *bench) settle(t testing.TB, ids ...string) {
	t.Helper()
	runs := b.service.Stats(context.Background()).Watch.Runs
	b.Clock.Advance(2 * time.Minute) // a clock that was moved
	outboxtest.Until(t, "a watch ended", func() bool { return b.service.Stats(context.Background()).Watch.Runs > runs })
	outboxtest.Until(t, "all notices left", func() bool { return b.pending(t, ids) == 0 })
}

// inWork takes a case to an officer.
func (b *bench) inWork(t testing.TB, id string) {
	t.Helper()
	central := outboxtest.Staff("central", casework.RoleRegistrar, casework.Everywhere)
	if _, err := b.Route(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	b.Act(t, central, id, casework.Registration{})
	b.Act(t, outboxtest.Staff("head", casework.RoleHead, casework.Everywhere), id,
		casework.Assignment{Officer: outboxtest.Staff("petrova", casework.RoleOfficer, "roads")})
}

func TestOfficerThenHeadThenSuperiorHearOfATermOnceEach(t *testing.T) {
	b, e := newWatched(t, nil)
	c := b.File(t, 1)
	b.inWork(t, c.ID)
	b.start(t)
	// Filed on 1 April 2026, the answer is due on 30 April.
	for _, step := range []struct {
		day  int
		want []string
	}{
		{26, nil},
		{27, []string{"consider 3_days officer"}},
		{28, nil},
		{29, []string{"consider 1_day officer"}},
		{30, []string{"consider today head", "consider today officer"}},
		{31, []string{"consider overdue head", "consider overdue officer", "consider overdue supervisor"}},
		{33, nil},
		{34, []string{"consider superior head", "consider superior officer", "consider superior superior", "consider superior supervisor"}},
		{40, nil},
	} {
		at := time.Date(2026, 4, step.day, 9, 0, 0, 0, time.UTC)
		b.Clock.Advance(at.Sub(b.Clock.Now()))
		for range 10 {
			b.settle(t, c.ID)
		}
		if got := e.take(); !slices.Equal(got, step.want) {
			t.Errorf("on day %d: %v, want %v", step.day, got, step.want)
		}
	}
	if s := b.service.Stats(context.Background()).Watch; !s.On || s.Told != 5 || s.Failed != 0 || s.Running || s.Last.IsZero() {
		t.Errorf("stats %+v", s)
	}
}

func TestACaseThatNobodyHasWarnsRegistrarAndHead(t *testing.T) {
	b, e := newWatched(t, nil)
	c := b.File(t, 1)
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.start(t)
	b.settle(t, c.ID)
	b.settle(t, c.ID)
	// Registration is due on 3 April: two days are left.
	if got := e.take(); !slices.Equal(got, []string{"register 3_days head", "register 3_days registrar"}) {
		t.Errorf("%v", got)
	}
}

func TestWithoutACarrierWarningsAreSettledAtTheDesk(t *testing.T) {
	b := newBench(t, nil, func(b *bench) { b.config.Watcher, b.config.WatchLook = b.Office, 10*time.Millisecond })
	c := b.File(t, 1)
	b.start(t)
	b.settle(t, c.ID)
	got, err := b.Store.Get(context.Background(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, notice := range got.Outbox {
		if notice.Medium == casework.MediumStaff {
			n++
			if notice.State != casework.DeliverySent || notice.Evidence != notifications.DeskEvidence {
				t.Errorf("%s is %s with %q", notice.Key, notice.State, notice.Evidence)
			}
		}
	}
	if n == 0 {
		t.Error("nobody was warned")
	}
}

// slow is a watcher that notes when it works and waits to be let go.
type slow struct {
	working, most, runs atomic.Int32
	gate                chan struct{}
	fail                atomic.Pointer[error]
}

func (s *slow) WatchAll(ctx context.Context) (int, error) {
	n := s.working.Add(1)
	defer s.working.Add(-1)
	for m := s.most.Load(); n > m && !s.most.CompareAndSwap(m, n); m = s.most.Load() {
	}
	s.runs.Add(1)
	if s.gate != nil {
		select {
		case <-s.gate:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	if p := s.fail.Load(); p != nil {
		return 0, *p
	}
	return 1, nil
}

func TestTwoProcessesNeverWatchAtOnce(t *testing.T) {
	w := &slow{gate: make(chan struct{})}
	b, _ := newWatched(t, func(b *bench) { b.config.Watcher = w })
	for range 3 {
		b.start(t)
	}
	outboxtest.Until(t, "one has begun", func() bool { return w.working.Load() == 1 })
	for range 3 {
		w.gate <- struct{}{} // each watches once at its start
	}
	outboxtest.Until(t, "all have ended", func() bool { return w.working.Load() == 0 })
	if w.most.Load() != 1 || w.runs.Load() != 3 {
		t.Errorf("%d at once, %d in all", w.most.Load(), w.runs.Load())
	}
}

func TestOneProcessWatchesForAllEveryQuarterOfAnHourOfTheProgramsClock(t *testing.T) {
	w := &slow{}
	b, _ := newWatched(t, func(b *bench) { b.config.Watcher = w })
	var services []*jobs.Service
	for range 2 {
		s, err := jobs.New(b.config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { halt(t, s) })
		services = append(services, s)
	}
	var at []time.Duration
	for passed := time.Duration(0); passed <= 31*time.Minute; passed += 30 * time.Second {
		before := w.runs.Load()
		for _, s := range services {
			s.Look(context.Background())
		}
		for range w.runs.Load() - before {
			at = append(at, passed)
		}
		b.Clock.Advance(30 * time.Second) // too little for a clock that was moved
	}
	// Each process watches once at its start.
	if want := []time.Duration{0, 0, 15 * time.Minute, 30 * time.Minute}; !slices.Equal(at, want) {
		t.Errorf("watched at %v, want %v", at, want)
	}
}

func TestAMovedClockIsWatchedAtOnceBothWays(t *testing.T) {
	w := &slow{}
	b, _ := newWatched(t, func(b *bench) { b.config.Watcher = w })
	b.start(t)
	outboxtest.Until(t, "the first", func() bool { return w.runs.Load() == 1 })
	for i, by := range []time.Duration{5 * time.Minute, -40 * 24 * time.Hour, 400 * 24 * time.Hour} {
		b.Clock.Advance(by)
		outboxtest.Until(t, fmt.Sprint("after a jump by ", by), func() bool { return w.runs.Load() == int32(i+2) })
	}
}

func TestADeadHolderOfTheLeaseHoldsUpTheOthersForTwoMinutesOnly(t *testing.T) {
	w := &slow{}
	b, _ := newWatched(t, func(b *bench) { b.config.Watcher = w })
	dead := fmt.Sprintf(`{"holder":"gone","until":%q}`, b.Clock.Now().Add(2*time.Minute).Format(time.RFC3339))
	if _, err := b.Store.Put(context.Background(), casework.Record{Kind: "job-lease", ID: "watch", Data: []byte(dead)}); err != nil {
		t.Fatal(err)
	}
	var looks atomic.Int32
	b.Store.(*outboxtest.Memory).SetFail(func(call, id string) error {
		if call == "Fetch" && id == "watch" {
			looks.Add(1)
		}
		return nil
	})
	b.start(t)
	outboxtest.Until(t, "the lease was asked for a few times", func() bool { return looks.Load() > 3 })
	if w.runs.Load() != 0 {
		t.Fatal("the lease of another was broken")
	}
	b.Clock.Advance(2*time.Minute + time.Second)
	outboxtest.Until(t, "the watch", func() bool { return w.runs.Load() == 1 })
}

func TestAWatchThatBreaksOffBeginsAgainAndIsCounted(t *testing.T) {
	w := &slow{}
	var down error = casework.Fail(casework.Unavailable, "x", "")
	w.fail.Store(&down)
	b, _ := newWatched(t, func(b *bench) { b.config.Watcher, b.config.WatchLook = w, time.Millisecond })
	s := b.start(t)
	outboxtest.Until(t, "two failures", func() bool { return s.Stats(context.Background()).Watch.Failed >= 2 })
	w.fail.Store(nil)
	outboxtest.Until(t, "a watch", func() bool { return s.Stats(context.Background()).Watch.Runs == 1 })
	if !strings.Contains(b.Log.String(), "watch over terms") {
		t.Error("the failure was not logged")
	}
}

func TestACaseThatCannotBeReadHidesNoneBehindIt(t *testing.T) {
	b, e := newWatched(t, nil)
	bad, good := b.File(t, 1), b.File(t, 2)
	for _, c := range []casework.Case{bad, good} {
		if _, err := b.Route(context.Background(), c.ID); err != nil {
			t.Fatal(err)
		}
	}
	b.Store.(*outboxtest.Memory).SetFail(func(call, id string) error {
		if call == "Get" && id == min(bad.ID, good.ID) {
			return casework.Fail(casework.Corrupted, "x", "")
		}
		return nil
	})
	s := b.start(t)
	outboxtest.Until(t, "the other one was told of", func() bool { return s.Stats(context.Background()).Watch.Told == 1 })
	if runs := s.Stats(context.Background()).Watch; runs.Failed != 1 || runs.Runs != 1 {
		t.Errorf("%+v", runs)
	}
	outboxtest.Until(t, "it was told", func() bool { return len(e.take()) > 0 })
}
