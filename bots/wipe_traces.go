package bots

import (
	"context"

	"priemnaya/casework"
)

// scrubber is a shelf that can take the last bytes of what was removed out of
// its files. A shelf that cannot leaves that to its database.
type scrubber interface {
	Scrub(ctx context.Context) error
}

// scrub leaves no trace of parts that were kept before their matter turned out
// to be one for the protected channel (promise M5: 0 bytes stored). A failure
// repeats nothing: the parts are removed already, and the store empties its log
// by itself later.
func (a *Attendant) scrub(ctx context.Context) {
	s, ok := a.cfg.Shelf.(scrubber)
	if !ok {
		return
	}
	if err := s.Scrub(ctx); err != nil {
		a.log.Warn("traces of a diverted text wait in the log of the store", "code", casework.CodeOf(err))
	}
}
