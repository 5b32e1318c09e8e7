package wire

import (
	"context"
	"log/slog"
	"time"

	"priemnaya/bots"
)

// longest is the longest pause between two attempts to receive updates.
const longest = time.Minute

// Trying repeats what has to pass before updates come, and receiving itself,
// with pauses that double after each failure.
type Trying struct {
	Platform string
	Log      *slog.Logger
	// Pause is the first pause, Within how long one step of Insist may take.
	Pause, Within time.Duration
	// Plain is what may be logged of an error.
	Plain func(error) string
}

// Insist repeats a step until it passes; a refusal that no repetition mends
// ends it. nil if ctx ends first.
func (t Trying) Insist(ctx context.Context, name string, step func(context.Context) error) error {
	pause := t.Pause
	for ctx.Err() == nil {
		one, cancel := context.WithTimeout(ctx, t.Within)
		err := step(one)
		cancel()
		switch ReasonOf(err) {
		case "":
			return err
		case bots.Unauthorized, bots.Refused:
			return err
		}
		pause = t.rest(ctx, name, pause, err)
	}
	return nil
}

// Receive repeats a step until ctx ends; only a refused token ends it before.
func (t Trying) Receive(ctx context.Context, step func(context.Context) error) error {
	pause := t.Pause
	for ctx.Err() == nil {
		err := step(ctx)
		if err == nil {
			pause = t.Pause
			continue
		}
		if ReasonOf(err) == bots.Unauthorized {
			return err
		}
		pause = t.rest(ctx, "receiving", pause, err)
	}
	return nil
}

// rest waits after a failure and gives the next pause.
func (t Trying) rest(ctx context.Context, name string, pause time.Duration, err error) time.Duration {
	if ctx.Err() == nil {
		t.Log.Warn(t.Platform+": "+name+" failed, trying again", "in", pause, "reason", t.Plain(err))
	}
	Sleep(ctx, max(pause, AfterOf(err)))
	return min(2*pause, longest)
}
