package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"priemnaya/casework"
)

// Options tune a store; the zero value is what an installation wants.
type Options struct {
	// Now is the clock by which records of the shelf expire; nil is time.Now.
	Now func() time.Time
	// Log gets what no caller sees, such as a case that could not be indexed;
	// nil is slog.Default. Only IDs are written, never contents.
	Log *slog.Logger
	// Readers is the number of read connections, 0 means 4.
	Readers int
	// NoSearch leaves the full-text index alone: cases are queued for it and
	// indexed when the file is opened without the option.
	NoSearch bool
}

// Store keeps cases, records and number series in one SQLite file. It
// implements casework.Store, casework.Numbers and casework.Shelf and is safe
// for parallel use.
type Store struct {
	path string
	opt  Options
	// owner holds the lock that keeps other processes out.
	owner *sql.DB
	write *sql.DB
	read  *sql.DB

	w    *writer
	feed *feeder
	// folding empties the write-ahead log.
	folding *sql.DB
	scrubs  scrubber
	turns   turnstile
	readers statements

	closing sync.Once
	closed  atomic.Bool
	failure error
}

const pragmas = "&_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)&_pragma=temp_store(MEMORY)&_pragma=trusted_schema(0)"

// Open opens the store in the file at path, which is made if there is none,
// readable by its owner only. It brings the schema up to date.
//
// Errors: Unavailable if the folder cannot be written or another process has
// the file open, Corrupted if the file is damaged or no database at all,
// Invalid if it belongs to another program or to a newer release.
func Open(ctx context.Context, path string, opt Options) (*Store, error) {
	opt = opt.withDefaults()
	if err := makePrivate(path); err != nil {
		return nil, &casework.Error{Code: casework.Unavailable, Op: "sqlitestore.Open", Message: "store.path", Err: err}
	}
	s := &Store{path: path, opt: opt, turns: newTurnstile()}
	if err := s.open(ctx); err != nil {
		s.closeFiles()
		return nil, err
	}
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	return o
}

// makePrivate makes the file with mode 0600 before SQLite would make it with
// the process's mask; the journal files inherit the mode.
func makePrivate(path string) error {
	if path == "" {
		return errors.New("no path")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

func dsn(path, query string) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path)}).String() + "?" + query
}

func (s *Store) open(ctx context.Context) error {
	const op = "sqlitestore.Open"
	abs, err := filepath.Abs(s.path)
	if err != nil {
		return failed(op, err)
	}
	s.path = abs
	if s.owner, err = own(ctx, abs); err != nil {
		return err
	}
	if s.write, err = sql.Open("sqlite", dsn(abs, "_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=secure_delete(ON)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-65536)"+pragmas)); err != nil {
		return failed(op, err)
	}
	s.write.SetMaxOpenConns(1)
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return failed(op, err)
	}
	if err := migrate(ctx, conn, s.opt.Log); err != nil {
		return errors.Join(err, conn.Close())
	}
	if s.read, err = sql.Open("sqlite", dsn(abs, "_pragma=query_only(1)&_pragma=cache_size(-32768)"+pragmas)); err != nil {
		return failed(op, err)
	}
	s.read.SetMaxOpenConns(s.opt.Readers)
	s.read.SetMaxIdleConns(s.opt.Readers)
	s.readers.db = s.read
	if err := s.openFolding(abs); err != nil {
		return failed(op, err)
	}
	// What a crash has left in the log of pages removed before it.
	if _, err := s.foldLog(ctx); err != nil {
		return errors.Join(failed(op, err), conn.Close())
	}
	if s.w, err = startWriter(ctx, conn); err != nil {
		return err
	}
	s.feed = startFeeder(s)
	return nil
}

// own takes the lock of the file: an exclusive transaction on an empty
// database beside it, which the system ends if the process dies.
func own(ctx context.Context, path string) (*sql.DB, error) {
	const op = "sqlitestore.Open"
	lock := path + ".lock"
	if err := makePrivate(lock); err != nil {
		return nil, &casework.Error{Code: casework.Unavailable, Op: op, Message: "store.path", Err: err}
	}
	db, err := sql.Open("sqlite", dsn(lock, "_pragma=busy_timeout(0)"))
	if err != nil {
		return nil, failed(op, err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		db.Close()
		return nil, &casework.Error{Code: casework.Unavailable, Op: op, Message: "store.in_use",
			Err: errors.Join(errors.New("another process has the file open"), err)}
	}
	return db, nil
}

// Ping reports whether the store answers. Errors: Unavailable, Corrupted.
func (s *Store) Ping(ctx context.Context) error {
	const op = "sqlitestore.Ping"
	if s.closed.Load() {
		return failed(op, errClosed)
	}
	if _, err := os.Stat(s.path); errors.Is(err, fs.ErrNotExist) {
		return &casework.Error{Code: casework.Unavailable, Op: op, Message: "store.path", Err: err}
	}
	var n int
	return failed(op, s.read.QueryRowContext(ctx, "SELECT count(*) FROM meta").Scan(&n))
}

// Close finishes what was begun, folds the write-ahead log into the file and
// lets the file go. Calls after it fail as Unavailable; closing twice is no
// error.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.closed.Store(true)
		s.feed.stop()
		s.w.stop()
		s.failure = s.closeFiles()
	})
	return s.failure
}

func (s *Store) closeFiles() error {
	s.readers.close()
	var errs []error
	// The writer goes last: the last connection folds the log in.
	for _, db := range []*sql.DB{s.read, s.folding, s.write, s.owner} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return failed("sqlitestore.Close", errors.Join(errs...))
}
