package sqlitestore

import (
	"context"

	"priemnaya/casework"
)

// Take implements casework.Numbers. Errors: Invalid if n is below 1.
func (s *Store) Take(ctx context.Context, series string, n int) (int64, error) {
	const op = "sqlitestore.Take"
	if n < 1 {
		return 0, casework.Fail(casework.Invalid, op, "number.count")
	}
	var last int64
	err := s.w.do(ctx, op, s.w.jobs, func(b *batch) error {
		_, err := b.scan(`INSERT INTO series VALUES (?, ?) ON CONFLICT DO UPDATE SET last = last + excluded.last
			RETURNING last`, []any{series, n}, &last)
		return err
	})
	if err != nil {
		return 0, err
	}
	return last - int64(n) + 1, nil
}

// Series implements casework.NumberSeries.
func (s *Store) Series(ctx context.Context, page casework.Window) ([]casework.Series, string, error) {
	const op = "sqlitestore.Series"
	after, err := casework.ReadCursor(op, "series", page)
	if err != nil {
		return nil, "", err
	}
	if after == nil {
		after = &casework.Cursor{N: -1}
	}
	// The empty name is a name too, so the first page has no lower bound.
	rows, err := s.query(ctx, "SELECT name, last FROM series WHERE name > ? OR ? < 0 ORDER BY name LIMIT ?",
		after.ID, after.N, page.Limit+1)
	if err != nil {
		return nil, "", failed(op, err)
	}
	defer rows.Close()
	var out []casework.Series
	for rows.Next() {
		var n casework.Series
		if err := rows.Scan(&n.Name, &n.Last); err != nil {
			return nil, "", failed(op, err)
		}
		if len(out) == page.Limit {
			return out, casework.Cursor{List: "series", ID: out[page.Limit-1].Name}.String(), nil
		}
		out = append(out, n)
	}
	return out, "", failed(op, rows.Err())
}

// Raise implements casework.NumberSeries.
func (s *Store) Raise(ctx context.Context, series string, to int64) error {
	return s.w.do(ctx, "sqlitestore.Raise", s.w.jobs, func(b *batch) error {
		return b.exec("INSERT INTO series VALUES (?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)", series, to)
	})
}
