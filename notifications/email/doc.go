// Package email carries letters by SMTP. It is the Deliverer of
// casework.MediumEmail.
//
// # What counts as delivered
//
// The server's 250 after DATA. The evidence is the Message-ID and that reply,
// with addresses struck out. A connection that breaks between the final dot
// and the reply leaves it open whether the letter went: the failure is
// Unconfirmed and the letter is repeated with the same Message-ID, which mail
// servers and readers collapse.
//
// # Whose fault a failure is
//
//	no connection, TLS, password, 421     the server's: the medium rests
//	5xx to MAIL                            our sender's: the medium rests
//	5xx to RCPT                            the address: bad_address, for good
//	5xx else                               the letter: rejected, for good
//	4xx                                    deferred, again later
//	no reply in time                       timeout, again later
//
// # Connections
//
// A few idle connections are kept for half a minute, so that a wave of letters
// does not shake hands for each. An idle one is asked by NOOP before use, and
// a letter that finds it closed goes over a new one.
package email
