package casework

import (
	"context"
)

// earlier finds earlier answers on the question of a case to its applicant.
func (o *Office) earlier(ctx context.Context, id string) ([]string, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	key := c.Applicant().Key
	if key == "" {
		return nil, nil
	}
	page, err := o.store.Page(ctx, Query{Party: key, Sort: SortReceived, Window: Window{Limit: 200}})
	if err != nil {
		return nil, err
	}
	var others []Case
	for _, row := range page.Rows {
		other, err := o.store.Get(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		if sameFace(&c, &other) {
			others = append(others, other)
		}
	}
	return earlierAnswers(&c, others), nil
}

// invitation is the secret of a collective appeal by which co-signers join.
func (o *Office) invitation(id string) string { return spell(mac(o.secret, "join", id), 20) }

// Invitation gives the first applicant of a case the secret that lets
// co-signers join. Errors: NotFound.
func (o *Office) Invitation(ctx context.Context, by Actor, id string) (string, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if !by.Is(RoleCitizen) || c.Applicant().Key == "" || c.Applicant().Key != by.ID {
		return "", Fail(NotFound, "casework.Invitation", "case.none")
	}
	return o.invitation(id), nil
}

// Join adds a co-signer who holds the invitation. It is the one act of
// somebody who is no party yet. Errors: NotFound for a wrong case or secret
// alike; those of Perform.
func (o *Office) Join(ctx context.Context, who Applicant, id, invitation string) (Case, error) {
	act, err := o.prepare(ctx, Citizen(who), id, Joining{Applicant: who, Invitation: invitation})
	if err != nil {
		return Case{}, err
	}
	return o.store.Update(ctx, id, func(c Case) (Case, error) {
		env, err := o.env(&c)
		if err != nil {
			return c, err
		}
		return Perform(env, c, Citizen(who), act)
	})
}
