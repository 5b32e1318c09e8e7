// Package sqlitestore is the embedded store of Priemnaya: one SQLite file,
// no server, no cgo.
//
// # Shape
//
// A case is one JSON document (table docs) beside one row of really indexed
// columns (table rows), its numbers and its parties. Everything that belongs
// to one save is written in one transaction, with synchronous=FULL: what was
// acknowledged survives the loss of power.
//
// All writes go through one goroutine that puts whatever waits into one
// transaction (group commit); operations check before they write, so the
// failure of one never touches another. Reads run on connections of their
// own and never wait for the writer.
//
// A page costs what it shows, not what is stored: every list is read from
// places of an index that yield it in its order (see page_plan.go and
// page_stream.go), and what boards add up is kept in memory beside its table.
//
// Full-text search is fed after the commit, in small batches, from a queue
// that is a table: a restart continues where it stopped. A case is therefore
// found by its words a moment after it is saved; everything else is exact at
// once.
//
// What is removed is overwritten with zeros (secure_delete), and Scrub empties
// the log that still holds the pages of before: the bots call it after they
// have wiped what belongs into the protected channel.
//
// One process owns the file: a second Open fails. All errors are
// *casework.Error; see each method of casework.Store for the codes.
package sqlitestore
