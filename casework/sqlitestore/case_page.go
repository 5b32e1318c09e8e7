package sqlitestore

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"priemnaya/casework"
)

// Page implements casework.Store. An empty Sort is SortDue. Errors: Invalid
// for a limit out of bounds, an unknown sort or a cursor of another listing.
func (s *Store) Page(ctx context.Context, q casework.Query) (casework.Page, error) {
	const op = "sqlitestore.Page"
	if q.Sort == "" {
		q.Sort = casework.SortDue
	}
	if q.Sort != casework.SortDue && q.Sort != casework.SortReceived {
		return casework.Page{}, casework.Fail(casework.Invalid, op, "page.sort")
	}
	after, err := readCursor(op, string(q.Sort), q.Window)
	if err != nil {
		return casework.Page{}, err
	}
	text, none, err := s.search(ctx, q.Text)
	if err != nil || none || q.Bodies != nil && len(q.Bodies) == 0 {
		return casework.Page{}, failed(op, err)
	}
	var rows []casework.Row
	for _, p := range plan(q, text) {
		more, err := s.rows(ctx, p.statement(q.Sort, after, q.Limit+1))
		if err != nil {
			return casework.Page{}, failed(op, err)
		}
		rows = append(rows, more...)
		if p.leads && len(rows) > q.Limit {
			break
		}
	}
	slices.SortFunc(rows, func(a, b casework.Row) int {
		if keyOf(&a, q.Sort).before(keyOf(&b, q.Sort)) {
			return -1
		}
		return 1
	})
	page := casework.Page{Rows: rows}
	if len(rows) > q.Limit {
		page.Rows = rows[:q.Limit]
		page.Next = writeCursor(string(q.Sort), keyOf(&page.Rows[q.Limit-1], q.Sort))
	}
	return page, nil
}

// search looks how many cases match a text; none is set if there can be no
// match at all.
func (s *Store) search(ctx context.Context, text string) (found *search, none bool, err error) {
	if strings.TrimSpace(text) == "" {
		return nil, false, nil
	}
	match, ok := matchOf(text)
	if !ok {
		return nil, true, nil
	}
	var n int
	_, err = s.readers.scan(ctx, "SELECT count(*) FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)",
		[]any{match, fewMatches + 1}, &n)
	return &search{match, n > fewMatches}, n == 0, err
}

func (s *Store) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	return s.readers.query(ctx, text, args...)
}

func (s *Store) rows(ctx context.Context, c clause) ([]casework.Row, error) {
	rows, err := s.query(ctx, c.text, c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []casework.Row
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// Counts implements casework.Store; pairs without a case are left out, the
// order is body, then stage by name.
func (s *Store) Counts(ctx context.Context, bodies []string) ([]casework.Count, error) {
	const op = "sqlitestore.Counts"
	c := clause{text: "SELECT body, stage, n FROM counts WHERE n > 0"}
	if len(bodies) > 0 {
		list := oneOf("body", bodies)
		c.text, c.args = c.text+" AND "+list.text, list.args
	}
	rows, err := s.query(ctx, c.text+" ORDER BY body, stage", c.args...)
	if err != nil {
		return nil, failed(op, err)
	}
	defer rows.Close()
	var out []casework.Count
	for rows.Next() {
		var n casework.Count
		if err := rows.Scan(&n.Body, &n.Stage, &n.N); err != nil {
			return nil, failed(op, err)
		}
		out = append(out, n)
	}
	return out, failed(op, rows.Err())
}
