package notifications_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/outboxtest"
)

// first gives the letter of a new case.
func (d *desk) first(t testing.TB) (casework.Case, casework.Notice) {
	t.Helper()
	c := d.File(t, 1)
	return c, outboxtest.Notice(t, c, casework.NoticeReceived, casework.MediumEmail)
}

func (d *desk) notice(t testing.TB, id, key string) casework.Notice {
	t.Helper()
	c, err := d.Store.Get(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range c.Outbox {
		if n.Key == key {
			return n
		}
	}
	t.Fatal("the notice is gone")
	return casework.Notice{}
}

func TestADeliveredNoticeKeepsItsProofAndIsNotSentAgain(t *testing.T) {
	sent := 0
	d := newDesk(t, func(_ context.Context, m notifications.Message) (string, error) {
		sent++
		return "<" + m.ID + "> 250 ok", nil
	}, nil)
	c, n := d.first(t)
	for range 3 {
		if _, err := d.dispatcher.Deliver(context.Background(), c.ID, n.Key); err != nil {
			t.Fatal(err)
		}
	}
	n = d.notice(t, c.ID, n.Key)
	want := "<" + notifications.MessageID(c.ID, n.Key, "priem.example.ru") + "> 250 ok"
	if sent != 1 || n.State != casework.DeliverySent || n.Evidence != want {
		t.Errorf("sent %d times, %s, %q", sent, n.State, n.Evidence)
	}
}

func TestACrashAfterSendingRepeatsTheSameMessageID(t *testing.T) {
	var ids []string
	crash := true
	d := newDesk(t, func(_ context.Context, m notifications.Message) (string, error) {
		ids = append(ids, m.ID)
		return "ok", nil
	}, nil)
	d.outbox.Store = &forgetful{Store: d.Store, refuse: func() bool { return crash && len(ids) > 0 }}
	c, n := d.first(t)
	if _, err := d.dispatcher.Deliver(context.Background(), c.ID, n.Key); err == nil {
		t.Fatal("the crash was not felt")
	}
	crash = false
	d.dispatcher.Deliver(context.Background(), c.ID, n.Key)
	if len(ids) != 1 {
		t.Fatal("it was sent again within the lease")
	}
	d.Clock.Advance(notifications.DefaultLease)
	if ending, err := d.dispatcher.Deliver(context.Background(), c.ID, n.Key); err != nil || ending != notifications.Done {
		t.Fatal(ending, err)
	}
	if len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("Message-IDs %v", ids)
	}
}

// forgetful is a store that is lost at the wrong moment.
type forgetful struct {
	casework.Store
	refuse func() bool
}

func (f *forgetful) Update(ctx context.Context, id string, change func(casework.Case) (casework.Case, error)) (casework.Case, error) {
	if f.refuse() {
		return casework.Case{}, casework.Fail(casework.Unavailable, "x", "")
	}
	return f.Store.Update(ctx, id, change)
}

func TestMessageIDsDifferByCaseKeyAndDomainOnly(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range []string{"A", "B"} {
		for _, key := range []string{"1-x", "2-x"} {
			for _, domain := range []string{"a.ru", "b.ru"} {
				m := notifications.MessageID(id, key, domain)
				if seen[m] || m != notifications.MessageID(id, key, domain) || !strings.HasSuffix(m, "@"+domain) {
					t.Errorf("Message-ID %s", m)
				}
				seen[m] = true
			}
		}
	}
}

func TestHowAFailureIsTreated(t *testing.T) {
	for _, row := range []struct {
		name     string
		fail     error
		state    casework.DeliveryState
		reason   string
		attempts int
		rests    bool
	}{
		{"a bad address is dead at once", &notifications.Failure{Reason: notifications.BadAddress, Permanent: true}, casework.DeliveryDead, "bad_address", 1, false},
		{"a deferral counts and waits", &notifications.Failure{Reason: notifications.Deferred}, casework.DeliveryWaiting, "deferred", 1, false},
		{"an outage does not count and the medium rests", &notifications.Failure{Reason: notifications.Unavailable, Service: true}, casework.DeliveryWaiting, "unavailable", 0, true},
		{"an unknown error is ours and temporary", errors.New("x"), casework.DeliveryWaiting, "internal", 1, false},
		{"an ended context is a timeout", context.DeadlineExceeded, casework.DeliveryWaiting, "timeout", 1, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := newDesk(t, func(context.Context, notifications.Message) (string, error) { return "", row.fail }, nil)
			c, n := d.first(t)
			if _, err := d.dispatcher.Deliver(context.Background(), c.ID, n.Key); err != nil {
				t.Fatal(err)
			}
			n = d.notice(t, c.ID, n.Key)
			if n.State != row.state || n.Failure != row.reason || n.Attempts != row.attempts {
				t.Errorf("%s, %s, %d attempts", n.State, n.Failure, n.Attempts)
			}
			if d.dispatcher.Ready(casework.MediumEmail) == row.rests {
				t.Errorf("ready: %v", !row.rests)
			}
		})
	}
}

