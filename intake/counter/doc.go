// Package counter serves the pages of a counter (окно приёма): a registrar or
// an operator of an MFC enters appeals for people, prints receipts and
// certified copies, the registrar prints and sends letters on paper, and heads
// receive citizens in person.
//
// # What an entry is
//
// casework decides by the door and by whether a document was shown; the pages
// only say it in words. A call is no appeal: the page gives the caller a code
// with which he files the note himself or at a counter.
//
// # What is kept
//
// Every entry is a draft of whoever types it, saved while he types, and its ID
// is the idempotency key: a second press, a step back or a lost reply leads to
// the same case. The next entry keeps door, day, body, place and topic.
//
// # Rights
//
// An operator reads no cases. He sees the receipt of what he entered today
// until it is handed over, and a case whose access code the applicant gives
// him. All rights are decided in casework; the pages ask it.
package counter
