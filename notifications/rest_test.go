package notifications

import (
	"testing"
	"time"
)

func TestAFailureThatBeganBeforeASuccessIsNoNewOutage(t *testing.T) {
	now := time.Date(2026, 4, 1, 7, 0, 0, 0, time.UTC)
	r := &rest{now: func() time.Time { return now }, most: time.Minute}
	early := now
	if first, _ := r.begin(early); !first || r.over() {
		t.Error("the first failure starts no pause")
	}
	now = now.Add(10 * time.Second)
	if !r.end() || !r.over() {
		t.Error("a success does not end the pause")
	}
	if first, _ := r.begin(early); first || !r.over() {
		t.Error("an old failure starts another pause")
	}
	now = now.Add(time.Second)
	if first, _ := r.begin(now); !first || r.over() {
		t.Error("a new failure starts no pause")
	}
}
