package casework

import "time"

// PostponeNotice lets a waiting notice rest until an instant, such as the end
// of the night; no attempt is counted. Errors: NotFound if there is no such
// notice, Conflict if it does not wait or would leave later than that anyway.
func PostponeNotice(c Case, key string, until time.Time) (Case, error) {
	return changeNotice(c, key, func(n *Notice) error {
		if n.State != DeliveryWaiting || !n.NextTry.Before(until) {
			return Fail(Conflict, "casework.PostponeNotice", "notice.not_due")
		}
		n.NextTry = until
		return nil
	})
}
