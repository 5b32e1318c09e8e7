package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/notifications/outboxtest"
)

func (b *bench) fileMany(t testing.TB, n int) []string {
	t.Helper()
	ids := make([]string, n)
	for i := range n {
		ids[i] = b.File(t, i).ID
	}
	return ids
}

// settled checks that every case is routed and each of its letters was taken
// by the mail server exactly once in effect.
func (b *bench) settled(t testing.TB, ids []string, want int) {
	t.Helper()
	for _, id := range ids {
		c, err := b.Store.Get(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		if c.Stage != casework.StageRouted || c.Place.Body != "roads" {
			t.Fatalf("case is %s at %q", c.Stage, c.Place.Body)
		}
		for _, n := range c.Outbox {
			if n.State != casework.DeliverySent {
				t.Fatalf("notice %s is %s, reason %s, after %d attempts", n.Key, n.State, n.Failure, n.Attempts)
			}
			if n.Medium == casework.MediumEmail && !strings.Contains(n.Evidence, "250 ") {
				t.Fatalf("notice %s has evidence %q", n.Key, n.Evidence)
			}
		}
	}
	different, _ := b.mail.Count()
	if different != want {
		t.Fatalf("%d different letters arrived, want %d", different, want)
	}
}

func TestAThousandCasesAreRoutedAndEachLetterLeavesOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, redis *redisServer) {
		b := newBench(t, nil, func(b *bench) { redis.use(&b.config) })
		b.start(t)
		begin := time.Now()
		many := 1000
		if testing.Short() {
			many = 100
		}
		ids := b.fileMany(t, many)
		filed := time.Since(begin)
		outboxtest.UntilWithin(t, 2*time.Minute, "all letters left", func() bool { n, _ := b.mail.Count(); return n == 2*many })
		outboxtest.Until(t, "everything is settled", func() bool { return b.pending(t, ids) == 0 })
		took := time.Since(begin)
		b.settled(t, ids, 2*many)
		if _, all := b.mail.Count(); all != 2*many {
			t.Errorf("%d letters were sent, want %d", all, 2*many)
		}
		t.Logf("filed in %v; %d tasks in %v: %.0f tasks/s", filed, 3*many, took, float64(3*many)/took.Seconds())
	})
}
