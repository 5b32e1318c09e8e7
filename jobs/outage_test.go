package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"priemnaya/casework"
	"priemnaya/jobs"
	"priemnaya/notifications/outboxtest"
)

func TestIntakeGoesOnWhileRedisIsDownAndNothingIsLost(t *testing.T) {
	redis := newRedis(t)
	b := newBench(t, nil, func(b *bench) { redis.use(&b.config) })
	b.Clock.Run(50)
	b.start(t)
	ids := b.fileMany(t, 100)
	outboxtest.Until(t, "work has begun", func() bool { n, _ := b.mail.Count(); return n > 10 })
	redis.down()
	outboxtest.Until(t, "the outage is noticed", func() bool { return b.service.Health() != nil })
	for i := 100; i < 200; i++ {
		ids = append(ids, b.File(t, i).ID)
	}
	redis.up(t)
	outboxtest.UntilWithin(t, time.Minute, "all letters left", func() bool { return b.pending(t, ids) == 0 })
	b.settled(t, ids, 400)
	outboxtest.Until(t, "health is good again", func() bool { return b.service.Health() == nil })
	if n := strings.Count(b.Log.String(), "queue does not answer"); n != 1 {
		t.Errorf("the outage was logged %d times", n)
	}
}

func TestARedisThatComesLaterThanTheProgramIsFine(t *testing.T) {
	redis := newRedis(t)
	redis.down()
	b := newBench(t, nil, func(b *bench) { redis.use(&b.config) })
	b.start(t)
	ids := b.fileMany(t, 5)
	outboxtest.Until(t, "the outage is noticed", func() bool { return b.service.Health() != nil })
	redis.up(t)
	outboxtest.Until(t, "all letters left", func() bool { return b.pending(t, ids) == 0 })
	b.settled(t, ids, 10)
}

func TestAnEmptiedRedisLosesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, redis *redisServer) {
		b := newBench(t, nil, func(b *bench) { redis.use(&b.config) })
		b.Clock.Run(20)
		b.start(t)
		ids := b.fileMany(t, 300)
		for _, mark := range []int{20, 150, 300, 450} {
			outboxtest.UntilWithin(t, time.Minute, "work goes on", func() bool { n, _ := b.mail.Count(); return n >= mark })
			if redis != nil {
				redis.flush(t)
			} else {
				b.service.Flush()
			}
		}
		outboxtest.UntilWithin(t, time.Minute, "all letters left", func() bool { return b.pending(t, ids) == 0 })
		b.settled(t, ids, 600)
	})
}

func TestWorkersKilledInTheMiddleLoseNothingAndDoubleNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, redis *redisServer) {
		b := newBench(t, nil, func(b *bench) {
			redis.use(&b.config)
			b.config.Patience = time.Millisecond
		})
		b.Clock.Run(100) // a lease of two minutes ends after 1.2 seconds
		b.start(t)
		ids := b.fileMany(t, 300)
		for _, mark := range []int{30, 120, 260, 400} {
			outboxtest.UntilWithin(t, time.Minute, "work goes on", func() bool { n, _ := b.mail.Count(); return n >= mark })
			halt(t, b.service)
			b.start(t)
		}
		outboxtest.UntilWithin(t, 2*time.Minute, "all letters left", func() bool { return b.pending(t, ids) == 0 })
		b.settled(t, ids, 600)
	})
}

func TestAFlappingMailServerGetsEveryLetterOnceInEffect(t *testing.T) {
	b := newBench(t, nil, nil)
	b.mail.Play(outboxtest.Script{
		Data: func(n int) error {
			switch {
			case n%7 == 0:
				return &smtp.SMTPError{Code: 421, Message: "closing for maintenance"}
			case n%3 == 0:
				return &smtp.SMTPError{Code: 451, Message: "try again later"}
			}
			return nil
		},
		Drop: func(n int) bool { return n%5 == 0 },
	})
	b.Clock.Run(300)
	b.start(t)
	ids := b.fileMany(t, 60)
	outboxtest.UntilWithin(t, 2*time.Minute, "all letters left", func() bool { return b.pending(t, ids) == 0 })
	b.settled(t, ids, 120)
	if different, all := b.mail.Count(); all <= different {
		t.Error("no connection was dropped after a letter: the test tests nothing")
	}
}

