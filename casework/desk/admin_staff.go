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
	Theirs  []diffLine
	History []adminEntryView
	Rows    []grantRow
	Roles   []templates.Option
	Places  []string
}

func (v *visit) accountForm(s StaffCard) *web.Form {
	form := templates.NewForm("login", s.Login, "name", s.Name, "position", s.Position, "email", s.Email, "seen", s.Seen)
	v.grantForm(form, s.Grants)
	if s.Disabled {
		form.Values["disabled"] = []string{"yes"}
	}
	return form
}

// accountText writes an account as lines to compare, in the reader's words.
func (v *visit) accountText(s StaffCard) string {
	lines := []string{v.t("desk.admin.fio") + ": " + s.Name, v.t("desk.admin.position") + ": " + s.Position, v.t("desk.admin.email") + ": " + s.Email}
	for _, g := range s.Grants {
		lines = append(lines, v.grantText(g))
	}
	if s.Disabled {
		lines = append(lines, v.t("desk.admin.disabled"))
	}
	return strings.Join(lines, "\n")
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
	return v.renderAccount(fiber.StatusOK, accountPage{Form: v.accountForm(card), Card: card})
}

func (v *visit) renderAccount(status int, page accountPage) error {
	page.Rows, page.Roles, page.Places = grantRows(page.Form), v.roleOptions(), v.grantPlaces().offered()
	if !page.New {
		page.Own = v.by.ID == "staff:"+page.Card.Login
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
	if form.Is("do", "more") {
		page.Form.Errors = nil
		return v.renderAccount(fiber.StatusOK, page)
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
			page.Theirs = diff(v.accountText(page.Card), v.accountText(card))
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
	page := accountPage{Form: v.accountForm(card), Card: card}
	form.Values["seen"] = page.Form.Values["seen"]
	if v.needWhy(form); !form.OK() {
		page.Form.Fail("why", "desk.admin.why_needed")
		return v.renderAccount(fiber.StatusUnprocessableEntity, page)
	}
	why, password := form.Value("why"), ""
	if do := form.Value("do"); !form.Is("sure", "yes") && (do == "password" || do == "factor") {
		return v.confirm(form, confirmPage{Title: "desk_setup.sure." + do, Text: v.t("desk_setup.sure_text."+do, "Name", card.Name),
			Action: "/desk/admin/account/do", Back: "/desk/admin/account?login=" + card.Login})
	}
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
