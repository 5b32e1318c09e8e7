package desk

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// bodiesPage is the data of desk/admin_bodies.
type bodiesPage struct {
	Query, Revision string
	Bodies          []bodyLine
	More            bool
	Total           int
}

type bodyLine struct {
	ID, Name, Parent, Href string
	Rules, Units           int
	Closed                 bool
}

// bodiesShown bounds the list; the search narrows it.
const bodiesShown = 200

// listBodies lists the bodies of the registry in force.
func (d *Desk) listBodies(v *visit) error {
	q := strings.ToLower(strings.TrimSpace(v.c.Query("q")))
	page := bodiesPage{Query: v.c.Query("q"), Revision: v.registry.Revision()}
	for _, b := range v.registry.Bodies() {
		page.Total++
		if !strings.Contains(strings.ToLower(b.Name+" "+b.Short+" "+b.ID), q) {
			continue
		}
		if page.More = len(page.Bodies) == bodiesShown; page.More {
			break
		}
		line := bodyLine{ID: b.ID, Name: b.Name, Href: "/desk/admin/body?id=" + b.ID, Rules: len(b.Competences), Units: len(b.Units), Closed: b.Closed}
		if b.Parent != "" {
			line.Parent = v.bodyName(b.Parent)
		}
		page.Bodies = append(page.Bodies, line)
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_bodies", "desk", "desk.admin.bodies", page)
}

// bodyPage is the data of desk/admin_body.
type bodyPage struct {
	Form                                    *web.Form
	New                                     bool
	Open                                    int
	Levels, Parents, Rolls, Calendars, Asks []templates.Option
	// Theirs is how the body is now, where somebody else has changed it while
	// this form was open.
	Theirs []diffLine
}

// editBody opens a body, or an empty form.
func (d *Desk) editBody(v *visit) error {
	id := v.c.Query("id")
	if id == "" {
		return v.renderBody(fiber.StatusOK, bodyPage{Form: templates.NewForm("new", "yes", "level", string(casework.LevelMunicipal)), New: true})
	}
	b, err := v.registry.Body(id)
	if err != nil {
		return err
	}
	form := bodyForm(b)
	form.Values["seen"] = []string{d.Admin.Registry.Seen(b)}
	return v.renderBody(fiber.StatusOK, bodyPage{Form: form})
}

func (v *visit) renderBody(status int, page bodyPage) error {
	option := func(value, text string) templates.Option { return templates.Option{Value: value, Text: text} }
	for _, l := range []casework.Level{casework.LevelFederal, casework.LevelRegional, casework.LevelMunicipal} {
		page.Levels = append(page.Levels, option(string(l), v.label("desk.admin.level", string(l))))
	}
	page.Parents = append(page.Parents, option("", v.t("desk.admin.body.no_parent")))
	for _, b := range v.registry.Bodies() {
		if b.ID != page.Form.Value("id") {
			page.Parents = append(page.Parents, option(b.ID, b.Name))
		}
	}
	page.Rolls = append(page.Rolls, option("", v.t("desk.admin.body.roll_law")))
	for _, r := range []casework.Roll{casework.RollPreceding, casework.RollFollowing} {
		page.Rolls = append(page.Rolls, option(string(r), v.label("desk.roll", string(r))))
	}
	page.Calendars = append(page.Calendars, option("", v.t("desk.admin.body.federal")))
	var names []string
	for name := range v.Office.Laws().Calendars {
		if name != casework.FederalCalendar {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		page.Calendars = append(page.Calendars, option(name, name))
	}
	for _, r := range []casework.Role{casework.RoleRegistrar, casework.RoleOfficer, casework.RoleHead, casework.RoleSupervisor} {
		page.Asks = append(page.Asks, option(string(r), v.label("desk.admin.role", string(r))))
	}
	if !page.New {
		n, err := v.Office.OpenAt(v.ctx, page.Form.Value("id"), "")
		if err != nil {
			return err
		}
		page.Open = n
	}
	return v.Kit.Render(v.c, status, "desk/admin_body", "desk", "desk.admin.body.title", page)
}

// proposeBody makes a change of a body, which is published on its own page.
func (d *Desk) proposeBody(v *visit) error {
	form := web.ReadForm(v.c)
	page := bodyPage{Form: form, New: form.Is("new", "yes")}
	body := v.bodyFrom(form)
	v.needWhy(form)
	if !form.OK() {
		return v.renderBody(fiber.StatusUnprocessableEntity, page)
	}
	c, err := d.Admin.Registry.Propose(v.ctx, v.by, RegistryEdit{Body: body, Seen: form.Value("seen"), Why: form.Value("why")})
	if err == nil {
		return v.Kit.Redirect(v.c, "/desk/admin/change/"+c.ID)
	}
	if e, ok := err.(*casework.Error); ok && e.Code == casework.Invalid {
		// The registry names its mistakes by body; the form has fields.
		for _, f := range e.Fields {
			form.Fail(map[string]string{"registry.parent": "parent", "registry.circle": "parent", "registry.timezone": "zone",
				"registry.shield": "norm"}[f.Key], "desk.said."+f.Key)
		}
		return v.renderBody(fiber.StatusUnprocessableEntity, page)
	}
	if !v.failed(form, err, "name") {
		return err
	}
	if casework.CodeOf(err) == casework.Conflict {
		// Both versions are shown, and what was typed stays: sending the form
		// once more is a decision.
		if theirs, err := v.Office.Registry().Body(body.ID); err == nil {
			page.Theirs = diff(formText(bodyForm(theirs)), formText(bodyForm(body)))
			form.Values["seen"] = []string{d.Admin.Registry.Seen(theirs)}
		}
	}
	return v.renderBody(adminStatus(err), page)
}

// needWhy refuses a change without a reason.
func (v *visit) needWhy(form *web.Form) {
	if why := strings.TrimSpace(form.Value("why")); why == "" || len(why) > 2000 {
		form.Fail("why", "desk.admin.why_needed")
	}
}

// formText writes the fields of a form as lines to compare.
func formText(form *web.Form) string {
	var names []string
	for name := range form.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	var out strings.Builder
	for _, name := range names {
		for _, value := range form.Values[name] {
			for line := range strings.Lines(value + "\n") {
				if line = strings.TrimSpace(line); line != "" {
					out.WriteString(name + ": " + line + "\n")
				}
			}
		}
	}
	return out.String()
}

// changesPage is the data of desk/admin_changes.
type changesPage struct {
	Changes []changeView
	Next    string
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
		view.SubjectText = v.bodyName(c.Subject)
	}
	return view
}

// listChanges lists the changes of the registry, the newest first.
func (d *Desk) listChanges(v *visit) error {
	list, next, err := d.Admin.Registry.Changes(v.ctx, v.c.Query("after"))
	if err != nil {
		return err
	}
	page := changesPage{Next: next}
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
	page := changePage{Change: v.changeView(c), Lines: diff(c.Before, c.After), Failed: failed}
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
