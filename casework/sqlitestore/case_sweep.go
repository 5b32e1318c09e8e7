package sqlitestore

import (
	"context"
	"time"

	"priemnaya/casework"
)

// The statements of the sweeps; each walks one index from the cursor on.
var (
	dueStatement = selectRow + ` FROM rows r INDEXED BY rows_due WHERE r.due < 1000000000
		AND r.due <= ? AND (r.due, r.id) > (?, ?) ORDER BY r.due, r.id LIMIT ?`
	outboxStatement = `SELECT r.outbox, r.id FROM rows r INDEXED BY rows_outbox WHERE r.outbox IS NOT NULL
		AND r.outbox <= ? AND (r.outbox, r.id) > (?, ?) ORDER BY r.outbox, r.id LIMIT ?`
	changedStatement = "SELECT r.saved, r." + selectRow[len("SELECT r."):] + ` FROM rows r INDEXED BY rows_saved
		WHERE r.saved > ? ORDER BY r.saved LIMIT ?`
)

// DueBetween implements casework.Store. Errors: Invalid for the window.
func (s *Store) DueBetween(ctx context.Context, from, to casework.Date, page casework.Window) ([]casework.Row, string, error) {
	const op = "sqlitestore.DueBetween"
	after, err := readCursor(op, "between", page)
	if err != nil {
		return nil, "", err
	}
	start := key{dayNumber(from) - 1, afterPrefix}
	if from.IsZero() {
		start.n = 0
	}
	if after != nil && start.before(*after) {
		start = *after
	}
	last := dayNumber(to)
	if to.IsZero() {
		last = 0
	}
	rows, err := s.rows(ctx, clause{dueStatement, []any{last, start.n, start.id, page.Limit + 1}})
	if err != nil || len(rows) <= page.Limit {
		return rows, "", failed(op, err)
	}
	rows = rows[:page.Limit]
	return rows, writeCursor("between", keyOf(&rows[page.Limit-1], casework.SortDue)), nil
}

// OutboxDue implements casework.Store. Errors: Invalid for the window.
func (s *Store) OutboxDue(ctx context.Context, now time.Time, page casework.Window) ([]string, string, error) {
	const op = "sqlitestore.OutboxDue"
	after, err := readCursor(op, "outbox", page)
	if err != nil {
		return nil, "", err
	}
	if after == nil {
		after = &key{n: -1 << 62}
	}
	rows, err := s.query(ctx, outboxStatement, now.UnixMilli(), after.n, after.id, page.Limit+1)
	if err != nil {
		return nil, "", failed(op, err)
	}
	defer rows.Close()
	var ids []string
	var last key
	for rows.Next() {
		var k key
		if err := rows.Scan(&k.n, &k.id); err != nil {
			return nil, "", failed(op, err)
		}
		if len(ids) == page.Limit {
			return ids, writeCursor("outbox", last), nil
		}
		ids, last = append(ids, k.id), k
	}
	return ids, "", failed(op, rows.Err())
}

// ChangedSince implements casework.Store. The cursor is a place in the save
// sequence, which only grows and is given out in the order of commits.
func (s *Store) ChangedSince(ctx context.Context, page casework.Window) ([]casework.Row, string, error) {
	const op = "sqlitestore.ChangedSince"
	after, err := readCursor(op, "changed", page)
	if err != nil {
		return nil, "", err
	}
	if after == nil {
		after = &key{}
	}
	rows, err := s.query(ctx, changedStatement, after.n, page.Limit)
	if err != nil {
		return nil, "", failed(op, err)
	}
	defer rows.Close()
	var out []casework.Row
	for rows.Next() {
		r, err := scanRow(rows, &after.n)
		if err != nil {
			return nil, "", failed(op, err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, "", failed(op, err)
	}
	return out, writeCursor("changed", *after), nil
}
