// Package notifications tells applicants what happened to their appeals. It
// takes a notice from the outbox of a saved case, writes the letter in the
// applicant's language, hands it to a Deliverer and writes down how that ended.
//
// # Exactly once in effect
//
// A notice is claimed with a lease (one save), sent, and settled (another
// save). A crash between sending and settling repeats the letter after the
// lease, with the same Message-ID: it is derived from the case and the key of
// the notice, so mail servers and readers see one letter. Nothing is sent from
// anywhere but a saved notice, so nothing is lost and nothing is told twice.
//
// # When it does not work
//
// A Failure says why, by a reason code, and whose fault it is:
//
//	permanent   the address or the letter: the notice is dead at once
//	temporary   this letter, now: again after casework.Backoff, dead in the end
//	of service  the mail server as a whole: the attempt is not counted, and the
//	            medium rests for a while instead of wearing out every letter
//
// Dead notices are listed on the shelf (Outbox.Dead) until a person gives them
// another round (Outbox.Redrive).
//
// # What a letter never holds
//
// The access code of the case. It opens the case without signing in, mailboxes
// are shared and forwarded, and a letter lives longer than a page: the code is
// shown once on the receipt and again in the cabinet, to the applicant himself.
// The subject names the number and the event, never what the appeal is about.
package notifications
