package casework

import "slices"

// MayAdminister reports whether the actor keeps the accounts of somebody with
// these roles: each of them lies in a body where he is an administrator.
func (a Actor) MayAdminister(grants []Grant) bool {
	bodies, all := a.Bodies(RoleAdministrator)
	if all {
		return true
	}
	return len(bodies) > 0 && !slices.ContainsFunc(grants, func(g Grant) bool { return !slices.Contains(bodies, g.Body) })
}

// MayGrant checks a change of somebody's roles by an administrator. Nobody
// gives himself more, nor whom he stands in for, and nobody gives or takes roles outside the bodies he
// administers. Errors: Forbidden with a message that says which rule.
func (a Actor) MayGrant(who string, before, after []Grant) error {
	const op = "casework.MayGrant"
	if !a.Is(RoleAdministrator) {
		return Fail(Forbidden, op, "act.forbidden")
	}
	if !a.MayAdminister(before) || !a.MayAdminister(after) {
		return Fail(Forbidden, op, "staff.foreign")
	}
	if a.OnePerson(who) && slices.ContainsFunc(after, func(g Grant) bool { return !slices.Contains(before, g) }) {
		return Fail(Forbidden, op, "staff.self")
	}
	return nil
}
