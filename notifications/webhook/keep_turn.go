package webhook

import (
	"time"

	"priemnaya/casework"
	"priemnaya/notifications"
)

// beat is how soon to look again for an earlier event that is on its way.
const beat = 2 * time.Second

// Turn tells whether a notice may leave: no earlier one of the same medium in
// the case is still pending. Errors: *notifications.Failure that waits for the
// earlier one and counts no attempt.
func Turn(c *casework.Case, n casework.Notice, now time.Time) error {
	for _, earlier := range c.Outbox {
		if earlier.Key == n.Key {
			return nil
		}
		if earlier.Medium != n.Medium || !earlier.Pending() {
			continue
		}
		at := now.Add(beat)
		if earlier.State == casework.DeliveryWaiting && earlier.NextTry.After(now) {
			at = earlier.NextTry.Add(beat)
		}
		return &notifications.Failure{Reason: notifications.Turn, Uncounted: true, RetryAt: at}
	}
	return nil
}

// Sequence is the number of a notice among those of its medium in the case,
// from 1. The outbox only grows, so it never changes.
func Sequence(c *casework.Case, n casework.Notice) int {
	i := 0
	for _, x := range c.Outbox {
		if x.Medium == n.Medium {
			i++
		}
		if x.Key == n.Key {
			break
		}
	}
	return i
}
