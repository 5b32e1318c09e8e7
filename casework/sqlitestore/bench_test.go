package sqlitestore

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// benchCases is how many cases the benchmarks of reading look through;
// PRIEMNAYA_BENCH_CASES overrides it.
func benchCases() int {
	if n, err := strconv.Atoi(os.Getenv("PRIEMNAYA_BENCH_CASES")); err == nil && n > 0 {
		return n
	}
	return 10_000
}

// filing runs b.N operations from 64 goroutines.
func filing(b *testing.B, work func(i int) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range 64 {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := work(int(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

// made makes samples beforehand: making one costs more than saving it.
func made(n int) []casework.Case {
	list := make([]casework.Case, n)
	for i := range list {
		list[i] = storetest.Filed(i)
	}
	return list
}

func BenchmarkCreateWithoutSearch(b *testing.B) { benchCreate(b, Options{NoSearch: true}) }
func BenchmarkCreateWithSearch(b *testing.B)    { benchCreate(b, Options{}) }

func benchCreate(b *testing.B, opt Options) {
	s, cases := open(b, opt), made(b.N)
	filing(b, func(i int) error {
		_, err := s.Create(b.Context(), cases[i-1])
		return err
	})
	b.StopTimer()
	st, err := s.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(st.Operations)/float64(st.Batches), "ops/commit")
	b.ReportMetric(float64(st.Bytes)/float64(b.N), "B/case")
	b.ReportMetric(float64(st.Indexing), "unindexed")
}

// BenchmarkIndexing is how quickly the words of cases are fed with nothing
// else to do.
func BenchmarkIndexing(b *testing.B) {
	s, cases := open(b, Options{}), made(b.N)
	filing(b, func(i int) error {
		_, err := s.Create(b.Context(), cases[i-1])
		return err
	})
	b.ResetTimer()
	start, err := s.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for {
		st, err := s.Stats(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if st.Indexing == 0 {
			break
		}
		<-time.After(time.Millisecond)
	}
	b.ReportMetric(float64(start.Indexing)/b.Elapsed().Seconds(), "cases/s")
}

func BenchmarkUpdate(b *testing.B) {
	s, n := crowded(b)
	filing(b, func(i int) error {
		_, err := s.Update(b.Context(), fmt.Sprintf("C%025d", i*7919%n), func(c casework.Case) (casework.Case, error) {
			c.Place.Officer = fmt.Sprint("staff:", i%50)
			return c, nil
		})
		return err
	})
}

var (
	crowdedOnce  sync.Once
	crowdedStore *Store
)

// crowded is a store with many cases at all stages, made once and indexed.
func crowded(b *testing.B) (*Store, int) {
	b.Helper()
	n := benchCases()
	crowdedOnce.Do(func() {
		dir, err := os.MkdirTemp("", "bench")
		if err != nil {
			b.Fatal(err)
		}
		if crowdedStore, err = Open(b.Context(), dir+"/cases.db", Options{}); err != nil {
			b.Fatal(err)
		}
		var next atomic.Int64
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for i := next.Add(1); i <= int64(n); i = next.Add(1) {
					if _, err := crowdedStore.Create(b.Context(), storetest.Sample(int(i-1))); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		for st, err := crowdedStore.Stats(b.Context()); err == nil && st.Indexing > 0; st, err = crowdedStore.Stats(b.Context()) {
			<-time.After(10 * time.Millisecond)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		st, _ := crowdedStore.Stats(b.Context())
		b.Logf("%d cases, %d MB on disk, Go heap %d MB", n, st.Bytes>>20, m.HeapInuse>>20)
	})
	return crowdedStore, n
}

// timed runs b.N calls and reports their quantiles.
func timed(b *testing.B, call func(i int) error) {
	b.Helper()
	took := make([]time.Duration, b.N)
	b.ResetTimer()
	for i := range b.N {
		begun := time.Now()
		if err := call(i); err != nil {
			b.Fatal(err)
		}
		took[i] = time.Since(begun)
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
}

func BenchmarkRead(b *testing.B) {
	s, n := crowded(b)
	open := casework.Stages()[2:7]
	page := func(q casework.Query) func(int) error {
		q.Limit = 50
		return func(int) error {
			_, err := s.Page(b.Context(), q)
			return err
		}
	}
	deep := casework.Query{Bodies: []string{"zarechye-roads"}, Window: casework.Window{Limit: 1000}}
	for range n / 5 / 1000 {
		p, err := s.Page(b.Context(), deep)
		if err != nil {
			b.Fatal(err)
		}
		if p.Next == "" {
			break
		}
		deep.After = p.Next
	}
	for _, c := range []struct {
		name string
		call func(int) error
	}{
		{"Queue", page(casework.Query{Bodies: []string{"zarechye-roads"}, Stages: open})},
		{"QueueDeep", page(deep)},
		{"QueueOfficer", page(casework.Query{Officer: "staff:officer-7", Stages: open})},
		{"QueueOverdue", page(casework.Query{Bodies: []string{"zarechye-roads"}, DueTo: casework.NewDate(2026, 11, 20)})},
		{"QueueSoonEverywhere", page(casework.Query{DueFrom: casework.NewDate(2026, 11, 20), DueTo: casework.NewDate(2026, 11, 23)})},
		{"QueueDueNeverEverywhere", page(casework.Query{DueTo: casework.NewDate(1999, 1, 1)})},
		{"QueueWaiting", page(casework.Query{Bodies: []string{"zarechye-roads"}, Waits: casework.WaitsApplicant | casework.WaitsApproval})},
		{"QueueWaitingEverywhere", page(casework.Query{Waits: casework.WaitsBody | casework.WaitsRework})},
		{"QueueNewest", page(casework.Query{Bodies: []string{"zarechye-roads"}, Sort: casework.SortReceived})},
		{"Everything", page(casework.Query{})},
		{"Party", page(casework.Query{Party: "esia:1000000007"})},
		{"SearchCommon", page(casework.Query{Text: "дорога подвал", Bodies: []string{"zarechye-roads"}})},
		{"SearchRare", page(casework.Query{Text: "номер 100777"})},
		{"Counts", func(int) error { _, err := s.Counts(b.Context(), nil); return err }},
		{"Get", func(i int) error {
			_, err := s.Get(b.Context(), fmt.Sprintf("C%025d", i*7919%n))
			return err
		}},
		{"Find", func(i int) error {
			i = i * 7919 % n
			_, err := s.Find(b.Context(), fmt.Sprintf("П-%04d-%04d-%04d", int(float64(i)/1e8), i/1e4%1e4, i%1e4))
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) { timed(b, c.call) })
	}
}
