package web

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

func TestALimitLetsABurstPassAndThenTheRate(t *testing.T) {
	b := newBench(t)
	b.app.Get("/limited", b.kit.Limit("test", 6, 3, func(c *fiber.Ctx) string { return c.Get("Key") }),
		func(c *fiber.Ctx) error { return c.SendString("ok") })
	ask := func(key string) answer {
		request := httptest.NewRequest("GET", "/limited", nil)
		request.Header.Set("Key", key)
		return b.do(t, request)
	}
	for i := range 3 {
		if got := ask("a"); got.StatusCode != 200 {
			t.Fatalf("request %d of the burst: %d", i, got.StatusCode)
		}
	}
	refused := ask("a")
	if refused.StatusCode != 429 || refused.Header.Get("Retry-After") != "10" {
		t.Fatalf("%d, Retry-After %q", refused.StatusCode, refused.Header.Get("Retry-After"))
	}
	if got := ask("b"); got.StatusCode != 200 {
		t.Error("one key spends the tokens of another")
	}
	for range 9 {
		if got := ask(""); got.StatusCode != 200 {
			t.Fatal("an empty key must not be limited")
		}
	}
	b.now = b.now.Add(9900 * time.Millisecond)
	if got := ask("a"); got.StatusCode != 429 {
		t.Error("the wait was shorter than promised")
	}
	b.now = b.now.Add(100 * time.Millisecond)
	if got := ask("a"); got.StatusCode != 200 {
		t.Error("after the promised wait the request must pass")
	}
}

func TestTheLimiterKeepsNoAddressesAndBoundedMemory(t *testing.T) {
	now := time.Date(2026, 12, 6, 9, 0, 0, 0, time.UTC)
	l := &limiter{buckets: map[[16]byte]bucket{}, rate: 1, burst: 2}
	for i := range maxBuckets + 5000 {
		l.take(fmt.Sprint("10.0.0.", i), now)
	}
	if len(l.buckets) > maxBuckets {
		t.Errorf("%d buckets, at most %d are allowed", len(l.buckets), maxBuckets)
	}
	salt := string(l.salt)
	l.take("10.0.0.1", now.Add(saltLife))
	if string(l.salt) == salt || len(l.buckets) != 1 {
		t.Error("the salt did not change with the hour")
	}
	stuck := &limiter{buckets: map[[16]byte]bucket{}, burst: 1}
	stuck.take("a", now)
	if wait := stuck.take("a", now); wait <= 0 {
		t.Error("a rate of zero must refuse after the burst")
	}
	if wait := l.take("10.0.0.1", now.Add(-time.Hour)); wait > 0 {
		t.Error("a clock set back locked a reader out")
	}
}
