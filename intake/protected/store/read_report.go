package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"priemnaya/intake/protected/seal"
)

// row is a report as it lies in the table.
type row struct {
	id                       ID
	words                    Words
	slot                     int
	arrived, latest, expires Day
	version                  uint32
	desk                     []byte
}

// reader is a transaction or the database.
type reader interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

const rowColumns = "id, tag, secret, slot, arrived, latest, expires, version, desk"

func scanRow(scan func(...any) error) (row, error) {
	var r row
	var id, tag, secret []byte
	if err := scan(&id, &tag, &secret, &r.slot, &r.arrived, &r.latest, &r.expires, &r.version, &r.desk); err != nil {
		return r, err
	}
	copy(r.id[:], id)
	copy(r.words.Tag[:], tag)
	copy(r.words.Secret[:], secret)
	return r, nil
}

// readRow finds a report by its column id or tag.
func readRow(ctx context.Context, from reader, column string, value []byte) (row, error) {
	r, err := scanRow(from.QueryRowContext(ctx, "SELECT "+rowColumns+" FROM report WHERE "+column+" = ?", value).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return r, ErrNone
	}
	return r, err
}

// living finds a report that has not expired.
func (s *Store) living(ctx context.Context, from reader, id ID) (row, error) {
	r, err := readRow(ctx, from, "id", id[:])
	if err == nil && (r.expires <= s.today() || id == s.decoy) {
		err = ErrNone
	}
	return r, err
}

// unlock opens the lock of a report's slot. A slot that was erased, or that has
// a newer owner, opens nothing: ErrNone, as if there had been no report.
func (s *Store) unlock(slot int, locked []byte) ([]byte, error) {
	envelope, err := s.shred.Unlock(slot, locked)
	if errors.Is(err, seal.ErrDamaged) {
		return nil, ErrNone
	}
	return envelope, err
}

// Box reads the report of the author with this tag and secret, all messages
// and no files. Where there is none, where the secret is another one, and where
// it has expired or been shredded, it reads a decoy of the same shape, which
// nobody can open, and returns it with the error. Errors: ErrNone.
func (s *Store) Box(ctx context.Context, tag, secret [32]byte) (Report, []Message, error) {
	hash := seal.TagHash(tag)
	// Both rows are read in any case: a hit must not be the quicker one.
	decoy, err := readRow(ctx, s.db, "id", s.decoy[:])
	if err != nil {
		return Report{}, nil, err
	}
	r, err := readRow(ctx, s.db, "tag", hash[:])
	miss := errors.Is(err, ErrNone)
	if err != nil && !miss {
		return Report{}, nil, err
	}
	right := seal.SecretMatches(r.words.Secret, secret)
	if miss = miss || !right || r.expires <= s.today() || r.id == s.decoy; miss {
		r = decoy
	}
	report, messages, err := s.load(ctx, r)
	if err == nil && miss {
		err = ErrNone
	}
	return report, messages, err
}

// Report reads a report for the officers, all messages and no files.
// Errors: ErrNone.
func (s *Store) Report(ctx context.Context, id ID) (Report, []Message, error) {
	r, err := s.living(ctx, s.db, id)
	if err != nil {
		return Report{}, nil, err
	}
	return s.load(ctx, r)
}

// load reads and unlocks a report and its messages.
func (s *Store) load(ctx context.Context, r row) (Report, []Message, error) {
	report, err := s.reportOf(r)
	if err != nil {
		return Report{}, nil, err
	}
	rows, err := s.db.QueryContext(ctx, "SELECT place, kind, number, day, once, sealed FROM message WHERE id = ? ORDER BY place", r.id[:])
	if err != nil {
		return Report{}, nil, err
	}
	defer rows.Close()
	var messages []Message
	for rows.Next() {
		var m Message
		var once, locked []byte
		if err := rows.Scan(&m.Place, &m.Kind, &m.Number, &m.Day, &once, &locked); err != nil {
			return Report{}, nil, err
		}
		copy(m.Once[:], once)
		if m.Sealed, err = s.unlock(r.slot, locked); err != nil {
			return Report{}, nil, err
		}
		messages = append(messages, m)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return Report{}, nil, err
	}
	return report, messages, s.listFiles(ctx, r.id, messages)
}

// listFiles puts the numbers of the files to their messages.
func (s *Store) listFiles(ctx context.Context, id ID, messages []Message) error {
	rows, err := s.db.QueryContext(ctx, "SELECT number, place FROM file WHERE id = ? ORDER BY number", id[:])
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var f File
		var place int
		if err := rows.Scan(&f.Number, &place); err != nil {
			return err
		}
		if place < 0 || place >= len(messages) {
			return fmt.Errorf("protected store: a file of no message")
		}
		messages[place].Files = append(messages[place].Files, f)
	}
	return rows.Err()
}

func (s *Store) reportOf(r row) (Report, error) {
	out := Report{ID: r.id, Arrived: r.arrived, Latest: r.latest, Expires: r.expires, Version: r.version}
	if r.desk == nil {
		return out, nil
	}
	var err error
	out.Desk, err = s.unlock(r.slot, r.desk)
	return out, err
}

// File reads the envelope of one file. Errors: ErrNone.
func (s *Store) File(ctx context.Context, id ID, number uint32) ([]byte, error) {
	r, err := s.living(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	var locked []byte
	err = s.db.QueryRowContext(ctx, "SELECT sealed FROM file WHERE id = ? AND number = ?", id[:], number).Scan(&locked)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	return s.unlock(r.slot, locked)
}

// List reads all living reports, the day of the author's last message first,
// those of one day in the order of their random IDs.
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
		report, err := s.reportOf(r)
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
