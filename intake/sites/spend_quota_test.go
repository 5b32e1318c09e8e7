package sites

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"priemnaya/casework"
)

func TestTheQuotaHoldsAcrossProcessesAndIsHonest(t *testing.T) {
	h := openHouse(t)
	must(t, h.sites.Directory.SetQuota(t.Context(), "roads-site", Quota{PerMinute: 100, PerDay: 1000}))
	first := newQuotas(h.shelf, h.now)
	second := newQuotas(h.shelf, h.now)
	var taken atomic.Int64
	var wg sync.WaitGroup
	for _, q := range []*quotas{first, second} {
		for range 4 {
			wg.Go(func() {
				for range 40 {
					at, err := q.take(t.Context(), "roads-site", Quota{PerMinute: 100, PerDay: 1000})
					if err != nil {
						t.Error(err)
					}
					if at.OK {
						taken.Add(1)
					}
				}
			})
		}
	}
	wg.Wait()
	if n := taken.Load(); n != 100 {
		t.Errorf("320 asked in two processes, %d got through instead of 100", n)
	}
	h.pass(time.Minute)
	if at, err := first.take(t.Context(), "roads-site", Quota{PerMinute: 100, PerDay: 1000}); !at.OK || err != nil {
		t.Errorf("the next minute: %+v %v", at, err)
	}
}

func TestTooManyRequestsAreToldWhenToComeAgain(t *testing.T) {
	h := openHouse(t)
	must(t, h.sites.Directory.SetQuota(t.Context(), "roads-site", Quota{PerMinute: 3, PerDay: 5}))
	h.pass(20 * time.Second)
	var a answer
	for i := range 4 {
		a = h.call(h.mine, "GET", "/api/v1/bodies", nil)
		if want := 200; i < 3 && a.Status != want {
			t.Fatalf("request %d: %d", i, a.Status)
		}
		if want := fmt.Sprintf(`"minute";r=%d;t=40`, max(0, 2-i)); a.Header.Get("RateLimit") != want {
			t.Errorf("request %d: %s instead of %s", i, a.Header.Get("RateLimit"), want)
		}
	}
	if a.Status != 429 || a.Header.Get("Retry-After") != "40" || a.Header.Get("RateLimit-Policy") != `"minute";q=3;w=60, "day";q=5;w=86400` {
		t.Errorf("%d %v", a.Status, a.Header)
	}
	if a := h.call(h.other, "GET", "/api/v1/bodies", nil); a.Status != 200 {
		t.Errorf("another site: %d", a.Status)
	}
	h.pass(40 * time.Second)
	for range 2 {
		if a = h.call(h.mine, "GET", "/api/v1/bodies", nil); a.Status != 200 {
			t.Errorf("after Retry-After: %d", a.Status)
		}
	}
	a = h.call(h.mine, "GET", "/api/v1/bodies", nil)
	wait, err := strconv.Atoi(a.Header.Get("Retry-After"))
	must(t, err)
	if a.Status != 429 || wait < 3600 {
		t.Errorf("the day's quota: %d, come again in %d s", a.Status, wait)
	}
	h.pass(time.Duration(wait) * time.Second)
	if a := h.call(h.mine, "GET", "/api/v1/bodies", nil); a.Status != 200 {
		t.Errorf("the next day: %d", a.Status)
	}
}

func TestTheQuotaOfADayEndsWithTheDay(t *testing.T) {
	h := openHouse(t)
	q, quota := newQuotas(h.shelf, h.now), Quota{PerMinute: 10, PerDay: 15}
	spend := func(n int) (ok int, last standing) {
		t.Helper()
		for range n {
			at, err := q.take(t.Context(), "roads-site", quota)
			must(t, err)
			if last = at; at.OK {
				ok++
			}
		}
		return ok, last
	}
	if ok, last := spend(10); ok != 10 || last.Name != "minute" || last.Left != 0 {
		t.Fatalf("the first minute: %d, %+v", ok, last)
	}
	h.pass(time.Minute)
	toMidnight := 86400 - int(h.now().Unix()%86400)
	if ok, last := spend(8); ok != 5 || last.Name != "day" || last.Limit != 15 || last.Left != 0 || last.Seconds != toMidnight {
		t.Errorf("the second minute: %d, %+v", ok, last)
	}
	h.pass(time.Duration(toMidnight-1) * time.Second)
	if ok, _ := spend(1); ok != 0 {
		t.Error("a second before midnight more was given")
	}
	h.pass(time.Second)
	if ok, last := spend(1); ok != 1 || last.Left != 9 {
		t.Errorf("the next day: %+v", last)
	}
	// Another process finds the same on the shelf.
	q = newQuotas(h.shelf, h.now)
	if ok, last := spend(1); ok != 1 || last.OK != true {
		t.Errorf("the next day in another process: %+v", last)
	}
}

// blind is a shelf that cannot be read and can be written.
type blind struct{ casework.Shelf }

func (blind) Fetch(context.Context, string, string) (casework.Record, error) {
	return casework.Record{}, casework.Fail(casework.Unavailable, "test", "")
}

func TestAShelfThatCannotBeReadGivesNoFreshQuota(t *testing.T) {
	h := openHouse(t)
	if at, err := newQuotas(blind{h.shelf}, h.now).take(t.Context(), "roads-site", Quota{PerMinute: 10, PerDay: 15}); casework.CodeOf(err) != casework.Unavailable || at.OK {
		t.Errorf("%+v, %v", at, err)
	}
}
