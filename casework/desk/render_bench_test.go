package desk_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"priemnaya/casework"
)

// slowest is the p95 that a page of the desk may take to make.
const slowest = 20 * time.Millisecond

func p95(t testing.TB, n int, page func()) time.Duration {
	t.Helper()
	times := make([]time.Duration, n)
	for i := range times {
		start := time.Now()
		page()
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	return times[n*95/100]
}

// BenchmarkPages measures the queue with 300 cases and the page of a case from
// the request to the last byte, and reports the p95.
func BenchmarkPages(b *testing.B) {
	bench := newBench(b)
	var c casework.Case
	for range 300 {
		c = bench.at(b, casework.StageInWork)
	}
	for name, page := range map[string]func(){
		"queue": func() { bench.get(b, head, "/desk?tab=open") },
		"case":  func() { bench.get(b, head, path(c, "")) },
	} {
		b.Run(name, func(b *testing.B) {
			worst := time.Duration(0)
			for b.Loop() {
				worst = p95(b, 100, page)
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "p95-ms")
		})
	}
}

func TestPagesAreMadeQuickly(t *testing.T) {
	if os.Getenv("CI") != "" || testing.Short() {
		t.Skip("a clock on a shared machine proves nothing")
	}
	b := newBench(t)
	var c casework.Case
	for range 60 {
		c = b.at(t, casework.StageInWork)
	}
	for name, page := range map[string]func(){
		"queue": func() { b.get(t, head, "/desk?tab=open") }, "case": func() { b.get(t, head, path(c, "")) },
	} {
		// The best of a few rounds: other programs share the processor.
		best := time.Hour
		for range 4 {
			best = min(best, p95(t, 30, page))
		}
		if best > 4*slowest {
			t.Errorf("%s: p95 %v is far over %v", name, best, slowest)
		}
	}
}
