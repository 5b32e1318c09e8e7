package portal

import (
	"errors"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// slotOf is the time of the address.
func slotOf(c *fiber.Ctx) casework.SlotID {
	raw, err := url.PathUnescape(c.Params("slot"))
	if err != nil {
		raw = c.Params("slot")
	}
	return casework.SlotID(raw)
}

type bookPage struct {
	Form       *web.Form
	Receiver   receiverView
	At         time.Time
	Slot       string
	Priorities []templates.Option
	// Had is the time the person has with the receiver already: it will move.
	Had time.Time
	// Days are the next free times, where this one is gone.
	Days []dayView
}

// askBooking asks what the visit is about.
func (p *Portal) askBooking(v *visit) error {
	return p.booking(v, fiber.StatusOK, templates.NewForm("email", v.who.Contact.Email), false)
}

func (p *Portal) booking(v *visit, status int, form *web.Form, gone bool) error {
	id := slotOf(v.c)
	r, err := p.Office.Receiver(v.c.UserContext(), id.Receiver())
	if err != nil {
		return err
	}
	b, err := p.Office.Registry().Body(r.Body)
	if err != nil {
		return err
	}
	loc := b.Settings.Location()
	page := bookPage{Form: form, Receiver: receiverView{Receiver: r, BodyName: b.Name}, Slot: url.PathEscape(string(id)),
		Priorities: p.priorities(v.c, r)}
	slots, err := p.Office.FreeTimes(v.c.UserContext(), r.ID)
	if err != nil {
		return err
	}
	for _, s := range slots {
		if s.ID == id {
			page.At = s.At.In(loc)
		}
	}
	mine, err := p.Office.MyBookings(v.c.UserContext(), v.who)
	if err != nil {
		return err
	}
	for _, m := range mine {
		if m.Slot.Receiver() != r.ID || m.State != casework.BookingHeld {
			continue
		}
		if m.Slot == id {
			return p.Kit.Redirect(v.c, "/reception/booking/"+url.PathEscape(string(id)))
		}
		page.Had = m.At.In(loc)
	}
	if page.At.IsZero() || gone {
		page.Days = daysOf(slots, loc)[:min(3, len(daysOf(slots, loc)))]
	}
	return p.render(v.c, status, "book", page)
}

// book takes the time. Where somebody was quicker, the next free times are
// offered and what was typed stays.
func (p *Portal) book(v *visit) error {
	form := web.ReadForm(v.c)
	id := slotOf(v.c)
	r, err := p.Office.Receiver(v.c.UserContext(), id.Receiver())
	if err != nil {
		return err
	}
	who := v.who
	who.Contact.Email, who.Contact.Phone = form.Value("email"), form.Value("phone")
	made, err := p.Office.Book(v.c.UserContext(), who, casework.BookingWish{Slot: id, About: form.Value("about"),
		Priority: knownPriority(p.priorities(v.c, r), form.Value("priority")), Lang: p.Kit.Lang(v.c)})
	var e *casework.Error
	switch {
	case err == nil:
		p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.book.done"})
		return p.Kit.Redirect(v.c, "/reception/booking/"+url.PathEscape(string(made.Slot)))
	case !errors.As(err, &e):
		return err
	case e.Code == casework.Invalid && len(e.Fields) > 0:
		for _, f := range e.Fields {
			form.Fail(f.Field, f.Key, "Min", f.Data["Min"], "Max", f.Data["Max"])
		}
		return p.booking(v, fiber.StatusUnprocessableEntity, form, false)
	case e.Code == casework.Conflict || e.Code == casework.NotAllowed:
		form.Fail("slot", e.Message)
		return p.booking(v, fiber.StatusConflict, form, true)
	}
	return err
}

type bookingPage struct {
	Booking  casework.Booking
	Receiver receiverView
	At       time.Time
	Slot     string
	Phone    string
	// Past is true once the time has come.
	Past bool
}

func (p *Portal) bookingPage(v *visit) (bookingPage, error) {
	b, err := p.Office.MyBooking(v.c.UserContext(), v.who, slotOf(v.c))
	if err != nil {
		return bookingPage{}, err
	}
	r, err := p.Office.Receiver(v.c.UserContext(), b.Slot.Receiver())
	if err != nil {
		return bookingPage{}, err
	}
	body, err := p.Office.Registry().Body(b.Body)
	return bookingPage{Booking: b, Receiver: receiverView{Receiver: r, BodyName: body.Name}, At: b.At.In(body.Settings.Location()),
		Slot: url.PathEscape(string(b.Slot)), Phone: body.Contacts.Phone, Past: !b.At.After(p.Office.Now())}, err
}

// showBooking shows when and where the person is expected.
func (p *Portal) showBooking(v *visit) error {
	page, err := p.bookingPage(v)
	if err != nil {
		return err
	}
	return p.render(v.c, fiber.StatusOK, "booking", page)
}

// askCancel asks once more.
func (p *Portal) askCancel(v *visit) error {
	page, err := p.bookingPage(v)
	if err != nil {
		return err
	}
	return p.render(v.c, fiber.StatusOK, "cancel", page)
}

// cancelBooking gives the time back.
func (p *Portal) cancelBooking(v *visit) error {
	if err := p.Office.CancelBooking(v.c.UserContext(), v.who, slotOf(v.c)); err != nil {
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.cancel.done"})
	return p.Kit.Redirect(v.c, "/reception")
}

// bookingLine is a booking in the cabinet.
type bookingLine struct {
	Receiver, Place, Href string
	At                    time.Time
	Off                   bool
}

// bookings are the coming receptions of a person, for his cabinet.
func (p *Portal) bookings(v *visit) ([]bookingLine, error) {
	mine, err := p.Office.MyBookings(v.c.UserContext(), v.who)
	if err != nil {
		return nil, err
	}
	var out []bookingLine
	for _, b := range mine {
		r, err := p.Office.Receiver(v.c.UserContext(), b.Slot.Receiver())
		if err != nil {
			return nil, err
		}
		body, err := p.Office.Registry().Body(b.Body)
		if err != nil {
			return nil, err
		}
		if b.State == casework.BookingDone {
			continue
		}
		out = append(out, bookingLine{Receiver: r.Name + ", " + r.Position, Place: r.Place, At: b.At.In(body.Settings.Location()),
			Href: "/reception/booking/" + url.PathEscape(string(b.Slot)), Off: b.State == casework.BookingOff})
	}
	return out, nil
}
