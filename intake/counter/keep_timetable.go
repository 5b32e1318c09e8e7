package counter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

type receiverLine struct {
	casework.Receiver
	BodyName string
	// Today is the day at the body; Next is the next day on which he receives.
	Today, Next casework.Date
	// Receives is true if the reader may open his days.
	Receives bool
}

type receiversPage struct {
	Lines []receiverLine
	// Edits is true if the reader may add a timetable.
	Edits bool
}

// listReceivers lists the timetables that the reader keeps.
func (p *Counter) listReceivers(v *visit) error {
	kept, err := v.Office.ReceiversKept(v.ctx, v.by)
	if err != nil {
		return err
	}
	page := receiversPage{Edits: len(v.receiverBodies()) > 0}
	for _, r := range kept {
		b, _ := v.Office.Registry().Body(r.Body)
		line := receiverLine{Receiver: r, BodyName: v.bodyName(r.Body), Receives: v.by.KeepsReception(r.Body),
			Today: casework.DateOf(v.Office.Now(), b.Settings.Location())}
		if free, err := v.Office.FreeTimes(v.ctx, r.ID); err == nil && len(free) > 0 {
			line.Next = free[0].ID.Day()
		}
		page.Lines = append(page.Lines, line)
	}
	return v.render(fiber.StatusOK, "receivers", "desk", page)
}

// receiverBodies are the bodies for which the reader may make timetables.
func (v *visit) receiverBodies() []casework.Body {
	bodies, all := v.by.Bodies(casework.RoleAdministrator, casework.RoleHead, casework.RoleRegistrar)
	return slices.DeleteFunc(v.Office.Registry().Bodies(), func(b casework.Body) bool {
		return b.Closed || !all && !slices.Contains(bodies, b.ID)
	})
}

type receiverPage struct {
	Form   *web.Form
	Bodies []casework.Body
	Name   string
	// Common is the common list of priority categories, for the hint.
	Common []string
}

// editReceiver is the form of a timetable.
func (p *Counter) editReceiver(v *visit) error {
	r := casework.Receiver{Minutes: 15, Ahead: 30, Hours: []casework.ReceptionHours{}}
	if id := v.c.Params("receiver"); id != "" {
		kept, err := v.Office.ReceiversKept(v.ctx, v.by)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(kept, func(k casework.Receiver) bool { return k.ID == id })
		if i < 0 {
			return casework.Fail(casework.NotFound, "counter.editReceiver", "reception.error.none")
		}
		r = kept[i]
	}
	return v.receiver(fiber.StatusOK, receiverForm(v.Kit.Lang(v.c), r))
}

func (v *visit) receiver(status int, form *web.Form) error {
	page := receiverPage{Form: form, Bodies: v.receiverBodies(), Name: form.Value("name")}
	common, err := casework.PriorityCategories()
	if err != nil {
		return err
	}
	for _, c := range common {
		page.Common = append(page.Common, c.Title[v.Kit.Lang(v.c)])
	}
	return v.render(status, "receiver", "desk", page)
}

// weekdays are the short names in which hours are typed.
var weekdays = map[string]time.Weekday{"пн": time.Monday, "вт": time.Tuesday, "ср": time.Wednesday, "чт": time.Thursday, "пт": time.Friday,
	"сб": time.Saturday, "вс": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday,
	"fri": time.Friday, "sat": time.Saturday, "sun": time.Sunday}

var weekdayNames = map[string][]string{"ru": {"вс", "пн", "вт", "ср", "чт", "пт", "сб"}, "en": {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}

// ordinals follow the number of a week, as in "2-й вт".
var ordinals = map[string]string{"ru": "-й ", "en": " "}

func receiverForm(lang string, r casework.Receiver) *web.Form {
	var hours, off []string
	for _, h := range r.Hours {
		nth := ""
		if h.Nth > 0 {
			nth = strconv.Itoa(h.Nth) + ordinals[lang]
		}
		hours = append(hours, fmt.Sprintf("%s%s %s-%s", nth, weekdayNames[lang][h.Weekday], h.From, h.To))
	}
	for _, d := range r.Off {
		off = append(off, d.String())
	}
	form := templates.NewForm("body", r.Body, "name", r.Name, "position", r.Position, "staff", r.Staff, "place", r.Place,
		"hours", strings.Join(hours, "\n"), "off", strings.Join(off, "\n"), "minutes", strconv.Itoa(r.Minutes), "ahead", strconv.Itoa(r.Ahead),
		"reserve", strconv.Itoa(r.Reserve), "categories", strings.Join(r.Categories, "\n"), "version", strconv.FormatInt(r.Version, 10))
	if r.Closed {
		form.Values["closed"] = []string{"yes"}
	}
	return form
}

// readHours reads lines such as "вт 10:00-12:00" and "2-й вт 10:00-12:00".
func readHours(text string) ([]casework.ReceptionHours, string) {
	var out []casework.ReceptionHours
	for line := range strings.Lines(text) {
		words := strings.Fields(strings.ToLower(strings.NewReplacer("–", "-", "—", "-").Replace(line)))
		if len(words) == 0 {
			continue
		}
		h := casework.ReceptionHours{}
		if nth, err := strconv.Atoi(strings.TrimRight(words[0], "-йяthndrs.")); err == nil && len(words) > 1 {
			h.Nth, words = nth, words[1:]
		}
		day, ok := weekdays[words[0]]
		from, to, cut := strings.Cut(strings.Join(words[1:], ""), "-")
		if !ok || !cut {
			return nil, strings.TrimSpace(line)
		}
		h.Weekday, h.From, h.To = day, from, to
		out = append(out, h)
	}
	return out, ""
}

func linesOf(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// saveReceiver keeps a timetable.
func (p *Counter) saveReceiver(v *visit) error {
	form := web.ReadForm(v.c)
	number := func(field string) int {
		n, err := strconv.Atoi(strings.TrimSpace(form.Value(field)))
		if err != nil {
			return -1
		}
		return n
	}
	version, err := strconv.ParseInt(form.Value("version"), 10, 64)
	if err != nil {
		version = -1
	}
	r := casework.Receiver{ID: v.c.Params("receiver"), Body: form.Value("body"), Name: strings.TrimSpace(form.Value("name")),
		Position: strings.TrimSpace(form.Value("position")), Staff: strings.TrimSpace(form.Value("staff")), Place: strings.TrimSpace(form.Value("place")),
		Minutes: number("minutes"), Ahead: number("ahead"), Reserve: number("reserve"), Categories: linesOf(form.Value("categories")),
		Closed: form.Is("closed", "yes"), Version: version}
	var wrong string
	if r.Hours, wrong = readHours(form.Value("hours")); wrong != "" {
		form.Fail("hours", "reception.error.hours", "Hours", wrong)
	}
	for _, line := range linesOf(form.Value("off")) {
		day, err := casework.ParseDate(line)
		if err != nil {
			form.Fail("off", "reception.error.off", "Day", line)
			continue
		}
		r.Off = append(r.Off, day)
	}
	if !form.OK() {
		return v.receiver(fiber.StatusUnprocessableEntity, form)
	}
	_, err = v.Office.SaveReceiver(v.ctx, v.by, r)
	switch {
	case casework.CodeOf(err) == casework.Conflict:
		form.Fail("hours", "reception.error.changed")
		return v.receiver(fiber.StatusConflict, form)
	case failed(form, err):
		return v.receiver(fiber.StatusUnprocessableEntity, form)
	case err != nil:
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "counter.flash.timetable"})
	return v.Kit.Redirect(v.c, "/counter/reception")
}
