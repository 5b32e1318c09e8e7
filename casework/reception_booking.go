package casework

import (
	"context"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"
)

// Booking (запись на приём) is a time of a receiver with who has it.
type Booking struct {
	Slot  SlotID       `json:"slot"`
	Body  string       `json:"body"`
	At    time.Time    `json:"at"`
	State BookingState `json:"state"`
	Who   Applicant    `json:"who"`
	// About is what the visitor wants to speak of.
	About string `json:"about,omitempty"`
	// Priority is the category he has named; the document is looked at on the
	// day.
	Priority string    `json:"priority,omitempty"`
	MadeAt   time.Time `json:"madeAt"`
	Lang     string    `json:"lang,omitempty"`
	// Why is said to the visitor if the body called the time off.
	Why  string         `json:"why,omitempty"`
	Card *ReceptionCard `json:"card,omitempty"`

	Version int64 `json:"-"`
}

// BookingState is how far a booking has come.
type BookingState string

// The states.
const (
	// BookingFree: cancelled by the visitor; anybody may take the time.
	BookingFree BookingState = "free"
	// BookingHeld: booked.
	BookingHeld BookingState = "held"
	// BookingOff: called off by the body.
	BookingOff BookingState = "off"
	// BookingDone: the card is closed.
	BookingDone BookingState = "done"
)

// The shelf's kinds: a booking (owner receiver/day), and where a person has one
// (owner the person).
const (
	KindBooking = "reception-slot"
	KindBooked  = "reception-mine"
)

// bookingLife is how long a booking is kept: as long as the file of an appeal.
const bookingLife = 5 * 366 * 24 * time.Hour

// MaxAbout is the longest description of a matter in characters.
const MaxAbout = 1000

// BookingWish is what a person asks for.
type BookingWish struct {
	Slot     SlotID
	About    string
	Priority string
	Lang     string
}

// mine says which time of a receiver a person has; there is one at most.
type mine struct {
	Slot SlotID `json:"slot"`
}

func mineID(person, receiver string) string { return person + "~" + receiver }

// Book takes a time for an identified person. Of several who take the same time
// at the same instant exactly one gets it. Who books again a time that is his
// gets it again. A person has one time with a receiver; taking another one
// moves him. Errors: Unauthenticated, Invalid with fields, NotFound for a time
// that is not in the timetable, NotAllowed for one that has passed, is too far
// ahead or reserved, Conflict if somebody else has it.
func (o *Office) Book(ctx context.Context, who Applicant, w BookingWish) (Booking, error) {
	const op = "casework.Book"
	if who.Key == "" {
		return Booking{}, Fail(Unauthenticated, op, "")
	}
	if n := utf8.RuneCountInString(w.About); letters(w.About) < MinLetters || n > MaxAbout {
		return Booking{}, badField("about", "reception.error.about", map[string]any{"Min": MinLetters, "Max": MaxAbout})
	}
	r, slot, day, err := o.findSlot(ctx, w.Slot)
	if err != nil {
		return Booking{}, err
	}
	now := o.now()
	today := DateOf(now, o.zoneOf(r.Body))
	refuse := func(key string) (Booking, error) {
		return Booking{}, &Error{Code: NotAllowed, Op: op, Message: key, Fields: []FieldError{{Field: "slot", Key: key}}}
	}
	switch {
	case !slot.At.After(now):
		return refuse("reception.error.past")
	case r.Closed || today.DaysUntil(slot.ID.Day()) > r.Ahead:
		return refuse("reception.error.ahead_far")
	case r.reserved(slot, day, now) && w.Priority == "":
		return refuse("reception.error.reserved")
	}
	b := Booking{Slot: slot.ID, Body: r.Body, At: slot.At.UTC(), State: BookingHeld, Who: who, About: w.About,
		Priority: w.Priority, MadeAt: now.UTC(), Lang: w.Lang}
	b, err = o.takeSlot(ctx, r.ID, b)
	if err != nil {
		return b, err
	}
	if err := o.moveMine(ctx, r.ID, b); err != nil {
		return b, err
	}
	return b, o.remind(ctx, b)
}

