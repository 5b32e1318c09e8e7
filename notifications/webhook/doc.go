// Package webhook tells a department's website what happened to the appeals
// filed on it: each stage is one signed POST. It is the Carrier of
// casework.MediumSite, and its Courier carries to any other machine too.
//
// # Once, in order, in the end
//
// The notice in the outbox of the saved case is the event; it is claimed,
// posted and settled like a letter. The identity of the message is derived
// from the case and the key of the notice, so a repeat after a crash is known
// by it. Within a case an event leaves when all earlier ones are settled,
// delivered or dead; each carries its number in the case, so that a receiver
// sees a gap and never takes an old event for a new one.
//
// # Whose fault a failure is
//
//	no connection, TLS, 502, 503, 504, 429   the site's: it rests by itself for
//	                                         30 seconds, doubled up to an hour; the
//	                                         attempt is not counted, no other site waits
//	410                                      the site wants no more: dead at once
//	any other reply                          this event: again after casework.Backoff
//	the same for three days                  dead, listed, waits for a person
//
// # What stands in it
//
// Numbers, the stage, dates and addresses of pages that ask who is reading.
// Never the text of an appeal or of an answer, never a name.
//
// # Where it may go
//
// The address is somebody else's input, so it is a way into our network unless
// guarded: https only, no address that is not public (looked at after the name
// is resolved, on the very connection), no redirect followed, no proxy, little
// time and a reply of a few bytes. Development may reach this machine.
package webhook
