package bottest

import (
	"context"
	"sync"

	"priemnaya/casework"
)

// brokenShelf fails when it is told to.
type brokenShelf struct {
	Store
	mu  sync.Mutex
	err error
}

func (b *brokenShelf) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
}

// Put implements casework.Shelf.
func (b *brokenShelf) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	b.mu.Lock()
	err := b.err
	b.mu.Unlock()
	if err != nil {
		return r, &casework.Error{Code: casework.Unavailable, Op: "test", Err: err}
	}
	return b.Store.Put(ctx, r)
}
