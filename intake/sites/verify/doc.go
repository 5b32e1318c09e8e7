// Package verify is the conformance kit for integrators (promise N5): it plays
// our side against somebody's receiver of webhooks and tells, check by check,
// whether it may be trusted with real events.
//
// A check sends messages and looks at the status of the replies, as our courier
// does: 2xx is "taken", anything else "refused". Every message is marked as a
// test in its data, so that a receiver can take it without showing it.
//
// The kit knows nothing of the receiver but its address and key. What it cannot
// see from outside, whether a repeat is shown twice for instance, the table in
// docs/webhooks.md names for a look by hand.
package verify
