package desk

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// staffPage is the data of desk/admin_staff.
type staffPage struct {
	Form          *web.Form
	Bodies, Roles []templates.Option
	Staff         []staffLine
	Next          string
}

type staffLine struct {
	StaffCard
	Href   string
	Grants []string
}

// adminRoles are the roles an account may have.
func adminRoles() []casework.Role {
	return slices.DeleteFunc(casework.Roles(), func(r casework.Role) bool {
		return r == casework.RoleCitizen || r == casework.RoleSystem
	})
}

// grantText says a role and where it holds.
func (v *visit) grantText(g casework.Grant) string {
	place := v.t("desk.admin.everywhere")
	if g.Body != casework.Everywhere {
		place = v.bodyName(g.Body)
	}
	if g.Unit != "" {
		place += ", " + v.unitName(g.Body, g.Unit)
	}
	return v.label("desk.admin.role", string(g.Role)) + ": " + place
}

// staffBodies are the bodies whose accounts the reader keeps.
func (v *visit) staffBodies() []templates.Option {
	bodies, all := v.by.Bodies(casework.RoleAdministrator)
	var out []templates.Option
	if all {
		out = append(out, templates.Option{Text: v.t("desk.admin.any_body")})
	}
	for _, b := range v.registry.Bodies() {
		if all || slices.Contains(bodies, b.ID) {
			out = append(out, templates.Option{Value: b.ID, Text: b.Name})
		}
	}
	return out
}

