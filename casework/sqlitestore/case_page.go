package sqlitestore

import (
	"context"
	"database/sql"
	"math"
	"slices"

	"priemnaya/casework"
)

// Page implements casework.Store. An empty Sort is SortDue; finds of words
// come newest first. Errors: Invalid for a limit out of bounds, an unknown
// sort or a cursor of another listing.
func (s *Store) Page(ctx context.Context, q casework.Query) (casework.Page, error) {
	const op = "sqlitestore.Page"
	if q.Sort == "" {
		q.Sort = casework.SortDue
	}
	if q.Sort != casework.SortDue && q.Sort != casework.SortReceived {
		return casework.Page{}, casework.Fail(casework.Invalid, op, "page.sort")
	}
	match, some := matchOf(q)
	if match != "" {
		q.Sort = casework.SortReceived
	}
	after, err := readCursor(op, string(q.Sort), q.Window)
	if err != nil || !some || q.Bodies != nil && len(q.Bodies) == 0 {
		return casework.Page{}, err
	}
	var rows []casework.Row
	switch {
	case match == "":
		rows, err = s.list(ctx, q, after)
	case q.Party != "":
		probe := clause{"EXISTS (SELECT 1 FROM words WHERE words MATCH ? AND words.rowid = r.wid)", []any{match}}
		rows, err = s.rows(ctx, merge(partyPath(q, append(filters(q), probe)), q.Sort, after, q.Limit+1))
	default:
		rows, err = s.find(ctx, q, match, after)
	}
	if err != nil {
		return casework.Page{}, failed(op, err)
	}
	page := casework.Page{Rows: rows}
	if len(rows) > q.Limit {
		page.Rows = rows[:q.Limit]
		page.Next = writeCursor(string(q.Sort), keyOf(&page.Rows[q.Limit-1], q.Sort))
	}
	return page, nil
}

// list reads a page of a query without words and one row more.
func (s *Store) list(ctx context.Context, q casework.Query, after *key) ([]casework.Row, error) {
	paths, err := s.paths(ctx, q)
	if err != nil {
		return nil, err
	}
	return s.rows(ctx, merge(paths, q.Sort, after, q.Limit+1))
}

// paths are the ways by which a page of a query without words is read.
func (s *Store) paths(ctx context.Context, q casework.Query) ([]path, error) {
	if paths, err := s.streams(ctx, q); err != nil || len(paths) > 0 {
		return paths, err
	}
	narrow, err := s.narrowest(ctx, q)
	return plan(q, narrow), err
}

// narrowest is the index that leaves the fewest rows for a query, if these are
// few enough to be sorted.
func (s *Store) narrowest(ctx context.Context, q casework.Query) (string, error) {
	return s.narrowestOf(ctx, q, few)
}

func (s *Store) narrowestOf(ctx context.Context, q casework.Query, most int) (narrow string, err error) {
	least := most + 1
	if q.Party != "" || q.Officer != "" {
		return "", nil
	}
	for _, p := range narrows(q) {
		var n int
		c := p.counting(least)
		if _, err := s.readers.scan(ctx, c.text, c.args, &n); err != nil {
			return "", err
		}
		if n < least {
			narrow, least = p.index(), n
		}
	}
	return narrow, nil
}

// find walks the finds of some words, newest first, and gives a page and one
// row more. The index of words is in the order of the seconds of receipt only,
// so each second is read to its end before it is sorted.
func (s *Store) find(ctx context.Context, q casework.Query, match string, after *key) ([]casework.Row, error) {
	from := int64(math.MaxInt64)
	if !q.ReceivedTo.IsZero() {
		from = wordsBase(q.ReceivedTo) + widsInSecond - 1
	}
	if after != nil {
		from = wordsBase(instant(-after.n)) + widsInSecond - 1
	}
	var rows []casework.Row
	// Cases of one second are rare: a few rows more complete the last second.
	step, whole := q.Limit+16, 0
	for {
		more, wids, err := s.finds(ctx, finding(q, match, from, step))
		if err != nil {
			return nil, err
		}
		for i, r := range more {
			if i > 0 && secondOf(wids[i]) != secondOf(wids[i-1]) || i == 0 && secondOf(wids[i]) != secondOf(from) {
				whole = len(rows)
			}
			if after == nil || after.before(keyOf(&r, q.Sort)) {
				rows = append(rows, r)
			}
		}
		if len(more) < step || whole > q.Limit {
			break
		}
		from, step = wids[len(wids)-1]-1, casework.MaxLimit
	}
	slices.SortFunc(rows, func(a, b casework.Row) int {
		if keyOf(&a, q.Sort).before(keyOf(&b, q.Sort)) {
			return -1
		}
		return 1
	})
	return rows[:min(len(rows), q.Limit+1)], nil
}

// finds reads rows with their numbers in the index of words.
func (s *Store) finds(ctx context.Context, c clause) (out []casework.Row, wids []int64, err error) {
	rows, err := s.query(ctx, c.text, c.args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var wid int64
		r, err := scanRow(rows, &wid)
		if err != nil {
			return nil, nil, err
		}
		out, wids = append(out, r), append(wids, wid)
	}
	return out, wids, rows.Err()
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
