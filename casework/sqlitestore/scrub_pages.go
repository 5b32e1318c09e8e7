package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"priemnaya/casework"
)

// What is removed or overwritten in the file is overwritten with zeros there
// (secure_delete), but the write-ahead log still holds the pages as they were
// until it begins anew.

// scrubber folds the log in at most once at a time.
type scrubber struct {
	mu    sync.Mutex
	begun int64
	asked int64
	count sync.Mutex
}

// scrubTries is how often a log that readers still use is tried again.
const scrubTries = 50

// Scrub (стирание следов) empties the write-ahead log, so that no byte of what
// was removed before the call is left in the files of the store. Calls at the
// same time share one pass. Errors: Unavailable, also if readers hold the log
// for long; it is then emptied by a later call or when the store is closed.
func (s *Store) Scrub(ctx context.Context) error {
	const op = "sqlitestore.Scrub"
	if s.closed.Load() {
		return failed(op, errClosed)
	}
	mine := s.scrubs.ask()
	s.scrubs.mu.Lock()
	defer s.scrubs.mu.Unlock()
	if s.scrubs.covered(mine) {
		return nil
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for try := 0; ; try++ {
		latest := s.scrubs.latest()
		busy, err := s.foldLog(ctx)
		if err != nil {
			return failed(op, err)
		}
		if !busy {
			s.scrubs.begun = latest
			return nil
		}
		if try >= scrubTries {
			return &casework.Error{Code: casework.Unavailable, Op: op, Err: errors.New("readers hold the log")}
		}
		select {
		case <-ctx.Done():
			return failed(op, ctx.Err())
		case <-tick.C:
		}
	}
}

// foldLog moves the log into the file and cuts it to nothing, on a connection
// of its own: the writer's is inside of transactions.
func (s *Store) foldLog(ctx context.Context) (busy bool, err error) {
	var blocked, pages, moved int
	err = s.folding.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&blocked, &pages, &moved)
	return blocked != 0, err
}

func (s *Store) openFolding(path string) (err error) {
	if s.folding, err = sql.Open("sqlite", dsn(path, pragmas[1:])); err == nil {
		s.folding.SetMaxOpenConns(1)
	}
	return err
}

func (s *scrubber) ask() int64 {
	s.count.Lock()
	defer s.count.Unlock()
	s.asked++
	return s.asked
}

func (s *scrubber) latest() int64 {
	s.count.Lock()
	defer s.count.Unlock()
	return s.asked
}

// covered reports whether a pass has begun after the call was made. The caller
// holds mu.
func (s *scrubber) covered(mine int64) bool { return s.begun >= mine }
