package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// hold keeps the writer busy until release is called, so that what is handed
// over meanwhile shares one batch.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.w.do(context.Background(), "test", s.w.jobs, func(*batch) error {
			close(begun)
			<-end
			return nil
		})
	}()
	<-begun
	return func() { close(end); <-done }
}

func TestWhatWaitsSharesOneCommit(t *testing.T) {
	s := open(t, Options{NoSearch: true})
	release := hold(t, s)
	before := s.w.stats.batches.Load()
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() {
			if _, err := s.Create(t.Context(), storetest.Case(fmt.Sprint(n))); err != nil {
				t.Error(err)
			}
		})
	}
	wait(t, "all wait", func() bool { return len(s.w.jobs) == 50 })
	release()
	wg.Wait()
	if got := s.w.stats.batches.Load() - before; got != 2 {
		t.Errorf("%d batches for the holder and 50 creations, want 2", got)
	}
}

func TestOneBadOperationInABatchHarmsNoOther(t *testing.T) {
	s := open(t, Options{NoSearch: true})
	if _, err := s.Create(t.Context(), storetest.Case("old")); err != nil {
		t.Fatal(err)
	}
	release := hold(t, s)
	errs := map[string]error{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	do := func(name string, work func() error) {
		wg.Go(func() {
			err := work()
			mu.Lock()
			defer mu.Unlock()
			errs[name] = err
		})
	}
	do("new", func() error { _, err := s.Create(t.Context(), storetest.Case("new")); return err })
	do("exists", func() error { _, err := s.Create(t.Context(), storetest.Case("old")); return err })
	do("broken", func() error {
		return s.w.do(t.Context(), "test", s.w.jobs, func(b *batch) error {
			// It writes, counts, and then fails in a way nobody has foreseen.
			b.counts[countKey{"ghost", "x"}]++
			if err := b.exec("INSERT INTO series VALUES ('ghost', 1)"); err != nil {
				return err
			}
			return b.exec("INSERT INTO nowhere VALUES (1)")
		})
	})
	do("other", func() error { _, err := s.Create(t.Context(), storetest.Case("other")); return err })
	wait(t, "all wait", func() bool { return len(s.w.jobs) == 4 })
	release()
	wg.Wait()
	if errs["new"] != nil || errs["other"] != nil {
		t.Errorf("good operations failed: %v", errs)
	}
	wantCode(t, errs["exists"], casework.Exists)
	wantCode(t, errs["broken"], casework.Internal)
	if s.w.stats.reruns.Load() != 1 {
		t.Errorf("%d reruns, want 1", s.w.stats.reruns.Load())
	}
	counts, err := s.Counts(t.Context(), nil)
	if err != nil || len(counts) != 1 || counts[0].N != 3 {
		t.Errorf("counts %+v, %v", counts, err)
	}
	if list, _, _ := s.Series(t.Context(), casework.Window{Limit: 5}); len(list) != 0 {
		t.Errorf("the broken operation has left %v", list)
	}
}

func TestACallThatGivesUpBeforeItsTurnIsNeverDone(t *testing.T) {
	s := open(t, Options{NoSearch: true})
	release := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	answer := make(chan error)
	go func() {
		_, err := s.Create(ctx, storetest.Case("late"))
		answer <- err
	}()
	wait(t, "it waits", func() bool { return len(s.w.jobs) == 1 })
	cancel()
	err := <-answer
	wantCode(t, err, casework.Unavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	release()
	_, err = s.Get(t.Context(), "late")
	wantCode(t, err, casework.NotFound)
}

func TestTheStatementCacheStaysBounded(t *testing.T) {
	s := open(t, Options{})
	for n := range maxStatements + 20 {
		var got int
		found, err := s.readers.scan(t.Context(), fmt.Sprintf("SELECT %d", n), nil, &got)
		if err != nil || !found || got != n {
			t.Fatalf("query %d gives %d, %v, %v", n, got, found, err)
		}
	}
	if len(s.readers.kept) > maxStatements {
		t.Errorf("%d statements are kept", len(s.readers.kept))
	}
}

func TestTheFeederGetsItsTurnUnderSteadyLoad(t *testing.T) {
	s := open(t, Options{})
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := s.Create(t.Context(), storetest.Case(fmt.Sprintf("%d-%d", w, i), storetest.Text("слово"))); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait(t, "something is found while filing goes on", func() bool {
		page, err := s.Page(t.Context(), casework.Query{Text: "слова", Window: casework.Window{Limit: 20}})
		return err == nil && len(page.Rows) == 20
	})
	close(stop)
	wg.Wait()
}
