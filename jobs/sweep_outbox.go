package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"priemnaya/casework"
)

// pageSize is how many due cases a sweep lists at once.
const pageSize = 500

// shortPause is between sweeps that stopped because the window was full.
const shortPause = 100 * time.Millisecond

func (s *Service) sweepLoop(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		begin := time.Now()
		more, err := s.sweep(ctx)
		pause := s.cfg.SweepEvery
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			pause = s.trouble(err)
		case more:
			// A long look at a long backlog is not repeated at once.
			pause = max(shortPause, time.Since(begin))
		}
		timer.Reset(pause)
	}
}

// trouble tells the store's failures from the queue's.
func (s *Service) trouble(err error) time.Duration {
	var ours *casework.Error
	if errors.As(err, &ours) {
		s.log.Warn("the outbox could not be read", "code", ours.Code)
		return s.cfg.SweepEvery
	}
	return s.link.broke(s.log, err)
}

// sweep puts tasks on the queue for cases whose outbox is due, from where the
// last one stopped. more is true if the window was full before the end.
func (s *Service) sweep(ctx context.Context) (more bool, err error) {
	room, used, err := s.room()
	if err != nil {
		return false, err
	}
	if s.link.works(s.log) || used < s.seen.queued() {
		// The queue has lost tasks, or another process has done them.
		s.seen.forget()
		s.cursor = ""
	}
	defer func() { s.lastSweep.Store(time.Now().UnixMilli()) }()
	listed, budget := 0, 2*s.cfg.Window
	for {
		ids, next, err := s.cfg.Outbox.Store.OutboxDue(ctx, s.cfg.Outbox.Now(),
			casework.Window{After: s.cursor, Limit: pageSize})
		if err != nil {
			s.cursor = ""
			return false, err
		}
		for _, id := range ids {
			if s.seen.has(id) {
				continue
			}
			full, err := s.examine(ctx, id, room)
			if err != nil {
				return false, err
			}
			more = more || full
			budget--
		}
		listed += len(ids)
		s.cursor = next
		if next == "" {
			s.waiting.Store(int64(listed))
			return more, nil
		}
		if more && budget <= 0 || room[kindRoute]+room[kindDeliver] == 0 {
			s.waiting.Store(max(s.waiting.Load(), int64(listed)))
			return true, nil
		}
	}
}

// examine queues the tasks of one case; room nil means no window. full is
// true if one found no place.
func (s *Service) examine(ctx context.Context, id string, room map[string]int) (full bool, err error) {
	c, err := s.cfg.Outbox.Store.Get(ctx, id)
	switch code := casework.CodeOf(err); {
	case code == casework.Unavailable || ctx.Err() != nil:
		return false, err
	case code == casework.NotFound:
		return false, nil
	case err != nil:
		// One case that cannot be read must not hide those behind it.
		s.log.Error("a case cannot be read", "case", id, "code", code)
		s.seen.note(id, time.Minute, false)
		return false, nil
	}
	now := s.cfg.Outbox.Now()
	notices, resting := s.due(&c, now)
	for _, n := range notices {
		kind := kindOf(n)
		if room != nil {
			if room[kind] <= 0 {
				full = true
				continue
			}
			room[kind]--
		}
		// Noted before it is queued: its worker may be quick and forget it.
		s.seen.note(id, 30*time.Second, true)
		if err := s.enqueue(ctx, id, n, now); err != nil {
			s.seen.drop(id)
			return full, err
		}
	}
	if full {
		s.seen.drop(id)
	} else if resting && len(notices) == 0 {
		s.seen.note(id, time.Second, false)
	}
	return full, nil
}

func (s *Service) hintLoop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-s.hints:
			if s.link.isDown() {
				s.dropped.Add(1)
				continue
			}
			if _, err := s.examine(ctx, id, nil); err != nil && ctx.Err() == nil {
				s.trouble(err)
			}
		}
	}
}

// memory keeps in mind which cases were looked at a moment ago, so that a
// sweep does not load a case again whose task is still on the queue.
type memory struct {
	now func() time.Time

	mu    sync.Mutex
	until map[string]moment
	tasks int
}

type moment struct {
	at     time.Time
	queued bool
}

// mostSeen bounds the memory; beyond it everything is looked at again.
const mostSeen = 100_000

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, until: map[string]moment{}}
}

func (m *memory) note(id string, d time.Duration, queued bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(id)
	if len(m.until) >= mostSeen {
		m.until, m.tasks = map[string]moment{}, 0
	}
	m.until[id] = moment{m.now().Add(d), queued}
	if queued {
		m.tasks++
	}
}

func (m *memory) has(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen, ok := m.until[id]
	if ok && m.now().After(seen.at) {
		m.remove(id)
		return false
	}
	return ok
}

func (m *memory) drop(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(id)
}

func (m *memory) remove(id string) {
	if m.until[id].queued {
		m.tasks--
	}
	delete(m.until, id)
}

func (m *memory) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.until, m.tasks = map[string]moment{}, 0
}

// queued counts cases that should have a task on the queue.
func (m *memory) queued() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tasks
}
