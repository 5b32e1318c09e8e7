package bots

import (
	"context"
	"errors"
	"slices"
	"time"

	"priemnaya/casework"
)

// leaseOfSending is after what time an attempt of another process that never
// ended is taken for crashed.
const leaseOfSending = 45 * time.Second

// work does what a dialogue owes until nothing is left or it has to wait.
func (a *Attendant) work(key string) {
	for {
		wait, err := a.workOnce(a.base, key)
		switch {
		case err != nil && a.base.Err() == nil:
			a.log.Warn("a dialogue waits", "code", casework.CodeOf(err))
			a.wakeLater(key, 2*time.Second)
		case wait > 0:
			a.wakeLater(key, wait)
		}
		if a.rested(key) {
			return
		}
	}
}

// workOnce works until the dialogue owes nothing, or says how long to wait.
func (a *Attendant) workOnce(ctx context.Context, key string) (time.Duration, error) {
	x, chat, ok := a.adapterOf(key)
	if !ok {
		return 0, nil
	}
	for ctx.Err() == nil && !a.isClosed() {
		d, err := a.load(ctx, key)
		if err != nil {
			return 0, err
		}
		if len(d.Owed) > 0 {
			if err := a.doErrand(ctx, key, d); err != nil {
				return 0, err
			}
			continue
		}
		if len(d.Out) == 0 {
			return 0, nil
		}
		wait, err := a.sendNext(ctx, key, chat, x)
		if wait > 0 || err != nil {
			return wait, err
		}
	}
	return 0, nil
}

func (a *Attendant) isClosed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.closed
}

// doErrand does the first errand owed and lets the dialogue react.
func (a *Attendant) doErrand(ctx context.Context, key string, d *dialogue) error {
	e := d.Owed[0]
	before, err := a.facts(ctx, key, d.State)
	if err != nil {
		return err
	}
	r, err := a.perform(ctx, before, d.State, e)
	if err != nil {
		return err
	}
	r.Errand = e
	if e.Job == JobWipe {
		a.scrub(ctx)
	}
	return a.change(ctx, key, func(d *dialogue) (bool, error) {
		if len(d.Owed) == 0 || !sameErrand(d.Owed[0], e) {
			// Diverted or erased meanwhile: the result has nowhere to go.
			return false, nil
		}
		d.Owed = slices.Clone(d.Owed[1:])
		if e.Job == JobForget {
			*d = dialogue{State: d.State, Seen: d.Seen, version: d.version}
		}
		f, err := a.facts(ctx, key, d.State)
		if err != nil {
			return false, err
		}
		d.follow(Step(d.State, Event{Done: &r}, f))
		return true, nil
	})
}

func sameErrand(a, b Errand) bool {
	a.File, b.File, a.Who, b.Who = nil, nil, nil, nil
	return a == b
}

// sendNext sends the first reply that may leave. wait says how long to wait
// for it.
func (a *Attendant) sendNext(ctx context.Context, key, chat string, x Adapter) (wait time.Duration, err error) {
	if wait := a.slow.left(key, x.Platform()); wait > 0 {
		return wait, nil
	}
	var next pending
	var at At
	var lang string
	err = a.change(ctx, key, func(d *dialogue) (bool, error) {
		next, wait = pending{}, 0
		if len(d.Out) == 0 {
			return false, nil
		}
		next, at, lang = d.Out[0], d.State.At, d.State.Lang
		now := a.cfg.Now()
		if !next.Sending.IsZero() {
			// An attempt that never came back: after its lease it is made again
			// and says so, because the first one may have arrived.
			if left := next.Sending.Add(leaseOfSending).Sub(now); left > 0 && left <= leaseOfSending {
				wait, next = left, pending{}
				return false, nil
			}
			d.Out[0].Again = true
		}
		if next.Reply.Slot != "" && len(d.Out) == 1 && next.Sending.IsZero() {
			if wait = a.slow.settle(key, false, a.cfg.Settle); wait > 0 {
				next = pending{}
				return false, nil
			}
		}
		d.Out[0].Sending = now
		next = d.Out[0]
		return true, nil
	})
	if err != nil || wait > 0 || next.Sending.IsZero() {
		return wait, err
	}
	id, err := a.deliver(ctx, x, chat, rendering{next.Reply, at, lang, next.Again})
	return a.sent(ctx, key, x.Platform(), next, id, err)
}

// sent notes how an attempt ended.
func (a *Attendant) sent(ctx context.Context, key, platform string, p pending, id string, failure error) (time.Duration, error) {
	var e *SendError
	if failure != nil && !errors.As(failure, &e) {
		e = &SendError{Reason: RetryLater, Err: failure}
	}
	var wait time.Duration
	err := a.change(context.WithoutCancel(ctx), key, func(d *dialogue) (bool, error) {
		wait = 0
		i := slices.IndexFunc(d.Out, func(o pending) bool { return o.Sending.Equal(p.Sending) && !o.Sending.IsZero() })
		if i < 0 {
			return false, nil
		}
		switch {
		case e == nil:
			if p.Notice != "" {
				d.Told = append(d.Told, told{p.Notice, id})
				d.Told = d.Told[max(0, len(d.Told)-toldKept):]
			}
			d.Out = slices.Delete(d.Out, i, i+1)
		case e.Reason == Blocked || e.Reason == Gone:
			d.Gone, d.Out = e.Reason, nil
		case e.Again():
			d.Out[i].Sending = time.Time{}
			wait = a.slow.begin(key, platform, e)
		case e.Reason == Unsure:
			d.Out[i].Sending, d.Out[i].Again = time.Time{}, true
			wait = a.slow.begin(key, platform, e)
		default:
			a.log.Error("a message was refused by the messenger", "platform", platform, "reason", e.Reason, "text", p.Reply.Text)
			d.Out = slices.Delete(d.Out, i, i+1)
		}
		return true, nil
	})
	if e == nil {
		a.slow.end(key)
	}
	return wait, err
}
