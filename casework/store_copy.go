package casework

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Series is a number series and the last number given out in it.
type Series struct {
	Name string
	Last int64
}

// NumberSeries is what a move between stores needs besides Numbers.
type NumberSeries interface {
	Numbers
	// Series lists all series in the order of their names; next is "" at the
	// end.
	Series(ctx context.Context, page Window) (series []Series, next string, err error)
	// Raise makes sure that the numbers of a series up to and including to
	// are not given out any more; it never lowers.
	Raise(ctx context.Context, series string, to int64) error
}

// Storage is all that an installation keeps.
type Storage interface {
	Store
	NumberSeries
	Shelf
}

// CopyReport says what a copy has found and written.
type CopyReport struct {
	// Cases, Records and Series were found in the source; of the first two,
	// those Written were missing or older in the target.
	Cases, CasesWritten     int
	Records, RecordsWritten int
	Series                  int
}

// copyPage is how much is listed at once.
const copyPage = 200

// Copy brings everything from one store into another: cases, records of the
// shelf that have not expired, and number series. It may be stopped and run
// again: what the target has already is compared and left. Run it once while
// work goes on and a last time when it has stopped.
//
// A case is copied by its content. Versions are the target's own and begin
// anew there, so sessions and open forms of before are refused as changed.
// The journal of every case is verified first. A record that differs is
// overwritten.
//
// progress, if not nil, is called with "cases", "records" or "series" and how
// many are done. Errors: Corrupted for a broken journal, Conflict if a case
// in the target has gone on by itself or the counts differ in the end, and
// those of the stores.
func Copy(ctx context.Context, from, to Storage, progress func(kind string, done int)) (CopyReport, error) {
	c := &copying{from: from, to: to, progress: progress}
	if c.progress == nil {
		c.progress = func(string, int) {}
	}
	for _, step := range []func(context.Context) error{c.series, c.cases, c.records, c.compare} {
		if err := step(ctx); err != nil {
			return c.report, fmt.Errorf("copy: %w", err)
		}
	}
	return c.report, nil
}

type copying struct {
	from, to Storage
	progress func(string, int)
	report   CopyReport
}

// series go first: a number that was given must never be given again, even if
// the copy is stopped in the middle.
func (c *copying) series(ctx context.Context) error {
	for w := (Window{Limit: copyPage}); ; {
		list, next, err := c.from.Series(ctx, w)
		if err != nil {
			return err
		}
		for _, s := range list {
			if err := c.to.Raise(ctx, s.Name, s.Last); err != nil {
				return err
			}
			c.report.Series++
		}
		c.progress("series", c.report.Series)
		if next == "" {
			return nil
		}
		w.After = next
	}
}

func (c *copying) cases(ctx context.Context) error {
	for w := (Window{Limit: copyPage}); ; {
		rows, next, err := c.from.ChangedSince(ctx, w)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if err := c.one(ctx, r.ID); err != nil {
				return err
			}
		}
		c.progress("cases", c.report.Cases)
		w.After = next
	}
}

// one copies a case. A case that is saved while the copy runs is listed, and
// so counted, again.
func (c *copying) one(ctx context.Context, id string) error {
	source, err := c.from.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := VerifyJournal(&source); err != nil {
		return err
	}
	c.report.Cases++
	_, err = c.to.Create(ctx, source)
	if CodeOf(err) != Exists {
		if err == nil {
			c.report.CasesWritten++
		}
		return err
	}
	target, err := c.to.Get(ctx, id)
	if err != nil || sameCase(source, target) {
		return err
	}
	_, err = c.to.Update(ctx, id, func(old Case) (Case, error) {
		if !continues(&old, &source) {
			return old, &Error{Code: Conflict, Op: "casework.Copy", Message: "copy.newer",
				Err: fmt.Errorf("case %s has gone on in the target", id)}
		}
		return source, nil
	})
	if err == nil {
		c.report.CasesWritten++
	}
	return err
}

// sameCase compares contents; versions are the stores' own.
func sameCase(a, b Case) bool {
	a.Version, b.Version = 0, 0
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// continues reports whether newer can be what old has become: its journal goes
// on from old's, and no notice of old is further than it is there. Deliveries
// are not in the journal, and a notice that has left must not leave again.
func continues(old, newer *Case) bool {
	if len(old.Journal) > len(newer.Journal) || len(old.Outbox) > len(newer.Outbox) {
		return false
	}
	for i := range old.Journal {
		if old.Journal[i].Hash != newer.Journal[i].Hash {
			return false
		}
	}
	for i, n := range old.Outbox {
		m := newer.Outbox[i]
		if n.Key != m.Key || !n.Pending() && m.Pending() || n.Attempts > m.Attempts && n.Pending() == m.Pending() {
			return false
		}
	}
	return true
}

func (c *copying) records(ctx context.Context) error {
	for w := (Window{Limit: copyPage}); ; {
		list, next, err := c.from.List(ctx, "", "", w)
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := c.record(ctx, r); err != nil {
				return err
			}
		}
		c.progress("records", c.report.Records)
		if next == "" {
			return nil
		}
		w.After = next
	}
}

func (c *copying) record(ctx context.Context, r Record) error {
	c.report.Records++
	old, err := c.to.Fetch(ctx, r.Kind, r.ID)
	switch {
	case CodeOf(err) == NotFound:
		old.Version = 0
	case err != nil:
		return err
	case old.Owner == r.Owner && old.Expires.Equal(r.Expires) && bytes.Equal(old.Data, r.Data):
		return nil
	}
	r.Version = old.Version
	if _, err := c.to.Put(ctx, r); err != nil {
		return err
	}
	c.report.RecordsWritten++
	return nil
}

// compare checks that both stores count alike.
func (c *copying) compare(ctx context.Context) error {
	source, errS := c.from.Counts(ctx, nil)
	target, errT := c.to.Counts(ctx, nil)
	if err := errors.Join(errS, errT); err != nil {
		return err
	}
	left := map[Count]int{}
	for _, n := range source {
		left[Count{Body: n.Body, Stage: n.Stage}] += n.N
	}
	for _, n := range target {
		left[Count{Body: n.Body, Stage: n.Stage}] -= n.N
	}
	for k, n := range left {
		if n != 0 {
			return &Error{Code: Conflict, Op: "casework.Copy", Message: "copy.counts",
				Err: fmt.Errorf("body %q stage %s: the source has %d more than the target", k.Body, k.Stage, n)}
		}
	}
	return nil
}