func TestLettersWaitOutADeadMailServerForDaysAndNoneDies(t *testing.T) {
	b := newBench(t, nil, nil)
	b.mail.Down()
	b.start(t)
	ids := b.fileMany(t, 30)
	outboxtest.Until(t, "all are routed and the mail rests", func() bool {
		s := b.service.Stats(context.Background())
		return s.Routed == 30 && s.MailRests
	})
	// The clock leaps only while nothing is tried: a leap in the middle of a try
	// would end its lease, and that counts as a try whose worker died.
	b.Clock.Run(100)
	for from := b.Clock.Now(); b.Clock.Now().Sub(from) < 72*time.Hour; b.Clock.Advance(30 * time.Minute) {
		outboxtest.Until(t, "the mail has been tried and rests again", func() bool {
			s := b.service.Stats(context.Background())
			return s.MailRests && s.Deliver.Active == 0
		})
	}
	for _, id := range ids {
		c, _ := b.Store.Get(context.Background(), id)
		for _, n := range c.Outbox {
			if n.State == casework.DeliveryDead || n.Attempts > 1 {
				t.Fatalf("notice %s is %s after %d counted attempts", n.Key, n.State, n.Attempts)
			}
		}
	}
	b.mail.Up(t)
	outboxtest.UntilWithin(t, time.Minute, "all letters left", func() bool { return b.pending(t, ids) == 0 })
	b.settled(t, ids, 60)
	if n := strings.Count(b.Log.String(), "medium rests"); n != 1 {
		t.Errorf("the outage was logged %d times", n)
	}
	if s := b.service.Stats(context.Background()); s.Dead != 0 || s.MailRests {
		t.Errorf("after it: %+v", s)
	}
}

func TestARefusedAddressIsADeadLetterUntilItIsDrivenAgain(t *testing.T) {
	b := newBench(t, nil, nil)
	b.mail.Play(outboxtest.Script{Rcpt: func(to string) error {
		if to == "reader1@example.ru" {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user " + to}
		}
		return nil
	}})
	s := b.start(t)
	ids := b.fileMany(t, 3)
	outboxtest.Until(t, "nothing waits", func() bool { return b.pending(t, ids) == 0 })
	ctx := context.Background()
	dead, _, err := b.outbox.Dead(ctx, casework.Window{Limit: 10})
	if err != nil || len(dead) != 2 || dead[0].Case != ids[1] || dead[0].Reason != "bad_address" {
		t.Fatalf("dead: %+v, %v", dead, err)
	}
	c, _ := b.Store.Get(ctx, ids[1])
	n := outboxtest.Notice(t, c, casework.NoticeReceived, casework.MediumEmail)
	if strings.Contains(n.Evidence, "reader1") || !strings.Contains(n.Evidence, "550") {
		t.Errorf("evidence %q", n.Evidence)
	}
	if log := b.Log.String(); strings.Contains(log, "reader1") || strings.Contains(log, "example.ru") || strings.Contains(log, "Соколова") {
		t.Errorf("the log tells who it was:\n%s", log)
	}
	b.mail.Play(outboxtest.Script{})
	for _, d := range dead {
		if err := s.Redrive(ctx, d.Case, d.Key); err != nil {
			t.Fatal(err)
		}
	}
	outboxtest.Until(t, "driven letters left", func() bool { n, _ := b.mail.Count(); return n == 6 })
	outboxtest.Until(t, "settled", func() bool { return b.pending(t, ids) == 0 })
	b.settled(t, ids, 6)
	if dead, _, _ := b.outbox.Dead(ctx, casework.Window{Limit: 10}); len(dead) != 0 {
		t.Errorf("still listed: %+v", dead)
	}
	if err := s.Redrive(ctx, ids[1], n.Key); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("a letter that left was driven again: %v", err)
	}
}

func TestStopWaitsForALetterUnderWay(t *testing.T) {
	b := newBench(t, nil, nil)
	entered, release := make(chan bool, 10), make(chan bool)
	b.mail.Play(outboxtest.Script{Data: func(int) error { entered <- true; <-release; return nil }})
	s := b.start(t)
	id := b.File(t, 1).ID
	<-entered
	stopped := make(chan bool)
	go func() { halt(t, s); close(stopped) }()
	select {
	case <-stopped:
		t.Fatal("it stopped in the middle of a letter")
	case <-time.After(200 * time.Millisecond):
	}
	close(release)
	<-stopped
	c, _ := b.Store.Get(context.Background(), id)
	if n := outboxtest.Notice(t, c, casework.NoticeReceived, casework.MediumEmail); n.State != casework.DeliverySent {
		t.Errorf("the letter is %s", n.State)
	}
}

func TestWakeNeverBlocksEvenIfNobodyListens(t *testing.T) {
	b := newBench(t, nil, nil)
	s, err := jobs.New(b.config)
	if err != nil {
		t.Fatal(err)
	}
	defer halt(t, s)
	for range 10_000 {
		s.Wake("x")
	}
	if st := s.Stats(context.Background()); st.Dropped == 0 {
		t.Error("no hint was dropped")
	}
	if s.Health() == nil {
		t.Error("a service that was not started calls itself healthy")
	}
}
