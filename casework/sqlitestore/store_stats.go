package sqlitestore

import (
	"context"
	"errors"
	"os"
	"strings"

	"priemnaya/casework"
)

// Stats are figures for operators.
type Stats struct {
	// Cases and Records are stored; Bytes is the size of the file and its log.
	Cases, Records int
	Bytes          int64
	// Waiting is the number of operations waiting for the writer, Indexing
	// that of cases waiting for full-text search.
	Waiting, Indexing int
	// Operations and Batches since the store was opened: their ratio is how
	// many operations share a commit. Reruns counts batches that failed and
	// were repeated one by one.
	Operations, Batches, Reruns int64
}

// Stats counts; it walks indexes, so ask it once a minute and not for every
// page. Errors: Unavailable, Corrupted.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	const op = "sqlitestore.Stats"
	if s.closed.Load() {
		return Stats{}, failed(op, errClosed)
	}
	st := Stats{Waiting: len(s.w.jobs), Operations: s.w.stats.jobs.Load(),
		Batches: s.w.stats.batches.Load(), Reruns: s.w.stats.reruns.Load()}
	_, err := s.readers.scan(ctx, `SELECT coalesce((SELECT sum(n) FROM counts), 0),
		(SELECT count(*) FROM shelf), (SELECT count(*) FROM words_queue)`, nil, &st.Cases, &st.Records, &st.Indexing)
	for _, p := range []string{s.path, s.path + "-wal"} {
		if info, err := os.Stat(p); err == nil {
			st.Bytes += info.Size()
		}
	}
	return st, failed(op, err)
}

// Check reads the whole file and reports the first damage. It takes about a
// second for each 100 MB. Errors: Corrupted, Unavailable.
func (s *Store) Check(ctx context.Context) error {
	const op = "sqlitestore.Check"
	rows, err := s.query(ctx, "PRAGMA integrity_check(5)")
	if err != nil {
		return failed(op, err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return failed(op, err)
		}
		if line != "ok" {
			found = append(found, line)
		}
	}
	if err := rows.Err(); err != nil || len(found) == 0 {
		return failed(op, err)
	}
	return &casework.Error{Code: casework.Corrupted, Op: op, Message: "store.corrupted",
		Err: errors.New(strings.Join(found, "; "))}
}
