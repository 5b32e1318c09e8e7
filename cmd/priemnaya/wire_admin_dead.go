package main

import (
	"cmp"
	"context"
	"slices"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/registry"
	"priemnaya/notifications"
)

// adminDead keeps the notices that need a person.
type adminDead struct{ *adminDesk }

// deadCounted bounds what is read to count causes.
const deadCounted = 5000

// List gives a page of them.
func (a adminDead) List(ctx context.Context, after string) ([]desk.DeadLetter, string, error) {
	list, next, err := a.outbox().Dead(ctx, casework.Window{After: after, Limit: 50})
	var out []desk.DeadLetter
	for _, n := range list {
		out = append(out, desk.DeadLetter{Case: n.Case, Key: n.Key, Kind: string(n.Kind), Medium: string(n.Medium), Reason: n.Reason,
			Attempts: n.Attempts, At: n.DiedAt})
	}
	return out, next, err
}

// Causes counts them by medium and reason.
func (a adminDead) Causes(ctx context.Context) ([]desk.DeadCause, bool, error) {
	counts := map[desk.DeadCause]int{}
	w, seen := casework.Window{Limit: 500}, 0
	for {
		list, next, err := a.outbox().Dead(ctx, w)
		if err != nil {
			return nil, false, err
		}
		for _, n := range list {
			counts[desk.DeadCause{Medium: string(n.Medium), Reason: n.Reason}]++
		}
		if seen += len(list); next == "" || seen >= deadCounted {
			var out []desk.DeadCause
			for c, n := range counts {
				c.N = n
				out = append(out, c)
			}
			slices.SortFunc(out, func(a, b desk.DeadCause) int {
				return cmp.Or(b.N-a.N, cmp.Compare(a.Medium, b.Medium), cmp.Compare(a.Reason, b.Reason))
			})
			return out, next != "", nil
		}
		w.After = next
	}
}

// Redrive gives one another round.
func (a adminDead) Redrive(ctx context.Context, by casework.Actor, caseID, key string) error {
	return a.noted(ctx, by, registry.Entry{Area: "notice", Subject: caseID, What: "redriven"}, nil, nil, func() error {
		return a.redriveOne(ctx, caseID, key)
	})
}

func (a adminDead) redriveOne(ctx context.Context, caseID, key string) error {
	if j := a.jobs.Load(); j != nil {
		return j.Redrive(ctx, caseID, key)
	}
	return a.outbox().Redrive(ctx, caseID, key)
}

// RedriveAll begins to redrive a cause; one at a time. Errors: Conflict.
func (a adminDead) RedriveAll(ctx context.Context, by casework.Actor, cause desk.DeadCause) error {
	causes, _, err := a.Causes(ctx)
	if err != nil {
		return err
	}
	left := 0
	for _, c := range causes {
		if c.Medium == cause.Medium && c.Reason == cause.Reason {
			left = c.N
		}
	}
	if left == 0 {
		return casework.Fail(casework.NotFound, "adminDead.RedriveAll", "")
	}
	return a.noted(ctx, by, registry.Entry{Area: "notice", Subject: cause.Medium, What: "redriven", Why: cause.Reason}, nil, nil, func() error {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.redrives != nil && !a.redrives.Ended {
			return casework.Fail(casework.Conflict, "adminDead.RedriveAll", "")
		}
		a.redrives = &desk.DeadProgress{Cause: cause, Left: left}
		a.work.Go(func() { a.redriveCause(a.ctx, cause) })
		return nil
	})
}

// redriveCause gives each notice of a cause one round: what dies again
// meanwhile is not begun a second time.
func (a adminDead) redriveCause(ctx context.Context, cause desk.DeadCause) {
	began := a.now()
	err := a.everyDead(ctx, cause.Medium, func(n notifications.DeadNotice) error {
		if n.Reason != cause.Reason || n.DiedAt.After(began) {
			return nil
		}
		err := a.redriveOne(ctx, n.Case, n.Key)
		if code := casework.CodeOf(err); code == casework.Conflict || code == casework.NotFound {
			return nil // somebody else was quicker
		} else if err != nil {
			return err
		}
		a.progress(func(p *desk.DeadProgress) { p.Done, p.Left = p.Done+1, max(0, p.Left-1) })
		return ctx.Err()
	})
	a.progress(func(p *desk.DeadProgress) { p.Ended, p.Stopped, p.Left = true, err != nil, 0 })
	if err != nil && ctx.Err() == nil {
		a.App.log.Warn("notices could not all be given another round", "medium", cause.Medium, "code", casework.CodeOf(err))
	}
}

func (a adminDead) progress(change func(*desk.DeadProgress)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a.redrives)
}

// Running is a copy of how far the last redrive has come.
func (a adminDead) Running() *desk.DeadProgress {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.redrives == nil {
		return nil
	}
	p := *a.redrives
	return &p
}
