package main

import (
	"testing"
	"time"
)

func TestTheClockRunsOnFromTheInstantItIsSetTo(t *testing.T) {
	c := &clock{}
	if c.Moved() {
		t.Error("a new clock has moved")
	}
	to := time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC)
	c.Set(to)
	if d := c.Now().Sub(to); d < 0 || d > time.Minute || !c.Moved() {
		t.Errorf("the clock is %s off", d)
	}
	c.Reset()
	if d := time.Until(c.Now()).Abs(); d > time.Minute {
		t.Errorf("after a reset the clock is %s off", d)
	}
}

func TestInstantsAreReadInMoscowTimeUnlessAZoneIsGiven(t *testing.T) {
	for text, want := range map[string]string{
		"2026-12-31T23:59:59":       "2026-12-31T20:59:59Z",
		"2026-12-31 23:59":          "2026-12-31T20:59:00Z",
		"2026-12-31":                "2026-12-30T21:00:00Z",
		"2026-12-31T23:59:59+12:00": "2026-12-31T11:59:59Z",
	} {
		got, err := parseInstant(text)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: %v, %v", text, got.UTC(), err)
		}
	}
	for _, bad := range []string{"", "завтра", "31.12.2026", "2026-13-01", "2026-02-30T10:00:00"} {
		if _, err := parseInstant(bad); err == nil {
			t.Errorf("%q is read as an instant", bad)
		}
	}
}
