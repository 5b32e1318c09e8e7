package desk

import (
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// wallTime is how a browser writes a moment without a zone.
const wallTime = "2006-01-02T15:04"

// historyPage is the data of desk/history: which terms ran at a moment, by what
// was known then (promise E12).
type historyPage struct {
	Case  caseView
	Form  *web.Form
	At    time.Time
	Terms []historyLine
	JSON  string
}

// historyLine is a term as it was known, and what became of it.
type historyLine struct {
	What, Norm, Href string
	Start, Due       casework.Date
	Opened           time.Time
	Provisional      bool
	Later            string
}

// historyJSON is the same for programs.
type historyJSON struct {
	Case  string          `json:"case"`
	At    time.Time       `json:"at"`
	Terms []casework.Term `json:"terms"`
}

func (d *Desk) showHistory(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	at, form := v.moment(&c)
	page := historyPage{Case: v.caseView(&c), Form: form, At: at,
		JSON: v.casePath("/terms.json?at=" + at.In(v.zone(c.Place.Body)).Format(wallTime))}
	for _, t := range c.TermsAt(at) {
		line := historyLine{What: v.label("desk.term", string(t.Kind.Base())), Norm: t.Rule.Norm, Start: t.Start, Due: t.Due,
			Href: page.Case.Path + "/term/" + t.ID, Opened: t.OpenedAt, Provisional: t.Provisional}
		for _, now := range c.Terms {
			if now.ID == t.ID && !now.Running() {
				line.Later = v.label("desk.fate", string(now.Fate))
			}
		}
		page.Terms = append(page.Terms, line)
	}
	return v.Kit.Render(v.c, statusOf(form), "desk/history", "desk", "desk.history.title", page)
}

func (d *Desk) sendHistory(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	at, form := v.moment(&c)
	if !form.OK() {
		return &casework.Error{Code: casework.Invalid, Op: "desk.sendHistory", Message: "desk.history.at_bad"}
	}
	return v.sendJSON(historyJSON{Case: c.ID, At: at, Terms: c.TermsAt(at)})
}

// moment reads the moment asked for on the clock of the body; none is now.
func (v *visit) moment(c *casework.Case) (time.Time, *web.Form) {
	zone := v.zone(c.Place.Body)
	asked := v.c.Query("at")
	if asked == "" {
		return v.now, templates.NewForm("at", v.now.In(zone).Format(wallTime))
	}
	form := templates.NewForm("at", asked)
	for _, layout := range []string{wallTime, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, asked, zone); err == nil {
			return at, form
		}
	}
	if at, err := time.Parse(time.RFC3339, asked); err == nil {
		return at, form
	}
	form.Fail("at", "desk.history.at_bad")
	return v.now, form
}

func (v *visit) sendJSON(data any) error {
	body, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return err
	}
	v.c.Set(fiber.HeaderContentType, "application/json; charset=utf-8")
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	return v.c.Send(body)
}
