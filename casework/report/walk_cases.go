package report

import (
	"context"
	"slices"
	"time"

	"priemnaya/casework"
)

// Source is where cases are read from; a casework.Store is one.
type Source interface {
	Page(ctx context.Context, q casework.Query) (casework.Page, error)
	Get(ctx context.Context, id string) (casework.Case, error)
}

// Asking says which cases a report is about. From and To bound it, both days
// included.
type Asking struct {
	// Bodies are those reported; nil means all.
	Bodies   []string
	From, To casework.Date
	// Progress, if set, hears how many cases have been read.
	Progress func(read int)
}

// lookBack is how long before the period a case may have been received and
// still be reported in it, in days: five years, the archive term.
const lookBack = 5*365 + 2

// covers reports whether a stay belongs to the report: at one of the bodies,
// begun before the end of the period, and not ended before its beginning.
func (a Asking) covers(s *Stay) bool {
	return (a.Bodies == nil || slices.Contains(a.Bodies, s.Body)) && !s.Received.After(a.To) &&
		(s.EndedOn.IsZero() || !s.EndedOn.Before(a.From))
}

// Covers reports whether a stay belongs to the report.
func (a Asking) Covers(s *Stay) bool { return a.covers(s) }

// within reports whether a day lies in the period.
func (a Asking) within(d casework.Date) bool {
	return !d.IsZero() && !d.Before(a.From) && !d.After(a.To)
}

// Walk reads every case that may have a stay in the period, newest first. A
// case that has gone elsewhere is read too: its stay here is in its journal.
// Errors: those of the source and of each.
func Walk(ctx context.Context, src Source, ask Asking, each func(*casework.Case) error) error {
	q := casework.Query{Sort: casework.SortReceived, Window: casework.Window{Limit: casework.MaxLimit}}
	// A day more on either side: the zones of bodies differ.
	q.ReceivedFrom, q.ReceivedTo = ask.From.AddDays(-lookBack).Time(time.UTC), ask.To.AddDays(2).Time(time.UTC)
	read := 0
	for {
		page, err := src.Page(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			if err := visit(ctx, src, row, ask, each); err != nil {
				return err
			}
			if read++; ask.Progress != nil && read%100 == 0 {
				ask.Progress(read)
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

func visit(ctx context.Context, src Source, row casework.Row, ask Asking, each func(*casework.Case) error) error {
	if !row.Stage.Open() && row.Due.IsZero() && row.ChangedAt.Before(ask.From.AddDays(-1).Time(time.UTC)) {
		// Ended and untouched since before the period.
		return nil
	}
	c, err := src.Get(ctx, row.ID)
	if casework.CodeOf(err) == casework.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return each(&c)
}