// takeSlot puts the booking where nothing or a free one is. The shelf lets one
// of several writers win.
func (o *Office) takeSlot(ctx context.Context, receiver string, b Booking) (Booking, error) {
	taken := Fail(Conflict, "casework.Book", "reception.error.taken")
	old, err := o.booking(ctx, b.Slot)
	switch {
	case CodeOf(err) == NotFound:
	case err != nil:
		return b, err
	case old.State == BookingHeld && old.Who.Key == b.Who.Key:
		return old, nil
	case old.State != BookingFree:
		return b, taken
	}
	b.Version = old.Version
	saved, err := o.putBooking(ctx, receiver, b)
	if thereAlready(err) {
		if now, again := o.booking(ctx, b.Slot); again == nil && now.State == BookingHeld && now.Who.Key == b.Who.Key {
			return now, nil
		}
		return b, taken
	}
	return saved, err
}

func (o *Office) putBooking(ctx context.Context, receiver string, b Booking) (Booking, error) {
	data, err := json.Marshal(b)
	if err != nil {
		return b, wrap(Internal, "casework.Booking", err)
	}
	rec, err := o.shelf.Put(ctx, Record{Kind: KindBooking, ID: string(b.Slot), Version: b.Version,
		Owner: receiver + "/" + b.Slot.Day().String(), Expires: b.At.Add(bookingLife), Data: data})
	b.Version = rec.Version
	return b, err
}

func (o *Office) booking(ctx context.Context, id SlotID) (Booking, error) {
	rec, err := o.shelf.Fetch(ctx, KindBooking, string(id))
	if err != nil {
		if CodeOf(err) == NotFound {
			err = Fail(NotFound, "casework.Booking", "reception.error.none")
		}
		return Booking{}, err
	}
	return bookingOf(rec)
}

// moveMine points the person at his new time and frees the one he had. A crash
// before it leaves him with both until he books or cancels again, never with
// none.
func (o *Office) moveMine(ctx context.Context, receiver string, b Booking) error {
	for range 3 {
		var had mine
		rec, err := o.shelf.Fetch(ctx, KindBooked, mineID(b.Who.Key, receiver))
		if err == nil {
			if err := json.Unmarshal(rec.Data, &had); err != nil {
				return wrap(Corrupted, "casework.Book", err)
			}
		} else if CodeOf(err) != NotFound {
			return err
		}
		data, err := json.Marshal(mine{b.Slot})
		if err != nil {
			return wrap(Internal, "casework.Book", err)
		}
		_, err = o.shelf.Put(ctx, Record{Kind: KindBooked, ID: mineID(b.Who.Key, receiver), Version: rec.Version, Owner: b.Who.Key,
			Expires: b.At.Add(bookingLife), Data: data})
		if thereAlready(err) {
			continue // he books from two places at once: look again
		}
		if err != nil || had.Slot == "" || had.Slot == b.Slot {
			return err
		}
		return o.freeSlot(ctx, b.Who.Key, had.Slot)
	}
	return Fail(Conflict, "casework.Book", "reception.error.taken")
}

// MyBookings lists a person's coming bookings and those the body called off,
// the next first.
func (o *Office) MyBookings(ctx context.Context, who Applicant) ([]Booking, error) {
	if who.Key == "" {
		return nil, Fail(Unauthenticated, "casework.MyBookings", "")
	}
	records, _, err := o.shelf.List(ctx, KindBooked, who.Key, Window{Limit: MaxLimit})
	if err != nil {
		return nil, err
	}
	var out []Booking
	for _, rec := range records {
		var m mine
		if err := json.Unmarshal(rec.Data, &m); err != nil {
			return nil, wrap(Corrupted, "casework.MyBookings", err)
		}
		b, err := o.booking(ctx, m.Slot)
		if CodeOf(err) == NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if b.Who.Key == who.Key && b.At.Add(24*time.Hour).After(o.now()) && b.State != BookingFree {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Booking) int { return a.At.Compare(b.At) })
	return out, nil
}

// MyBooking finds one booking of a person. Errors: NotFound.
func (o *Office) MyBooking(ctx context.Context, who Applicant, id SlotID) (Booking, error) {
	b, err := o.booking(ctx, id)
	if err == nil && (who.Key == "" || b.Who.Key != who.Key) {
		err = Fail(NotFound, "casework.MyBooking", "reception.error.none")
	}
	if err != nil {
		return Booking{}, err
	}
	return b, nil
}