func TestARestingMediumTakesNoAttemptAndWakesByItself(t *testing.T) {
	up := false
	d := newDesk(t, func(context.Context, notifications.Message) (string, error) {
		if !up {
			return "", &notifications.Failure{Reason: notifications.Unavailable, Service: true}
		}
		return "ok", nil
	}, nil)
	c, n := d.first(t)
	deliver := func() notifications.Ending {
		ending, err := d.dispatcher.Deliver(context.Background(), c.ID, n.Key)
		if err != nil {
			t.Fatal(err)
		}
		return ending
	}
	deliver()
	before := d.notice(t, c.ID, n.Key)
	if deliver() != notifications.Skipped || d.notice(t, c.ID, n.Key).NextTry != before.NextTry {
		t.Error("a resting medium was used")
	}
	for range 10 { // each look doubles the rest, up to a minute
		d.Clock.Advance(time.Minute)
		deliver()
	}
	d.Clock.Advance(59 * time.Second)
	if d.dispatcher.Ready(casework.MediumEmail) {
		t.Error("after ten failures the rest is under a minute")
	}
	up = true
	d.Clock.Advance(time.Minute)
	if deliver() != notifications.Done || !d.dispatcher.Ready(casework.MediumEmail) {
		t.Error("it did not come back")
	}
	if log := d.Log.String(); strings.Count(log, "medium rests") != 1 || strings.Count(log, "works again") != 1 {
		t.Errorf("log:\n%s", log)
	}
}

func TestAPanicKillsItsNoticeOnlyAndIsNotQuoted(t *testing.T) {
	d := newDesk(t, func(_ context.Context, m notifications.Message) (string, error) { panic("letter to " + m.To) }, nil)
	c, n := d.first(t)
	ending, err := d.dispatcher.Deliver(context.Background(), c.ID, n.Key)
	if err != nil || ending != notifications.Dead {
		t.Fatal(ending, err)
	}
	if n = d.notice(t, c.ID, n.Key); n.Failure != "panic" {
		t.Errorf("reason %q", n.Failure)
	}
	if strings.Contains(d.Log.String(), "example.ru") || !strings.Contains(d.Log.String(), "dispatch_test") && !strings.Contains(d.Log.String(), "notifications_test") {
		t.Errorf("log:\n%s", d.Log)
	}
}

func TestANoticeThatEndsTheProcessAgainAndAgainIsDeadAtLast(t *testing.T) {
	sent := 0
	d := newDesk(t, func(context.Context, notifications.Message) (string, error) { sent++; return "ok", nil }, nil)
	c, n := d.first(t)
	for range 12 { // claimed, and the process is gone
		if _, err := d.Store.Update(context.Background(), c.ID, func(c casework.Case) (casework.Case, error) {
			return casework.ClaimNotice(c, n.Key, d.Clock.Now(), time.Minute)
		}); err != nil {
			t.Fatal(err)
		}
		d.Clock.Advance(time.Minute)
	}
	ending, err := d.dispatcher.Deliver(context.Background(), c.ID, n.Key)
	if err != nil || ending != notifications.Dead || sent != 0 {
		t.Fatal(ending, err, sent)
	}
	dead, _, err := d.outbox.Dead(context.Background(), casework.Window{Limit: 5})
	if err != nil || len(dead) != 1 || dead[0].Reason != "crashed" {
		t.Fatalf("%+v %v", dead, err)
	}
	if err := d.outbox.Redrive(context.Background(), c.ID, n.Key); err != nil {
		t.Fatal(err)
	}
	if ending, _ := d.dispatcher.Deliver(context.Background(), c.ID, n.Key); ending != notifications.Done || sent != 1 {
		t.Error("driven again, it is", ending)
	}
}

func TestTheListOfTheDeadHoldsAllOfThemAndNobodyElse(t *testing.T) {
	d := newDesk(t, nil, nil)
	ctx := context.Background()
	c, n := d.first(t)
	if ending, _ := d.dispatcher.Deliver(ctx, c.ID, n.Key); ending != notifications.Dead {
		t.Fatal("without a channel it is", ending)
	}
	// A crash between the list and the case leaves an entry too many.
	d.Store.Put(ctx, casework.Record{Kind: notifications.KindDead, ID: c.ID + "~1-wake-job", Data: []byte(`{"case":"` + c.ID + `","key":"1-wake-job"}`)})
	d.Store.Put(ctx, casework.Record{Kind: notifications.KindDead, ID: "gone~1", Data: []byte(`{"case":"gone","key":"1"}`)})
	dead, _, err := d.outbox.Dead(ctx, casework.Window{Limit: 10})
	if err != nil || len(dead) != 1 || dead[0].Key != n.Key || dead[0].Reason != "no_channel" {
		t.Fatalf("%+v %v", dead, err)
	}
	if count, _ := d.outbox.CountDead(ctx, 100); count != 1 {
		t.Errorf("%d entries are left", count)
	}
}

func TestAnUnknownNoticeOrCaseIsSkipped(t *testing.T) {
	d := newDesk(t, nil, nil)
	c, _ := d.first(t)
	for _, try := range [][2]string{{c.ID, "9-none"}, {"nobody", "1-x"}, {c.ID, c.Outbox[0].Key}} {
		if ending, err := d.dispatcher.Deliver(context.Background(), try[0], try[1]); ending != notifications.Skipped || err != nil {
			t.Errorf("%v: %s %v", try, ending, err)
		}
	}
}

func TestADispatcherNeedsItsParts(t *testing.T) {
	if _, err := notifications.NewDispatcher(notifications.Config{}); casework.CodeOf(err) != casework.Invalid {
		t.Error(err)
	}
}
