// Package maxtest is a local server that speaks the MAX Bot API as
// platform-api2.max.ru does: the Authorization header, JSON bodies, marker
// polling, webhook subscriptions with X-Max-Bot-Api-Secret, uploads in two
// steps, attachments that are not ready at once, and the error replies. Tests
// and the development mode talk to it instead of the real one.
//
// A Person is a simulated user. Faults make the server do what the real one
// sometimes does: repeat an update, deliver out of order, demand a pause (429),
// fail (503), keep an upload unready, or accept a message and drop the
// connection before the reply.
//
// MAX gives updates no number: a repetition is recognised by the message ID or
// the time of the press. The shapes are written from the public description of
// the API, version of July 2026.
package maxtest
