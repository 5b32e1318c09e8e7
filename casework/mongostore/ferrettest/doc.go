// Package ferrettest runs the suite of the stores against mongostore on an
// in-process server that speaks MongoDB's protocol: FerretDB v1 on SQLite. It
// is a module of its own, so that the server's dependencies stay out of the
// program. Run it here: go test ./...
//
// FerretDB is a stand-in for the shape of the commands, not for their
// guarantees; what it cannot do is skipped by name. The whole suite runs on a
// real server named in PRIEMNAYA_TEST_MONGO_URI, from the package itself.
package ferrettest
