package desk

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// changesPage is the data of desk/admin_changes.
type changesPage struct {
	Changes []changeView
	Next    string
	// Subject is what the list is narrowed to, in words.
	Subject string
}

type changeView struct {
	RegistryChange
	Href, Author, Decider, Kind, StateText, SubjectText string
	Open                                                bool
}

func (v *visit) changeView(c RegistryChange) changeView {
	view := changeView{RegistryChange: c, Href: "/desk/admin/change/" + c.ID, Author: v.personName("", c.By), Decider: v.personName("", c.DecidedBy),
		StateText: v.label("desk.admin.state", c.State), Open: c.State == "proposed",
		Kind: map[string]string{"proposed": "warn", "published": "good"}[c.State], SubjectText: v.t("desk.admin.whole")}
	if c.Subject != "" {
		view.SubjectText = v.subjectName(c.Subject)
	}
	return view
}

// subjectName is what a change is about.
func (v *visit) subjectName(subject string) string {
	if subject == TerritoriesSubject {
		return v.t("desk_setup.territory.title")
	}
	return v.bodyName(subject)
}

// listChanges lists the changes of the registry, the newest first.
func (d *Desk) listChanges(v *visit) error {
	subject := v.c.Query("subject")
	list, next, err := d.Admin.Registry.Changes(v.ctx, subject, v.c.Query("after"))
	if err != nil {
		return err
	}
	page := changesPage{Next: next}
	if subject != "" {
		page.Subject = v.subjectName(subject)
	}
	for _, c := range list {
		page.Changes = append(page.Changes, v.changeView(c))
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_changes", "desk", "desk.admin.changes", page)
}

// changePage is the data of desk/admin_change.
type changePage struct {
	Change  changeView
	Lines   []diffLine
	Failed  string
	Running bool
	Blocked bool
	Moved   bool
	Shifts  []shiftView
	More    int
	Leaving []leavingView
	Percent int
}

type shiftView struct {
	From, To, Topic string
	N               int
}

type leavingView struct {
	Name string
	Open int
}

// shiftsShown bounds the table of a dry run.
const shiftsShown = 200

// showChange shows what a change does; while its dry run goes on the page loads
// itself again.
func (d *Desk) showChange(v *visit) error { return v.renderChange(fiber.StatusOK, "") }

func (v *visit) renderChange(status int, failed string) error {
	c, err := v.Admin.Registry.Change(v.ctx, v.c.Params("change"))
	if err != nil {
		return err
	}
	page := changePage{Change: v.changeView(c), Lines: v.registryWords(diff(c.Before, c.After)), Failed: failed}
	page.Running = page.Change.Open && c.Routes && !c.Replayed
	page.Moved = page.Change.Open && c.Base != v.Office.Registry().Revision() && c.Revision != v.Office.Registry().Revision()
	if page.Running {
		v.c.Set("Refresh", "2")
	}
	place := func(body string) string {
		if body == "" {
			return v.t("desk.admin.registrar_decides")
		}
		return v.bodyName(body)
	}
	for i, s := range c.Replay.Shifts {
		if i == shiftsShown {
			page.More = len(c.Replay.Shifts) - i
			break
		}
		topic := v.t("desk.admin.no_topic")
		if s.Topic != "" {
			topic = v.topicName(s.Topic)
		}
		page.Shifts = append(page.Shifts, shiftView{place(s.From), place(s.To), topic, s.N})
	}
	for _, l := range c.Leaving {
		name := v.bodyName(l.Body)
		if l.Unit != "" {
			name += ", " + v.unitName(l.Body, l.Unit)
		}
		page.Leaving = append(page.Leaving, leavingView{name, l.Open})
		page.Blocked = page.Blocked || l.Open > 0 && page.Change.Open
	}
	return v.Kit.Render(v.c, status, "desk/admin_change", "desk", "desk.admin.change", page)
}

// decideChange publishes, drops, renews a change, or returns to its edition.
func (d *Desk) decideChange(v *visit) error {
	form := web.ReadForm(v.c)
	id, do := v.c.Params("change"), form.Value("do")
	var c RegistryChange
	var err error
	switch do {
	case "publish", "drop":
		c, err = d.Admin.Registry.Decide(v.ctx, v.by, id, do == "publish")
	case "renew":
		c, err = d.Admin.Registry.Renew(v.ctx, v.by, id)
	case "return", "undo":
		if c, err = d.Admin.Registry.Change(v.ctx, id); err == nil {
			revision := c.Revision
			if do == "undo" {
				revision = c.Base
			}
			c, err = d.Admin.Registry.Return(v.ctx, v.by, revision, v.t("desk.admin.return_why", "At", c.At.Format("02.01.2006 15:04")))
		}
	default:
		return v.renderChange(fiber.StatusUnprocessableEntity, v.t("desk.admin.choose"))
	}
	if e, ok := err.(*casework.Error); ok && e.Message != "" && v.Kit.Set().Has(v.lang, "desk.said."+e.Message) {
		return v.renderChange(adminStatus(err), v.t("desk.said."+e.Message, pairs(e.Data)...))
	}
	if err != nil {
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.admin.done." + do})
	return v.Kit.Redirect(v.c, "/desk/admin/change/"+c.ID)
}
