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
}

// begin starts a pause, or a longer one. first is true if the medium worked
// until now. Failures during a pause, of attempts that began before it, do
// not lengthen it.
func (r *rest) begin() (first bool, pause time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
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
	r.pause, r.until = 0, time.Time{}
	return rested
}

func (r *rest) over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.now().Before(r.until)
}
