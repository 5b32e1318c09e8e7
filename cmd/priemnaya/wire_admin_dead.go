package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

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
		p := redrive{Cause: cause, Left: left}
		if err := a.claimRedrive(ctx, &p); err != nil {
			return err
		}
		a.work.Go(func() { a.redriveCause(a.ctx, p) })
		return nil
	})
}

// redrive is the record of the redrive under way, or of the last one: it
// outlives the process, so that another one, or the next, can say how far it
// came.
type redrive struct {
	Cause   desk.DeadCause `json:"cause"`
	Done    int            `json:"done"`
	Left    int            `json:"left"`
	Ended   bool           `json:"ended,omitempty"`
	Stopped bool           `json:"stopped,omitempty"`
	// Pulse is when it was last known to go on.
	Pulse time.Time `json:"pulse"`

	version int64
}

// The record on the shelf; redriveSilence is after how long without a pulse a
// redrive has been interrupted.
const (
	kindRedrive    = "notice-redrive"
	redriveID      = "last"
	redriveSilence = time.Minute
)

// lastRedrive loads the record; nil if none was ever begun.
func (a adminDead) lastRedrive(ctx context.Context) (*redrive, error) {
	r, err := a.storage.Fetch(ctx, kindRedrive, redriveID)
	if casework.CodeOf(err) == casework.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p redrive
	if err := json.Unmarshal(r.Data, &p); err != nil {
		return nil, &casework.Error{Code: casework.Corrupted, Op: "adminDead.lastRedrive", Err: err}
	}
	p.version = r.Version
	if !p.Ended && a.now().Sub(p.Pulse) > redriveSilence {
		p.Ended, p.Stopped = true, true
	}
	return &p, nil
}

// claimRedrive begins one where none goes on, in any process. Errors: Conflict.
func (a adminDead) claimRedrive(ctx context.Context, p *redrive) error {
	last, err := a.lastRedrive(ctx)
	if err != nil {
		return err
	}
	if last != nil {
		if !last.Ended {
			return casework.Fail(casework.Conflict, "adminDead.RedriveAll", "")
		}
		p.version = last.version
	}
	err = a.noteRedrive(ctx, p)
	if casework.CodeOf(err) == casework.Exists {
		return casework.Fail(casework.Conflict, "adminDead.RedriveAll", "")
	}
	return err
}

// noteRedrive keeps how far it has come.
func (a adminDead) noteRedrive(ctx context.Context, p *redrive) error {
	p.Pulse = a.now().UTC()
	data, err := json.Marshal(p)
	if err != nil {
		return &casework.Error{Code: casework.Internal, Op: "adminDead.noteRedrive", Err: err}
	}
	r, err := a.storage.Put(ctx, casework.Record{Kind: kindRedrive, ID: redriveID, Version: p.version, Data: data})
	if err == nil {
		p.version = r.Version
	}
	return err
}

// redriveCause gives each notice of a cause one round: what dies again
// meanwhile is not begun a second time.
func (a adminDead) redriveCause(ctx context.Context, p redrive) {
	began, noted := a.now(), time.Now()
	err := a.everyDead(ctx, p.Cause.Medium, func(n notifications.DeadNotice) error {
		if n.Reason != p.Cause.Reason || n.DiedAt.After(began) {
			return nil
		}
		err := a.redriveOne(ctx, n.Case, n.Key)
		if code := casework.CodeOf(err); code == casework.Conflict || code == casework.NotFound {
			return nil // somebody else was quicker
		} else if err != nil {
			return err
		}
		p.Done, p.Left = p.Done+1, max(0, p.Left-1)
		if time.Since(noted) < time.Second {
			return ctx.Err()
		}
		noted = time.Now()
		// Another process that took it for interrupted has the record now.
		return errors.Join(a.noteRedrive(ctx, &p), ctx.Err())
	})
	p.Ended, p.Stopped = true, err != nil
	if noteErr := a.noteRedrive(context.WithoutCancel(ctx), &p); noteErr != nil {
		a.App.log.Warn("the end of a redrive was not noted", "code", casework.CodeOf(noteErr))
	}
	if err != nil && ctx.Err() == nil {
		a.App.log.Warn("notices could not all be given another round", "medium", p.Cause.Medium, "code", casework.CodeOf(err))
	}
}

// Running is how far the last redrive has come.
func (a adminDead) Running(ctx context.Context) (*desk.DeadProgress, error) {
	p, err := a.lastRedrive(ctx)
	if p == nil || err != nil {
		return nil, err
	}
	return &desk.DeadProgress{Cause: p.Cause, Done: p.Done, Left: p.Left, Ended: p.Ended, Stopped: p.Stopped, At: p.Pulse}, nil
}
