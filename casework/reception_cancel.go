package casework

import (
	"context"
	"strings"
	"unicode/utf8"
)

// freeSlot gives a coming time of a person back; another's is left alone.
func (o *Office) freeSlot(ctx context.Context, person string, id SlotID) error {
	b, err := o.booking(ctx, id)
	if CodeOf(err) == NotFound || err == nil && (b.State != BookingHeld || b.Who.Key != person || !b.At.After(o.now())) {
		return nil
	}
	if err != nil {
		return err
	}
	// Nothing of the person stays behind on a time that is free again.
	free := Booking{Slot: b.Slot, Body: b.Body, At: b.At, State: BookingFree, Version: b.Version}
	if _, err = o.putBooking(ctx, id.Receiver(), free); thereAlready(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return o.forgetReminder(ctx, id)
}

// CancelBooking gives a person's time back; then it is free for others at once.
// A repeated call is no error. Errors: NotFound for a time that is not his,
// NotAllowed for one that has passed.
func (o *Office) CancelBooking(ctx context.Context, who Applicant, id SlotID) error {
	b, err := o.booking(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case who.Key == "" || b.State != BookingFree && b.Who.Key != who.Key:
		return Fail(NotFound, "casework.CancelBooking", "reception.error.none")
	case b.State == BookingFree:
		return nil
	case !b.At.After(o.now()):
		return Fail(NotAllowed, "casework.CancelBooking", "reception.error.past")
	}
	if err := o.freeSlot(ctx, who.Key, id); err != nil {
		return err
	}
	return o.shelf.Remove(ctx, KindBooked, mineID(who.Key, id.Receiver()))
}

// CallOff takes a time back for the body: the visitor is told why and books
// anew. Errors: NotFound, Invalid without a reason, NotAllowed once the card is
// closed.
func (o *Office) CallOff(ctx context.Context, by Actor, id SlotID, why string) error {
	b, err := o.booking(ctx, id)
	if err == nil && !by.KeepsReception(b.Body) {
		err = Fail(NotFound, "casework.CallOff", "reception.error.none")
	}
	switch {
	case err != nil:
		return err
	case b.State == BookingOff:
		return nil
	case letters(strings.TrimSpace(why)) < MinLetters || utf8.RuneCountInString(why) > MaxAbout:
		return badField("why", "reception.error.why", map[string]any{"Min": MinLetters})
	case b.State != BookingHeld:
		return Fail(NotAllowed, "casework.CallOff", "reception.error.closed")
	}
	b.State, b.Why = BookingOff, why
	if b, err = o.putBooking(ctx, id.Receiver(), b); err != nil {
		return err
	}
	if err := o.forgetReminder(ctx, id); err != nil {
		return err
	}
	return o.queueReceptionLetter(ctx, b, LetterOff, o.now())
}
