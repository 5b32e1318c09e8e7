package sqlitestore

import (
	"context"
	"database/sql"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"priemnaya/casework"
)

// errClosed is the cause of errors of a store that was closed.
var errClosed = errors.New("the store is closed")

// failed maps a driver's error to a code: what may pass by itself (a lock, a
// full disk, a cancelled call) is Unavailable, a damaged file is Corrupted,
// anything else is a defect of ours.
func failed(op string, err error) error {
	if err == nil {
		return nil
	}
	var known *casework.Error
	if errors.As(err, &known) {
		return err
	}
	return &casework.Error{Code: codeOf(err), Op: op, Err: err}
}

func codeOf(err error) casework.Code {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, errClosed) || errors.Is(err, sql.ErrConnDone) {
		return casework.Unavailable
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return casework.Internal
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_PERM, sqlite3.SQLITE_PROTOCOL:
		return casework.Unavailable
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return casework.Corrupted
	case sqlite3.SQLITE_TOOBIG:
		return casework.TooLarge
	}
	return casework.Internal
}

func fail(code casework.Code, op, message string) error {
	return casework.Fail(code, "sqlitestore."+op, message)
}
