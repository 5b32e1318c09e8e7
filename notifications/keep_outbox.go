package notifications

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"priemnaya/casework"
)

// DefaultLease is how long a claimed notice is left to its worker.
const DefaultLease = 2 * time.Minute

// crashLimit is after how many attempts that never ended a notice is taken
// for the cause of the crashes.
const crashLimit = 12

// Outbox claims notices of saved cases, runs the work they ask for and writes
// down how it ended. It is safe for parallel use by many processes.
type Outbox struct {
	Store casework.Store
	// Shelf keeps the list of dead notices.
	Shelf casework.Shelf
	Now   func() time.Time
	// Log gets case IDs, keys and reason codes, never addresses.
	Log *slog.Logger
	// Reach lists the further media by which the applicant of a case can be
	// reached; nil is none. A statutory notice that dies goes on by them.
	Reach func(c *casework.Case) []casework.Medium
	// Lease is how long a claim holds; 0 is DefaultLease. Work gets half of it.
	Lease time.Duration
}

// Work does what a claimed notice asks for and returns the proof. Its error is
// read by FailureOf.
type Work func(ctx context.Context, c casework.Case, n casework.Notice) (evidence string, err error)

// Errand is a notice to work on.
type Errand struct {
	Case, Key string
	// May is asked before the claim; false leaves the notice alone. nil is yes.
	May func(casework.Notice) bool
	// Work is what the notice asks for.
	Work Work
}

// Ending is how an attempt ended.
type Ending string

// The endings.
const (
	// Skipped: nothing to do, because the notice was done or taken already.
	Skipped Ending = "skipped"
	// Done: delivered and written down.
	Done Ending = "done"
	// Waiting: failed, will be tried again.
	Waiting Ending = "waiting"
	// Dead: failed for good, a person must look.
	Dead Ending = "dead"
)

// Attempt claims the notice, runs work within half the lease and settles. A
// panic of work is a permanent failure of this notice and of nothing else. The
// failure of the work is returned beside the ending.
//
// Errors: those of the store; then the notice is as it was, or comes back
// when its lease ends.
func (o *Outbox) Attempt(ctx context.Context, e Errand) (Ending, *Failure, error) {
	claimed, err := o.Store.Update(ctx, e.Case, func(c casework.Case) (casework.Case, error) {
		if n, _ := noticeOf(&c, e.Key); e.May != nil && !e.May(n) {
			return c, casework.Fail(casework.Conflict, "notifications.Attempt", "")
		}
		return casework.ClaimNotice(c, e.Key, o.Now(), o.lease())
	})
	switch casework.CodeOf(err) {
	case "":
	case casework.Conflict, casework.NotFound:
		return Skipped, nil, nil
	default:
		return Skipped, nil, err
	}
	n, _ := noticeOf(&claimed, e.Key)
	evidence, failure := "", (*Failure)(nil)
	if n.Attempts > crashLimit {
		failure = &Failure{Reason: Crashed, Permanent: true}
	} else {
		evidence, failure = o.run(ctx, claimed, n, e.Work)
	}
	ending, err := o.settle(ctx, claimed, n, evidence, failure)
	return ending, failure, err
}

func (o *Outbox) lease() time.Duration {
	if o.Lease > 0 {
		return o.Lease
	}
	return DefaultLease
}

func (o *Outbox) run(ctx context.Context, c casework.Case, n casework.Notice, work Work) (evidence string, f *Failure) {
	defer func() {
		if cause := recover(); cause != nil {
			// The value may quote a citizen's text; its type and place do not.
			o.Log.Error("notice broke its worker", "case", c.ID, "notice", n.Key,
				"type", fmt.Sprintf("%T", cause), "at", panicPlace())
			f = &Failure{Reason: Panic, Permanent: true}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, o.lease()/2)
	defer cancel()
	evidence, err := work(ctx, c, n)
	return evidence, FailureOf(err)
}

// panicPlace finds the function that broke, below the runtime's own frames.
func panicPlace() string {
	var counters [32]uintptr
	frames := runtime.CallersFrames(counters[:runtime.Callers(3, counters[:])])
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", frame.Function, frame.Line)
		}
		if !more {
			return "unknown place"
		}
	}
}

// settle writes the result down even if ctx has ended: the letter has left.
func (o *Outbox) settle(ctx context.Context, c casework.Case, n casework.Notice, evidence string, f *Failure) (Ending, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	r := casework.Attempt{At: o.Now(), Evidence: evidence}
	if f != nil {
		r.Evidence, r.Failure, r.Permanent = f.Reply, string(f.Reason), f.Permanent
		r.Uncounted, r.RetryAt = f.Service || f.Uncounted, f.RetryAt
	}
	// A dead notice is listed before it dies: a crash in between leaves an
	// entry too many, which Dead drops, and never one too few.
	if trial, err := casework.SettleNotice(c, n.Key, r); err == nil {
		if t, _ := noticeOf(&trial, n.Key); t.State == casework.DeliveryDead {
			if err := o.list(ctx, c.ID, t, r.At); err != nil {
				return Waiting, err
			}
		}
	}
	if o.Reach != nil && f != nil {
		r.Bound = o.Reach(&c)
	}
	settled, err := o.Store.Update(ctx, c.ID, func(c casework.Case) (casework.Case, error) {
		return casework.SettleNotice(c, n.Key, r)
	})
	if casework.CodeOf(err) == casework.Conflict && !errors.Is(err, context.DeadlineExceeded) {
		// The work itself has settled it, as the router does, or another
		// worker after this one's lease.
		settled, err = o.Store.Get(ctx, c.ID)
	}
	if err != nil {
		return Waiting, err
	}
	after, _ := noticeOf(&settled, n.Key)
	return o.report(c.ID, after, f), nil
}

func (o *Outbox) report(caseID string, n casework.Notice, f *Failure) Ending {
	attrs := []any{"case", caseID, "notice", n.Key, "attempt", n.Attempts}
	switch {
	case n.State == casework.DeliverySent, n.State == casework.DeliveryPrinting:
		o.Log.Debug("notice delivered", attrs...)
		return Done
	case n.State == casework.DeliveryDead:
		o.Log.Error("notice is dead and needs a person", append(attrs, "reason", n.Failure)...)
		return Dead
	case f != nil:
		o.Log.Info("notice waits for another attempt", append(attrs, "reason", f.Reason, "next", n.NextTry)...)
	}
	return Waiting
}

func noticeOf(c *casework.Case, key string) (casework.Notice, bool) {
	for _, n := range c.Outbox {
		if n.Key == key {
			return n, true
		}
	}
	return casework.Notice{}, false
}
