package jobs

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"priemnaya/casework"
)

// Watcher looks at the terms of all cases and warns staff; casework.Office.
type Watcher interface {
	// WatchAll returns how many levels were told; harmless if all were.
	WatchAll(ctx context.Context) (int, error)
}

// leaseLength is how long a process that died during a watch holds up the
// others. The holder prolongs it three times as often.
const leaseLength = 2 * time.Minute

// jumpBy is how far the clock of the program may part from the machine's
// between two looks before it counts as moved.
const jumpBy = time.Minute

// WatchStats is what an operator sees of the watch over terms.
type WatchStats struct {
	// On is false if the service was made without a Watcher.
	On bool `json:"on"`
	// Running is true while this process watches.
	Running bool `json:"running"`
	// Last is when this process finished a watch, by the program's clock.
	Last time.Time `json:"last,omitzero"`
	// Runs, Told and Failed count since the start of this process: watches
	// finished, levels told, watches that broke off.
	Runs   int `json:"runs"`
	Told   int `json:"told"`
	Failed int `json:"failed"`
}

// watch is the periodic look at all terms: at the start, every WatchEvery by
// the program's clock, and when that clock was moved. Over all processes one
// does it at a time.
type watch struct {
	s     *Service
	lease lease

	mu    sync.Mutex
	stats WatchStats

	// Only the loop reads these.
	looked, real time.Time
	last         time.Time
	// want is true while a watch is due; forced, if also after another
	// process's.
	want, forced bool
	// rest is how many looks to let pass after a failure.
	rest int
}

// restLooks is how many looks pass before a watch that broke off is begun again.
const restLooks = 30

func newWatch(s *Service) *watch {
	return &watch{s: s, stats: WatchStats{On: s.cfg.Watcher != nil}, want: true, forced: true,
		lease: lease{shelf: s.cfg.Outbox.Shelf, now: s.cfg.Outbox.Now, name: "watch", holder: rand.Text(), length: leaseLength}}
}

func (w *watch) loop(ctx context.Context) {
	tick := time.NewTicker(w.s.cfg.WatchLook)
	defer tick.Stop()
	for {
		w.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look watches if it is time.
func (w *watch) look(ctx context.Context) {
	now, real := w.s.cfg.Outbox.Now(), time.Now()
	if !w.looked.IsZero() {
		parted := now.Sub(w.looked) - real.Sub(w.real)
		if parted > jumpBy || parted < -jumpBy {
			w.want, w.forced = true, true
		}
	}
	w.looked, w.real = now, real
	if now.Sub(w.last) >= w.s.cfg.WatchEvery {
		w.want = true
	}
	if w.rest > 0 {
		w.rest--
		return
	}
	if !w.want || ctx.Err() != nil {
		return
	}
	held, ran, err := w.lease.take(ctx)
	switch {
	case err != nil:
		w.broke(ctx, err)
		return
	case !held:
		// Another process is at it; the next look asks again.
		return
	}
	if since := now.Sub(ran); !w.forced && since >= 0 && since < w.s.cfg.WatchEvery {
		w.want, w.last = false, ran
		w.giveBack(ctx, false)
		return
	}
	w.run(ctx)
}

// run watches while it holds the lease.
func (w *watch) run(ctx context.Context) {
	w.note(func(s *WatchStats) { s.Running = true })
	began := w.s.cfg.Outbox.Now()
	inner, cancel := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	keeper.Go(func() { w.keep(inner, cancel) })
	told, err := w.s.cfg.Watcher.WatchAll(inner)
	// Whatever else went wrong, the rest of the cases were looked at.
	through := err == nil || inner.Err() == nil && casework.CodeOf(err) != casework.Unavailable
	cancel()
	keeper.Wait()
	w.note(func(s *WatchStats) {
		s.Running = false
		s.Told += told
	})
	// A clock that was moved meanwhile is seen by the next look.
	w.giveBack(ctx, through)
	if err != nil {
		w.broke(ctx, err)
	}
	if !through {
		return
	}
	w.rest = 0
	w.want, w.forced, w.last = false, false, began
	w.note(func(s *WatchStats) { s.Runs, s.Last = s.Runs+1, w.s.cfg.Outbox.Now() })
	if told > 0 {
		w.s.log.Info("staff were warned of terms", "levels", told)
	}
}

// keep prolongs the lease until ctx ends; a lease that was lost ends the watch.
func (w *watch) keep(ctx context.Context, cancel context.CancelFunc) {
	tick := time.NewTicker(w.lease.length / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if held, _, err := w.lease.take(ctx); err == nil && !held {
				cancel()
				return
			}
		}
	}
}

// giveBack frees the lease even while the service stops.
func (w *watch) giveBack(ctx context.Context, done bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := w.lease.free(ctx, done); err != nil {
		w.s.log.Warn("the lease of the watch was not given back and runs out by itself", "code", casework.CodeOf(err))
	}
}

func (w *watch) broke(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	w.rest = restLooks
	w.note(func(s *WatchStats) { s.Failed++ })
	w.s.log.Warn("the watch over terms met a failure", "code", casework.CodeOf(err))
}

func (w *watch) note(change func(*WatchStats)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.stats)
}

func (w *watch) read() WatchStats {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stats
}
