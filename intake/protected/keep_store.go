package protected

import (
	"context"
	"time"
)

// KeepStore runs until ctx ends: at random minutes it touches the store, so that
// the time of its last change says nothing, and once a day it shreds what has
// expired and rewrites the file in random order.
func (s *Server) KeepStore(ctx context.Context) {
	swept := s.conf.Now().Add(-23 * time.Hour) // the first round comes within hours of a start
	for {
		pause := time.NewTimer(time.Duration(300+randomBelow(600)) * time.Second)
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
		if err := s.conf.Store.Touch(ctx); err != nil && ctx.Err() == nil {
			s.conf.Log.Error("the store cannot be touched", "err", err)
		}
		if s.conf.Now().Sub(swept) < 24*time.Hour {
			continue
		}
		swept = s.conf.Now()
		_, err := s.conf.Store.Sweep(ctx)
		if err == nil {
			err = s.conf.Store.Shuffle(ctx)
		}
		if err != nil && ctx.Err() == nil {
			s.conf.Log.Error("the store cannot be swept", "err", err)
		}
	}
}
