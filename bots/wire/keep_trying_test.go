package wire

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"priemnaya/bots"
)

// trying tries with pauses from one second on; what it logs comes back.
func trying(platform string) (Trying, *strings.Builder) {
	log := &strings.Builder{}
	return Trying{Platform: platform, Log: slog.New(slog.NewTextHandler(log, nil)), Pause: time.Second, Within: time.Minute,
		Plain: func(error) string { return "plain words" }}, log
}

func TestAStepIsRepeatedWithPausesThatDoubleUpToAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, log := trying("test")
		var at []time.Duration
		start := time.Now()
		err := x.Insist(t.Context(), "a step", func(context.Context) error {
			if at = append(at, time.Since(start)); len(at) < 10 {
				return &bots.SendError{Reason: bots.RetryLater, Err: errors.New("secret address")}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			if got := at[i+1] - at[i]; got != want*time.Second {
				t.Errorf("pause %d is %s, want %d s", i+1, got, want)
			}
		}
		if said := log.String(); !strings.Contains(said, "test: a step failed") || !strings.Contains(said, "plain words") || strings.Contains(said, "secret") {
			t.Errorf("the log says %s", said)
		}
	})
}

func TestAPauseThatIsAskedForIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, _ := trying("test")
		start, calls := time.Now(), 0
		err := x.Insist(t.Context(), "a step", func(context.Context) error {
			if calls++; calls == 1 {
				return &bots.SendError{Reason: bots.RetryLater, After: 90 * time.Second, Err: errors.New("flood")}
			}
			return nil
		})
		if err != nil || time.Since(start) != 90*time.Second {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
	})
}

func TestOnlyWhatNoRepetitionMendsEndsTheTrying(t *testing.T) {
	for _, c := range []struct {
		reason           bots.SendReason
		insists, receive int
	}{{bots.Unauthorized, 1, 1}, {bots.Refused, 1, 3}, {bots.Unsure, 3, 3}, {bots.RetryLater, 3, 3}} {
		synctest.Test(t, func(t *testing.T) {
			for name, run := range map[string]struct {
				want int
				try  func(Trying, context.Context, func(context.Context) error) error
			}{
				"insisting": {c.insists, func(x Trying, ctx context.Context, step func(context.Context) error) error {
					return x.Insist(ctx, "a step", step)
				}},
				"receiving": {c.receive, func(x Trying, ctx context.Context, step func(context.Context) error) error {
					return x.Receive(ctx, step)
				}},
			} {
				x, _ := trying("test")
				ctx, end := context.WithCancel(t.Context())
				calls := 0
				err := run.try(x, ctx, func(context.Context) error {
					if calls++; calls == 3 {
						end()
					}
					return &bots.SendError{Reason: c.reason, Err: errors.New("x")}
				})
				end()
				if calls != run.want || (err != nil) != (run.want == 1) {
					t.Errorf("%s at %s: %d calls, %v", name, c.reason, calls, err)
				}
			}
		})
	}
}

func TestASuccessMakesTheNextPauseShortAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, _ := trying("test")
		ctx, end := context.WithCancel(t.Context())
		var at []time.Time
		err := x.Receive(ctx, func(context.Context) error {
			at = append(at, time.Now())
			switch len(at) {
			case 3:
				return nil
			case 5:
				end()
			}
			return &bots.SendError{Reason: bots.RetryLater, Err: errors.New("x")}
		})
		if err != nil || at[2].Sub(at[1]) != 2*time.Second || at[3] != at[2] || at[4].Sub(at[3]) != time.Second {
			t.Errorf("%v: %v", err, at)
		}
	})
}

func TestAStepThatHangsIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, _ := trying("test")
		calls := 0
		err := x.Insist(t.Context(), "a step", func(ctx context.Context) error {
			if calls++; calls > 1 {
				return nil
			}
			<-ctx.Done()
			return &bots.SendError{Reason: bots.Unsure, Err: ctx.Err()}
		})
		if err != nil || calls != 2 {
			t.Errorf("%d calls, %v", calls, err)
		}
	})
}
