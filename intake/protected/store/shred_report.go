package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
)

// Shred destroys a report: first its key, on the disk, then its rows. After
// the first step no copy of reports.db opens it, and a crash between the two
// leaves rows that open nothing, which Sweep removes. Errors: ErrNone.
func (s *Store) Shred(ctx context.Context, id ID) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		r, err := s.living(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.destroy(ctx, tx, r)
	})
}

// destroy forgets the key of a report and removes its rows.
func (s *Store) destroy(ctx context.Context, tx *sql.Tx, r row) error {
	opens, err := s.opens(ctx, tx, r)
	if err != nil {
		return err
	}
	// A report that came back from a backup may name a slot of a newer one.
	if opens {
		if err := s.shred.Erase(r.slot); err != nil {
			return err
		}
	}
	for _, table := range []string{"message", "file", "report"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE id = ?", r.id[:]); err != nil {
			return err
		}
	}
	return nil
}

// opens reports whether the slot of a report is still its own.
func (s *Store) opens(ctx context.Context, from reader, r row) (bool, error) {
	var locked []byte
	err := from.QueryRowContext(ctx, "SELECT sealed FROM message WHERE id = ? AND place = 0", r.id[:]).Scan(&locked)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = s.unlock(r.slot, locked)
	if errors.Is(err, ErrNone) {
		return false, nil
	}
	return err == nil, err
}

// Sweep shreds what has expired and what does not open any more, and returns
// how many reports went.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	gone := 0
	err := s.change(ctx, func(tx *sql.Tx) error {
		all, err := s.allRows(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range all {
			opens, err := s.opens(ctx, tx, r)
			if err != nil {
				return err
			}
			if opens && r.expires > s.today() {
				continue
			}
			if err := s.destroy(ctx, tx, r); err != nil {
				return err
			}
			gone++
		}
		return nil
	})
	return gone, err
}

func (s *Store) allRows(ctx context.Context, tx *sql.Tx) ([]row, error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+rowColumns+" FROM report WHERE id <> ?", s.decoy[:])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []row
	for rows.Next() {
		r, err := scanRow(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Shuffle rewrites the file in the order of random IDs, which takes the order
// of arrival out of the places of its pages and gives free pages back.
func (s *Store) Shuffle(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, "VACUUM"); err != nil {
		return err
	}
	return s.hideTimes()
}

// Touch writes noise of a constant size. Called at random minutes, it takes
// the meaning from the time of the last change of the file.
func (s *Store) Touch(ctx context.Context) error {
	noise := make([]byte, 4096)
	rand.Read(noise)
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO noise (one, bytes) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET bytes = excluded.bytes", noise)
		return err
	})
}

// hideTimes sets the times that archives and listings carry to the beginning
// of the day.
func (s *Store) hideTimes() error {
	day := s.today().Time()
	var errs []error
	for _, path := range append([]string{s.path(DatabaseFile), s.path(DatabaseFile + "-journal")}, s.conf.Shred...) {
		if err := os.Chtimes(path, day, day); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
