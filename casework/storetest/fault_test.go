package storetest

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
)

// watcher is a TB that notes a failure instead of failing, and ends there: one
// is enough.
type watcher struct {
	mu       sync.Mutex
	failures []string
}

func (*watcher) Helper()                  {}
func (*watcher) Context() context.Context { return context.Background() }

func (w *watcher) Errorf(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
	runtime.Goexit()
}

func (w *watcher) Fatalf(format string, args ...any) { w.Errorf(format, args...) }

// watch runs a claim to its end and gives its failures.
func watch(c Claim, s Storage) []string {
	var w watcher
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Check(&w, s)
	}()
	<-done
	return w.failures
}

// plant is one fault and the claim that must notice it.
type plant struct {
	fault, claim string
	// spoil puts the fault into a good store.
	spoil func(m *Memory) Storage
}

func TestTheSuiteNoticesEveryPlantedFault(t *testing.T) {
	before := patience
	patience = 300 * time.Millisecond
	defer func() { patience = before }()
	claims := Claims()
	for _, p := range slices.Concat(savePlants(), queryPlants(), listingPlants(), shelfPlants()) {
		t.Run(p.fault, func(t *testing.T) {
			i := slices.IndexFunc(claims, func(c Claim) bool { return c.Name == p.claim })
			if i < 0 {
				t.Fatalf("no claim is named %q", p.claim)
			}
			if len(watch(claims[i], p.spoil(newMemory()))) == 0 {
				t.Errorf("the claim %q holds in spite of the fault", p.claim)
			}
		})
	}
}

func TestAGoodStoreGivesTheWatcherNothingToSee(t *testing.T) {
	for _, c := range Claims() {
		if c.Name == "each filter alone keeps exactly what it names" {
			continue // It is slow and watched by the suite's own run.
		}
		if f := watch(c, newMemory()); len(f) > 0 {
			t.Errorf("%s: %s", c.Name, f[0])
		}
	}
}

// spoiled is a store of which single methods are replaced.
type spoiled struct {
	*Memory
	create  func(context.Context, casework.Case) (casework.Case, error)
	update  func(context.Context, string, func(casework.Case) (casework.Case, error)) (casework.Case, error)
	get     func(context.Context, string) (casework.Case, error)
	find    func(context.Context, string) ([]casework.Case, error)
	page    func(context.Context, casework.Query) (casework.Page, error)
	counts  func(context.Context, []string) ([]casework.Count, error)
	owed    func(context.Context, []string, []casework.Date) ([]casework.Owed, error)
	due     func(context.Context, casework.Date, casework.Date, casework.Window) ([]casework.Row, string, error)
	outbox  func(context.Context, time.Time, casework.Window) ([]string, string, error)
	changed func(context.Context, casework.Window) ([]casework.Row, string, error)
	take    func(context.Context, string, int) (int64, error)
	fetch   func(context.Context, string, string) (casework.Record, error)
	put     func(context.Context, casework.Record) (casework.Record, error)
	list    func(context.Context, string, string, casework.Window) ([]casework.Record, string, error)
	purge   func(context.Context, time.Time, int) (int, error)
	raise   func(context.Context, string, int64) error
}

func (s spoiled) Create(ctx context.Context, c casework.Case) (casework.Case, error) {
	if s.create != nil {
		return s.create(ctx, c)
	}
	return s.Memory.Create(ctx, c)
}

func (s spoiled) Update(ctx context.Context, id string, f func(casework.Case) (casework.Case, error)) (casework.Case, error) {
	if s.update != nil {
		return s.update(ctx, id, f)
	}
	return s.Memory.Update(ctx, id, f)
}

func (s spoiled) Get(ctx context.Context, id string) (casework.Case, error) {
	if s.get != nil {
		return s.get(ctx, id)
	}
	return s.Memory.Get(ctx, id)
}

func (s spoiled) Find(ctx context.Context, n string) ([]casework.Case, error) {
	if s.find != nil {
		return s.find(ctx, n)
	}
	return s.Memory.Find(ctx, n)
}

func (s spoiled) Page(ctx context.Context, q casework.Query) (casework.Page, error) {
	if s.page != nil {
		return s.page(ctx, q)
	}
	return s.Memory.Page(ctx, q)
}

func (s spoiled) Counts(ctx context.Context, b []string) ([]casework.Count, error) {
	if s.counts != nil {
		return s.counts(ctx, b)
	}
	return s.Memory.Counts(ctx, b)
}

func (s spoiled) Owed(ctx context.Context, b []string, days []casework.Date) ([]casework.Owed, error) {
	if s.owed != nil {
		return s.owed(ctx, b, days)
	}
	return s.Memory.Owed(ctx, b, days)
}

func (s spoiled) DueBetween(ctx context.Context, from, to casework.Date, w casework.Window) ([]casework.Row, string, error) {
	if s.due != nil {
		return s.due(ctx, from, to, w)
	}
	return s.Memory.DueBetween(ctx, from, to, w)
}

func (s spoiled) OutboxDue(ctx context.Context, now time.Time, w casework.Window) ([]string, string, error) {
	if s.outbox != nil {
		return s.outbox(ctx, now, w)
	}
	return s.Memory.OutboxDue(ctx, now, w)
}

func (s spoiled) ChangedSince(ctx context.Context, w casework.Window) ([]casework.Row, string, error) {
	if s.changed != nil {
		return s.changed(ctx, w)
	}
	return s.Memory.ChangedSince(ctx, w)
}

func (s spoiled) Take(ctx context.Context, series string, n int) (int64, error) {
	if s.take != nil {
		return s.take(ctx, series, n)
	}
	return s.Memory.Take(ctx, series, n)
}

func (s spoiled) Fetch(ctx context.Context, kind, id string) (casework.Record, error) {
	if s.fetch != nil {
		return s.fetch(ctx, kind, id)
	}
	return s.Memory.Fetch(ctx, kind, id)
}

func (s spoiled) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if s.put != nil {
		return s.put(ctx, r)
	}
	return s.Memory.Put(ctx, r)
}

func (s spoiled) List(ctx context.Context, kind, owner string, w casework.Window) ([]casework.Record, string, error) {
	if s.list != nil {
		return s.list(ctx, kind, owner, w)
	}
	return s.Memory.List(ctx, kind, owner, w)
}

func (s spoiled) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	if s.purge != nil {
		return s.purge(ctx, before, limit)
	}
	return s.Memory.Purge(ctx, before, limit)
}

func (s spoiled) Raise(ctx context.Context, series string, to int64) error {
	if s.raise != nil {
		return s.raise(ctx, series, to)
	}
	return s.Memory.Raise(ctx, series, to)
}
