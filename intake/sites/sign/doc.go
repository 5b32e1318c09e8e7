// Package sign signs and checks HTTP requests between Приёмная and the websites
// of departments, both ways: requests of a site to our API and our webhooks to
// a site. It is pure: no clock, no store, no network; what has been seen before
// (replay) is remembered by the caller.
//
// The signature is that of RFC 9421 (HTTP Message Signatures) with the
// algorithm hmac-sha256, so any library of that standard can make it. The
// profile is narrow on purpose:
//
//	Content-Digest:  sha-256=:<base64 of the SHA-256 of the body>:          (RFC 9530)
//	Signature-Input: sig=("@method" "@path" "@query" "content-digest");created=1792540800;keyid="…";nonce="…";alg="hmac-sha256"
//	Signature:       sig=:<base64 of the HMAC>:
//
// The label is sig. The components "@method", "@path" and "@query" are always
// covered, "content-digest" whenever there is a body, and every header named in
// Bound whenever the request has it. created, keyid and nonce are required; alg
// may be left out. A nonce has 16 to 64 signs and is used once.
//
// What is signed, the signature base, has one line for each covered component
// and one for the parameters, joined by a line feed and without one at the end:
//
//	"@method": POST
//	"@path": /api/v1/appeals
//	"@query": ?
//	"content-digest": sha-256=:…:
//	"@signature-params": ("@method" "@path" "@query" "content-digest");created=…;keyid="…";nonce="…";alg="hmac-sha256"
//
// Path and query are taken as they are sent, without decoding.
package sign
