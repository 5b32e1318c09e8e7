// Package staff keeps the accounts of officers, heads, registrars and other
// staff: who they are, what they may do, and how they prove it.
//
// A password is kept as argon2id with its own parameters, so that they can be
// raised later: the next sign-in makes a new hash. The second factor is TOTP
// (RFC 6238), whose secret is sealed at rest; a code works once. Ten recovery
// codes stand in for a lost telephone. Failed attempts are counted per account
// and per address, also for accounts that do not exist, so that nothing tells
// one from the other.
package staff
