package sqlitestore

import (
	"context"
	"strings"

	"priemnaya/casework"
)

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

// Owed implements casework.Store: it adds up a table that every save keeps.
func (s *Store) Owed(ctx context.Context, bodies []string, days []casework.Date) ([]casework.Owed, error) {
	const op = "sqlitestore.Owed"
	var until strings.Builder
	var args []any
	for _, d := range days {
		until.WriteString(", sum(CASE WHEN due <= ? THEN n ELSE 0 END)")
		args = append(args, dayNumber(d))
	}
	c := clause{"SELECT body, unit, officer, sum(n)" + until.String() + " FROM owed WHERE n > 0", args}
	if bodies != nil {
		list := oneOf("body", bodies)
		c.text, c.args = c.text+" AND "+list.text, append(c.args, list.args...)
	}
	rows, err := s.query(ctx, c.text+" GROUP BY body, unit, officer ORDER BY body, unit, officer", c.args...)
	if err != nil {
		return nil, failed(op, err)
	}
	defer rows.Close()
	var out []casework.Owed
	for rows.Next() {
		o := casework.Owed{Until: make([]int, len(days))}
		into := []any{&o.Place.Body, &o.Place.Unit, &o.Place.Officer, &o.All}
		for i := range o.Until {
			into = append(into, &o.Until[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, failed(op, err)
		}
		out = append(out, o)
	}
	return out, failed(op, rows.Err())
}
