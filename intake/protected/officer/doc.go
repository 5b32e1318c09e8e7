// Package officer is the desk of the officers of one agency's protected channel:
// its own process, listener, sign-in and accounts, apart from the desk of open
// appeals, whose staff has no way in.
//
// # What the process can see
//
// It hands sealed envelopes out and takes sealed envelopes in. The officer's
// private key never comes here: it is unlocked in his browser (script/desk.js
// with seal.js) or lies on a machine without a network, where `priemnaya
// protected open` reads a bundle and makes a sealed reply. Labels, who works on
// a report, and whether it is closed are sealed too (seal.KindNote). What the
// process does know: who signed in, which report he asked for, on which day.
//
// # Rights
//
// Every officer may list, read and answer: all of them are recipients of every
// report, so nothing else would be true. A senior may besides hand a report over
// and shred it. Accounts are made at the machine, by `priemnaya protected officer
// add`; no page makes or changes one. Sign-in needs a password (argon2id) and a
// second factor behind the interface Factor: one-time codes today; a hardware key
// takes its place without a change elsewhere.
//
// # Journal
//
// Every act is a line of officers.journal: day, who, act, report, and the hash of
// the line before. No contents, no hours: an hour would tell when an author was
// answered to whoever takes the disk.
//
// # Notices
//
// Notifier sends every officer the same words a fixed number of times a day, at
// minutes drawn by lot, whether anything is new or not. A notice therefore tells
// nobody anything, neither who watches the mail nor who runs it (promise L14).
package officer
