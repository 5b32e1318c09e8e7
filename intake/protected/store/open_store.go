package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver named sqlite

	"priemnaya/intake/protected/seal"
)

// Config says how a store is opened.
type Config struct {
	// Folder holds the two files; it is made if there is none.
	Folder string
	// Agency is the identifier that every seal.Place carries.
	Agency string
	// Shred are the paths of the shred keys, the further ones copies on other disks;
	// nil is shred.keys in the folder. Keep them out of every backup.
	Shred []string
	// Now is the clock; only its day is used. nil is time.Now.
	Now func() time.Time
	// KeepDays is how long a report is kept after anybody last wrote; 0 means 180.
	KeepDays int
}

// Store keeps the reports of one agency. It is safe for parallel use and for
// two processes at once.
type Store struct {
	conf  Config
	db    *sql.DB
	shred *seal.Shred
	decoy ID
}

// The file names of a store.
const (
	DatabaseFile = "reports.db"
	ShredFile    = "shred.keys"
)

// The rollback journal is cut after each save. A write-ahead log would keep
// pages in the order of their arrival until somebody folds it in.
const pragmas = "_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(TRUNCATE)&_pragma=synchronous(FULL)" +
	"&_pragma=secure_delete(ON)&_pragma=temp_store(MEMORY)&_pragma=trusted_schema(0)"

const schema = `
CREATE TABLE IF NOT EXISTS report (
	id      BLOB PRIMARY KEY,
	tag     BLOB NOT NULL UNIQUE,
	secret  BLOB NOT NULL,
	slot    INTEGER NOT NULL UNIQUE,
	arrived INTEGER NOT NULL,
	latest  INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	version INTEGER NOT NULL,
	desk    BLOB
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (
	id     BLOB NOT NULL,
	place  INTEGER NOT NULL,
	kind   TEXT NOT NULL,
	number INTEGER NOT NULL,
	day    INTEGER NOT NULL,
	once   BLOB NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (id, place),
	UNIQUE (id, kind, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
	id     BLOB NOT NULL,
	number INTEGER NOT NULL,
	place  INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (id, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS noise (one INTEGER PRIMARY KEY CHECK (one = 1), bytes BLOB NOT NULL) WITHOUT ROWID;`

// Open opens the store in a folder and makes both files if they are missing,
// readable by their owner only. Errors: that of the disk, or a damaged file.
func Open(ctx context.Context, conf Config) (*Store, error) {
	if conf.Now == nil {
		conf.Now = time.Now
	}
	if conf.KeepDays <= 0 {
		conf.KeepDays = 180
	}
	if len(conf.Shred) == 0 {
		conf.Shred = []string{filepath.Join(conf.Folder, ShredFile)}
	}
	if err := os.MkdirAll(conf.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("protected store: %w", err)
	}
	s := &Store{conf: conf}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("protected store: %w", err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	path, err := filepath.Abs(s.path(DatabaseFile))
	if err != nil {
		return err
	}
	// SQLite would make it with the process's mask; its journal inherits the mode.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o600), f.Close()); err != nil {
		return err
	}
	if s.shred, err = seal.OpenShred(s.conf.Shred...); err != nil {
		return err
	}
	dsn := (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path)}).String() + "?" + pragmas
	if s.db, err = sql.Open("sqlite", dsn); err != nil {
		return err
	}
	s.db.SetMaxOpenConns(4)
	if _, err := s.db.ExecContext(ctx, schema); err != nil {
		return err
	}
	if err := s.makeDecoy(ctx); err != nil {
		return err
	}
	return s.Touch(ctx)
}

// makeDecoy keeps one report that nobody can reach. A miss reads it, so a miss
// and a hit do the same work on the same kind of row.
func (s *Store) makeDecoy(ctx context.Context) error {
	var nobody Words // no hash is all zeros
	var raw []byte
	err := s.db.QueryRowContext(ctx, "SELECT id FROM report WHERE tag = ?", nobody.Tag[:]).Scan(&raw)
	if err == nil {
		copy(s.decoy[:], raw)
		return nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	s.decoy = seal.NewReport()
	sealed, err := seal.Decoy(seal.Place{Agency: s.conf.Agency, Report: s.decoy, Kind: seal.KindReport})
	if err != nil {
		return err
	}
	m := Message{Kind: seal.KindReport, Sealed: sealed}
	rand.Read(m.Once[:])
	err = s.Create(ctx, s.decoy, nobody, m)
	if errors.Is(err, ErrTaken) {
		return s.makeDecoy(ctx)
	}
	return err
}

// Close closes both files.
func (s *Store) Close() error {
	var errs []error
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.shred != nil {
		errs = append(errs, s.shred.Close())
	}
	return errors.Join(errs...)
}

func (s *Store) path(name string) string { return filepath.Join(s.conf.Folder, name) }

func (s *Store) today() Day { return DayOf(s.conf.Now()) }
