package casework

import "context"

// ReadFrom gives a case to the source it came in by, such as a registered
// website of a body, and writes that into the journal of reads. Errors:
// NotFound for an unknown case and for one of another source alike.
func (o *Office) ReadFrom(ctx context.Context, ch Channel, source, id, purpose string) (Case, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return Case{}, err
	}
	if !c.cameBy(ch, source) {
		return Case{}, Fail(NotFound, "casework.ReadFrom", "case.none")
	}
	return c, o.noteEntry(ctx, string(ch)+":"+source, c.ID, purpose)
}

func (c *Case) cameBy(ch Channel, source string) bool {
	return source != "" && c.Origin.Channel == ch && c.Origin.Source == source
}

// changeReach and changeWindows bound how many changes, and in how many
// windows, one call passes over.
const (
	changeReach   = 10_000
	changeWindows = 50
)

// ChangesFrom lists the rows of cases of one source in the order in which they
// were last saved, after the cursor. next is never "" and stays valid for
// ever; more is true if there may be further changes at once. A call passes
// over a bounded number of foreign changes, so it may return no rows and more.
// Errors: Invalid for a foreign cursor or a limit out of bounds.
func (o *Office) ChangesFrom(ctx context.Context, ch Channel, source string, page Window) (rows []Row, next string, more bool, err error) {
	next = page.After
	for scanned, n := 0, 0; scanned < changeReach && n < changeWindows; n++ {
		window := Window{After: next, Limit: page.Limit - len(rows)}
		found, after, err := o.store.ChangedSince(ctx, window)
		if err != nil {
			return nil, "", false, err
		}
		next, scanned = after, scanned+len(found)
		for _, row := range found {
			mine, err := o.ownRow(ctx, row, ch, source)
			if err != nil {
				return nil, "", false, err
			}
			rows = append(rows, mine...)
		}
		if len(found) < window.Limit {
			return rows, next, false, nil
		}
		// A cursor lies between windows only: the rest of a page that is half
		// full would be looked for in ever smaller ones.
		if 2*len(rows) >= page.Limit {
			break
		}
	}
	return rows, next, true, nil
}

// ownRow is the row as it is now, if its case came in by the source.
func (o *Office) ownRow(ctx context.Context, row Row, ch Channel, source string) ([]Row, error) {
	if row.Channel != ch {
		return nil, nil
	}
	c, err := o.store.Get(ctx, row.ID)
	if CodeOf(err) == NotFound || err == nil && !c.cameBy(ch, source) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []Row{RowOf(&c)}, nil
}
