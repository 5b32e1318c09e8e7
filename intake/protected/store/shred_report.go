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
		row, err := readRow(ctx, tx, "id", id[:])
		if err != nil {
			return err
		}
		if id == s.decoy {
			return ErrNone
		}
		return s.destroy(ctx, tx, row)
	})
}

// destroy forgets the key of a row and removes the row. A slot that belongs to
// a newer report (the row came back from a backup) is left alone.
func (s *Store) destroy(ctx context.Context, tx *sql.Tx, r row) error {
	shred, err := s.opened(r)
	if err == nil {
		wipe(shred)
		if _, err = s.keys.renew(r.slot); err != nil {
			return err
		}
	} else if !errors.Is(err, ErrNone) {
		return err
	}
	for _, table := range []string{"message", "bundle", "report"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE id = ?", r.id[:]); err != nil {
			return err
		}
	}
	return nil
}

// Sweep shreds what has expired and what does not open any more, and returns
// how many reports went.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	gone := 0
	err := s.change(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT "+rowColumns+" FROM report WHERE id <> ?", s.decoy[:])
		if err != nil {
			return err
		}
		var old []row
		for rows.Next() {
			r, err := scanRow(rows.Scan)
			if err != nil {
				return errors.Join(err, rows.Close())
			}
			shred, err := s.opened(r)
			wipe(shred)
			if err != nil && !errors.Is(err, ErrNone) {
				return errors.Join(err, rows.Close())
			}
			if err != nil || r.expires <= s.today() {
				old = append(old, r)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for _, r := range old {
			if err := s.destroy(ctx, tx, r); err != nil {
				return err
			}
		}
		gone = len(old)
		return nil
	})
	return gone, err
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
	for _, name := range []string{DatabaseFile, DatabaseFile + "-journal", ShredFile} {
		if err := os.Chtimes(s.path(name), day, day); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
