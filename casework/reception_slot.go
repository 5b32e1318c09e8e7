package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SlotID names a time of a receiver: "ID~2026-11-24~10:30" on the body's clock.
type SlotID string

func slotID(receiver string, day Date, clock string) SlotID {
	return SlotID(receiver + "~" + day.String() + "~" + clock)
}

// parts takes a slot's name apart.
func (s SlotID) parts() (receiver string, day Date, clock string, err error) {
	p := strings.Split(string(s), "~")
	if len(p) != 3 {
		return "", Date{}, "", fmt.Errorf("slot %q", s)
	}
	day, err = ParseDate(p[1])
	return p[0], day, p[2], err
}

// Day is the day of the slot.
func (s SlotID) Day() Date { _, d, _, _ := s.parts(); return d }

// Receiver is the ID of the receiver.
func (s SlotID) Receiver() string { r, _, _, _ := s.parts(); return r }

// Slot is one time of a reception day.
type Slot struct {
	ID SlotID
	At time.Time
	// Free is true if anybody may book it now; Reserved that only a person of a
	// priority category may.
	Free, Reserved bool
}

// DayOf lists the times of a day by the timetable, without looking at bookings.
// A day off by the production calendar has none. Errors: NoCalendar.
func (r Receiver) DayOf(day Date, cal *Calendar, loc *time.Location) ([]Slot, error) {
	if slices.Contains(r.Off, day) {
		return nil, nil
	}
	nth := (day.Day-1)/7 + 1
	var out []Slot
	for _, h := range r.Hours {
		if h.Weekday != day.Weekday() || h.Nth != 0 && h.Nth != nth {
			continue
		}
		from, err1 := clockTime(h.From)
		to, err2 := clockTime(h.To)
		step := time.Duration(r.Minutes) * time.Minute
		if err1 != nil || err2 != nil || step <= 0 {
			continue
		}
		for at := from; at+step <= to; at += step {
			clock := fmt.Sprintf("%02d:%02d", int(at.Hours()), int(at.Minutes())%60)
			instant := time.Date(day.Year, day.Month, day.Day, int(at.Hours()), int(at.Minutes())%60, 0, 0, loc)
			// A time that the clocks skip does not exist on that day.
			if instant.In(loc).Format("15:04") == clock {
				out = append(out, Slot{ID: slotID(r.ID, day, clock), At: instant})
			}
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	kind, err := cal.Kind(day)
	if err != nil || !kind.Working() {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Slot) int { return a.At.Compare(b.At) })
	return slices.CompactFunc(out, func(a, b Slot) bool { return a.ID == b.ID }), nil
}

// receptionDays are the days from today on which a receiver may have times.
func (o *Office) receptionDays(r Receiver, from Date, days int) ([]Slot, error) {
	b, err := o.Registry().Body(r.Body)
	if err != nil {
		return nil, err
	}
	cal, err := o.Laws().Calendar(b.Settings.Calendar)
	if err != nil {
		return nil, err
	}
	var out []Slot
	for i := range days + 1 {
		day, err := r.DayOf(from.AddDays(i), cal, b.Settings.Location())
		if CodeOf(err) == NoCalendar {
			// No day of a year without a calendar can be promised.
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, day...)
	}
	return out, nil
}

// FreeTimes lists the times of a receiver that are still to come, free or
// reserved, the next first. Times that are taken are left out.
// Errors: NotFound, Unavailable.
func (o *Office) FreeTimes(ctx context.Context, receiver string) ([]Slot, error) {
	r, err := o.Receiver(ctx, receiver)
	if err != nil || r.Closed {
		return nil, err
	}
	now := o.now()
	today := DateOf(now, o.zoneOf(r.Body))
	slots, err := o.receptionDays(r, today, r.Ahead)
	if err != nil {
		return nil, err
	}
	taken := map[SlotID]bool{}
	for _, day := range daysOf(slots) {
		bookings, err := o.bookingsOn(ctx, r.ID, day)
		if err != nil {
			return nil, err
		}
		for _, b := range bookings {
			taken[b.Slot] = b.State != BookingFree
		}
	}
	var out []Slot
	for _, s := range slots {
		if taken[s.ID] || !s.At.After(now) {
			continue
		}
		s.Reserved = r.reserved(s, slots, now)
		s.Free = !s.Reserved
		out = append(out, s)
	}
	return out, nil
}

// reserved reports whether a time is kept for priority categories: one of the
// first of its day, until 24 hours before.
func (r Receiver) reserved(s Slot, all []Slot, now time.Time) bool {
	i, n := 0, 0
	for _, o := range all {
		if o.ID.Day() == s.ID.Day() {
			if o.ID == s.ID {
				i = n
			}
			n++
		}
	}
	return i < r.Reserve && s.At.Sub(now) > 24*time.Hour
}

func daysOf(slots []Slot) []Date {
	var out []Date
	for _, s := range slots {
		if d := s.ID.Day(); len(out) == 0 || out[len(out)-1] != d {
			out = append(out, d)
		}
	}
	return out
}

func (o *Office) zoneOf(body string) *time.Location {
	b, _ := o.Registry().Body(body)
	return b.Settings.Location()
}

// findSlot checks that a name is a time of the timetable and when it is.
func (o *Office) findSlot(ctx context.Context, id SlotID) (Receiver, Slot, []Slot, error) {
	none := Fail(NotFound, "casework.findSlot", "reception.error.none")
	receiver, day, _, err := id.parts()
	if err != nil {
		return Receiver{}, Slot{}, nil, none
	}
	r, err := o.Receiver(ctx, receiver)
	if err != nil {
		return r, Slot{}, nil, err
	}
	slots, err := o.receptionDays(r, day, 0)
	if err != nil {
		return r, Slot{}, nil, err
	}
	i := slices.IndexFunc(slots, func(s Slot) bool { return s.ID == id })
	if i < 0 {
		return r, Slot{}, nil, none
	}
	return r, slots[i], slots, nil
}

// bookingsOn lists the records of a receiver's day, also free and walk-in ones.
func (o *Office) bookingsOn(ctx context.Context, receiver string, day Date) ([]Booking, error) {
	records, _, err := o.shelf.List(ctx, KindBooking, receiver+"/"+day.String(), Window{Limit: MaxLimit})
	if err != nil {
		return nil, err
	}
	var out []Booking
	for _, rec := range records {
		b, err := bookingOf(rec)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

func bookingOf(rec Record) (Booking, error) {
	var b Booking
	if err := json.Unmarshal(rec.Data, &b); err != nil {
		return b, wrap(Corrupted, "casework.Booking", err)
	}
	b.Version = rec.Version
	return b, nil
}