// listStaff lists and finds accounts.
func (d *Desk) listStaff(v *visit) error {
	form := templates.NewForm("q", v.c.Query("q"), "body", v.c.Query("body"), "role", v.c.Query("role"))
	page := staffPage{Form: form, Bodies: v.staffBodies(), Roles: []templates.Option{{Text: v.t("desk.admin.any_role")}}}
	for _, r := range adminRoles() {
		page.Roles = append(page.Roles, templates.Option{Value: string(r), Text: v.label("desk.admin.role", string(r))})
	}
	body := form.Value("body")
	if !slices.ContainsFunc(page.Bodies, func(o templates.Option) bool { return o.Value == body }) {
		if len(page.Bodies) == 0 {
			return casework.Fail(casework.Forbidden, "desk.listStaff", "desk.admin.everywhere_only")
		}
		body = page.Bodies[0].Value
		form.Values["body"] = []string{body}
	}
	list, next, err := d.Admin.Staff.Page(v.ctx, StaffQuery{Words: form.Value("q"), Body: body, Role: casework.Role(form.Value("role")), After: v.c.Query("after")})
	if err != nil {
		return err
	}
	page.Next = next
	for _, s := range list {
		line := staffLine{StaffCard: s, Href: "/desk/admin/account?login=" + s.Login}
		for _, g := range s.Grants {
			line.Grants = append(line.Grants, v.grantText(g))
		}
		page.Staff = append(page.Staff, line)
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_staff", "desk", "desk.admin.staff", page)
}

// accountPage is the data of desk/admin_account.
type accountPage struct {
	Form    *web.Form
	New     bool
	Card    StaffCard
	Own     bool
	Grants  []string
	Theirs  []diffLine
	History []adminEntryView
	Roles   []string
}

// grantLines writes roles as the form shows them: "role@body" or
// "role@body/unit", one a line.
func grantLines(grants []casework.Grant) string {
	var out []string
	for _, g := range grants {
		line := string(g.Role) + "@" + g.Body
		if g.Unit != "" {
			line += "/" + g.Unit
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// grantsFrom reads them back.
func (v *visit) grantsFrom(form *web.Form) []casework.Grant {
	var out []casework.Grant
	for n, line := range textLines(form.Value("grants")) {
		role, place, ok := strings.Cut(strings.TrimSpace(line), "@")
		body, unit, _ := strings.Cut(place, "/")
		known := ok && slices.Contains(adminRoles(), casework.Role(role))
		if known && body != casework.Everywhere {
			b, err := v.registry.Body(body)
			known = err == nil && (unit == "" || slices.ContainsFunc(b.Units, func(u casework.BodyUnit) bool { return u.ID == unit }))
		}
		if g := (casework.Grant{Role: casework.Role(role), Body: body, Unit: unit}); known && !slices.Contains(out, g) {
			out = append(out, g)
		} else if !known {
			form.Fail("grants", "desk.admin.account.bad_grant", "Line", n+1)
		}
	}
	return out
}

func accountForm(s StaffCard) *web.Form {
	form := templates.NewForm("login", s.Login, "name", s.Name, "position", s.Position, "email", s.Email, "grants", grantLines(s.Grants), "seen", s.Seen)
	if s.Disabled {
		form.Values["disabled"] = []string{"yes"}
	}
	return form
}

// account loads an account that the reader may keep; any other one looks like
// none.
func (v *visit) account(login string) (StaffCard, error) {
	card, err := v.Admin.Staff.Get(v.ctx, login)
	if err == nil && !v.by.MayAdminister(card.Grants) {
		err = casework.Fail(casework.NotFound, "desk.account", "desk.admin.account.none")
	}
	return card, err
}

// editStaff opens an account, or an empty form.
func (d *Desk) editStaff(v *visit) error {
	login := v.c.Query("login")
	if login == "" {
		return v.renderAccount(fiber.StatusOK, accountPage{Form: templates.NewForm("new", "yes"), New: true})
	}
	card, err := v.account(login)
	if err != nil {
		return err
	}
	return v.renderAccount(fiber.StatusOK, accountPage{Form: accountForm(card), Card: card})
}

func (v *visit) renderAccount(status int, page accountPage) error {
	for _, r := range adminRoles() {
		page.Roles = append(page.Roles, string(r)+": "+v.label("desk.admin.role", string(r)))
	}
	if !page.New {
		page.Own = v.by.ID == "staff:"+page.Card.Login
		for _, g := range page.Card.Grants {
			page.Grants = append(page.Grants, v.grantText(g))
		}
		list, err := v.Admin.Staff.History(v.ctx, page.Card.Login)
		if err != nil {
			return err
		}
		page.History = v.entries(list)
	}
	return v.Kit.Render(v.c, status, "desk/admin_account", "desk", "desk.admin.account.title", page)
}

// saveStaff changes an account or makes one.
func (d *Desk) saveStaff(v *visit) error {
	form := web.ReadForm(v.c)
	page := accountPage{Form: form, New: form.Is("new", "yes")}
	card := StaffCard{Login: strings.ToLower(strings.TrimSpace(form.Value("login"))), Name: form.Value("name"), Position: form.Value("position"),
		Email: strings.TrimSpace(form.Value("email")), Disabled: form.Is("disabled", "yes"), Grants: v.grantsFrom(form), Seen: form.Value("seen")}
	if !page.New {
		now, err := v.account(card.Login)
		if err != nil {
			return err
		}
		if page.Card = now; card.Seen == "" {
			card.Seen = now.Seen
		}
	} else {
		card.Seen = ""
	}
	v.needWhy(form)
	if !form.OK() {
		return v.renderAccount(fiber.StatusUnprocessableEntity, page)
	}
	password, err := d.Admin.Staff.Save(v.ctx, v.by, card, form.Value("why"))
	if err != nil {
		if !v.failed(form, err, "name") {
			return err
		}
		if casework.CodeOf(err) == casework.Conflict && !page.New {
			mine := card
			mine.Seen = ""
			theirs := page.Card
			theirs.Seen = ""
			page.Theirs = diff(formText(accountForm(theirs)), formText(accountForm(mine)))
			form.Values["seen"] = []string{page.Card.Seen}
		}
		return v.renderAccount(adminStatus(err), page)
	}
	if password != "" {
		return v.showSecret(secretPage{Title: "desk.admin.account.made", Text: v.t("desk.admin.account.password_once"), Name: card.Login,
			Secret: password, Back: "/desk/admin/account?login=" + card.Login})
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.admin.saved"})
	return v.Kit.Redirect(v.c, "/desk/admin/account?login="+card.Login)
}

// actOnStaff resets a password or a second factor, or returns to a version.
func (d *Desk) actOnStaff(v *visit) error {
	form := web.ReadForm(v.c)
	card, err := v.account(form.Value("login"))
	if err != nil {
		return err
	}
	page := accountPage{Form: accountForm(card), Card: card}
	form.Values["seen"] = page.Form.Values["seen"]
	if v.needWhy(form); !form.OK() {
		page.Form.Fail("why", "desk.admin.why_needed")
		return v.renderAccount(fiber.StatusUnprocessableEntity, page)
	}
	why, password := form.Value("why"), ""
	switch form.Value("do") {
	case "password":
		password, err = d.Admin.Staff.Reset(v.ctx, v.by, card.Login, false, why)
	case "factor":
		_, err = d.Admin.Staff.Reset(v.ctx, v.by, card.Login, true, why)
	case "return":
		err = d.Admin.Staff.Return(v.ctx, v.by, card.Login, form.Value("entry"), why)
	default:
		page.Form.Fail("why", "desk.admin.choose")
		return v.renderAccount(fiber.StatusUnprocessableEntity, page)
	}
	if err != nil {
		if !v.failed(page.Form, err, "name") {
			return err
		}
		return v.renderAccount(adminStatus(err), page)
	}
	if password != "" {
		return v.showSecret(secretPage{Title: "desk.admin.account.reset", Text: v.t("desk.admin.account.password_once"), Name: card.Login,
			Secret: password, Back: "/desk/admin/account?login=" + card.Login})
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.admin.saved"})
	return v.Kit.Redirect(v.c, "/desk/admin/account?login="+card.Login)
}
