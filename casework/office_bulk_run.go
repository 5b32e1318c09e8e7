package casework

import (
	"context"
	"slices"
)

// StaffBook finds a member of staff by the actor's ID, with the rights he has
// now; false if there is none any more.
type StaffBook func(ctx context.Context, actorID string) (Actor, bool, error)

// RunBulk does what is left of a bulk and returns when it has ended, or when
// somebody else works on it. Progress is saved every few cases; after a crash
// the next call goes on, and a case that was done but not noted is known by
// its journal and not done again.
// Errors: NotFound; Unavailable, then the rest is left for the next call.
func (o *Office) RunBulk(ctx context.Context, id string, staff StaffBook) error {
	b, err := o.bulk(ctx, id)
	if err != nil || !b.EndedAt.IsZero() || b.LeaseTill.After(o.now()) {
		return err
	}
	for b.EndedAt.IsZero() {
		b.LeaseTill = o.now().UTC().Add(bulkLease)
		if b, err = o.putBulk(ctx, b); err != nil {
			if CodeOf(err) == Conflict {
				return nil
			}
			return err
		}
		if err := o.stepBulk(ctx, &b, staff); err != nil {
			// The lease is given back, so that the next call need not wait.
			b.LeaseTill = o.now().UTC()
			_, _ = o.putBulk(context.WithoutCancel(ctx), b)
			return err
		}
	}
	_, err = o.putBulk(ctx, b)
	return err
}

// stepBulk does the next few cases and marks the end.
func (o *Office) stepBulk(ctx context.Context, b *Bulk, staff StaffBook) error {
	by, known, err := staff(ctx, b.By)
	if err != nil {
		return err
	}
	var officer Actor
	if b.Officer != "" {
		if officer, _, err = staff(ctx, b.Officer); err != nil {
			return err
		}
	}
	left := bulkStep
	for i := range b.Items {
		item := &b.Items[i]
		if item.Ended {
			continue
		}
		if left--; left < 0 {
			return nil
		}
		if err = ctx.Err(); err != nil {
			return wrap(Unavailable, "casework.RunBulk", err)
		}
		err = Fail(Forbidden, "casework.RunBulk", "act.forbidden")
		if known {
			err = o.doItem(ctx, b, item, by, officer)
		}
		if CodeOf(err) == Unavailable {
			return err
		}
		item.fail(err)
		item.Ended = true
	}
	b.EndedAt, b.LeaseTill = o.now().UTC(), b.LeaseTill.UTC()
	return nil
}

// doItem does the act on one case, unless its journal says that this bulk has
// done it before.
func (o *Office) doItem(ctx context.Context, b *Bulk, item *BulkItem, by, officer Actor) error {
	c, err := o.store.Get(ctx, item.Case)
	if err != nil {
		return err
	}
	if b.did(&c, item) {
		return nil
	}
	if err := mayAct(&c, by, AnyState); err != nil {
		return err
	}
	switch b.Act {
	case BulkAssign:
		_, err = o.Do(ctx, by, c.ID, item.Seen, Assignment{Unit: b.Unit, Officer: officer})
	case BulkForward:
		_, err = o.Do(ctx, by, c.ID, item.Seen, Forwarding{Body: b.Body, Why: b.Why})
	case BulkMark:
		act := Marking{Variant: b.Variant}
		if c.Procedure.Complaint != nil {
			act.Against = c.Procedure.Complaint.Against
		}
		_, err = o.Do(ctx, by, c.ID, item.Seen, act)
	default:
		err = o.acceptItem(ctx, b, item, &c, by)
	}
	return err
}

// acceptItem takes the first offer. What a crash has left routed by this bulk
// is only to be registered.
func (o *Office) acceptItem(ctx context.Context, b *Bulk, item *BulkItem, c *Case, by Actor) error {
	seen := item.Seen
	if len(c.Journal) == seen+1 && b.own(c.Journal[seen], ActRoute) {
		if !slices.Contains(o.Acts(c, by), ActRegister) {
			return nil
		}
		seen++
	}
	if len(c.Journal) != seen {
		return Fail(Conflict, "casework.RunBulk", "case.changed")
	}
	offer := o.offer(c, by)
	if len(offer.Bodies) == 0 {
		if err := o.mayBulk(c, by, b.Act); err != nil {
			return err
		}
	}
	_, err := o.Accept(ctx, by, c.ID, seen, Acceptance{Body: offer.Bodies[0].Label})
	return err
}

// own reports whether an event is the work of this bulk.
func (b *Bulk) own(e Event, kind ActKind) bool {
	return e.Actor == b.By && e.Act == kind && !e.At.Before(b.AskedAt.Truncate(1e6))
}

// did reports whether the journal shows that the bulk has done the case.
func (b *Bulk) did(c *Case, item *BulkItem) bool {
	if item.Seen < 0 || len(c.Journal) <= item.Seen {
		return false
	}
	e := c.Journal[item.Seen]
	switch b.Act {
	case BulkAssign:
		return b.own(e, ActAssign) && e.Facts["officer"] == b.Officer
	case BulkForward:
		return b.own(e, ActForward) && e.Facts["to"] == b.Body
	case BulkMark:
		return b.own(e, ActMarkUp) && e.Facts["variant"] == b.Variant
	}
	last := slices.IndexFunc(c.Journal[item.Seen:], func(e Event) bool { return b.own(e, ActRegister) })
	return last == 0 || last == 1 && b.own(e, ActRoute)
}
