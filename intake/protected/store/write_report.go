package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
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

// Create begins a report with its first message under the key of its author.
// When it returns, the disk has all of it. Errors: ErrTaken.
func (s *Store) Create(ctx context.Context, key Key, author []byte, first Message) (ID, error) {
	first.Day = s.today()
	return s.begin(ctx, Dump{Key: key, Messages: []Message{first}, Report: Report{Author: author, Arrived: s.today(), Latest: s.today()}})
}

// begin saves a report that is new here, under a random ID.
func (s *Store) begin(ctx context.Context, d Dump) (ID, error) {
	rand.Read(d.Report.ID[:])
	d.Report.Expires = s.expiry(d.Key)
	err := s.change(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM report WHERE key = ?", d.Key[:]).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return ErrTaken
		}
		return s.insert(ctx, tx, d)
	})
	return d.Report.ID, err
}

// expiry is when a report that is written to today expires; the decoy, whose
// key is zero, never does.
func (s *Store) expiry(key Key) Day {
	if key == (Key{}) {
		return 1 << 30
	}
	return s.today() + Day(s.conf.KeepDays)
}

// insert writes a whole report with a new shred key.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, d Dump) error {
	slot, err := s.freeSlot(ctx, tx)
	if err != nil {
		return err
	}
	shred, err := s.keys.renew(slot)
	if err != nil {
		return err
	}
	defer wipe(shred)
	r := d.Report
	head, err := wrap(shred, label(r.ID, "author", 0), r.Author)
	if err != nil {
		return err
	}
	desk, err := wrap(shred, label(r.ID, "desk", r.Version), r.Desk)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO report (id, key, slot, head, arrived, latest, expires, version, desk) VALUES (?,?,?,?,?,?,?,?,?)",
		r.ID[:], d.Key[:], slot, head, r.Arrived, r.Latest, r.Expires, r.Version, desk)
	if err != nil {
		return err
	}
	for i, m := range d.Messages {
		m.Place = i
		if err := putMessage(ctx, tx, r.ID, shred, m); err != nil {
			return err
		}
	}
	return nil
}

// freeSlot chooses any free slot by lot: the order of slots says nothing about
// the order of reports.
func (s *Store) freeSlot(ctx context.Context, tx *sql.Tx) (int, error) {
	all, err := s.keys.slots()
	if err != nil {
		return 0, err
	}
	var used int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM report").Scan(&used); err != nil {
		return 0, err
	}
	if used > all/2 {
		if err := s.keys.grow(all); err != nil {
			return 0, err
		}
		all *= 2
	}
	// At least half of them are free, so this ends soon.
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(all)))
		if err != nil {
			return 0, err
		}
		var taken int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM report WHERE slot = ?", n.Int64()).Scan(&taken); err != nil {
			return 0, err
		}
		if taken == 0 {
			return int(n.Int64()), nil
		}
	}
}

// Append adds a message to a report and puts its expiry off; a message with a
// mark that the report has already is not added again. Errors: ErrNone, ErrFull.
func (s *Store) Append(ctx context.Context, id ID, m Message) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		row, err := readRow(ctx, tx, "id", id[:])
		if err != nil {
			return err
		}
		shred, err := s.opened(row)
		if err != nil {
			return err
		}
		defer wipe(shred)
		var places, doubles int
		err = tx.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(once = ?), 0) FROM message WHERE id = ?", m.Once[:], id[:]).Scan(&places, &doubles)
		if err != nil {
			return err
		}
		if doubles > 0 && m.Once != ([16]byte{}) {
			return nil
		}
		if places >= MaxMessages {
			return ErrFull
		}
		m.Place, m.Day = places, s.today()
		if err := putMessage(ctx, tx, id, shred, m); err != nil {
			return err
		}
		latest := row.latest
		if m.From == FromAuthor {
			latest = s.today()
		}
		_, err = tx.ExecContext(ctx, "UPDATE report SET latest = ?, expires = ? WHERE id = ?", latest, s.expiry(row.key), id[:])
		return err
	})
}

func putMessage(ctx context.Context, tx *sql.Tx, id ID, shred []byte, m Message) error {
	if m.From != FromAuthor && m.From != FromAgency {
		return fmt.Errorf("protected store: a message from nobody")
	}
	sealed, err := wrap(shred, label(id, "message", m.Place), m.Sealed)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO message (id, place, side, day, once, sealed) VALUES (?,?,?,?,?,?)",
		id[:], m.Place, m.From, m.Day, m.Once[:], sealed)
	if err != nil || len(m.Files) == 0 {
		return err
	}
	files, err := wrap(shred, label(id, "files", m.Place), m.Files)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO bundle (id, place, files) VALUES (?,?,?)", id[:], m.Place, files)
	return err
}

// SetDesk replaces the sealed note of the officers where nobody was quicker.
// Errors: ErrNone, ErrStale.
func (s *Store) SetDesk(ctx context.Context, id ID, version int, note []byte) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		row, err := readRow(ctx, tx, "id", id[:])
		if err != nil {
			return err
		}
		if row.version != version {
			return ErrStale
		}
		shred, err := s.opened(row)
		if err != nil {
			return err
		}
		defer wipe(shred)
		desk, err := wrap(shred, label(id, "desk", version+1), note)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE report SET version = ?, desk = ? WHERE id = ?", version+1, desk, id[:])
		return err
	})
}

// Keep puts the expiry of a report off to a day, or brings it nearer.
// Errors: ErrNone.
func (s *Store) Keep(ctx context.Context, id ID, until Day) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		if _, err := readRow(ctx, tx, "id", id[:]); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE report SET expires = ? WHERE id = ?", until, id[:])
		return err
	})
}
