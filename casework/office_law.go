package casework

import (
	"context"
	"errors"
	"sync"
	"time"
)

// SetLaws exchanges regulations and calendars for all acts from now on. Open
// cases keep their dates until Recompute.
func (o *Office) SetLaws(l *Laws) { o.laws.Store(l) }

// Impact is what a change of calendars would do to open cases.
type Impact struct {
	// Open is how many cases have a running term.
	Open int `json:"open"`
	// Moved is how many of them would get another date.
	Moved int `json:"moved"`
	// Overdue would be overdue at once, Relieved would be so no longer.
	Overdue  int `json:"overdue"`
	Relieved int `json:"relieved"`
	// Blocked need a calendar year that would be missing.
	Blocked int `json:"blocked"`
}

// Preview of a change: ImpactOf reckons the running terms of every open case
// by other laws and saves nothing (promise E7). progress is called now and
// then with the number of cases looked at. Errors: Unavailable, those of ctx.
func (o *Office) ImpactOf(ctx context.Context, laws *Laws, progress func(done int)) (Impact, error) {
	var mu sync.Mutex
	var total Impact
	err := o.eachRunning(ctx, func(row Row) error {
		c, err := o.store.Get(ctx, row.ID)
		if err != nil {
			return err
		}
		env, err := o.env(&c)
		if err != nil {
			return err
		}
		env.Laws = laws
		// A version that the new law no longer has stays as it was.
		if law, err := laws.Version(c.Procedure.Regime, c.Procedure.Version); err == nil {
			env.Regulation = law
		}
		one := impactOn(&c, env)
		mu.Lock()
		defer mu.Unlock()
		total.add(one)
		if total.Open%500 == 0 {
			progress(total.Open)
		}
		return nil
	})
	return total, err
}

func impactOn(c *Case, env *Env) Impact {
	one := Impact{Open: 1}
	today := env.today(c.clockBody())
	for _, m := range c.Moves(env) {
		one.Moved = 1
		switch {
		case !today.After(m.Before) && today.After(m.After):
			one.Overdue = 1
		case today.After(m.Before) && !today.After(m.After):
			one.Relieved = 1
		}
	}
	cal := env.calendarOf(c.clockBody())
	for _, t := range c.Terms {
		if !t.Running() {
			continue
		}
		if _, err := Reckon(t.Rule, t.Start, cal, t.Pauses...); CodeOf(err) == NoCalendar {
			one.Blocked = 1
		}
	}
	return one
}

func (i *Impact) add(o Impact) {
	i.Open += o.Open
	i.Moved += o.Moved
	i.Overdue += o.Overdue
	i.Relieved += o.Relieved
	i.Blocked += o.Blocked
}

// Recompute reckons the running terms of every open case by the laws in force
// and saves those that move, each with an event in its journal that names the
// change. It may be stopped and called again: cases that are right already are
// left alone. Errors: Unavailable, those of ctx.
func (o *Office) Recompute(ctx context.Context, change string, progress func(done, moved int)) (done, moved int, err error) {
	var mu sync.Mutex
	by := SystemActor()
	err = o.eachRunning(ctx, func(row Row) error {
		changes, err := o.recomputeOne(ctx, by, row.ID, change)
		mu.Lock()
		defer mu.Unlock()
		done++
		if changes {
			moved++
		}
		if done%200 == 0 {
			progress(done, moved)
		}
		return err
	})
	progress(done, moved)
	return done, moved, err
}

// recomputeOne reckons one case anew and tells whether it has moved. A case that
// does not move is refused as Conflict, unsaved: it costs one load, as asking
// beforehand would. A case that others keep saving is tried again, not left.
func (o *Office) recomputeOne(ctx context.Context, by Actor, id, change string) (moved bool, err error) {
	for range 3 {
		var e *Error
		_, err = o.Do(ctx, by, id, AnyState, Recomputation{Change: change})
		switch {
		case err == nil:
			return true, nil
		case CodeOf(err) == NotAllowed, errors.As(err, &e) && e.Message == recomputedAlready:
			return false, nil
		case CodeOf(err) != Conflict:
			return false, err
		}
	}
	return false, err
}

// recomputedAlready is the message of a recomputation that changes nothing.
const recomputedAlready = "recompute.same"

// recomputers is how many cases are reckoned at the same time: enough for the
// store to save many of them at once.
const recomputers = 32

// eachRunning calls do, from several goroutines, for every case with a running
// term. A case that moves while the listing goes on may come twice.
func (o *Office) eachRunning(ctx context.Context, do func(Row) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	rows := make(chan Row, 2*recomputers)
	var wg sync.WaitGroup
	for range recomputers {
		wg.Go(func() {
			for row := range rows {
				if err := do(row); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := o.listRunning(ctx, rows)
	close(rows)
	wg.Wait()
	if err == nil || ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return err
}

func (o *Office) listRunning(ctx context.Context, rows chan<- Row) error {
	w := Window{Limit: MaxLimit}
	from, to := NewDate(1900, 1, 1), NewDate(2999, 12, 31)
	for {
		page, next, err := o.store.DueBetween(ctx, from, to, w)
		if err != nil {
			return err
		}
		for _, row := range page {
			select {
			case rows <- row:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if next == "" {
			return nil
		}
		w.After = next
	}
}

// Watch tells the staff of a case whose terms come near or have passed; a
// case where nobody has to hear anything is left alone. It returns how many
// levels were told. Errors: NotFound, Unavailable.
func (o *Office) Watch(ctx context.Context, id string) (int, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return 0, err
	}
	env, err := o.env(&c)
	if err != nil {
		return 0, err
	}
	due := c.Warnings(env)
	if len(due) == 0 {
		return 0, nil
	}
	_, err = o.Do(ctx, SystemActor(), id, AnyState, Warning{})
	if code := CodeOf(err); code == Conflict || code == NotAllowed {
		return 0, nil
	}
	return len(due), err
}

// WatchAll calls Watch for every case with a term due until three days from
// now, overdue ones included, and returns how many levels were told. A case
// that cannot be worked on is passed over; its error is returned at the end.
func (o *Office) WatchAll(ctx context.Context) (int, error) {
	told := 0
	var broken error
	// The latest date anywhere on earth is a day ahead of UTC at most.
	to := DateOf(o.now(), time.UTC).AddDays(4)
	w := Window{Limit: MaxLimit}
	for {
		rows, next, err := o.store.DueBetween(ctx, NewDate(1900, 1, 1), to, w)
		if err != nil {
			return told, err
		}
		for _, row := range rows {
			n, err := o.Watch(ctx, row.ID)
			if CodeOf(err) == Unavailable || ctx.Err() != nil {
				return told, err
			}
			// One case that cannot be read must not hide those behind it.
			if err != nil && CodeOf(err) != NotFound && broken == nil {
				broken = err
			}
			told += n
		}
		if next == "" {
			return told, broken
		}
		w.After = next
	}
}
