package store

import (
	"context"
	"database/sql"
	"errors"

	"priemnaya/intake/protected/seal"
)

// change runs a write in one transaction and hides its time afterwards.
func (s *Store) change(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		if undo := tx.Rollback(); undo != nil {
			return errors.Join(err, undo)
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return s.hideTimes()
}

// Create begins a report with its first message, for the author of the words.
// When it returns, the disk has all of it. Errors: ErrTaken, ErrFull.
func (s *Store) Create(ctx context.Context, id ID, words Words, first Message) error {
	first.Day = s.today()
	return s.Import(ctx, Dump{Words: words, Report: Report{ID: id, Arrived: s.today()}, Messages: []Message{first}})
}

// expiry is when a report that is written to today expires; the decoy never
// does.
func (s *Store) expiry(id ID) Day {
	if id == s.decoy {
		return 1 << 30
	}
	return s.today() + Day(s.conf.KeepDays)
}

// insert writes a whole report under a shred key of its own.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, d Dump) error {
	slot, err := freeSlot(ctx, tx)
	if err != nil {
		return err
	}
	if err := s.shred.Erase(slot); err != nil {
		return err
	}
	r := d.Report
	_, err = tx.ExecContext(ctx, "INSERT INTO report (id, tag, secret, slot, arrived, latest, expires, version) VALUES (?,?,?,?,?,?,?,0)",
		r.ID[:], d.Words.Tag[:], d.Words.Secret[:], slot, r.Arrived, s.today(), s.expiry(r.ID))
	if err != nil {
		return err
	}
	for i, m := range d.Messages {
		m.Place = i
		if err := s.putMessage(ctx, tx, row{id: r.ID, slot: slot}, m); err != nil {
			return err
		}
	}
	return nil
}

// freeSlot chooses a free slot by lot: the order of slots says nothing about
// the order of reports.
func freeSlot(ctx context.Context, tx *sql.Tx) (int, error) {
	var used int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM report").Scan(&used); err != nil {
		return 0, err
	}
	if used > seal.ShredSlots*9/10 {
		return 0, ErrFull
	}
	for { // one in ten is free at least, so this ends soon
		slot, taken := seal.RandomSlot(), 0
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM report WHERE slot = ?", slot).Scan(&taken); err != nil {
			return 0, err
		}
		if taken == 0 {
			return slot, nil
		}
	}
}

// Append adds a message to a report and puts its expiry off; a message whose
// mark the report has already is not added again. Errors: ErrNone, ErrFull, and
// ErrStale where the number of the message or of a file is taken.
func (s *Store) Append(ctx context.Context, id ID, m Message) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		r, err := s.living(ctx, tx, id)
		if err != nil {
			return err
		}
		var places, doubles, taken, files int
		err = tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(once = ?), 0), coalesce(sum(kind = ? AND number = ?), 0),
			(SELECT count(*) FROM file WHERE id = ?) FROM message WHERE id = ?`,
			m.Once[:], m.Kind, m.Number, id[:], id[:]).Scan(&places, &doubles, &taken, &files)
		switch {
		case err != nil:
			return err
		case doubles > 0:
			return nil
		case taken > 0:
			return ErrStale
		case places >= MaxMessages || files+len(m.Files) > MaxFiles:
			return ErrFull
		}
		m.Place, m.Day = places, s.today()
		if err := s.putMessage(ctx, tx, r, m); err != nil {
			return err
		}
		latest := r.latest
		if m.Kind != seal.KindOfficer {
			latest = s.today()
		}
		_, err = tx.ExecContext(ctx, "UPDATE report SET latest = ?, expires = max(expires, ?) WHERE id = ?", latest, s.expiry(id), id[:])
		return err
	})
}

func (s *Store) putMessage(ctx context.Context, tx *sql.Tx, r row, m Message) error {
	if m.Once == ([16]byte{}) {
		return errors.New("protected store: a message without a mark")
	}
	sealed, err := s.shred.Lock(r.slot, m.Sealed)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO message (id, place, kind, number, day, once, sealed) VALUES (?,?,?,?,?,?,?)",
		r.id[:], m.Place, m.Kind, m.Number, m.Day, m.Once[:], sealed)
	if err != nil {
		return err
	}
	for _, f := range m.Files {
		var taken int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM file WHERE id = ? AND number = ?", r.id[:], f.Number).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return ErrStale
		}
		if sealed, err = s.shred.Lock(r.slot, f.Sealed); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO file (id, number, place, sealed) VALUES (?,?,?,?)", r.id[:], f.Number, m.Place, sealed)
		if err != nil {
			return err
		}
	}
	return nil
}

// SetDesk replaces the sealed note of the officers; version is the one that was
// read, and the note is the envelope of number version+1. Errors: ErrNone,
// ErrStale.
func (s *Store) SetDesk(ctx context.Context, id ID, version uint32, note []byte) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		r, err := s.living(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.version != version {
			return ErrStale
		}
		locked, err := s.shred.Lock(r.slot, note)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE report SET version = ?, desk = ? WHERE id = ?", version+1, locked, id[:])
		return err
	})
}

// Keep puts the expiry of a report off to a day, or brings it nearer.
// Errors: ErrNone.
func (s *Store) Keep(ctx context.Context, id ID, until Day) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		if _, err := s.living(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE report SET expires = ? WHERE id = ?", until, id[:])
		return err
	})
}
