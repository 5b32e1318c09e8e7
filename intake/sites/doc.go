// Package sites is the door for the websites of departments (сайты органов). A
// body registers its site and gets a key; then the site may put our widget on
// its pages, file appeals through the API for people whom ESIA or another
// trusted provider has identified, and be told of every stage.
//
//	Directory       the registered sites, their keys, quotas and webhooks
//	Sites           what this package serves: MountAPI and Mount
//	sign            how requests are signed, both ways (RFC 9421, hmac-sha256)
//	openapi.json    the API as a document (OpenAPI 3.1); the tests hold every
//	                answer against it
//
// # What a site may and may not do
//
// A site is trusted with nothing but its own key. Who the applicant is, it can
// only prove by the tokens of the provider where he signed in; we verify them
// ourselves, for the audience registered for this very site. Without them a
// site can hand over a draft: the person opens a one-time address here, signs
// in, sees the draft and files himself. A site sees the cases it has filed and
// no others; a foreign case is answered as a missing one.
//
// # The way of a request
//
//	size limit ─> signature, key, time ─> nonce (once) ─> quota ─> right ─> JSON ─> one call of Office
//
// Nonces and quotas are on the shelf, so they hold across processes. A nonce is
// one record that lives as long as its request could be replayed. A quota is
// spent in blocks: a process takes a twentieth of the minute's quota at once,
// under the version check of the record, so the limit is never exceeded by all
// processes together, and a process that dies wastes at most one block.
package sites
