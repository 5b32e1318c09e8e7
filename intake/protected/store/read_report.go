package store

import (
	"context"
	"database/sql"
	"errors"
)

// row is a report as it lies in the table.
type row struct {
	id                       ID
	key                      Key
	slot, version            int
	arrived, latest, expires Day
	head, desk               []byte
}

// reader is a transaction or the database.
type reader interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

const rowColumns = "id, key, slot, head, arrived, latest, expires, version, desk"

func scanRow(scan func(...any) error) (row, error) {
	var r row
	var id, key []byte
	if err := scan(&id, &key, &r.slot, &r.head, &r.arrived, &r.latest, &r.expires, &r.version, &r.desk); err != nil {
		return r, err
	}
	copy(r.id[:], id)
	copy(r.key[:], key)
	return r, nil
}

// readRow finds a report by its id or its key column.
func readRow(ctx context.Context, from reader, column string, value []byte) (row, error) {
	r, err := scanRow(from.QueryRowContext(ctx, "SELECT "+rowColumns+" FROM report WHERE "+column+" = ?", value).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return r, ErrNone
	}
	return r, err
}

// opened is the shred key of a report, if it still opens it.
func (s *Store) opened(r row) ([]byte, error) {
	shred, err := s.keys.read(r.slot)
	if err != nil {
		return nil, err
	}
	if _, err := unwrap(shred, label(r.id, "author", 0), r.head); err != nil {
		return nil, err
	}
	return shred, nil
}

// Box reads the report of an author with all messages, files left out. Where
// there is none, or where it has expired or been shredded, it reads a decoy of
// the same shape before it says so. Errors: ErrNone.
func (s *Store) Box(ctx context.Context, key Key) (Report, []Message, error) {
	r, err := readRow(ctx, s.db, "key", key[:])
	miss := errors.Is(err, ErrNone) || err == nil && (r.expires <= s.today() || r.id == s.decoy)
	if miss {
		r, err = readRow(ctx, s.db, "id", s.decoy[:])
	}
	if err != nil {
		return Report{}, nil, err
	}
	report, messages, err := s.load(ctx, r)
	if err == nil && miss {
		err = ErrNone
	}
	if err != nil {
		return Report{}, nil, err
	}
	return report, messages, nil
}

// Report reads a report for the officers, files left out. Errors: ErrNone.
func (s *Store) Report(ctx context.Context, id ID) (Report, []Message, error) {
	r, err := readRow(ctx, s.db, "id", id[:])
	if err != nil {
		return Report{}, nil, err
	}
	if r.expires <= s.today() || r.id == s.decoy {
		return Report{}, nil, ErrNone
	}
	return s.load(ctx, r)
}

// load opens the wrapping of a report and its messages.
func (s *Store) load(ctx context.Context, r row) (Report, []Message, error) {
	shred, err := s.keys.read(r.slot)
	if err != nil {
		return Report{}, nil, err
	}
	defer wipe(shred)
	report, err := unwrapReport(shred, r)
	if err != nil {
		return Report{}, nil, err
	}
	rows, err := s.db.QueryContext(ctx, `SELECT m.place, m.side, m.day, m.once, m.sealed, b.id IS NOT NULL
		FROM message m LEFT JOIN bundle b ON b.id = m.id AND b.place = m.place WHERE m.id = ? ORDER BY m.place`, r.id[:])
	if err != nil {
		return Report{}, nil, err
	}
	defer rows.Close()
	var messages []Message
	for rows.Next() {
		var m Message
		var once, sealed []byte
		if err := rows.Scan(&m.Place, &m.From, &m.Day, &once, &sealed, &m.HasFiles); err != nil {
			return Report{}, nil, err
		}
		copy(m.Once[:], once)
		if m.Sealed, err = unwrap(shred, label(r.id, "message", m.Place), sealed); err != nil {
			return Report{}, nil, err
		}
		messages = append(messages, m)
	}
	report.Messages = len(messages)
	return report, messages, rows.Err()
}

func unwrapReport(shred []byte, r row) (Report, error) {
	author, err := unwrap(shred, label(r.id, "author", 0), r.head)
	if err != nil {
		return Report{}, err
	}
	desk, err := unwrap(shred, label(r.id, "desk", r.version), r.desk)
	if err != nil {
		return Report{}, err
	}
	return Report{ID: r.id, Author: author, Arrived: r.arrived, Latest: r.latest, Expires: r.expires, Version: r.version, Desk: desk}, nil
}

// Files reads the sealed bundle of files of one message. Errors: ErrNone.
func (s *Store) Files(ctx context.Context, id ID, place int) ([]byte, error) {
	r, err := readRow(ctx, s.db, "id", id[:])
	if err != nil {
		return nil, err
	}
	if r.expires <= s.today() {
		return nil, ErrNone
	}
	shred, err := s.keys.read(r.slot)
	if err != nil {
		return nil, err
	}
	defer wipe(shred)
	var wrapped []byte
	err = s.db.QueryRowContext(ctx, "SELECT files FROM bundle WHERE id = ? AND place = ?", id[:], place).Scan(&wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	return unwrap(shred, label(id, "files", place), wrapped)
}

// List reads all living reports, the day of the author's last message first,
// those of one day in the order of their random IDs. Messages are not counted.
func (s *Store) List(ctx context.Context) ([]Report, error) { return s.NewSince(ctx, 0) }

// NewSince reads the reports whose authors wrote on the day or later, in the
// order of List: what a notice in batches asks.
func (s *Store) NewSince(ctx context.Context, day Day) ([]Report, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+rowColumns+" FROM report WHERE latest >= ? AND expires > ? AND id <> ? ORDER BY latest DESC, id",
		day, s.today(), s.decoy[:])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Report
	for rows.Next() {
		r, err := scanRow(rows.Scan)
		if err != nil {
			return nil, err
		}
		shred, err := s.keys.read(r.slot)
		if err != nil {
			return nil, err
		}
		report, err := unwrapReport(shred, r)
		wipe(shred)
		if errors.Is(err, ErrNone) {
			continue // shredded, and brought back by a restored backup
		}
		if err != nil {
			return nil, err
		}
		out = append(out, report)
	}
	return out, rows.Err()
}
