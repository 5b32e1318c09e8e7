package portal

import (
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// receptionRoutes are the pages of personal receptions (личный приём, 59-FZ
// art. 13). Times are public; booking asks for a sign-in.
func (p *Portal) receptionRoutes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/reception", p.listReceptions},
		{get, "/reception/book/:slot", p.person(p.askBooking)},
		{post, "/reception/book/:slot", p.person(p.book)},
		{get, "/reception/booking/:slot", p.person(p.showBooking)},
		{get, "/reception/booking/:slot/cancel", p.person(p.askCancel)},
		{post, "/reception/booking/:slot/cancel", p.person(p.cancelBooking)},
		{get, "/reception/:receiver", p.showTimes},
	}
}

// receiverView is a receiver as citizens see him.
type receiverView struct {
	casework.Receiver
	BodyName string
	// Next is the next free time, zero if there is none.
	Next     time.Time
	NextHref string
	Free     int
}

type receptionBody struct {
	Name      string
	Phone     string
	Receivers []receiverView
}

type receptionsPage struct{ Bodies []receptionBody }

// listReceptions lists who receives where, and the next free time of each.
func (p *Portal) listReceptions(c *fiber.Ctx) error {
	all, err := p.Office.Receivers(c.UserContext(), "")
	if err != nil {
		return err
	}
	page := receptionsPage{}
	for _, b := range p.Office.Registry().Bodies() {
		group := receptionBody{Name: b.Name, Phone: b.Contacts.Phone}
		for _, r := range all {
			if r.Body != b.ID || r.Closed {
				continue
			}
			view, err := p.receiverView(c, r, b)
			if err != nil {
				return err
			}
			group.Receivers = append(group.Receivers, view)
		}
		if len(group.Receivers) > 0 {
			page.Bodies = append(page.Bodies, group)
		}
	}
	return p.render(c, fiber.StatusOK, "receptions", page)
}

func (p *Portal) receiverView(c *fiber.Ctx, r casework.Receiver, b casework.Body) (receiverView, error) {
	view := receiverView{Receiver: r, BodyName: b.Name}
	slots, err := p.Office.FreeTimes(c.UserContext(), r.ID)
	for _, s := range slots {
		if s.Free {
			if view.Free++; view.Free == 1 {
				view.Next, view.NextHref = s.At.In(b.Settings.Location()), bookHref(s.ID)
			}
		}
	}
	return view, err
}

func bookHref(id casework.SlotID) string { return "/reception/book/" + url.PathEscape(string(id)) }

// timeView is one time that can be taken.
type timeView struct {
	Clock, Href string
	Reserved    bool
}

type dayView struct {
	Day   casework.Date
	Times []timeView
}

type timesPage struct {
	Receiver receiverView
	Days     []dayView
	// Zone is named where it is not Moscow's.
	Zone string
}

// showTimes shows the free times of a receiver by day.
func (p *Portal) showTimes(c *fiber.Ctx) error {
	r, err := p.Office.Receiver(c.UserContext(), c.Params("receiver"))
	if err != nil {
		return err
	}
	b, err := p.Office.Registry().Body(r.Body)
	if err != nil {
		return err
	}
	view, err := p.receiverView(c, r, b)
	if err != nil {
		return err
	}
	slots, err := p.Office.FreeTimes(c.UserContext(), r.ID)
	if err != nil {
		return err
	}
	page := timesPage{Receiver: view, Days: daysOf(slots, b.Settings.Location())}
	if b.Settings.TimeZone != "" && b.Settings.TimeZone != casework.DefaultTimeZone {
		page.Zone = b.Settings.TimeZone
	}
	return p.Kit.Render(c, fiber.StatusOK, "portal/times", "portal", r.Name, page)
}

func daysOf(slots []casework.Slot, loc *time.Location) []dayView {
	var out []dayView
	for _, s := range slots {
		day := s.ID.Day()
		if len(out) == 0 || out[len(out)-1].Day != day {
			out = append(out, dayView{Day: day})
		}
		last := &out[len(out)-1]
		last.Times = append(last.Times, timeView{Clock: s.At.In(loc).Format("15:04"), Href: bookHref(s.ID), Reserved: s.Reserved})
	}
	return out
}

// priorities are the categories of a receiver as options of a form.
func (p *Portal) priorities(c *fiber.Ctx, r casework.Receiver) []templates.Option {
	out := []templates.Option{{Value: "", Text: p.Kit.T(c, "reception.priority_none")}}
	for _, name := range r.Categories {
		out = append(out, templates.Option{Value: name, Text: name})
	}
	common, err := casework.PriorityCategories()
	if err != nil || len(r.Categories) > 0 {
		return out
	}
	for _, x := range common {
		out = append(out, templates.Option{Value: x.Key, Text: x.Title[p.Kit.Lang(c)]})
	}
	return out
}

// knownPriority drops a category that is not the receiver's.
func knownPriority(options []templates.Option, key string) string {
	if slices.ContainsFunc(options, func(o templates.Option) bool { return o.Value == key }) {
		return key
	}
	return ""
}
