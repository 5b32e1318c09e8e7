package notifications

import (
	"sync"
	"time"
)

// firstRest is how long a medium rests after the first failure of its server;
// each further one doubles it up to the most allowed.
const firstRest = time.Second

// rest keeps a medium whose server is down from wearing out every letter:
// between pauses a few attempts look whether it works again.
type rest struct {
	now  func() time.Time
	most time.Duration

	mu    sync.Mutex
	until time.Time
	pause time.Duration
	// worked is when the last attempt succeeded.
	worked time.Time
}

// begin starts a pause, or a longer one, after the failure of an attempt that
// began at started. first is true if the medium worked until now. It does
// nothing for an attempt that began before the pause or before a success:
// what it met has been answered already.
func (r *rest) begin(started time.Time) (first bool, pause time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if started.Before(r.worked) {
		return false, r.pause
	}
	if now := r.now(); !now.Before(r.until) {
		first = r.pause == 0
		r.pause = min(max(2*r.pause, firstRest), r.most)
		r.until = now.Add(r.pause)
	}
	return first, r.pause
}

// end notes a success and reports whether there had been a pause.
func (r *rest) end() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	rested := r.pause > 0
	r.pause, r.until, r.worked = 0, time.Time{}, r.now()
	return rested
}

func (r *rest) over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.now().Before(r.until)
}
