package main

import (
	"context"
	"strings"
	"time"

	"priemnaya/casework"
)

// bulkSweep is how often acts on many cases that nobody works on are looked
// for: those of a process that has crashed, and those a store could not take.
const bulkSweep = 30 * time.Second

// startBulks does acts on many cases in the background, beginning with those
// that an earlier process has left. The function it returns says that there is
// something to do; it never blocks.
func (a *App) startBulks(ctx context.Context) func(string) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	wake, done := make(chan struct{}, 1), make(chan struct{})
	a.onClose(func(context.Context) error { stop(); <-done; return nil })
	go func() {
		defer close(done)
		sweep := time.NewTicker(bulkSweep)
		defer sweep.Stop()
		for {
			a.runBulks(ctx)
			select {
			case <-ctx.Done():
				return
			case <-wake:
			case <-sweep.C:
			}
		}
	}()
	return func(string) {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

// runBulks does what is left of every open bulk. What fails is tried again at
// the next sweep.
func (a *App) runBulks(ctx context.Context) {
	open, err := a.office.OpenBulks(ctx)
	for _, id := range open {
		if err = a.office.RunBulk(ctx, id, a.staffActor); err != nil && ctx.Err() == nil {
			a.log.Warn("an act on many cases waits", "code", string(casework.CodeOf(err)))
		}
	}
	if err != nil && len(open) == 0 && ctx.Err() == nil {
		a.log.Warn("acts on many cases are not listed", "code", string(casework.CodeOf(err)))
	}
}

// staffActor finds a member of staff with the rights he has now; false for a
// closed account.
func (a *App) staffActor(ctx context.Context, actorID string) (casework.Actor, bool, error) {
	login, ok := strings.CutPrefix(actorID, "staff:")
	if !ok {
		return casework.Actor{}, false, nil
	}
	s, err := a.staff.Get(ctx, login)
	switch {
	case casework.CodeOf(err) == casework.NotFound:
		return casework.Actor{}, false, nil
	case err != nil:
		return casework.Actor{}, false, err
	}
	by, err := a.absences.Stand(ctx, s.Actor())
	return by, !s.Disabled, err
}
