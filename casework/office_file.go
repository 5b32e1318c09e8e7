package casework

import (
	"context"
)

// Receipt is what an applicant gets on filing.
type Receipt struct {
	Case Case
	// AccessCode opens the case without signing in. It cannot be found out
	// from the case.
	AccessCode string
	// Again is true if the same submission had been filed before.
	Again bool
}

// File stores a submission as a case (promises A7, A9). It needs the store
// only: routing, notices and search follow by themselves. A repeated call with
// the same applicant and key returns the same receipt and changes nothing.
// Errors: Invalid with fields, Forbidden if the author is not identified well
// enough for an appeal, NoCalendar, Unavailable.
func (o *Office) File(ctx context.Context, by Actor, f Filing) (Receipt, error) {
	c, err := o.filed(by, f)
	if err != nil {
		return Receipt{}, err
	}
	if f.About != "" {
		about, err := o.store.Get(ctx, f.About)
		if err != nil {
			return Receipt{}, err
		}
		if !about.Parties.Includes(f.Applicant.Key) {
			return Receipt{}, Fail(NotFound, "casework.File", "case.none")
		}
	}
	r := Receipt{AccessCode: AccessCodeOf(o.secret, c.ID)}
	r.Case, err = o.store.Create(ctx, c)
	if CodeOf(err) == Exists {
		r.Again = true
		r.Case, err = o.store.Get(ctx, c.ID)
	}
	if err != nil {
		return Receipt{}, err
	}
	o.wake(c.ID)
	return r, nil
}

// Preview computes what File would store, without storing it: the dates shown
// to the applicant before he submits (promise A8). Errors: those of File.
func (o *Office) Preview(by Actor, f Filing) (Case, error) { return o.filed(by, f) }

func (o *Office) filed(by Actor, f Filing) (Case, error) {
	now := o.now()
	// The regulation in force is that of the day in the zone of the body.
	env := &Env{Now: now, Laws: o.Laws(), Registry: o.Registry(), Reach: o.reach}
	if _, ok := o.Shields(f.Addressee); ok {
		env.Shield = o.shield
	}
	reg, err := env.Laws.InForce(f.Regime, env.today(f.Addressee))
	if err != nil {
		return Case{}, err
	}
	env.Regulation = reg
	owner := f.Applicant.Key
	if owner == "" {
		owner = "by " + by.ID
	}
	id := CaseIDOf(o.secret, owner, f.Key)
	c := Case{ID: id, Receipt: receiptOf(id), AccessHash: accessHashOf(id, AccessCodeOf(o.secret, id))}
	return Perform(env, c, by, f)
}

// FiledBefore finds the receipt of a submission that the same applicant has
// made with the same key. Errors: NotFound.
func (o *Office) FiledBefore(ctx context.Context, applicant Applicant, key string) (Receipt, error) {
	id := CaseIDOf(o.secret, applicant.Key, key)
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Case: c, AccessCode: AccessCodeOf(o.secret, id), Again: true}, nil
}
