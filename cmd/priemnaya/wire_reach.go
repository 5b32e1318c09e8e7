package main

import (
	"priemnaya/casework"
)

// reacher lists further media by which the applicant of a case is told. It is
// asked at every act, so it must be quick; what it cannot find out it counts as
// reachable, and the carrier decides.
type reacher func(c *casework.Case) []casework.Medium

// reach asks every reacher, in the order in which they were added. All are
// added before the first act.
func (a *App) reach(c *casework.Case) []casework.Medium {
	var out []casework.Medium
	for _, r := range a.reachers {
		out = append(out, r(c)...)
	}
	return out
}
