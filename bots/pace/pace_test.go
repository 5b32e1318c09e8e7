package pace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// leaveTimes enters n times for each chat at once and gives when each passed.
func leaveTimes(t *testing.T, p *Pacer, chats, each int) []time.Duration {
	t.Helper()
	var mu sync.Mutex
	var out []time.Duration
	start := time.Now()
	var group sync.WaitGroup
	for c := range chats {
		for range each {
			group.Go(func() {
				leave, err := p.Enter(t.Context(), fmt.Sprint(c))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				out = append(out, time.Since(start))
				mu.Unlock()
				leave()
			})
		}
	}
	group.Wait()
	slices.Sort(out)
	return out
}

func TestNoSecondHoldsMoreCallsThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Rates{PerSecond: 30, Patience: time.Hour})
		times := leaveTimes(t, p, 90, 1)
		for i := range times {
			if i+30 < len(times) && times[i+30]-times[i] < time.Second-30*time.Nanosecond {
				t.Fatalf("31 calls within %s", times[i+30]-times[i])
			}
		}
		if last := times[len(times)-1]; last > 3*time.Second {
			t.Errorf("90 calls took %s, want 3 s", last)
		}
	})
}

func TestTwoMessagesOfAChatKeepTheirDistance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Rates{PerSecond: 30, ChatEvery: time.Second, Patience: time.Hour})
		times := leaveTimes(t, p, 1, 5)
		for i := 1; i < len(times); i++ {
			if d := times[i] - times[i-1]; d < time.Second {
				t.Errorf("messages %d and %d are %s apart", i-1, i, d)
			}
		}
	})
}

func TestAChatThatWaitsTakesNoPlaceFromOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Rates{PerSecond: 30, ChatEvery: time.Second})
		leave, err := p.Enter(t.Context(), "1")
		if err != nil {
			t.Fatal(err)
		}
		leave()
		go func() {
			if leave, err := p.Enter(t.Context(), "1"); err == nil {
				leave()
			}
		}()
		synctest.Wait()
		start := time.Now()
		if leave, err = p.Enter(t.Context(), "2"); err != nil {
			t.Fatal(err)
		}
		leave()
		if d := time.Since(start); d > 40*time.Millisecond {
			t.Errorf("another chat waited %s", d)
		}
		<-time.After(2 * time.Second)
	})
}

func TestMessagesOfAChatLeaveInTheOrderTheyCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Rates{ChatEvery: time.Second, Patience: time.Hour})
		var got []int
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				leave, err := p.Enter(t.Context(), "7")
				if err != nil {
					t.Error(err)
					return
				}
				got = append(got, i)
				leave()
			})
			// Let this one stand in the line before the next comes.
			synctest.Wait()
		}
		group.Wait()
		if !slices.IsSorted(got) || len(got) != 8 {
			t.Errorf("order %v", got)
		}
	})
}

func TestADemandedPauseHoldsOneChatOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Rates{PerSecond: 30})
		leave, err := p.Enter(t.Context(), "1")
		if err != nil {
			t.Fatal(err)
		}
		if p.Pause("1", time.Minute) {
			t.Error("one refusal paused all chats")
		}
		leave()
		var wait *Wait
		if _, err := p.Enter(t.Context(), "1"); !errors.As(err, &wait) || wait.After != time.Minute || wait.Whole {
			t.Errorf("the paused chat gave %v", err)
		}
		leave, err = p.Enter(t.Context(), "2")
		if err != nil {
			t.Fatalf("another chat: %v", err)
		}
		leave()
		start := time.Now()
		<-time.After(58 * time.Second)
		leave, err = p.Enter(t.Context(), "1")
		if err != nil {
			t.Fatalf("near the end of the pause: %v", err)
		}
		leave()
		if d := time.Since(start); d < 59*time.Second || d > time.Minute {
			t.Errorf("waited %s in all for a pause of a minute", d)
		}
	})
}

func TestASecondRefusedChatPausesTheBot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Rates{PerSecond: 30})
		p.Pause("1", 20*time.Second)
		if !p.Pause("2", 10*time.Second) {
			t.Fatal("the bot was not paused")
		}
		var wait *Wait
		if _, err := p.Enter(t.Context(), "3"); !errors.As(err, &wait) || !wait.Whole || wait.After != 10*time.Second {
			t.Errorf("a third chat gave %v", err)
		}
	})
}

func TestWhoStopsWaitingLeavesTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Rates{ChatEvery: time.Second})
		leave, err := p.Enter(t.Context(), "1")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := p.Enter(ctx, "1")
			done <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		leave()
		if leave, err = p.Enter(t.Context(), "1"); err != nil {
			t.Fatalf("the line is stuck: %v", err)
		}
		leave()
	})
}

func TestIdleChatsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Rates{ChatEvery: time.Second})
		for i := range 5000 {
			leave, err := p.Enter(t.Context(), fmt.Sprint(i))
			if err != nil {
				t.Fatal(err)
			}
			leave()
		}
		<-time.After(2 * time.Second)
		leave, err := p.Enter(t.Context(), "last")
		if err != nil {
			t.Fatal(err)
		}
		leave()
		if n := len(p.chats); n > 4096 {
			t.Errorf("%d chats are kept", n)
		}
	})
}
