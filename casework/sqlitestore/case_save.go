package sqlitestore

import (
	"context"
	"slices"
	"strings"

	"priemnaya/casework"
)

// maxRounds is after how many lost races Update gives up.
const maxRounds = 50

// Create implements casework.Store. Errors: Exists; Invalid without an ID.
func (s *Store) Create(ctx context.Context, c casework.Case) (casework.Case, error) {
	if c.ID == "" {
		return casework.Case{}, fail(casework.Invalid, "Create", "case.no_id")
	}
	c.Version = 1
	e, err := newEntry(&c)
	if err != nil {
		return casework.Case{}, failed("sqlitestore.Create", err)
	}
	err = s.w.do(ctx, "sqlitestore.Create", s.w.jobs, func(b *batch) error { return b.insert(e) })
	if err != nil {
		return casework.Case{}, err
	}
	s.feed.wake()
	return c, nil
}

var insertRow = "INSERT INTO rows (saved, outbox, wid, " + strings.Join(columns, ", ") + ") VALUES (?, ?, ?" +
	strings.Repeat(", ?", len(columns)) + ") ON CONFLICT (id) DO NOTHING"

func (b *batch) insert(e *entry) error {
	saved := b.nextSaved()
	wid, err := b.nextWid(e.row.ReceivedAt)
	if err != nil {
		return err
	}
	res, err := b.result(insertRow, append([]any{saved, e.outbox, wid}, e.values...)...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		if err == nil {
			return fail(casework.Exists, "Create", "case.exists")
		}
		return err
	}
	docid, err := res.LastInsertId()
	if err != nil {
		return err
	}
	if err := b.exec("INSERT INTO docs VALUES (?, ?)", docid, e.doc); err != nil {
		return err
	}
	if err := b.replaceKeys(numberKeys, docid, nil, e.numbers); err != nil {
		return err
	}
	if err := b.replaceKeys(partyKeys, docid, nil, e.parties); err != nil {
		return err
	}
	b.count(&e.row, 1)
	return b.queueWords(docid, saved)
}

// queueWords asks for the words of a case to be indexed after the commit.
func (b *batch) queueWords(docid, saved int64) error {
	return b.exec("INSERT INTO words_queue VALUES (?, ?) ON CONFLICT DO UPDATE SET saved = excluded.saved", docid, saved)
}

// keyTable is a table by whose keys cases are found.
type keyTable struct{ insert, remove string }

var (
	numberKeys = keyTable{"INSERT OR IGNORE INTO numbers VALUES (?, ?)", "DELETE FROM numbers WHERE number = ? AND docid = ?"}
	partyKeys  = keyTable{"INSERT OR IGNORE INTO parties VALUES (?, ?)", "DELETE FROM parties WHERE party = ? AND docid = ?"}
)

// replaceKeys brings the keys of a case from one list to another.
func (b *batch) replaceKeys(table keyTable, docid int64, from, to []string) error {
	for _, k := range to {
		if slices.Contains(from, k) {
			continue
		}
		if err := b.exec(table.insert, k, docid); err != nil {
			return err
		}
	}
	for _, k := range from {
		if slices.Contains(to, k) {
			continue
		}
		if err := b.exec(table.remove, k, docid); err != nil {
			return err
		}
	}
	return nil
}

// Update implements casework.Store. The ID of a case never changes and its
// Version is the store's. Errors: NotFound, Conflict after many lost races,
// whatever change returns.
func (s *Store) Update(ctx context.Context, id string, change func(casework.Case) (casework.Case, error)) (casework.Case, error) {
	const op = "sqlitestore.Update"
	for round := range maxRounds {
		if round == 1 {
			// Who has lost once waits in line with other losers, so that a
			// crowd on one case does not wear itself out.
			leave, err := s.turns.enter(ctx, id)
			if err != nil {
				return casework.Case{}, failed(op, err)
			}
			defer leave()
		}
		c, won, err := s.tryUpdate(ctx, id, change)
		if err != nil || won {
			return c, err
		}
	}
	return casework.Case{}, fail(casework.Conflict, "Update", "case.busy")
}

func (s *Store) tryUpdate(ctx context.Context, id string, change func(casework.Case) (casework.Case, error)) (casework.Case, bool, error) {
	const op = "sqlitestore.Update"
	docid, old, err := s.load(ctx, op, id)
	if err != nil {
		return casework.Case{}, false, err
	}
	u := &revision{docid: docid, version: old.Version, was: casework.RowOf(&old), wasOutbox: outboxOf(&old),
		wasNumbers: filled(old.Numbers()), wasParties: old.PartyKeys()}
	words := old.SearchText()
	wasReceived, wasBody := old.Origin.ReceivedAt, old.Place.Body
	// The change gets the case itself: from here on old may share with new.
	c, err := change(old)
	if err != nil {
		return casework.Case{}, false, err
	}
	c.ID, c.Version = id, u.version+1
	if u.entry, err = newEntry(&c); err != nil {
		return casework.Case{}, false, failed(op, err)
	}
	u.moved = wordsBase(c.Origin.ReceivedAt) != wordsBase(wasReceived)
	u.words = u.moved || c.Place.Body != wasBody || c.SearchText() != words
	won := false
	err = s.w.do(ctx, op, s.w.jobs, func(b *batch) (err error) {
		won, err = b.revise(u)
		return err
	})
	if won && u.words {
		s.feed.wake()
	}
	return c, won, err
}

// revision is an update made ready for the writer.
type revision struct {
	*entry
	docid, version int64
	was            casework.Row
	wasOutbox      any
	wasNumbers     []string
	wasParties     []string
	// words is set if what search looks at has changed, moved if the second
	// of receipt has, and with it the place in the index of words.
	words, moved bool
}

// revise writes a case if its version is still the one that was read.
func (b *batch) revise(u *revision) (won bool, err error) {
	saved := b.nextSaved()
	// Only what differs is set: SQLite rewrites the indexes of every column
	// that is named.
	set, args := "saved = ?", []any{saved}
	was := valuesOf(&u.was)
	for i, col := range columns {
		if was[i] != u.values[i] {
			set += ", " + col + " = ?"
			args = append(args, u.values[i])
		}
	}
	if u.outbox != u.wasOutbox {
		set += ", outbox = ?"
		args = append(args, u.outbox)
	}
	if u.moved {
		if err := b.moveWords(u); err != nil {
			return false, err
		}
	}
	n, err := b.changed("UPDATE rows SET "+set+" WHERE docid = ? AND version = ?", append(args, u.docid, u.version)...)
	if err != nil || n == 0 {
		return false, err
	}
	if err := b.exec("UPDATE docs SET doc = ? WHERE docid = ?", u.doc, u.docid); err != nil {
		return false, err
	}
	if err := b.replaceKeys(numberKeys, u.docid, u.wasNumbers, u.numbers); err != nil {
		return false, err
	}
	if err := b.replaceKeys(partyKeys, u.docid, u.wasParties, u.parties); err != nil {
		return false, err
	}
	b.count(&u.was, -1)
	b.count(&u.row, 1)
	if u.words {
		return true, b.queueWords(u.docid, saved)
	}
	return true, nil
}
