package desk

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// Absences is the book of who stands in for whom; casework.Absences with a
// journal of changes.
type Absences interface {
	// Lasting lists those in force and to come, Holding those in force now.
	Lasting(ctx context.Context) ([]casework.Absence, error)
	Holding(ctx context.Context) ([]casework.Absence, error)
	// Past lists those of a body that are over, the newest first.
	Past(ctx context.Context, body string, page casework.Window) (list []casework.Absence, next string, err error)
	// Name and End: see casework.Absences.
	Name(ctx context.Context, by casework.Actor, o casework.AbsenceOrder) (casework.Absence, error)
	End(ctx context.Context, by casework.Actor, id, why string) (casework.Absence, error)
}

// The addresses of the two pages: a person's own, and that of a body.
const (
	ownAbsence  = "/desk/absence"
	allAbsences = "/desk/absences"
)

// mountAbsences puts the pages of substitutions under /desk.
func (d *Desk) mountAbsences(r fiber.Router) {
	if d.Aids.Absences == nil {
		return
	}
	r.Get(ownAbsence, d.admit(d.showOwnAbsence))
	r.Post(ownAbsence, d.admit(func(v *visit) error { return d.changeAbsence(v, true) }))
	r.Get(allAbsences, d.admitNamer(func(v *visit) error { return v.renderAbsences(fiber.StatusOK, v.absenceForm(), false) }))
	r.Post(allAbsences, d.admitNamer(func(v *visit) error { return d.changeAbsence(v, false) }))
}

// admitNamer lets in who may name deputies for others: heads and administrators
// in their own right.
func (d *Desk) admitNamer(handle func(*visit) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		by, ok := d.Actor(c)
		if !ok {
			return casework.Fail(casework.Unauthenticated, "desk.admitNamer", "")
		}
		if own := by.Own(); !own.Is(casework.RoleHead) && !own.Is(casework.RoleAdministrator) {
			return casework.Fail(casework.Forbidden, "desk.admitNamer", "absence.not_yours")
		}
		return handle(d.visit(c, by))
	}
}

// absencePage is the data of desk/absence.
type absencePage struct {
	Form   *web.Form
	Action string
	// Own is true on the page of the reader himself, All if he has that of a
	// body too, Mine if he has one of his own.
	Own, All, Mine bool
	Body           string
	Bodies         []templates.Option
	// People can be absent, Deputies can stand in; without people there is no
	// form.
	People, Deputies []templates.Option
	Clock            string
	Lines, Past      []absenceLine
	Standing         []standLink
	Next             string
}

// absenceLine is one substitution in a table.
type absenceLine struct {
	casework.Absence
	StateText, Kind, Author, Again string
	// May is true if the reader may end it.
	May bool
}

// standLink leads to the cases of somebody for whom the reader stands in.
type standLink struct {
	Name, Href string
	Until      casework.Date
}

func (v *visit) standing() []standLink {
	var out []standLink
	for _, s := range v.by.Standings {
		out = append(out, standLink{Name: s.Name, Until: s.Until, Href: "/desk?tab=open&officer=" + url.QueryEscape(s.For)})
	}
	return out
}

// showOwnAbsence is the page of the reader himself.
func (d *Desk) showOwnAbsence(v *visit) error {
	return v.renderAbsences(fiber.StatusOK, v.absenceForm(), true)
}

// absenceForm is an empty form, or one filled from an absence to name again.
func (v *visit) absenceForm() *web.Form {
	form := templates.NewForm()
	for _, name := range []string{"body", "absent", "deputy", "ground", "post"} {
		if value, _ := templates.CleanLine(v.c.Query(name), 300); value != "" {
			form.Values[name] = []string{value}
		}
	}
	return form
}

func (v *visit) renderAbsences(status int, form *web.Form, own bool) error {
	page := absencePage{Form: form, Own: own, Action: allAbsences, All: v.namesOthers(), Mine: v.by.Staff()}
	if own {
		page.Action, page.Standing = ownAbsence, v.standing()
	}
	bodies := v.absenceBodies(own)
	if len(bodies) == 0 && !own {
		return casework.Fail(casework.Forbidden, "desk.renderAbsences", "absence.not_yours")
	}
	for _, b := range bodies {
		page.Bodies = append(page.Bodies, templates.Option{Value: b.ID, Text: b.Name})
		if b.ID == form.Value("body") {
			page.Body = b.ID
		}
	}
	if page.Body == "" && len(bodies) > 0 {
		page.Body = bodies[0].ID
	}
	form.Values["body"] = []string{page.Body}
	if err := v.fillAbsences(&page); err != nil {
		return err
	}
	title := "desk.absence.all"
	if own {
		title = "desk.absence.title"
	}
	return v.Kit.Render(v.c, status, "desk/absence", "desk", title, page)
}

// namesOthers reports whether the reader names deputies for others.
func (v *visit) namesOthers() bool {
	own := v.by.Own()
	return own.Is(casework.RoleHead) || own.Is(casework.RoleAdministrator)
}

// absenceBodies are the bodies in which the reader can name a deputy: for
// himself, or for others.
func (v *visit) absenceBodies(own bool) []casework.Body {
	roles := []casework.Role{casework.RoleHead, casework.RoleAdministrator}
	if own {
		roles[1] = casework.RoleOfficer
	}
	ids, all := v.by.Own().Bodies(roles...)
	return slices.DeleteFunc(slices.Clone(v.registry.Bodies()), func(b casework.Body) bool { return !all && !slices.Contains(ids, b.ID) })
}

