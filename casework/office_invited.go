package casework

import (
	"context"
	"crypto/hmac"
)

// Invited gives a case to somebody who holds its invitation and may join, so
// that he sees what he would sign; the reading is noted. Errors: NotFound for a
// wrong case and a wrong invitation alike.
func (o *Office) Invited(ctx context.Context, by Actor, id, invitation string) (Case, error) {
	if !hmac.Equal([]byte(invitation), []byte(o.invitation(id))) || !by.Is(RoleCitizen) {
		return Case{}, Fail(NotFound, "casework.Invited", "case.none")
	}
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return Case{}, err
	}
	return c, o.noteRead(ctx, by, &c, "invitation")
}
