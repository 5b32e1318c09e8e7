package protected

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWorkIsAnsweredOnTheNextStrokeOfTheBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for took, want := range map[time.Duration]time.Duration{0: beat, time.Millisecond: beat, beat - 1: beat, beat: 2 * beat, beat + 1: 2 * beat} {
			began := time.Now()
			onBeat(t.Context(), func() {
				work := time.NewTimer(took)
				<-work.C
			})
			if got := time.Since(began); got != want {
				t.Errorf("work of %s is answered after %s, want %s", took, got, want)
			}
		}
		ended, end := context.WithCancel(t.Context())
		end()
		began := time.Now()
		if onBeat(ended, func() {}); time.Since(began) != 0 {
			t.Error("nobody waits any more, and still the answer does")
		}
	})
}
