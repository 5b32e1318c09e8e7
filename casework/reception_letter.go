package casework

import (
	"context"
	"encoding/json"
	"time"
)

// ReceptionLetter is a letter about a booking that waits to leave: a small
// outbox of its own, because a booking is no case yet.
type ReceptionLetter struct {
	Slot     SlotID          `json:"slot"`
	Kind     ReceptionNotice `json:"kind"`
	NextTry  time.Time       `json:"nextTry"`
	Attempts int             `json:"attempts"`

	Version int64 `json:"-"`
}

// ReceptionNotice is what a letter about a booking says.
type ReceptionNotice string

// The letters.
const (
	LetterReminder ReceptionNotice = "reminder"
	LetterOff      ReceptionNotice = "off"
)

// KindReceptionLetter is the shelf's kind of letters about bookings.
const KindReceptionLetter = "reception-letter"

// ID names the letter; every attempt has the same.
func (l ReceptionLetter) ID() string { return string(l.Slot) + "~" + string(l.Kind) }

// remind queues the reminder of the day before, or of two hours before where
// the booking was made later than that.
func (o *Office) remind(ctx context.Context, b Booking) error {
	now := o.now()
	for _, before := range []time.Duration{24 * time.Hour, 2 * time.Hour} {
		if at := b.At.Add(-before); at.After(now) {
			return o.queueReceptionLetter(ctx, b, LetterReminder, at)
		}
	}
	return nil
}

func (o *Office) queueReceptionLetter(ctx context.Context, b Booking, kind ReceptionNotice, at time.Time) error {
	if b.Who.Contact.Email == "" {
		return nil // the cabinet shows it
	}
	l := ReceptionLetter{Slot: b.Slot, Kind: kind, NextTry: at.UTC()}
	data, err := json.Marshal(l)
	if err != nil {
		return wrap(Internal, "casework.ReceptionLetter", err)
	}
	_, err = o.shelf.Put(ctx, Record{Kind: KindReceptionLetter, ID: l.ID(), Owner: "due", Data: data, Expires: b.At.Add(48 * time.Hour)})
	if thereAlready(err) {
		err = nil
	}
	return err
}

func (o *Office) forgetReminder(ctx context.Context, id SlotID) error {
	return o.shelf.Remove(ctx, KindReceptionLetter, ReceptionLetter{Slot: id, Kind: LetterReminder}.ID())
}

// DueReceptionLetters lists the letters about bookings whose time has come.
func (o *Office) DueReceptionLetters(ctx context.Context) ([]ReceptionLetter, error) {
	var out []ReceptionLetter
	page := Window{Limit: MaxLimit}
	for {
		records, next, err := o.shelf.List(ctx, KindReceptionLetter, "due", page)
		if err != nil {
			return nil, err
		}
		for _, rec := range records {
			var l ReceptionLetter
			if err := json.Unmarshal(rec.Data, &l); err != nil {
				return nil, wrap(Corrupted, "casework.ReceptionLetter", err)
			}
			if l.Version = rec.Version; !l.NextTry.After(o.now()) {
				out = append(out, l)
			}
		}
		if next == "" {
			return out, nil
		}
		page.After = next
	}
}

// ClaimReceptionLetter takes a due letter for some minutes and gives what it is
// about. Conflict: another worker has it, or it is no longer true; leave it.
func (o *Office) ClaimReceptionLetter(ctx context.Context, l ReceptionLetter) (ReceptionLetter, Booking, Receiver, error) {
	fail := func(err error) (ReceptionLetter, Booking, Receiver, error) { return l, Booking{}, Receiver{}, err }
	b, err := o.booking(ctx, l.Slot)
	if err != nil {
		return fail(err)
	}
	r, err := o.Receiver(ctx, l.Slot.Receiver())
	if err != nil {
		return fail(err)
	}
	holds := l.Kind == LetterReminder && b.State == BookingHeld && b.At.After(o.now()) || l.Kind == LetterOff && b.State == BookingOff
	if !holds || b.Who.Contact.Email == "" {
		if err := o.shelf.Remove(ctx, KindReceptionLetter, l.ID()); err != nil {
			return fail(err)
		}
		return fail(Fail(Conflict, "casework.ClaimReceptionLetter", ""))
	}
	l.Attempts++
	l.NextTry = o.now().Add(max(2*time.Minute, Backoff(l.Attempts)))
	data, err := json.Marshal(l)
	if err != nil {
		return fail(wrap(Internal, "casework.ReceptionLetter", err))
	}
	rec, err := o.shelf.Put(ctx, Record{Kind: KindReceptionLetter, ID: l.ID(), Version: l.Version, Owner: "due", Data: data,
		Expires: b.At.Add(48 * time.Hour)})
	if err != nil {
		return fail(Fail(Conflict, "casework.ClaimReceptionLetter", ""))
	}
	l.Version = rec.Version
	return l, b, r, nil
}

// SettleReceptionLetter ends a letter that was sent, or that never can be.
func (o *Office) SettleReceptionLetter(ctx context.Context, l ReceptionLetter) error {
	return o.shelf.Remove(ctx, KindReceptionLetter, l.ID())
}
