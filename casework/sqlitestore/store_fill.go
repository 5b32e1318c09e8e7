package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"log/slog"
	"runtime"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"priemnaya/casework"
)

// fillChunk is how many cases are made ready at a time.
const fillChunk = 500

// fillPragmas trade the safety of a crash for speed: Fill says so.
const fillPragmas = "_txlock=immediate&_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=locking_mode(EXCLUSIVE)" +
	"&_pragma=cache_size(-262144)&_pragma=temp_store(FILE)&_pragma=busy_timeout(5000)"

// Fill (наполнение) adds n cases to the store in the file at path, which no
// process has open, many times quicker than Create: without a log, with the
// indexes of rows made at the end and the words indexed at once. It is for
// stores of measurements and for a first import: if it does not come to its
// end, the file is of no use and must be made anew.
//
// makeCase gives the i-th case; it is called from several goroutines. In the order
// of receipt it goes quickest. Errors: Exists if a case is stored already,
// Invalid for one without an ID, those of Open.
func Fill(ctx context.Context, path string, n int, makeCase func(i int) casework.Case) error {
	const op = "sqlitestore.Fill"
	err := withFiller(ctx, path, func(f *filler) error { return f.fill(ctx, n, makeCase) })
	if e := (*sqlite.Error)(nil); errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT {
		return &casework.Error{Code: casework.Exists, Op: op, Message: "case.exists", Err: err}
	}
	return failed(op, err)
}

// FillShelf puts records on the shelf of a store that no process has open, as
// they are, with the same speed and the same risk as Fill; what stands there
// under the same keys is replaced. Errors: those of Open.
func FillShelf(ctx context.Context, path string, records iter.Seq[casework.Record]) error {
	err := withFiller(ctx, path, func(f *filler) error {
		if err := f.exec("BEGIN"); err != nil {
			return err
		}
		for r := range records {
			err := f.exec("INSERT OR REPLACE INTO shelf (kind, id, version, owner, expires, data) VALUES (?, ?, ?, ?, ?, ?)",
				r.Kind, r.ID, r.Version, r.Owner, expiryOf(r.Expires), r.Data)
			if err := errors.Join(err, ctx.Err()); err != nil {
				return err
			}
		}
		return f.exec("COMMIT")
	})
	return failed("sqlitestore.FillShelf", err)
}

// withFiller opens the file for filling while it holds its lock. The file is
// back in its usual mode as soon as it is opened again.
func withFiller(ctx context.Context, path string, work func(*filler) error) error {
	if err := makePrivate(path); err != nil {
		return &casework.Error{Code: casework.Unavailable, Op: "sqlitestore.Fill", Message: "store.path", Err: err}
	}
	lock, err := own(ctx, path)
	if err != nil {
		return err
	}
	defer lock.Close()
	db, err := sql.Open("sqlite", dsn(path, fillPragmas))
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	if err := migrate(ctx, conn, slog.Default()); err != nil {
		return errors.Join(err, conn.Close())
	}
	w := &writer{conn: conn}
	w.stmts.db = conn
	err = work(&filler{batch: &batch{ctx: ctx, w: w, counts: map[countKey]int{}, owed: map[owedKey]int{}}, wids: map[int64]int64{}})
	w.stmts.close()
	return errors.Join(err, conn.Close())
}

func (f *filler) fill(ctx context.Context, n int, makeCase func(int) casework.Case) error {
	if err := f.begin(); err != nil {
		return err
	}
	for entries := range chunksOf(ctx, n, makeCase) {
		for _, e := range entries {
			if err := errors.Join(ctx.Err(), f.add(e)); err != nil {
				return err
			}
		}
	}
	return f.end()
}

// filler writes cases one after another.
type filler struct {
	*batch
	docid int64
	// wids are the numbers given last by second of receipt.
	wids map[int64]int64
	// indexes are made anew at the end.
	indexes []string
}

// filledEntry is a case made ready with its words.
type filledEntry struct {
	*entry
	terms string
	err   error
}

