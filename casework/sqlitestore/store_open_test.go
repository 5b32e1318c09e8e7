package sqlitestore

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

func wantCode(t *testing.T, err error, want casework.Code) {
	t.Helper()
	if casework.CodeOf(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAFileIsReadableByItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "имя с пробелом?#%41.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Create(t.Context(), storetest.Sample(0)); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(path + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%q: %v %v, want 0600", suffix, info, err)
		}
	}
}

func TestASecondOwnerIsRefusedUntilTheFirstCloses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	first, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), path, Options{})
	wantCode(t, err, casework.Unavailable)
	var e *casework.Error
	if !errors.As(err, &e) || e.Message != "store.in_use" {
		t.Errorf("got %v, want store.in_use", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatWasSavedIsThereAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	var cursor string
	for round := range 3 {
		s, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(t.Context(), storetest.Sample(round)); err != nil {
			t.Fatal(err)
		}
		rows, next, err := s.ChangedSince(t.Context(), casework.Window{After: cursor, Limit: 5})
		if err != nil || len(rows) != 1 || rows[0].ID != storetest.Sample(round).ID {
			t.Errorf("round %d: %d rows after the cursor of before, %v", round, len(rows), err)
		}
		cursor = next
		if n, err := s.Take(t.Context(), "x", 1); err != nil || n != int64(round+1) {
			t.Errorf("round %d: number %d, %v", round, n, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFileOfANewerReleaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	spoil(t, path, "UPDATE meta SET value = '99' WHERE key = 'schema'")
	_, err := Open(t.Context(), path, Options{})
	wantCode(t, err, casework.Invalid)
	var e *casework.Error
	if !errors.As(err, &e) || e.Message != "store.newer" {
		t.Errorf("got %v, want store.newer", err)
	}
}

func TestADatabaseOfAnotherProgramIsRefusedAndLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", dsn(path, ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE theirs (x)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	_, err = Open(t.Context(), path, Options{})
	wantCode(t, err, casework.Invalid)
}

// spoil makes a store with a few cases and runs SQL on its file.
func spoil(t *testing.T, path, query string) {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 40 {
		if _, err := s.Create(t.Context(), storetest.Sample(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", dsn(path, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedFileIsReportedAsCorrupted(t *testing.T) {
	t.Run("no database at all", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "cases.db")
		if err := os.WriteFile(path, bytes.Repeat([]byte("это не база "), 1000), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), path, Options{})
		wantCode(t, err, casework.Corrupted)
	})
	t.Run("damaged in the middle", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "cases.db")
		spoil(t, path, "PRAGMA wal_checkpoint(TRUNCATE)")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := len(data) / 2; i < len(data)/2+40_000; i++ {
			data[i] = 0xA5
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), path, Options{NoSearch: true})
		if err == nil {
			err = s.Check(t.Context())
			s.Close()
		}
		wantCode(t, err, casework.Corrupted)
	})
	t.Run("a case that is no JSON", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "cases.db")
		spoil(t, path, "UPDATE docs SET doc = '{' WHERE docid = 1")
		s, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		_, err = s.Get(t.Context(), storetest.Sample(0).ID)
		wantCode(t, err, casework.Corrupted)
		if _, err := s.Get(t.Context(), storetest.Sample(1).ID); err != nil {
			t.Errorf("the case beside it: %v", err)
		}
	})
}

func TestAFolderThatIsMissingIsUnavailable(t *testing.T) {
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "no", "cases.db"), Options{})
	wantCode(t, err, casework.Unavailable)
}

func TestAClosedStoreIsUnavailableAndCanBeClosedTwice(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "cases.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, create := s.Create(t.Context(), storetest.Sample(0))
	_, get := s.Get(t.Context(), "x")
	_, page := s.Page(t.Context(), casework.Query{Window: casework.Window{Limit: 1}})
	_, stats := s.Stats(t.Context())
	for name, err := range map[string]error{"Create": create, "Get": get, "Page": page, "Ping": s.Ping(t.Context()), "Stats": stats,
		"Backup": s.Backup(t.Context(), filepath.Join(t.TempDir(), "x"))} {
		if casework.CodeOf(err) != casework.Unavailable {
			t.Errorf("%s: %v, want unavailable", name, err)
		}
	}
}

func TestClosingAnswersEveryoneWhoWaits(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "cases.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan error, 200)
	for n := range 200 {
		go func() {
			_, err := s.Create(t.Context(), storetest.Sample(n))
			answers <- err
		}()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	saved := 0
	for range 200 {
		select {
		case err := <-answers:
			if err == nil {
				saved++
			} else {
				wantCode(t, err, casework.Unavailable)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("somebody still waits")
		}
	}
	again, err := Open(t.Context(), s.path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	st, err := again.Stats(t.Context())
	if err != nil || st.Cases != saved {
		t.Errorf("%d cases are stored (%v), %d were acknowledged", st.Cases, err, saved)
	}
}

func TestWordsThatWereNotIndexedYetAreIndexedAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	s, err := Open(t.Context(), path, Options{NoSearch: true})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 * feedBatch {
		if _, err := s.Create(t.Context(), storetest.Case(fmt.Sprint(n), storetest.Text("забытое слово"))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), path, Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wait(t, "all cases are found", func() bool {
		page, err := s.Page(t.Context(), casework.Query{Text: "забытые слова", Window: casework.Window{Limit: 100}})
		return err == nil && len(page.Rows) == 3*feedBatch
	})
}
