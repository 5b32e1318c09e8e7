package casework

import "context"

// Read gives a case to somebody who may see it and writes that into the
// journal of reads, with the purpose. What the applicant thinks of the answers
// is left out for those who may not know it (promise K6). Errors: NotFound for an unknown and for
// a foreign case alike.
func (o *Office) Read(ctx context.Context, by Actor, id, purpose string) (Case, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return Case{}, err
	}
	if !by.MayRead(&c) {
		return Case{}, Fail(NotFound, "casework.Read", "case.none")
	}
	if err := o.noteRead(ctx, by, &c, purpose); err != nil {
		return Case{}, err
	}
	return c.veiledFor(by), nil
}

// Track finds a case by any of its numbers and the access code, without
// signing in. Errors: NotFound, the same for an unknown number and a wrong
// code, after the same work.
func (o *Office) Track(ctx context.Context, number, code string) (Case, error) {
	cases, err := o.store.Find(ctx, NormalNumber(number))
	if err != nil {
		return Case{}, err
	}
	// A comparison is made also where there is nothing to compare with.
	decoy := Case{ID: "none", AccessHash: accessHashOf("none", "none")}
	found, ok := decoy, false
	for _, c := range append(cases, decoy) {
		if c.OpensWith(code) && c.ID != decoy.ID {
			found, ok = c, true
		}
	}
	if !ok {
		return Case{}, Fail(NotFound, "casework.Track", "track.none")
	}
	return found.Outside(), o.noteRead(ctx, Actor{ID: "code"}, &found, "track")
}

// ReissueCode gives a party the access code of a case of his again.
// Errors: NotFound.
func (o *Office) ReissueCode(ctx context.Context, by Actor, id string) (string, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return "", err
	}
	code := AccessCodeOf(o.secret, id)
	if !by.HasRole(RoleCitizen, &c) || !c.OpensWith(code) {
		return "", Fail(NotFound, "casework.ReissueCode", "case.none")
	}
	return code, nil
}