// chunksOf makes entries ready in several goroutines and gives them in order.
func chunksOf(ctx context.Context, n int, makeCase func(int) casework.Case) iter.Seq[[]filledEntry] {
	return func(yield func([]filledEntry) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		line := make(chan chan []filledEntry, 2*runtime.GOMAXPROCS(0))
		go func() {
			defer close(line)
			for from := 0; from < n && ctx.Err() == nil; from += fillChunk {
				ready := make(chan []filledEntry, 1)
				select {
				case line <- ready:
				case <-ctx.Done():
					return
				}
				go func() { ready <- readyChunk(from, min(n, from+fillChunk), makeCase) }()
			}
		}()
		for ready := range line {
			if !yield(<-ready) {
				return
			}
		}
	}
}

func readyChunk(from, to int, makeCase func(int) casework.Case) []filledEntry {
	var out []filledEntry
	for i := from; i < to; i++ {
		c := makeCase(i)
		if c.ID == "" {
			return append(out, filledEntry{err: fail(casework.Invalid, "Fill", "case.no_id")})
		}
		c.Version = 1
		e, err := newEntry(&c)
		out = append(out, filledEntry{entry: e, err: err, terms: termsOf(c.SearchText()) + " " + bodyTerm(c.Place.Body)})
	}
	return out
}

// begin takes the indexes of rows away and finds where numbers go on.
func (f *filler) begin() error {
	if _, err := f.scan("SELECT coalesce(max(saved), 0), coalesce(max(docid), 0) FROM rows", nil, &f.w.saved, &f.docid); err != nil {
		return err
	}
	rows, err := f.w.stmts.query(f.ctx, "SELECT wid FROM rows ORDER BY wid")
	if err != nil {
		return err
	}
	for rows.Next() {
		var wid int64
		if err := rows.Scan(&wid); err != nil {
			return errors.Join(err, rows.Close())
		}
		f.wids[secondOf(wid)] = wid
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	names, err := f.readIndexes()
	if err != nil {
		return err
	}
	// Statements that were prepared before would hold the tables.
	f.w.stmts.close()
	if err := f.exec("BEGIN"); err != nil {
		return err
	}
	for _, name := range names {
		if err := f.exec(`DROP INDEX "` + name + `"`); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) readIndexes() (names []string, err error) {
	rows, err := f.w.stmts.query(f.ctx, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'rows' AND sql IS NOT NULL ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		names, f.indexes = append(names, name), append(f.indexes, text)
	}
	return names, rows.Err()
}

var fillRow = "INSERT INTO rows (docid, saved, outbox, wid, " + strings.Join(columns, ", ") + ") VALUES (?, ?, ?, ?" +
	strings.Repeat(", ?", len(columns)) + ")"

func (f *filler) add(e filledEntry) error {
	if e.err != nil {
		return e.err
	}
	second := secondOf(wordsBase(e.row.ReceivedAt))
	wid, known := f.wids[second]
	for known && wid+1 >= second+widsInSecond {
		second += widsInSecond
		wid, known = f.wids[second]
	}
	if !known {
		wid = second - 1
	}
	wid++
	f.wids[second] = wid
	f.docid++
	err := f.exec(fillRow, slices.Concat([]any{f.docid, f.nextSaved(), e.outbox, wid}, e.values)...)
	if err != nil {
		return err
	}
	if err := f.exec("INSERT INTO docs VALUES (?, ?)", f.docid, e.doc); err != nil {
		return err
	}
	if err := f.replaceKeys(numberKeys, f.docid, nil, e.numbers); err != nil {
		return err
	}
	if err := f.replaceKeys(partyKeys, f.docid, nil, e.parties); err != nil {
		return err
	}
	f.count(&e.row, 1)
	return f.exec("INSERT INTO words(rowid, terms) VALUES (?, ?)", wid, e.terms)
}

// end writes the counts and makes the indexes.
func (f *filler) end() error {
	if err := f.writeCounts(); err != nil {
		return err
	}
	for _, text := range f.indexes {
		if err := f.exec(text); err != nil {
			return err
		}
	}
	return f.exec("COMMIT")
}
