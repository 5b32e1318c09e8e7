package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"math"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// maxBuckets bounds the memory of one limiter, about 4 MB when full.
const maxBuckets = 50_000

// saltLife is how long one salt lives. After it the same address has another
// key, so what is held in memory cannot be traced back to an address.
const saltLife = time.Hour

// LimitError is a refused request; it answers 429 with Retry-After.
type LimitError struct {
	Name string
	Wait time.Duration
}

// Error names the limit.
func (e *LimitError) Error() string { return "rate limit " + e.Name + " exceeded" }

// RetryAfter returns how long until one request will pass.
func (e *LimitError) RetryAfter() time.Duration { return e.Wait }

type bucket struct {
	tokens float64
	at     time.Time
}

type limiter struct {
	mu      sync.Mutex
	buckets map[[16]byte]bucket
	salt    []byte
	salted  time.Time
	rate    float64 // tokens a second
	burst   float64
}

// Limit lets a key make burst requests at once and perMinute a minute after
// that. A nil key is the address of the client. Keys are kept only as a hash
// with a salt that changes every hour; an empty key is not limited.
func (k *Kit) Limit(name string, perMinute, burst int, key func(*fiber.Ctx) string) fiber.Handler {
	l := &limiter{buckets: map[[16]byte]bucket{}, rate: float64(perMinute) / 60, burst: float64(max(1, burst))}
	if key == nil {
		key = func(c *fiber.Ctx) string { return c.IP() }
	}
	return func(c *fiber.Ctx) error {
		value := key(c)
		if value == "" {
			return c.Next()
		}
		if wait := l.take(value, k.now()); wait > 0 {
			return &LimitError{Name: name, Wait: wait}
		}
		return c.Next()
	}
}

// take spends one token, or says how long until there is one.
func (l *limiter) take(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.salt == nil || now.Sub(l.salted) >= saltLife || now.Before(l.salted) {
		// A new salt forgets all buckets: once an hour everybody has a full one.
		l.salt, l.salted = make([]byte, 32), now
		_, _ = rand.Read(l.salt)
		clear(l.buckets)
	}
	hash := hmac.New(sha256.New, l.salt)
	hash.Write([]byte(key))
	var id [16]byte
	copy(id[:], hash.Sum(nil))
	b, known := l.buckets[id]
	if !known {
		if len(l.buckets) >= maxBuckets {
			l.evict(now)
		}
		b = bucket{tokens: l.burst, at: now}
	}
	b.tokens = math.Min(l.burst, b.tokens+math.Max(0, now.Sub(b.at).Seconds())*l.rate)
	b.at = now
	if b.tokens < 1 {
		l.buckets[id] = b
		if l.rate <= 0 {
			return saltLife
		}
		return time.Duration((1 - b.tokens) / l.rate * float64(time.Second))
	}
	b.tokens--
	l.buckets[id] = b
	return 0
}

// evict drops buckets that are full again, and if a flood left none, any tenth:
// losing a bucket is kind to its owner, never harsh.
func (l *limiter) evict(now time.Time) {
	for id, b := range l.buckets {
		if b.tokens+now.Sub(b.at).Seconds()*l.rate >= l.burst {
			delete(l.buckets, id)
		}
	}
	if len(l.buckets) < maxBuckets*9/10 {
		return
	}
	drop := maxBuckets / 10
	for id := range l.buckets {
		if drop == 0 {
			return
		}
		delete(l.buckets, id)
		drop--
	}
}
