package bots

import (
	"sync"
	"time"
)

// Limits bound how much is taken in. Zero fields take the default.
type Limits struct {
	// ChatBurst updates may come from one chat at once, and ChatPerSecond go
	// on being taken; 80 and 1 by default.
	ChatBurst     int
	ChatPerSecond float64
	// AllBurst and AllPerSecond are those of all chats together; 5000 and 400
	// by default. Above it updates are not acknowledged: the messenger keeps
	// them and comes again.
	AllBurst     int
	AllPerSecond float64
}

// admission is what is done with an update.
type admission int

const (
	admitted admission = iota
	// droppedFirst: the first one too many; the person is told.
	droppedFirst
	// dropped: one more of them.
	dropped
	// overloaded: all of us have too much to do.
	overloaded
)

// quietFor is how long a chat that was told to be patient is not told again.
const quietFor = time.Minute

// limiter counts in memory only: a flood must not make the store grow.
type limiter struct {
	mu    sync.Mutex
	cfg   Limits
	all   bucket
	chats map[string]*chatBucket
	swept time.Time
}

type bucket struct {
	level float64
	at    time.Time
}

type chatBucket struct {
	bucket
	told time.Time
}

func newLimiter(cfg Limits) *limiter {
	if cfg.ChatBurst <= 0 {
		cfg.ChatBurst = 80
	}
	if cfg.ChatPerSecond <= 0 {
		cfg.ChatPerSecond = 1
	}
	if cfg.AllBurst <= 0 {
		cfg.AllBurst = 5000
	}
	if cfg.AllPerSecond <= 0 {
		cfg.AllPerSecond = 400
	}
	return &limiter{cfg: cfg, chats: map[string]*chatBucket{}}
}

// take takes one from a bucket that leaks perSecond.
func (b *bucket) take(now time.Time, burst int, perSecond float64) bool {
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.level = max(0, b.level-passed*perSecond)
		b.at = now
	}
	if b.level+1 > float64(burst) {
		return false
	}
	b.level++
	return true
}

func (l *limiter) admit(key string, now time.Time) admission {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	c := l.chats[key]
	if c == nil {
		c = &chatBucket{bucket: bucket{at: now}}
		l.chats[key] = c
	}
	if !c.take(now, l.cfg.ChatBurst, l.cfg.ChatPerSecond) {
		if now.Sub(c.told) < quietFor {
			return dropped
		}
		c.told = now
		return droppedFirst
	}
	if !l.all.take(now, l.cfg.AllBurst, l.cfg.AllPerSecond) {
		c.level--
		return overloaded
	}
	return admitted
}

// sweep forgets chats that have been quiet.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < quietFor {
		return
	}
	l.swept = now
	full := time.Duration(float64(l.cfg.ChatBurst)/l.cfg.ChatPerSecond) * time.Second
	for key, c := range l.chats {
		if now.Sub(c.at) > full && now.Sub(c.told) > quietFor {
			delete(l.chats, key)
		}
	}
}

// pauses are chats and messengers that asked to wait.
type pauses struct {
	mu    sync.Mutex
	until map[string]time.Time
	tries map[string]int
	slots map[string]time.Time
}

func newPauses() *pauses {
	return &pauses{until: map[string]time.Time{}, tries: map[string]int{}, slots: map[string]time.Time{}}
}

// begin notes a failed attempt and returns how long to wait: what was asked
// for, else a doubling pause of at most five minutes.
func (p *pauses) begin(key, platform string, e *SendError) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries[key]++
	wait := e.After
	if wait <= 0 {
		wait = min(5*time.Minute, time.Second<<min(p.tries[key]-1, 9))
	}
	where := key
	if e.Whole || e.Reason == Unauthorized {
		where = platform
	}
	p.until[where] = time.Now().Add(wait)
	return wait
}

// end notes a success.
func (p *pauses) end(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.tries, key)
	delete(p.until, key)
	delete(p.slots, key)
}

// left is how long a chat has to wait still.
func (p *pauses) left(key, platform string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, time.Until(p.until[key]), time.Until(p.until[platform]))
}

// settle is how long a reply that may still change waits: until nothing of the
// kind has come for the time given. changed says that it has changed now.
func (p *pauses) settle(key string, changed bool, wait time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	since, ok := p.slots[key]
	if !ok || changed {
		since = time.Now()
		p.slots[key] = since
	}
	return wait - time.Since(since)
}
