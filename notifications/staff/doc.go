// Package staff tells the staff of a body of terms by e-mail. It is the
// Carrier of casework.MediumStaff.
//
// The desk shows every warning anyway, so a letter is a help and never the only
// way: a role that nobody holds, or staff without an address, leave the warning
// to the desk and the notice is settled.
//
// Several recipients of one notice get a letter each, with a Message-ID made
// of case, notice and login: a repeated attempt is the same letter to each.
//
// A letter names the number of the case, the term and its date, and nothing of
// the applicant or of his text: office mailboxes are read by many.
package staff
