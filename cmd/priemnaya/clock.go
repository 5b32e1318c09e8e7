package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

// clock is the program's clock. In development it can be set to any instant
// and runs on from there (promise E14); in production it is the machine's.
type clock struct{ ahead atomic.Int64 }

// Now is the instant the program lives in.
func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Set moves the clock.
func (c *clock) Set(to time.Time) { c.ahead.Store(int64(time.Until(to))) }

// Moved reports whether the clock shows another time than the machine's.
func (c *clock) Moved() bool { return c.ahead.Load() != 0 }

// Reset returns to the machine's time.
func (c *clock) Reset() { c.ahead.Store(0) }

// instantForms are how an instant may be written; without a zone it is Moscow
// time, as officials mean it.
var instantForms = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly}

// parseInstant reads an instant in one of instantForms.
func parseInstant(s string) (time.Time, error) {
	loc, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		return time.Time{}, err
	}
	for _, form := range instantForms {
		if t, err := time.ParseInLocation(form, s, loc); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no instant; write 2026-12-31T23:59:59 (Moscow time) or with a zone, +12:00", s)
}
