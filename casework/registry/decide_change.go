package registry

import (
	"context"
	"slices"

	"priemnaya/casework"
)

// CountOpen counts the open cases of a body, or of one unit of it.
type CountOpen func(ctx context.Context, body, unit string) (int, error)

// Leaving is a body or a unit that an edition closes or takes away.
type Leaving struct {
	Body, Unit string
	// Open is how many open cases it still has.
	Open int
}

// LeavingBy lists what a change closes, with the open cases there. Errors:
// those of the shelf and of count.
func (b *Book) LeavingBy(ctx context.Context, c Change, count CountOpen) ([]Leaving, error) {
	before, err := b.Edition(ctx, c.Base)
	if err != nil {
		return nil, err
	}
	after, err := b.Edition(ctx, c.Revision)
	if err != nil {
		return nil, err
	}
	var out []Leaving
	for _, x := range leaving(before, after) {
		if x.Open, err = count(ctx, x.Body, x.Unit); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func leaving(before, after Edition) []Leaving {
	var out []Leaving
	for _, old := range before.Bodies {
		i := slices.IndexFunc(after.Bodies, func(x casework.Body) bool { return x.ID == old.ID })
		if i < 0 || after.Bodies[i].Closed && !old.Closed {
			out = append(out, Leaving{Body: old.ID})
			continue
		}
		for _, u := range old.Units {
			if !slices.ContainsFunc(after.Bodies[i].Units, func(x casework.BodyUnit) bool { return x.ID == u.ID }) {
				out = append(out, Leaving{Body: old.ID, Unit: u.ID})
			}
		}
	}
	return out
}

// Decide publishes a change or drops it. Errors: NotFound; Conflict
// "registry.decided" if somebody was quicker, "registry.moved" if another
// edition is in force than the change was made from; NotAllowed
// "registry.not_replayed" before the end of the dry run, "registry.open_cases"
// if a body or unit would be closed that still has open cases.
func (b *Book) Decide(ctx context.Context, by casework.Actor, id string, publish bool, count CountOpen) (Change, *casework.Registry, error) {
	const op = "registry.Decide"
	c, err := b.Get(ctx, id)
	if err != nil {
		return c, nil, err
	}
	if c.State != Proposed {
		return c, nil, casework.Fail(casework.Conflict, op, "registry.decided")
	}
	c.DecidedBy, c.DecidedAt = by.ID, b.now().UTC()
	if !publish {
		c.State = Dropped
		c, err = b.save(ctx, c)
		return c, nil, err
	}
	if c.Routes && !c.Replayed {
		return c, nil, casework.Fail(casework.NotAllowed, op, "registry.not_replayed")
	}
	gone, err := b.LeavingBy(ctx, c, count)
	if err != nil {
		return c, nil, err
	}
	if i := slices.IndexFunc(gone, func(x Leaving) bool { return x.Open > 0 }); i >= 0 {
		return c, nil, &casework.Error{Code: casework.NotAllowed, Op: op, Message: "registry.open_cases",
			Data: map[string]any{"Body": gone[i].Body, "Unit": gone[i].Unit, "Count": gone[i].Open}}
	}
	reg, err := b.enforce(ctx, c)
	if err != nil {
		return c, nil, err
	}
	c.State = Published
	c, err = b.save(ctx, c)
	return c, reg, err
}

// enforce points at the edition of a change, if the one it was made from is
// still in force. A change that a crash left half-published is just taken.
func (b *Book) enforce(ctx context.Context, c Change) (*casework.Registry, error) {
	e, err := b.Edition(ctx, c.Revision)
	if err != nil {
		return nil, err
	}
	reg, err := casework.NewRegistry(c.Revision, e.Bodies, e.Territories)
	if err != nil {
		return nil, err
	}
	pointer, err := b.shelf.Fetch(ctx, KindCurrent, currentID)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return nil, err
	}
	switch string(pointer.Data) {
	case c.Revision:
		return reg, nil
	case c.Base:
	default:
		return nil, casework.Fail(casework.Conflict, "registry.Decide", "registry.moved")
	}
	_, err = b.shelf.Put(ctx, casework.Record{Kind: KindCurrent, ID: currentID, Version: pointer.Version, Data: []byte(c.Revision)})
	if code := casework.CodeOf(err); code == casework.Conflict || code == casework.Exists {
		return nil, casework.Fail(casework.Conflict, "registry.Decide", "registry.moved")
	}
	return reg, err
}

// Renew makes a change anew from the edition in force, after somebody else has
// published another one. Errors: Conflict "registry.changed" if that one has
// changed the same body, or the change is about the whole registry.
func (b *Book) Renew(ctx context.Context, by casework.Actor, id string) (Change, error) {
	c, err := b.Get(ctx, id)
	if err != nil {
		return c, err
	}
	base, err := b.Edition(ctx, c.Base)
	if err != nil {
		return c, err
	}
	mine, err := b.Edition(ctx, c.Revision)
	if err != nil {
		return c, err
	}
	fresh, err := b.again(ctx, by, c, base, mine)
	if err != nil {
		return c, err
	}
	c.State, c.DecidedBy, c.DecidedAt = Dropped, by.ID, b.now().UTC()
	if _, err := b.save(ctx, c); err != nil && casework.CodeOf(err) != casework.Conflict {
		return fresh, err
	}
	return fresh, nil
}

// again makes what a change was about once more, over the edition in force.
func (b *Book) again(ctx context.Context, by casework.Actor, c Change, base, mine Edition) (Change, error) {
	if c.Subject == Territories {
		return b.ProposeTerritories(ctx, by, TerritoryEdit{List: mine.Territories, Seen: DigestOfTerritories(base.Territories), Why: c.Why})
	}
	i := slices.IndexFunc(mine.Bodies, func(x casework.Body) bool { return x.ID == c.Subject })
	if c.Subject == "" || i < 0 {
		return c, casework.Fail(casework.Conflict, "registry.Renew", "registry.changed")
	}
	edit := Edit{Body: mine.Bodies[i], Why: c.Why}
	if j := slices.IndexFunc(base.Bodies, func(x casework.Body) bool { return x.ID == c.Subject }); j >= 0 {
		edit.Seen = DigestOf(base.Bodies[j])
	}
	return b.ProposeBody(ctx, by, edit)
}

// Import publishes a whole edition at once, as the command does, and writes
// down who has done it. Errors: Invalid, Conflict.
func (b *Book) Import(ctx context.Context, by casework.Actor, e Edition, why string) (*casework.Registry, error) {
	_, base, err := b.Latest(ctx)
	if err != nil {
		return nil, err
	}
	reg, err := Publish(ctx, b.shelf, e)
	if err != nil || reg.Revision() == base {
		return reg, err
	}
	now := b.now().UTC()
	_, err = b.save(ctx, Change{ID: newestFirst(now), Base: base, Revision: reg.Revision(), Why: why, By: by.ID, At: now,
		State: Published, DecidedBy: by.ID, DecidedAt: now})
	return reg, err
}
