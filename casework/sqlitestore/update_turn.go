package sqlitestore

import (
	"context"
	"hash/maphash"
)

// turnstile lets losers of a race for one case through one by one. Different
// cases may share a lane, which costs a wait and nothing else.
type turnstile struct {
	lanes [256]chan struct{}
	seed  maphash.Seed
}

func newTurnstile() turnstile {
	t := turnstile{seed: maphash.MakeSeed()}
	for i := range t.lanes {
		t.lanes[i] = make(chan struct{}, 1)
	}
	return t
}

// enter waits for the lane of a case; leave must be called once.
func (t *turnstile) enter(ctx context.Context, id string) (leave func(), err error) {
	lane := t.lanes[maphash.String(t.seed, id)%uint64(len(t.lanes))]
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
