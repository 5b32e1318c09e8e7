package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// events tells the journal of a case in plain words and adds what comes next.
// Acts that have no text here are inner steps of a body (drafts, remarks): they
// bind nobody and are not told.
func (p *Portal) events(c *fiber.Ctx, cs *casework.Case) []templates.Event {
	var out []templates.Event
	body, answers := "", 0
	for _, e := range cs.Journal {
		event := templates.Event{At: e.At, Kind: "done"}
		data := []any{"Number", e.Facts["number"]}
		id := "portal.event." + string(e.Act)
		if !p.Kit.Set().Has(p.Kit.Lang(c), id) {
			continue
		}
		switch e.Act {
		case casework.ActRoute, casework.ActRegister:
			body = e.Facts["body"]
		case casework.ActForward:
			event.Who = p.bodyName(e.Facts["from"])
			body = e.Facts["to"]
		case casework.ActAnswer:
			answers++
			if answers <= len(cs.Answers) {
				event.Href = "#" + cs.Answers[answers-1].ID
			}
		}
		data = append(data, "Body", p.bodyName(body))
		event.Title = p.Kit.T(c, id, data...)
		if p.Kit.Set().Has(p.Kit.Lang(c), id+"_text") {
			event.Text = p.Kit.T(c, id+"_text", data...)
		}
		if event.Who == "" && e.Role != casework.RoleCitizen && e.Role != casework.RoleSystem && e.Act != casework.ActRoute {
			event.Who = p.bodyName(body)
		}
		out = append(out, event)
	}
	if !cs.Stage.Open() {
		return out
	}
	if n := len(out); n > 0 {
		out[n-1].Kind = "now"
	}
	return append(out, p.coming(c, cs)...)
}

// coming are the events that the running terms promise.
func (p *Portal) coming(c *fiber.Ctx, cs *casework.Case) []templates.Event {
	var out []templates.Event
	lang, now := p.Kit.Lang(c), p.Office.Now()
	for _, kind := range promised {
		t, ok := cs.Term(kind)
		if !ok {
			continue
		}
		id := "portal.coming." + string(kind)
		if t.Provisional {
			id += "_latest"
		}
		title := p.Kit.T(c, id, "Date", templates.FormatDay(lang, t.Due.Time(time.UTC), now), "Body", p.bodyName(cs.Place.Body))
		out = append(out, templates.Event{Title: title, Kind: "next"})
	}
	return out
}
