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
//
// # The check of a client
//
// Watch turns the tables: it is a server of the API, and the client under check
// comes to it. Signatures are judged by package sign, the same code that judges
// them in service; requests are held against the schemas of openapi.json, and a
// test holds the replies against them. Each of these happens once, always at
// the same place, so that two runs are alike:
//
//	the first appeal        is taken, its reply is lost
//	the appeal again        is answered by 503 with Retry-After
//	the first status        is answered by 429 with Retry-After
//	the first piece         is taken, its reply is lost; the piece again gets 409
//	the list of changes     is answered by 503 with a code nobody knows, then
//	                        comes in three pages, the second one empty
//	every reply             has a field that openapi.json does not know
//
// A check ends as passed, failed or not seen. What the client has begun and not
// ended, a retry that never came, is a failure. A failure is never taken back.
package verify
