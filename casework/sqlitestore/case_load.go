package sqlitestore

import (
	"context"

	"priemnaya/casework"
)

// Get implements casework.Store. Errors: NotFound.
func (s *Store) Get(ctx context.Context, id string) (casework.Case, error) {
	_, c, err := s.load(ctx, "sqlitestore.Get", id)
	return c, err
}

func (s *Store) load(ctx context.Context, op, id string) (docid int64, c casework.Case, err error) {
	if s.closed.Load() {
		return 0, c, failed(op, errClosed)
	}
	var doc []byte
	found, err := s.readers.scan(ctx,
		"SELECT d.docid, d.doc FROM rows r JOIN docs d ON d.docid = r.docid WHERE r.id = ?", []any{id}, &docid, &doc)
	if err != nil {
		return 0, c, failed(op, err)
	}
	if !found {
		return 0, c, casework.Fail(casework.NotFound, op, "case.none")
	}
	c, err = decode(op, doc)
	return docid, c, err
}

// Find implements casework.Store; the cases come in the order of their IDs.
// An empty number finds nothing.
func (s *Store) Find(ctx context.Context, number string) ([]casework.Case, error) {
	const op = "sqlitestore.Find"
	var out []casework.Case
	rows, err := s.query(ctx, `SELECT d.doc FROM numbers n JOIN rows r ON r.docid = n.docid
		JOIN docs d ON d.docid = n.docid WHERE n.number = ? ORDER BY r.id`, number)
	if err != nil {
		return nil, failed(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var doc []byte
		if err := rows.Scan(&doc); err != nil {
			return nil, failed(op, err)
		}
		c, err := decode(op, doc)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, failed(op, rows.Err())
}
