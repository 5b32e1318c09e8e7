package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/jobs"
	"priemnaya/notifications/outboxtest"
)

// brokenOffice breaks on some cases.
type brokenOffice struct {
	jobs.Office
	route func(id string) error
}

func (o *brokenOffice) Route(ctx context.Context, id string) (casework.Case, error) {
	if err := o.route(id); err != nil {
		return casework.Case{}, err
	}
	return o.Office.Route(ctx, id)
}

func TestACaseThatBreaksTheRouterIsHeldForAPersonAndHoldsNobodyUp(t *testing.T) {
	for _, way := range []struct {
		name, reason string
		breakOn      func() error
	}{
		{"by a panic", "panic", func() error { panic("the text of a citizen") }},
		{"by an error for good", "internal", func() error { return errors.New("a defect") }},
		{"by an act that the law forbids", "not_allowed", func() error { return casework.Fail(casework.NotAllowed, "x", "") }},
	} {
		t.Run(way.name, func(t *testing.T) {
			b := newBench(t, nil, nil)
			bad := b.File(t, 1).ID
			b.config.Office = &brokenOffice{b.Office, func(id string) error {
				if id == bad {
					return way.breakOn()
				}
				return nil
			}}
			b.start(t)
			good := []string{b.File(t, 2).ID, b.File(t, 3).ID}
			outboxtest.Until(t, "everything ended", func() bool { return b.pending(t, append(good, bad)) == 0 })
			for _, id := range good {
				if c, _ := b.Store.Get(context.Background(), id); c.Stage != casework.StageRouted {
					t.Errorf("a good case is %s", c.Stage)
				}
			}
			var c casework.Case
			outboxtest.Until(t, "the bad case is held", func() bool {
				c, _ = b.Store.Get(context.Background(), bad)
				return c.Stage == casework.StageHeld
			})
			n := outboxtest.Notice(t, c, casework.NoticeWake, casework.MediumJob)
			if n.State != casework.DeliveryDead || n.Failure != way.reason {
				t.Errorf("the wake-up is %s by %q, want dead by %q", n.State, n.Failure, way.reason)
			}
			if len(c.Route.Reasons) != 1 || c.Route.Reasons[0].Key != "route.failed" {
				t.Errorf("the registrar is told %+v", c.Route.Reasons)
			}
			dead, _, err := b.outbox.Dead(context.Background(), casework.Window{Limit: 10})
			if err != nil || len(dead) != 1 || dead[0].Reason != way.reason {
				t.Errorf("dead: %+v, %v", dead, err)
			}
			if strings.Contains(b.Log.String(), "citizen") {
				t.Errorf("the log quotes the panic:\n%s", b.Log)
			}
		})
	}
}

func TestAMissingCalendarIsTriedAgainUntilItIsThere(t *testing.T) {
	b := newBench(t, nil, nil)
	tries := make(chan bool, 100)
	b.config.Office = &brokenOffice{b.Office, func(string) error {
		if tries <- true; len(tries) < 3 {
			return casework.Fail(casework.NoCalendar, "x", "")
		}
		return nil
	}}
	b.Clock.Run(200)
	b.start(t)
	id := b.File(t, 1).ID
	outboxtest.Until(t, "routed", func() bool {
		c, _ := b.Store.Get(context.Background(), id)
		return c.Stage == casework.StageRouted
	})
	if len(tries) != 3 {
		t.Errorf("%d attempts", len(tries))
	}
}

func TestACaseThatCannotBeReadDoesNotHideOthers(t *testing.T) {
	store := outboxtest.NewMemory()
	b := newBench(t, store, nil)
	bad := b.File(t, 1).ID
	store.SetFail(func(call, id string) error {
		if id == bad && call == "Get" {
			return casework.Fail(casework.Corrupted, "x", "")
		}
		return nil
	})
	good := b.File(t, 2).ID
	b.start(t)
	outboxtest.Until(t, "the good case went its way", func() bool { return b.pending(t, []string{good}) == 0 })
}

func TestAStoreThatIsDownForAWhileCostsOnlyDelay(t *testing.T) {
	store := outboxtest.NewMemory()
	b := newBench(t, store, nil)
	b.Clock.Run(100)
	b.start(t)
	ids := b.fileMany(t, 20)
	store.SetFail(func(string, string) error { return casework.Fail(casework.Unavailable, "x", "") })
	outboxtest.Until(t, "the outage is noticed", func() bool {
		return strings.Contains(b.Log.String(), "could not be read") || strings.Contains(b.Log.String(), "could not reach the store")
	})
	store.SetFail(nil)
	outboxtest.Until(t, "all letters left", func() bool { return b.pending(t, ids) == 0 })
	b.settled(t, ids, 40)
}

func TestSlowMailNeverHoldsUpTheRouter(t *testing.T) {
	b := newBench(t, nil, nil)
	release := make(chan bool)
	b.mail.Play(outboxtest.Script{Data: func(int) error { <-release; return nil }})
	b.start(t)
	b.fileMany(t, 100)
	outboxtest.Until(t, "all are routed", func() bool { return b.service.Stats(context.Background()).Routed == 100 })
	close(release)
}

func TestTheQueueHoldsNeverMoreThanItsWindow(t *testing.T) {
	b := newBench(t, nil, func(b *bench) { b.config.Window = 20 })
	ids := b.fileMany(t, 300)
	release := make(chan bool)
	b.config.Office = &brokenOffice{b.Office, func(string) error { <-release; return nil }}
	b.mail.Play(outboxtest.Script{Data: func(int) error { <-release; return nil }})
	s := b.start(t)
	b.OnWake(nil) // the sweep alone
	outboxtest.Until(t, "both windows are full", func() bool { return s.Queued() >= 40 })
	for range 5 {
		if n := s.Queued(); n > 40 {
			t.Errorf("%d tasks on the queues", n)
		}
	}
	dump := s.Dump()
	if !strings.Contains(dump, ids[0]) && !strings.Contains(dump, ids[1]) && !strings.Contains(dump, "deliver:") {
		t.Errorf("the dump shows no tasks:\n%.2000s", dump)
	}
	for _, private := range []string{"example.ru", "Соколова", "Мария", "асфальт", "esia:"} {
		if strings.Contains(dump, private) {
			t.Errorf("the queue holds %q", private)
		}
	}
	close(release)
	outboxtest.UntilWithin(t, 2*time.Minute, "all letters left", func() bool { return b.pending(t, ids) == 0 })
	b.settled(t, ids, 600)
}
