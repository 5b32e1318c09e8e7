// Package identity answers one question: who is asking. Citizens sign in
// through ESIA (ЕСИА, Госуслуги) or another provider of OpenID Connect, staff
// with a password and a second factor; both get a session.
//
//	esia      the client of ESIA, protocol v2/v3
//	esiasim   its emulator for development, on loopback only
//	oidc      any provider of OpenID Connect
//	staff     accounts of staff
//	session   who has signed in, on the shelf
//	signer    raw signatures: software keys, GOST by OpenSSL
//
// This package joins them into pages. Between the departure to a provider and
// the return the attempt lives in a sealed cookie of the browser: state, nonce
// and the way back, at most ten minutes. Each state is accepted once: its hash
// is put on the shelf when it comes back. Whatever goes wrong on the way ends
// on a page that says what happened and how to try again, and never in a
// session.
//
// # Wiring
//
// The web kit asks for the session of a request before this package exists, so
// sessions come first:
//
//	accounts, _ := staff.Open(staff.Config{…})
//	sessions, _ := session.New(session.Config{Staff: accounts.Actor, …})
//	kit, _ := web.New(web.Config{Session: sessions.ID, User: sessions.User, …})
//	pages, _ := identity.New(identity.Config{Kit: kit, Sessions: sessions, Staff: accounts, …})
//	kit.Mount(app)
//	app.Use(sessions.Middleware())
//	pages.Mount(app)
package identity
