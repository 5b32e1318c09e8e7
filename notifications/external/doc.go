// Package external tells a cabinet outside, such as the personal account on
// the state portal (ЕПГУ), how the appeals of its account holders stand. It is
// the Carrier of casework.MediumExternal.
//
// The state portal is reached over SMEV, with certificates and gateways that
// every region has in its own way. So this package ends at an HTTPS endpoint of
// the integrator, an adapter that adds the transport; what it is told, when,
// and in which order is settled here.
//
// # Why the signature of webhooks and not JWS
//
// Both ends belong to one operator and share a secret, nobody has to prove the
// message to a third party: what the applicant gets as proof is the signed
// answer itself, and SMEV signs again at its own edge. HMAC over
// id.timestamp.body covers the exact bytes, needs no canonical form and no key
// infrastructure, is checked by any language in five lines and by the same kit
// as webhooks. A detached JWS would add algorithm agility that is an attack
// surface here and a header that has to be parsed before anything is trusted.
//
// # The mapping
//
// statuses.csv maps each event, stage and outcome to the status shown outside.
// The most special row wins. A test holds it against every regulation: what an
// applicant can be told of has a status.
package external
