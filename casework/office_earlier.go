package casework

import (
	"context"
	"slices"
)

// EarlierOf lists other cases of the applicants of a case that the actor may
// read, the newest first: what a repeated or a duplicate appeal can be linked
// to. Errors: NotFound for a case that is not the actor's.
func (o *Office) EarlierOf(ctx context.Context, by Actor, id string) ([]Row, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !by.MayRead(&c) {
		return nil, Fail(NotFound, "casework.EarlierOf", "case.none")
	}
	var out []Row
	for _, key := range c.PartyKeys() {
		page, err := o.store.Page(ctx, Query{Party: key, Sort: SortReceived, Window: Window{Limit: 50}})
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			known := slices.ContainsFunc(out, func(o Row) bool { return o.ID == r.ID })
			r.veilFor(by)
			if r.ID != id && !known && by.reads(r.Place) && sameFaceRow(&c, &r) {
				out = append(out, r)
			}
		}
		if len(out) >= 50 {
			break
		}
	}
	return out, nil
}

// PreviewDue is the last day of consideration if a case were extended by some
// days now. Errors: those of the act of extension.
func (o *Office) PreviewDue(c *Case, days int) (Date, error) {
	env, err := o.env(c)
	if err != nil {
		return Date{}, err
	}
	copied := c.Clone()
	if _, err := (Extension{Days: days, Reason: "—"}).apply(env, &copied, Actor{}); err != nil {
		return Date{}, err
	}
	t, _ := copied.Term(TermConsider)
	return t.Due, nil
}

// RowFor is the line of a case in lists, for a link to it; false if the actor
// may not know of it. It gives no contents, so it is no reading of a case.
func (o *Office) RowFor(ctx context.Context, by Actor, id string) (Row, bool) {
	c, err := o.store.Get(ctx, id)
	if err != nil || !by.MayRead(&c) {
		return Row{}, false
	}
	row := RowOf(&c)
	row.veilFor(by)
	return row, true
}
