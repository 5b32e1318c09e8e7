package casework

import "slices"

// NameRights is what an actor may do about the sealed name of a case now, for
// buttons; the acts themselves decide.
type NameRights struct {
	// Sealed is true if there is anything to know.
	Sealed bool
	// Procedure is that of the body that has the case; Set is false where that
	// body has none, and then nobody there can open the name.
	Procedure ShieldProcedure
	Set       bool
	// Ask is true if the actor may ask now, See if the name is open to him.
	Ask, See bool
	// Mine is the actor's request that waits or is open; nil if there is none.
	Mine *Opening
	// Decide are the requests that he may grant or refuse.
	Decide []Opening
	// Past are the other requests at this body, newest first.
	Past []Opening
}

// NameRights tells what the actor may do about the name of the case.
func (o *Office) NameRights(c *Case, by Actor) NameRights {
	r := NameRights{Sealed: c.Shielded()}
	if !r.Sealed || !by.MayRead(c) {
		return r
	}
	if r.Procedure, r.Set = o.Shields(c.Place.Body); !r.Set {
		return r
	}
	holds := func(roles []Role) bool {
		return slices.ContainsFunc(roles, func(role Role) bool { return by.HasRole(role, c) })
	}
	now := o.now()
	asks, allows := holds(r.Procedure.Ask), holds(r.Procedure.Allow)
	for _, w := range slices.Backward(c.openings()) {
		switch {
		case w.Body != c.Place.Body:
		case asks && w.AskedBy == by.ID && (w.Waits(now) || w.Open(now)):
			r.Mine, r.See = &w, w.Open(now)
		case allows && !by.OnePerson(w.AskedBy, w.AskedFor) && w.Waits(now):
			r.Decide = append(r.Decide, w)
		default:
			r.Past = append(r.Past, w)
		}
	}
	r.Ask = asks && r.Mine == nil
	return r
}
