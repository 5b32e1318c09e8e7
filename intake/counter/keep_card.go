package counter

import (
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// visitLine is one visitor of a day.
type visitLine struct {
	casework.Booking
	// Clock is the time at the body; empty for who came without one.
	Clock, Priority string
	Href            string
}

type dayPage struct {
	Receiver         casework.Receiver
	BodyName         string
	Day              casework.Date
	Before, Next     casework.Date
	IsToday          bool
	Visits           []visitLine
	Form             *web.Form
	Priorities       []templates.Option
	Held, Done, Away int
}

// showDay is the day of a receiver, to work with and to print.
func (p *Counter) showDay(v *visit) error {
	var key [12]byte
	rand.Read(key[:])
	return v.day(fiber.StatusOK, templates.NewForm("key", hex.EncodeToString(key[:])))
}

func (v *visit) day(status int, form *web.Form) error {
	id := v.c.Params("receiver")
	r, err := v.Office.Receiver(v.ctx, id)
	if err != nil {
		return err
	}
	loc := v.zone(r.Body)
	today := casework.DateOf(v.Office.Now(), loc)
	day := today
	if asked, err := casework.ParseDate(v.c.Query("date")); err == nil && v.c.Query("date") != "" {
		day = asked
	}
	r, visits, err := v.Office.ReceptionDay(v.ctx, v.by, id, day)
	if err != nil {
		return err
	}
	page := dayPage{Receiver: r, BodyName: v.bodyName(r.Body), Day: day, Before: day.AddDays(-1), Next: day.AddDays(1),
		IsToday: day == today, Form: form, Priorities: v.priorities(r)}
	for _, b := range visits {
		line := visitLine{Booking: b, Priority: v.priorityName(r, b.Priority), Href: "/counter/visit/" + url.PathEscape(string(b.Slot))}
		if !strings.Contains(string(b.Slot), "~w") {
			line.Clock = b.At.In(loc).Format("15:04")
		}
		switch {
		case b.State == casework.BookingDone && b.Card != nil && b.Card.End == casework.VisitAbsent:
			page.Away++
		case b.State == casework.BookingDone:
			page.Done++
		case b.State == casework.BookingHeld:
			page.Held++
		}
		page.Visits = append(page.Visits, line)
	}
	return v.render(status, "day", "desk", page)
}

func (v *visit) zone(body string) *time.Location {
	b, _ := v.Office.Registry().Body(body)
	return b.Settings.Location()
}

// priorities are the categories of a receiver as options of a form.
func (v *visit) priorities(r casework.Receiver) []templates.Option {
	out := []templates.Option{{Value: "", Text: v.t("reception.priority_none")}}
	for _, name := range r.Categories {
		out = append(out, templates.Option{Value: name, Text: name})
	}
	if len(r.Categories) > 0 {
		return out
	}
	common, err := casework.PriorityCategories()
	if err != nil {
		return out
	}
	for _, c := range common {
		out = append(out, templates.Option{Value: c.Key, Text: c.Title[v.Kit.Lang(v.c)]})
	}
	return out
}

func (v *visit) priorityName(r casework.Receiver, key string) string {
	for _, o := range v.priorities(r) {
		if o.Value == key && key != "" {
			return o.Text
		}
	}
	return key
}

// addWalkIn adds a visitor who came without a time.
func (p *Counter) addWalkIn(v *visit) error {
	form := web.ReadForm(v.c)
	who := casework.Applicant{Name: casework.PersonName{Surname: strings.TrimSpace(form.Value("surname")), Given: strings.TrimSpace(form.Value("given")),
		Patronymic: strings.TrimSpace(form.Value("patronymic"))}, Contact: casework.Contact{Post: form.Value("post"), Phone: form.Value("phone")}}
	b, err := v.Office.WalkIn(v.ctx, v.by, v.c.Params("receiver"), form.Value("key"), who,
		casework.BookingWish{About: form.Value("about"), Priority: form.Value("priority"), Lang: "ru"})
	if failed(form, err) {
		return v.day(fiber.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return v.Kit.Redirect(v.c, "/counter/visit/"+url.PathEscape(string(b.Slot)))
}

type cardPage struct {
	Booking  casework.Booking
	Receiver casework.Receiver
	BodyName string
	Priority string
	Slot     string
	Form     *web.Form
	Off      *web.Form
	Ends     []templates.Option
	Outcomes []templates.Option
	WalkIn   bool
}

// slot is the time of the address.
func (v *visit) slot() casework.SlotID {
	raw, err := url.PathUnescape(v.c.Params("slot"))
	if err != nil {
		raw = v.c.Params("slot")
	}
	return casework.SlotID(raw)
}

// showCard is the card of a visit.
func (p *Counter) showCard(v *visit) error {
	return v.card(fiber.StatusOK, templates.NewForm("outcome", string(casework.OutcomeExplained)), templates.NewForm())
}

func (v *visit) card(status int, form, off *web.Form) error {
	b, err := v.Office.Visit(v.ctx, v.by, v.slot())
	if err != nil {
		return err
	}
	r, err := v.Office.Receiver(v.ctx, b.Slot.Receiver())
	if err != nil {
		return err
	}
	page := cardPage{Booking: b, Receiver: r, BodyName: v.bodyName(b.Body), Priority: v.priorityName(r, b.Priority),
		Slot: url.PathEscape(string(b.Slot)), Form: form, Off: off, WalkIn: strings.Contains(string(b.Slot), "~w")}
	for _, end := range casework.VisitEndings() {
		page.Ends = append(page.Ends, templates.Option{Value: string(end), Text: v.t("counter.end." + string(end)), Hint: v.t("counter.end." + string(end) + "_hint")})
	}
	for _, o := range casework.Outcomes() {
		page.Outcomes = append(page.Outcomes, templates.Option{Value: string(o), Text: v.t("outcome." + string(o))})
	}
	return v.render(status, "card", "desk", page)
}

// closeCard writes down what the visit came to.
func (p *Counter) closeCard(v *visit) error {
	form := web.ReadForm(v.c)
	card := casework.ReceptionCard{DocumentShown: form.Is("document", "yes"), End: casework.VisitEnding(form.Value("end")),
		Text: form.Value("text"), Answer: form.Value("answer"), Consent: form.Is("consent", "yes"), Outcome: casework.Outcome(form.Value("outcome")),
		Earlier: strings.TrimSpace(form.Value("earlier")), Topic: strings.TrimSpace(form.Value("topic"))}
	if card.Topic != "" {
		if _, ok := v.Topic(card.Topic); !ok {
			form.Fail("topic", "counter.error.topic")
		}
	}
	var err error
	if card.Files, err = v.putAll(nil, form, "scan"); err != nil {
		return err
	}
	if !form.OK() {
		return v.card(fiber.StatusUnprocessableEntity, form, templates.NewForm())
	}
	b, err := v.Office.CloseCard(v.ctx, v.by, v.slot(), card)
	if failed(form, err) {
		return v.card(fiber.StatusUnprocessableEntity, form, templates.NewForm())
	}
	if err != nil {
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "counter.flash.card", Data: map[string]any{"Receipt": b.Card.Receipt}})
	return v.Kit.Redirect(v.c, "/counter/reception/"+b.Slot.Receiver()+"/day?date="+b.Slot.Day().String())
}

// callOff takes a time back; the visitor is told why.
func (p *Counter) callOff(v *visit) error {
	form := web.ReadForm(v.c)
	err := v.Office.CallOff(v.ctx, v.by, v.slot(), form.Value("why"))
	if failed(form, err) {
		return v.card(fiber.StatusUnprocessableEntity, templates.NewForm(), form)
	}
	if err != nil {
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "counter.flash.off"})
	return v.Kit.Redirect(v.c, "/counter/visit/"+url.PathEscape(string(v.slot())))
}
