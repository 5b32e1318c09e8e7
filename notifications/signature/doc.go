// Package signature signs what this program pushes to other machines, and
// verifies it as a receiver would. The scheme is that of Standard Webhooks:
//
//	webhook-id         stays the same on every attempt to deliver one event
//	webhook-timestamp  seconds since 1970 of this attempt
//	webhook-signature  "v1," and base64 of HMAC-SHA256 over id.timestamp.body
//
// Several signatures stand in one header, separated by spaces, while a key is
// being exchanged: the receiver accepts the message if any of them is made by
// a key it knows. A timestamp further off than Tolerance is refused, so that a
// message overheard is worth nothing later; within it, the receiver remembers
// the identities it has seen.
//
// A key is written "whsec_" and base64 of 24 to 64 random bytes.
package signature
