package casework

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a day of the civil calendar without a time zone: every term of law
// is a date. NewDate, DateOf and ParseDate make dates that exist. The zero value
// means "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate makes a date; days and months out of range are carried over as in
// time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC), time.UTC)
}

// DateOf is the date that a calendar on the wall shows at t in loc.
func DateOf(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return Date{y, m, d}
}

// ParseDate reads "2026-12-18"; anything else is an Invalid error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, &Error{Code: Invalid, Op: "casework.ParseDate", Message: "date.format"}
	}
	return DateOf(t, time.UTC), nil
}

// IsZero reports that there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String renders "2026-12-18", "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Time is the midnight that begins the day in loc.
func (d Date) Time(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// End is the last instant at which an act is still in time on this day in
// loc: the nanosecond before the next midnight.
func (d Date) End(loc *time.Location) time.Time {
	return d.AddDays(1).Time(loc).Add(-1)
}

// AddDays moves by n calendar days, backwards if n is negative.
func (d Date) AddDays(n int) Date { return NewDate(d.Year, d.Month, d.Day+n) }

// Before reports whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After reports whether d is later than o.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// Compare gives -1, 0 or 1.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// DaysUntil counts calendar days from d to o; negative if o is earlier.
func (d Date) DaysUntil(o Date) int {
	return int(o.Time(time.UTC).Sub(d.Time(time.UTC)) / (24 * time.Hour))
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time(time.UTC).Weekday() }

// MarshalText writes "2026-12-18", nothing for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	p, err := ParseDate(string(b))
	if err == nil {
		*d = p
	}
	return err
}
