// Package esiasim is a stand-in for ESIA (ЕСИА) on this machine: the protocol
// v2/v3 as its clients see it, with invented persons. It checks requests as
// ESIA does (signature, certificate hash, time, redirect, scopes, single use of
// codes) and refuses with the same numbers, so that a client that works here
// has its own half of the protocol right.
//
// It signs in anybody as anybody. Therefore it listens on loopback only, and
// every page of it says what it is.
//
// It knows: /aas/oauth2/v2/ac, /aas/oauth2/v3/te (authorization_code and
// refresh_token), /rs/prns/{oid} with its collection ctts, and
// /idp/ext/Logout. The old endpoints of v1 are not there.
package esiasim
