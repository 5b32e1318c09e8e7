package desk

import (
	"slices"

	"priemnaya/casework"
	"priemnaya/templates"
)

// timeline shows the journal after the first seen events, newest first.
func (v *visit) timeline(c *casework.Case, seen int) []templates.Event {
	var out []templates.Event
	for _, e := range slices.Backward(c.Journal[min(max(seen, 0), len(c.Journal)):]) {
		if e.Act == casework.ActHidden {
			continue
		}
		out = append(out, templates.Event{At: e.At, Title: v.label("desk.act", string(e.Act)), Text: v.eventText(c, e),
			Who: v.eventActor(c, e)})
	}
	return out
}

func (v *visit) eventActor(c *casework.Case, e casework.Event) string {
	switch {
	case e.Role == casework.RoleSystem:
		return v.t("desk.actor.system")
	case c.Parties.Includes(e.Actor):
		return v.t("desk.actor.applicant")
	}
	body := v.bodyAt(c, e.Seq)
	if e.For != "" {
		return v.t("desk.absence.acts_for", "Name", v.personName(body, e.Actor), "For", v.personName(body, e.For))
	}
	return v.personName(body, e.Actor)
}

// bodyAt is the body that had the case when the event happened, whose staff
// the actor belongs to.
func (v *visit) bodyAt(c *casework.Case, seq int) string {
	body := c.Place.Body
	for _, e := range slices.Backward(c.Journal) {
		if e.Seq < seq {
			break
		}
		switch e.Act {
		case casework.ActForward:
			body = e.Facts["from"]
		case casework.ActRoute:
			body = e.Facts["body"]
		}
	}
	return body
}

// eventText says the facts of an event in one line; most need none.
func (v *visit) eventText(c *casework.Case, e casework.Event) string {
	f := e.Facts
	switch e.Act {
	case casework.ActFile:
		return v.t("desk.event.file", "Channel", v.label("desk.channel", f["channel"]))
	case casework.ActRoute:
		return v.t("desk.event.route", "Body", v.bodyName(f["body"]))
	case casework.ActRegister:
		return v.t("desk.event.register", "Number", f["number"], "Date", v.dateText(f["date"]))
	case casework.ActForward:
		return v.t("desk.event.forward", "From", v.bodyName(f["from"]), "To", v.bodyName(f["to"]))
	case casework.ActAssign:
		return v.personName(v.bodyAt(c, e.Seq), f["officer"])
	case casework.ActDraft, casework.ActSubmit, casework.ActSendBack:
		return v.t("desk.event.revision", "Revision", f["revision"])
	case casework.ActAnswer:
		return v.t("desk.event.answer", "Number", f["number"], "Outcome", v.label("desk.outcome", f["outcome"]))
	}
	return ""
}

func (v *visit) dateText(iso string) string {
	d, err := casework.ParseDate(iso)
	if err != nil {
		return iso
	}
	return templates.FormatDate(v.lang, d.Time(casework.Settings{}.Location()))
}
