package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"os"

	"priemnaya/casework"
)

// Backup writes a whole, consistent and compact copy of the store to a new
// file at path while work goes on. The copy is synced to the disk and readable
// by its owner only. Errors: Exists if there is a file, Unavailable.
func (s *Store) Backup(ctx context.Context, path string) error {
	const op = "sqlitestore.Backup"
	if s.closed.Load() {
		return failed(op, errClosed)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return &casework.Error{Code: casework.Exists, Op: op, Message: "store.backup_exists", Err: err}
	}
	if err != nil {
		return &casework.Error{Code: casework.Unavailable, Op: op, Message: "store.path", Err: err}
	}
	defer f.Close()
	if err := s.copyTo(ctx, path); err != nil {
		return errors.Join(failed(op, err), os.Remove(path))
	}
	if err := f.Sync(); err != nil {
		return &casework.Error{Code: casework.Unavailable, Op: op, Message: "store.path", Err: err}
	}
	return nil
}

// copyTo reads on a connection of its own: one that reads only may not
// attach the target.
func (s *Store) copyTo(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(s.path, pragmas[1:]))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}
