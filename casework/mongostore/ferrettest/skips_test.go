package ferrettest

import "priemnaya/casework/storetest"

const (
	losesWrites = "FerretDB v1 reads and writes in two steps without a lock: of parallel updates with a condition several succeed"
	notAtomic   = "FerretDB v1 increments in two steps without a lock"
)

// skips are the claims that FerretDB v1 on SQLite breaks by itself, with
// updates that a MongoDB server makes atomically.
var skips = []storetest.Skip{
	{Claim: "parallel updates of one case lose nothing", Why: losesWrites},
	{Claim: "parallel updates of many cases lose nothing", Why: losesWrites},
	{Claim: "of many that put one record at once exactly one succeeds", Why: losesWrites},
	{Claim: "numbers taken in parallel are never given twice", Why: notAtomic},
}
