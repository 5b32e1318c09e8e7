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
	Theirs  []diffLine
	History []changeView
	// Units and Rules are the rows made of rows; Topics and Places the names
	// offered before anything is typed.
	Units, Rules   rowsView
	Topics, Places []string
	// Bodies are the names offered for the parent where Parents would be too many.
	Bodies []string
	rows   *bodyRows
}

// historyShown is how many changes a page of one thing shows.
const historyShown = 10

// aboutBody is what a page of a body in force shows beside its form.
func (v *visit) aboutBody(page *bodyPage) error {
	id := page.Form.Value("id")
	n, err := v.Office.OpenAt(v.ctx, id, "")
	if err != nil {
		return err
	}
	page.Open = n
	list, _, err := v.Admin.Registry.Changes(v.ctx, id, "")
	for _, c := range list[:min(len(list), historyShown)] {
		page.History = append(page.History, v.changeView(c))
	}
	return err
}

// editBody opens a body, or an empty form.
func (d *Desk) editBody(v *visit) error {
	id := v.c.Query("id")
	if id == "" {
		return v.renderBody(fiber.StatusOK, bodyPage{Form: templates.NewForm("new", "yes", "level", string(casework.LevelMunicipal)), New: true, rows: v.rowsOf(casework.Body{})})
	}
	b, err := v.registry.Body(id)
	if err != nil {
		return err
	}
	form := bodyForm(b)
	form.Values["seen"] = []string{d.Admin.Registry.Seen(b)}
	return v.renderBody(fiber.StatusOK, bodyPage{Form: form, rows: v.rowsOf(b)})
}

// bodyNow is the body of a form as it is in force, an empty one for a new one.
func (v *visit) bodyNow(form *web.Form) casework.Body {
	if form.Is("new", "yes") {
		return casework.Body{}
	}
	b, err := v.registry.Body(form.Value("id"))
	if err != nil {
		return casework.Body{}
	}
	return b
}

func (v *visit) renderBody(status int, page bodyPage) error {
	option := func(value, text string) templates.Option { return templates.Option{Value: value, Text: text} }
	for _, l := range []casework.Level{casework.LevelFederal, casework.LevelRegional, casework.LevelMunicipal} {
		page.Levels = append(page.Levels, option(string(l), v.label("desk.admin.level", string(l))))
	}
	page.Parents = v.parentOptions(page.Form)
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
	if err := v.showBody(&page); err != nil {
		return err
	}
	return v.Kit.Render(v.c, status, "desk/admin_body", "desk", "desk.admin.body.title", page)
}

// showBody makes the rows of the page and what stands beside its form.
func (v *visit) showBody(page *bodyPage) (err error) {
	now := v.bodyNow(page.Form)
	if page.Units, err = v.showRows(page.Form, page.rows, unitRows, now); err != nil {
		return err
	}
	if page.Rules, err = v.showRows(page.Form, page.rows, ruleRows, now); err != nil {
		return err
	}
	page.Topics, page.Places = v.offered("topic", ""), v.offered("place", "")
	if page.Parents == nil {
		page.Bodies = v.offered("body", "")
	}
	if page.New {
		return nil
	}
	return v.aboutBody(page)
}

// proposeBody makes a change of a body, which is published on its own page.
func (d *Desk) proposeBody(v *visit) error {
	form := web.ReadForm(v.c)
	page := bodyPage{Form: form, New: form.Is("new", "yes"), rows: v.readRows(form)}
	now := v.bodyNow(form)
	if v.editRows(form, page.rows, now) {
		if !form.OK() {
			return v.renderBody(fiber.StatusUnprocessableEntity, page)
		}
		return v.renderBody(fiber.StatusOK, page)
	}
	body := v.bodyFrom(form, page.rows, now)
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
			page.Theirs = diff(v.bodyLines(theirs), v.bodyLines(body))
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
