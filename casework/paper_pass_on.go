package casework

import "context"

// TermPassOn is the term for an MFC to hand a complaint on (decree 840).
const TermPassOn TermKind = "pass_on"

// EntriesToPass gives the day by which each complaint that the actor has
// entered today must be passed on, by the ID of its case; those that have gone
// on by themselves are not among them.
func (o *Office) EntriesToPass(ctx context.Context, by Actor) (map[string]Date, error) {
	entered, err := o.EnteredToday(ctx, by)
	if err != nil {
		return nil, err
	}
	out := map[string]Date{}
	for _, e := range entered {
		c, err := o.store.Get(ctx, e.Case)
		if err != nil {
			return nil, err
		}
		if t, owed := c.Term(TermPassOn); owed {
			out[e.Case] = t.Due
		}
	}
	return out, nil
}

// PassOnEntry notes that a complaint entered at an MFC today was handed on to
// its body, not later than on the next working day (decree 840). Entering gives
// no right to read the case, so it is known by the entry. Errors: NotFound for
// an entry of somebody else; NotAllowed where the law knows no passing on, or
// the case has gone on by itself.
func (o *Office) PassOnEntry(ctx context.Context, by Actor, id string) error {
	const op = "casework.PassOnEntry"
	if _, _, err := o.entered(ctx, by, id); err != nil {
		return err
	}
	_, err := o.store.Update(ctx, id, func(c Case) (Case, error) {
		if _, owed := c.Term(TermPassOn); !owed {
			return c, Fail(NotAllowed, op, "act.out_of_order")
		}
		env, err := o.env(&c)
		if err != nil {
			return c, err
		}
		// Whose entry it is was checked by the entry: an operator has no case.
		grant := Grant{Role: RoleOperator, Body: Everywhere}
		return Perform(env, c, Actor{ID: by.ID, Name: by.Name, Grants: []Grant{grant}}, PassingOn{})
	})
	if err == nil {
		o.wake(id)
	}
	return err
}
