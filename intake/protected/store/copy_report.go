package store

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Dump is a whole report with its files, as it travels to another agency. Its
// contents are sealed by their writers; the wrapping of this store is off.
type Dump struct {
	Key      Key
	Report   Report
	Messages []Message
}

// Export reads a whole report for another agency. Errors: ErrNone.
func (s *Store) Export(ctx context.Context, id ID) (Dump, error) {
	row, err := readRow(ctx, s.db, "id", id[:])
	if err != nil {
		return Dump{}, err
	}
	d := Dump{Key: row.key}
	if d.Report, d.Messages, err = s.Report(ctx, id); err != nil {
		return Dump{}, err
	}
	for i, m := range d.Messages {
		if !m.HasFiles {
			continue
		}
		if d.Messages[i].Files, err = s.Files(ctx, id, m.Place); err != nil {
			return Dump{}, err
		}
	}
	return d, nil
}

// Import takes a report of another agency in one save: the author's words lead
// to it here as well. Days and order stay, a new term of keeping begins; the ID
// and the note of the other agency stay there. Errors: ErrTaken.
func (s *Store) Import(ctx context.Context, d Dump) (ID, error) {
	if len(d.Messages) == 0 {
		return ID{}, errors.New("protected store: a report without messages")
	}
	return s.begin(ctx, Dump{Key: d.Key, Messages: d.Messages,
		Report: Report{Author: d.Report.Author, Arrived: d.Report.Arrived, Latest: s.today()}})
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
