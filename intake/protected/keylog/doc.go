// Package keylog is the append-only log of an agency's public keys. Officers'
// and recovery keys are added and removed by entries; nothing is ever changed. The
// entries are the leaves of a Merkle tree (RFC 6962), whose head is signed as a
// note (C2SP checkpoint: origin, size, root), so the tools of other logs read it.
//
// # What it is good for
//
// The page that seals a report takes its recipients from the log, and checks that
// they are all of it ([Check], keylog.js). Whoever keeps an earlier head, a
// witness, checks that the new log only appends to it ([Follow]). A server that
// shows an author a false key must show it to everybody or sign two heads that
// exclude each other; both stay as evidence.
//
// # Files
//
// A folder with entries.jsonl (one entry a line, as signed), head (the note) and
// log.json (origin and verifier key). The signing key is a file elsewhere, kept by
// who manages keys; the agency's process does not have it. A witness appends his
// own signature line to a head; signatures of unknown keys are ignored.
package keylog
