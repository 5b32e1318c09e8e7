// Package session remembers who has signed in. The browser holds a random
// identifier of 256 bits in a cookie; the shelf holds the session under the
// hash of that identifier, so that a copy of the store opens no session.
//
// A session ends when it was idle too long (citizens 2 h, staff 30 min), 12 h
// after it began, on sign-out, on RevokeAll, and for staff as soon as the
// account is disabled or its password changed: the account is asked on every
// request, which also makes a change of roles work at once.
package session
