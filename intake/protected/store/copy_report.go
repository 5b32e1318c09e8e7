package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// Dump is a whole report with its files, as it travels to another agency. Its
// envelopes are sealed by their writers; the lock of this store is off.
type Dump struct {
	Words    Words
	Report   Report
	Messages []Message
}

// Export reads a whole report with its files. Errors: ErrNone.
func (s *Store) Export(ctx context.Context, id ID) (Dump, error) {
	r, err := s.living(ctx, s.db, id)
	if err != nil {
		return Dump{}, err
	}
	d := Dump{Words: r.words}
	if d.Report, d.Messages, err = s.load(ctx, r); err != nil {
		return Dump{}, err
	}
	for _, m := range d.Messages {
		for i, f := range m.Files {
			if m.Files[i].Sealed, err = s.File(ctx, id, f.Number); err != nil {
				return Dump{}, err
			}
		}
	}
	return d, nil
}

// Import takes a whole report in one save, sealed for this agency: the author's
// words lead to it. Days and order stay, a term of keeping begins, and the note
// of the other agency stays there. Errors: ErrTaken, ErrFull.
func (s *Store) Import(ctx context.Context, d Dump) error {
	if len(d.Messages) == 0 {
		return errors.New("protected store: a report without messages")
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		var n int
		err := tx.QueryRowContext(ctx, "SELECT count(*) FROM report WHERE tag = ? OR id = ?", d.Words.Tag[:], d.Report.ID[:]).Scan(&n)
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrTaken
		}
		return s.insert(ctx, tx, d)
	})
}

// Backup writes a copy of reports.db to a path that must not exist. The shred
// keys are left out on purpose: a report that is shredded later cannot be
// brought back from the copy.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("protected store: %s exists", path)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return err
	}
	day := s.today().Time()
	return os.Chtimes(path, day, day)
}
