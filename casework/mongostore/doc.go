// Package mongostore keeps cases in MongoDB, for installations of several
// servers: one document for each case, plain indexes made on Open, majority
// write concern. It needs no transactions, TTL indexes or $lookup, so it runs
// on a replica set or on a sharded cluster as it is.
//
// # Collections
//
// cases holds a case as JSON in one binary field, beside it the fields of
// casework.Row and what it is found by: numbers, parties, stems of its text
// (at most 2,000), the next notice. The JSON is the truth, the fields beside
// it are for the indexes only. shelf holds records, series the counters.
//
// # Sharding
//
// Shard cases and shelf by {_id: "hashed"}. The body is not part of the key on
// purpose: it changes when a case is routed, which would move the document
// between shards, and only _id as the key makes an ID unique in the whole
// cluster. Every save then goes to one shard; queues ask all shards for one
// page each.
//
// # Changed-since without a hot counter
//
// A save does not take a sequence number: a common counter would be a hot
// document, and numbers taken early may become visible late, so that readers
// would skip them. Instead a save marks the case as pending, and whoever calls
// ChangedSince first numbers what is pending. The numbers of a round are
// written down in one document before they are given to the cases, by compare
// and set; every reader first completes what it finds written there. So when a
// reader looks at numbers up to n, each of them has been given or will never
// be, wherever another reader has stopped: nothing is skipped, whatever the
// clocks say. See change_sequence.go.
package mongostore
