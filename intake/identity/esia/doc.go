// Package esia signs citizens in through ESIA (ЕСИА, Госуслуги) by its protocol
// v2/v3: a signed request for a code, a signed exchange of the code for two
// tokens, the checks of both tokens, and the person's own record over REST.
//
// We ask for the least an appeal needs: openid, fullname and email. The
// refresh token is not asked for (access_type=online), and nothing but the
// oid, the name, the verified e-mail and the level of the account leaves this
// package.
//
// ESIA has no nonce claim. Its part is played by two states: one for the code,
// bound to the browser by the caller, and a new one for the token call, whose
// echo is checked here.
package esia
