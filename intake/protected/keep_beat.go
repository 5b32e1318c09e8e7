package protected

import (
	"context"
	"time"
)

// beat is the rhythm in which answers to claims leave. A look-up that finds
// something takes some microseconds longer than one that does not; of twenty
// thousand answers one could tell which is which.
const beat = 5 * time.Millisecond

// onBeat does some work and comes back on the next stroke, counted from the
// beginning of the work: how long it took is not to be seen (promise L9).
func onBeat(ctx context.Context, work func()) {
	began := time.Now()
	work()
	stroke := time.NewTimer(beat - time.Since(began)%beat)
	defer stroke.Stop()
	select {
	case <-stroke.C:
	case <-ctx.Done():
	}
}
