package sqlitestore

import (
	"context"
	"time"

	"priemnaya/casework"
)

const shelfColumns = "kind, id, version, owner, expires, data"

// Fetch implements casework.Shelf. Errors: NotFound.
func (s *Store) Fetch(ctx context.Context, kind, id string) (casework.Record, error) {
	const op = "sqlitestore.Fetch"
	var r casework.Record
	var expires *int64
	if s.closed.Load() {
		return r, failed(op, errClosed)
	}
	found, err := s.readers.scan(ctx, "SELECT "+shelfColumns+` FROM shelf
		WHERE kind = ? AND id = ? AND (expires IS NULL OR expires > ?)`,
		[]any{kind, id, s.opt.Now().UnixMilli()}, &r.Kind, &r.ID, &r.Version, &r.Owner, &expires, &r.Data)
	switch {
	case err != nil:
		return casework.Record{}, failed(op, err)
	case !found:
		return casework.Record{}, casework.Fail(casework.NotFound, op, "record.none")
	}
	r.Expires = expiry(expires)
	return r, nil
}

func expiry(ms *int64) time.Time {
	if ms == nil {
		return time.Time{}
	}
	return instant(*ms)
}

func expiryOf(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// Put implements casework.Shelf. Errors: Conflict, Exists, Invalid without a
// kind or an ID.
func (s *Store) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	const op = "sqlitestore.Put"
	if r.Kind == "" || r.ID == "" {
		return casework.Record{}, casework.Fail(casework.Invalid, op, "record.no_key")
	}
	if r.Data == nil {
		r.Data = []byte{}
	}
	err := s.w.do(ctx, op, s.w.jobs, func(b *batch) error { return b.put(op, r, s.opt.Now().UnixMilli()) })
	if err != nil {
		return casework.Record{}, err
	}
	r.Version++
	return r, nil
}

func (b *batch) put(op string, r casework.Record, now int64) error {
	var version int64
	found, err := b.scan("SELECT version FROM shelf WHERE kind = ? AND id = ? AND (expires IS NULL OR expires > ?)",
		[]any{r.Kind, r.ID, now}, &version)
	switch {
	case err != nil:
		return err
	case r.Version == 0 && found:
		return casework.Fail(casework.Exists, op, "record.exists")
	case r.Version != version:
		return casework.Fail(casework.Conflict, op, "record.changed")
	}
	return b.exec(`INSERT INTO shelf (kind, id, version, owner, expires, data) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET version = excluded.version, owner = excluded.owner,
		expires = excluded.expires, data = excluded.data`,
		r.Kind, r.ID, r.Version+1, r.Owner, expiryOf(r.Expires), r.Data)
}

// Remove implements casework.Shelf.
func (s *Store) Remove(ctx context.Context, kind, id string) error {
	return s.w.do(ctx, "sqlitestore.Remove", s.w.jobs, func(b *batch) error {
		return b.exec("DELETE FROM shelf WHERE kind = ? AND id = ?", kind, id)
	})
}

// shelfStatement is the listing of a kind, of an owner within it, or of all.
func shelfStatement(kind, owner string, after casework.Cursor, now int64, limit int) clause {
	c := clause{text: "SELECT " + shelfColumns + " FROM shelf WHERE (expires IS NULL OR expires > ?)", args: []any{now}}
	if kind == "" {
		c.text += " AND (kind, id) > (?, ?)"
		c.args = append(c.args, after.Kind, after.ID)
	} else {
		c.text += " AND kind = ? AND id > ?"
		c.args = append(c.args, kind, after.ID)
	}
	if owner != "" {
		c.text += " AND owner = ?"
		c.args = append(c.args, owner)
	}
	c.text += " ORDER BY kind, id LIMIT ?"
	c.args = append(c.args, limit)
	return c
}

// List implements casework.Shelf. Errors: Invalid for the window.
func (s *Store) List(ctx context.Context, kind, owner string, page casework.Window) ([]casework.Record, string, error) {
	const op = "sqlitestore.List"
	after, err := casework.ReadCursor(op, "shelf", page)
	if err != nil {
		return nil, "", err
	}
	if after == nil {
		after = &casework.Cursor{List: "shelf"}
	}
	c := shelfStatement(kind, owner, *after, s.opt.Now().UnixMilli(), page.Limit+1)
	rows, err := s.query(ctx, c.text, c.args...)
	if err != nil {
		return nil, "", failed(op, err)
	}
	defer rows.Close()
	var out []casework.Record
	for rows.Next() {
		var r casework.Record
		var expires *int64
		if err := rows.Scan(&r.Kind, &r.ID, &r.Version, &r.Owner, &expires, &r.Data); err != nil {
			return nil, "", failed(op, err)
		}
		if len(out) == page.Limit {
			last := out[page.Limit-1]
			return out, casework.Cursor{List: "shelf", Kind: last.Kind, ID: last.ID}.String(), nil
		}
		r.Expires = expiry(expires)
		out = append(out, r)
	}
	return out, "", failed(op, rows.Err())
}

// Purge implements casework.Shelf. Errors: Invalid for a limit out of bounds.
func (s *Store) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	const op = "sqlitestore.Purge"
	if limit < 1 || limit > casework.MaxLimit {
		return 0, casework.Fail(casework.Invalid, op, "page.limit")
	}
	var n int64
	err := s.w.do(ctx, op, s.w.jobs, func(b *batch) (err error) {
		n, err = b.changed(`DELETE FROM shelf WHERE rowid IN (SELECT rowid FROM shelf
			WHERE expires IS NOT NULL AND expires < ? ORDER BY expires LIMIT ?)`, before.UnixMilli(), limit)
		return err
	})
	return int(n), err
}
