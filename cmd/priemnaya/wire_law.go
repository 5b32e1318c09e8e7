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
	if err := a.takeLaw(ctx, false); err != nil {
		return err
	}
	for _, c := range open {
		a.recompute(c)
	}
	work.Go(func() { a.followLaw(ctx) })
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

// lawEvery is how often a server looks whether another process, such as a
// command, has approved a change.
const lawEvery = 10 * time.Second

// followLaw takes over changes that another process has approved, and reckons
// the open cases again: some may have been acted on by the old law meanwhile.
func (a *App) followLaw(ctx context.Context) {
	tick := time.NewTicker(lawEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := a.takeLaw(ctx, true); err != nil && ctx.Err() == nil {
			a.log.Warn("the law book could not be read", "err", err)
		}
	}
}

// settling is how long an approval is left alone: its file is put in force
// right after it, by the process that has decided.
const settling = 5 * time.Second

// takeLaw puts approved changes in force that this process has not seen yet.
func (a *App) takeLaw(ctx context.Context, recompute bool) error {
	changes, err := a.book.Changes(ctx)
	if err != nil {
		return err
	}
	var fresh []regulation.Change
	for _, c := range changes {
		_, seen := a.lawSeen.Load(c.ID)
		age := a.now().Sub(c.DecidedAt)
		if c.State == regulation.Approved && !seen && (!recompute || age < 0 || age > settling) {
			fresh = append(fresh, c)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	laws, err := a.book.Laws(ctx)
	if err != nil {
		return err
	}
	a.office.SetLaws(laws)
	for _, c := range fresh {
		if _, seen := a.lawSeen.LoadOrStore(c.ID, true); !seen && recompute {
			a.recompute(c)
		}
	}
	return nil
}
