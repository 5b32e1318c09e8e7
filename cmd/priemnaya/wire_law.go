package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
)

// startLaw goes on with recomputations that a stop has interrupted and warns
// from 1 November if the calendar of the next year is missing.
func (a *App) startLaw(ctx context.Context) error {
	open, err := a.book.Unfinished(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	a.recompute = func(c regulation.Change) {
		work.Go(func() { a.recomputeFor(ctx, c) })
	}
	a.onClose(func(context.Context) error {
		cancel()
		work.Wait()
		return nil
	})
	for _, c := range open {
		a.recompute(c)
	}
	for _, name := range casework.MissingYears(a.office.Laws(), a.now()) {
		a.log.Warn("the production calendar of the next year is missing; terms that reach it cannot be computed", "calendar", name)
	}
	return nil
}

// recomputeFor reckons all open cases anew after an approved change. It is
// called again after a restart until it has ended.
func (a *App) recomputeFor(ctx context.Context, c regulation.Change) {
	began := time.Now()
	last := began
	done, moved, err := a.office.Recompute(ctx, c.ID, func(done, moved int) {
		if time.Since(last) > time.Second {
			last = time.Now()
			if err := a.book.Progress(ctx, c.ID, done, moved, false); err != nil {
				a.log.Warn("progress of a recomputation was not noted", "change", c.ID, "err", err)
			}
		}
	})
	switch {
	case errors.Is(err, context.Canceled):
		return
	case err != nil:
		a.log.Error("a recomputation stopped; it goes on at the next start", "change", c.ID, "err", err)
		return
	}
	if err := a.book.Progress(ctx, c.ID, done, moved, true); err != nil {
		a.log.Error("the end of a recomputation was not noted", "change", c.ID, "err", err)
	}
	a.log.Info("open cases recomputed", "change", c.ID, "cases", done, "moved", moved, "took", time.Since(began).Round(time.Millisecond))
}

// lawDesk is what the administration's pages need to change the law.
type lawDesk struct{ *App }

// Propose keeps a change for a second person with its impact.
func (l lawDesk) Propose(ctx context.Context, by casework.Actor, file, content, why string) (regulation.Change, error) {
	return l.book.Propose(ctx, by, regulation.Change{File: file, Content: content, Why: why},
		func(laws *casework.Laws) (casework.Impact, error) {
			return l.office.ImpactOf(ctx, laws, func(int) {})
		})
}

// Decide approves or rejects; an approved change is in force at once, and the
// open cases follow in the background.
func (l lawDesk) Decide(ctx context.Context, by casework.Actor, id string, approve bool) (regulation.Change, error) {
	c, laws, err := l.book.Decide(ctx, by, id, approve)
	if err != nil || laws == nil {
		return c, err
	}
	l.office.SetLaws(laws)
	l.recompute(c)
	return c, nil
}
