package sqlitestore

import (
	"context"
	"strings"

	"priemnaya/casework/words"
)

// feedBatch is how many cases are indexed in one transaction: enough to be
// quick, few enough that a filing never waits long behind it.
const feedBatch = 16

// feeder indexes the words of saved cases in the background. What it has to
// do is a table, so nothing is forgotten by a restart.
type feeder struct {
	s      *Store
	signal chan struct{}
	cancel context.CancelFunc
	done   chan struct{}
}

func startFeeder(s *Store) *feeder {
	ctx, cancel := context.WithCancel(context.Background())
	f := &feeder{s: s, signal: make(chan struct{}, 1), cancel: cancel, done: make(chan struct{})}
	if s.opt.NoSearch {
		close(f.done)
		return f
	}
	f.wake()
	go f.run(ctx)
	return f
}

// wake tells the feeder to look; it never waits.
func (f *feeder) wake() {
	select {
	case f.signal <- struct{}{}:
	default:
	}
}

func (f *feeder) stop() {
	f.cancel()
	<-f.done
}

func (f *feeder) run(ctx context.Context) {
	defer close(f.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.signal:
		}
		for more := true; more; {
			n, err := f.feed(ctx)
			if err != nil && ctx.Err() == nil {
				// The queue keeps what was not done until the next save.
				f.s.opt.Log.Error("full-text index not fed", "error", err)
			}
			more = err == nil && n == feedBatch
		}
	}
}

// helping is a case of the queue with its words.
type helping struct {
	docid, saved, wid int64
	terms             string
}

// feed indexes the first cases of the queue and reports how many.
func (f *feeder) feed(ctx context.Context) (int, error) {
	load, err := f.load(ctx)
	if err != nil || len(load) == 0 {
		return 0, err
	}
	return len(load), f.s.w.do(ctx, "sqlitestore.feed", f.s.w.idle, func(b *batch) error {
		for _, h := range load {
			if err := b.index(h); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *feeder) load(ctx context.Context) ([]helping, error) {
	rows, err := f.s.query(ctx, `SELECT q.docid, q.saved, r.wid, d.doc FROM words_queue q
		JOIN rows r ON r.docid = q.docid JOIN docs d ON d.docid = q.docid ORDER BY q.docid LIMIT ?`, feedBatch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []helping
	for rows.Next() {
		var h helping
		var doc []byte
		if err := rows.Scan(&h.docid, &h.saved, &h.wid, &doc); err != nil {
			return nil, err
		}
		c, err := decode("sqlitestore.feed", doc)
		if err != nil {
			// It stays listed and readable by number; only words cannot find it.
			f.s.opt.Log.Error("case cannot be indexed", "docid", h.docid, "error", err)
		}
		h.terms = termsOf(c.SearchText()) + " " + bodyTerm(c.Place.Body)
		out = append(out, h)
	}
	return out, rows.Err()
}

// termsOf lists the distinct terms of a text: the index keeps no positions.
func termsOf(text string) string {
	return strings.Join(words.IndexTerms(text), " ")
}

// index writes the words of a case unless it was saved anew meanwhile; then
// it is still in the queue and comes round again.
func (b *batch) index(h helping) error {
	n, err := b.changed("DELETE FROM words_queue WHERE docid = ? AND saved = ?", h.docid, h.saved)
	if err != nil || n == 0 {
		return err
	}
	return b.exec("INSERT OR REPLACE INTO words(rowid, terms) VALUES (?, ?)", h.wid, h.terms)
}
