package webhook

import (
	"sync"
	"time"
)

// How long a target rests after a failure, at first and at most.
const (
	firstRest = 30 * time.Second
	longRest  = time.Hour
)

// rests keep a target that is down from being asked for every event, without
// holding up any other. They live in memory: after a restart each target is
// simply tried once more.
type rests struct {
	mu sync.Mutex
	of map[string]rest
}

type rest struct {
	until time.Time
	pause time.Duration
}

// until tells when a target may be asked again; the zero time is now.
func (r *rests) until(target string, now time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x := r.of[target]; x.until.After(now) {
		return x.until
	}
	return time.Time{}
}

// begin starts a rest, or a longer one, and tells its end and whether the
// target worked until now. A target that has named a time is asked no sooner.
func (r *rests) begin(target string, now, named time.Time) (until time.Time, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = map[string]rest{}
	}
	x := r.of[target]
	first = x.pause == 0
	if !x.until.After(now) {
		x.pause = min(max(2*x.pause, firstRest), longRest)
		x.until = now.Add(x.pause)
	}
	if named.After(x.until) {
		x.until = named
	}
	r.of[target] = x
	return x.until, first
}

// end notes that the target works and reports whether it had rested.
func (r *rests) end(target string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, rested := r.of[target]
	delete(r.of, target)
	return rested
}
