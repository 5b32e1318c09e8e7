package sqlitestore

import (
	"context"

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