// fillAbsences adds the tables and, where somebody can be named, the choices.
func (v *visit) fillAbsences(page *absencePage) error {
	lasting, err := v.Aids.Absences.Lasting(v.ctx)
	if err != nil {
		return err
	}
	var past []casework.Absence
	if page.Body != "" {
		if past, page.Next, err = v.Aids.Absences.Past(v.ctx, page.Body, casework.Window{After: v.c.Query("after"), Limit: 50}); err != nil {
			return err
		}
		page.Clock = templates.FormatDateTime(v.lang, v.now.In(v.zone(page.Body)))
		if err := v.fillPeople(page); err != nil {
			return err
		}
	}
	concerns := func(a casework.Absence) bool {
		if page.Own {
			return a.Absent == v.by.ID || a.Deputy == v.by.ID
		}
		return a.Body == page.Body
	}
	may := func(a casework.Absence) bool {
		return a.Absent == v.by.ID || slices.ContainsFunc(page.People, func(o templates.Option) bool { return o.Value == a.Absent })
	}
	for _, a := range lasting {
		if concerns(a) {
			page.Lines = append(page.Lines, v.absenceLine(a, page.Action, may(a)))
		}
	}
	for _, a := range past {
		if concerns(a) {
			page.Past = append(page.Past, v.absenceLine(a, page.Action, may(a)))
		}
	}
	return nil
}

func (v *visit) absenceLine(a casework.Absence, action string, may bool) absenceLine {
	state := a.State(v.now, v.zone(a.Body))
	line := absenceLine{Absence: a, StateText: v.t("desk.absence.state." + string(state)), Author: v.personName(a.Body, a.By), May: may,
		Kind: map[casework.AbsenceState]string{casework.AbsenceHolds: "act", casework.AbsenceComing: "good"}[state]}
	if line.Kind == "" {
		line.Kind = "plain"
		line.Again = action + "?" + url.Values{"body": {a.Body}, "absent": {a.Absent}, "deputy": {a.Deputy}, "ground": {a.Ground}, "post": {a.Post}}.Encode()
	}
	return line
}

// lineBodies are a body, those above it and those right below.
func (v *visit) lineBodies(body string) []string {
	out := []string{body}
	for b, err := v.registry.Body(body); err == nil && b.Parent != "" && !slices.Contains(out, b.Parent); b, err = v.registry.Body(b.Parent) {
		out = append(out, b.Parent)
	}
	for _, b := range v.registry.Bodies() {
		if b.Parent == body && len(out) < 30 {
			out = append(out, b.ID)
		}
	}
	return out
}

// fillPeople offers who can be absent and who can stand in; the book decides.
func (v *visit) fillPeople(page *absencePage) error {
	known := map[string]bool{v.by.ID: true}
	for _, body := range v.lineBodies(page.Body) {
		staff, err := v.Officers(v.ctx, body)
		if err != nil {
			return err
		}
		for _, a := range staff {
			o := templates.Option{Value: a.ID, Text: a.Name}
			if body == page.Body && !page.Own && v.by.MayNameDeputy(body, a.ID, a.Own().Grants) {
				page.People = append(page.People, o)
			}
			if known[a.ID] {
				continue
			}
			if known[a.ID] = true; body != page.Body {
				o.Text += " (" + v.bodyName(body) + ")"
			}
			page.Deputies = append(page.Deputies, o)
		}
	}
	if page.Own && v.by.MayNameDeputy(page.Body, v.by.ID, v.by.Own().Grants) {
		page.People = []templates.Option{{Value: v.by.ID, Text: v.by.Name}}
	} else if len(page.People) > 0 {
		page.People = append([]templates.Option{{Text: v.t("desk.absence.choose")}}, page.People...)
	}
	page.Deputies = append([]templates.Option{{Text: v.t("desk.absence.choose")}}, page.Deputies...)
	return nil
}

// changeAbsence names a deputy or ends a substitution.
func (d *Desk) changeAbsence(v *visit, own bool) error {
	form := web.ReadForm(v.c)
	back := allAbsences
	if own {
		back = ownAbsence
	}
	flash, field := "desk.flash.absence_named", "deputy"
	var err error
	if form.Value("do") == "end" {
		flash, field = "desk.flash.absence_ended", "why"
		_, err = d.Aids.Absences.End(v.ctx, v.by, form.Value("id"), form.Value("why"))
	} else {
		o := casework.AbsenceOrder{Body: form.Value("body"), Absent: form.Value("absent"), Deputy: form.Value("deputy"),
			Ground: form.Value("ground"), Post: form.Value("post")}
		if own {
			o.Absent = v.by.ID
		}
		// What is no date is none: the book says so at its field.
		o.From, _ = casework.ParseDate(strings.TrimSpace(form.Value("from")))
		o.To, _ = casework.ParseDate(strings.TrimSpace(form.Value("to")))
		_, err = d.Aids.Absences.Name(v.ctx, v.by, o)
	}
	if err != nil {
		if !v.failed(form, err, field) {
			return err
		}
		return v.renderAbsences(adminStatus(err), form, own)
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: flash})
	if body := form.Value("body"); body != "" {
		back += "?" + url.Values{"body": {body}}.Encode()
	}
	return v.Kit.Redirect(v.c, back)
}
