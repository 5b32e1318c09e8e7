package sqlitestore

import (
	"context"
	"database/sql"
	"sync"
)

// runner is a *sql.DB or a *sql.Conn.
type runner interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// maxStatements bounds the cache: texts vary with the filters of a query, and
// what does not fit any more is run without being prepared.
const maxStatements = 512

// statements runs statements and remembers them prepared, by their text.
type statements struct {
	db   runner
	mu   sync.RWMutex
	kept map[string]*sql.Stmt
}

// prepared gives nil if the cache is full.
func (s *statements) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.RLock()
	st, full := s.kept[query], len(s.kept) >= maxStatements
	s.mu.RUnlock()
	if st != nil || full {
		return st, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.kept[query]; st != nil {
		return st, nil
	}
	// The statement outlives the call, so it is not bound to its context.
	st, err := s.db.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, err
	}
	if s.kept == nil {
		s.kept = map[string]*sql.Stmt{}
	}
	s.kept[query] = st
	return st, nil
}

func (s *statements) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return s.db.ExecContext(ctx, query, args...)
	}
	return st.ExecContext(ctx, args...)
}

func (s *statements) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return s.db.QueryContext(ctx, query, args...)
	}
	return st.QueryContext(ctx, args...)
}

// scan reads one row; found is false if there is none.
func (s *statements) scan(ctx context.Context, query string, args []any, into ...any) (found bool, err error) {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return false, err
	}
	var row *sql.Row
	if st == nil {
		row = s.db.QueryRowContext(ctx, query, args...)
	} else {
		row = st.QueryRowContext(ctx, args...)
	}
	switch err := row.Scan(into...); err {
	case nil:
		return true, nil
	case sql.ErrNoRows:
		return false, nil
	default:
		return false, err
	}
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.kept {
		st.Close()
	}
	s.kept = nil
}
