package jobs_test

import (
	"testing"
	"time"

	"priemnaya/notifications/outboxtest"
)

// One appeal from filing to its first letter on an idle installation.
func BenchmarkFromFilingToTheFirstLetter(b *testing.B) {
	bench := newBench(b, nil, nil)
	bench.start(b)
	bench.File(b, 1_000_000)
	outboxtest.Until(b, "warm", func() bool { n, _ := bench.mail.Count(); return n == 2 })
	for n := 0; b.Loop(); n++ {
		before, _ := bench.mail.Count()
		bench.File(b, n)
		outboxtest.Until(b, "a letter", func() bool { now, _ := bench.mail.Count(); return now > before })
		b.StopTimer()
		outboxtest.Until(b, "both letters", func() bool { now, _ := bench.mail.Count(); return now == before+2 })
		b.StartTimer()
	}
}

// Tasks a second through Redis inside: one route and two letters a case.
func BenchmarkTasksEndToEnd(b *testing.B) {
	bench := newBench(b, nil, nil)
	bench.start(b)
	begin := time.Now()
	n := 0
	for ; b.Loop(); n++ {
		bench.File(b, n)
	}
	outboxtest.UntilWithin(b, 5*time.Minute, "all letters", func() bool { done, _ := bench.mail.Count(); return done == 2*n })
	b.ReportMetric(float64(3*n)/time.Since(begin).Seconds(), "tasks/s")
}
