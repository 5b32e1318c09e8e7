package identity

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/intake/identity/session"
	"priemnaya/intake/identity/staff"
	"priemnaya/templates/web"
)

// showCode is GET /staff/login/code.
func (w *Web) showCode(c *fiber.Ctx) error {
	_, account, ok, err := w.at(c, staff.StepCode)
	if !ok {
		return err
	}
	return w.staffForm(c, fiber.StatusOK, "identity/staff_code", staffPage{Form: &web.Form{}, Name: account.Name})
}

// enterCode is POST /staff/login/code.
func (w *Web) enterCode(c *fiber.Ctx) error {
	e, account, ok, err := w.at(c, staff.StepCode)
	if !ok {
		return err
	}
	made, err := w.config.Staff.Second(c.UserContext(), e.Entry, c.FormValue("code"), c.IP())
	if err != nil {
		return w.staffFailure(c, "identity/staff_code", "code", staffPage{Form: &web.Form{}, Name: account.Name}, err)
	}
	return w.advance(c, entry{Entry: made, Next: e.Next})
}

// showChange is GET /staff/login/password, the change demanded at sign-in.
func (w *Web) showChange(c *fiber.Ctx) error {
	_, account, ok, err := w.at(c, staff.StepChange)
	if !ok {
		return err
	}
	return w.staffForm(c, fiber.StatusOK, "identity/staff_change", staffPage{Form: &web.Form{}, Name: account.Name})
}

// enterChange is POST /staff/login/password.
func (w *Web) enterChange(c *fiber.Ctx) error {
	e, account, ok, err := w.at(c, staff.StepChange)
	if !ok {
		return err
	}
	page := staffPage{Form: &web.Form{}, Name: account.Name}
	password, same := newPassword(c, page.Form)
	if !same {
		return w.staffForm(c, fiber.StatusUnprocessableEntity, "identity/staff_change", page)
	}
	made, err := w.config.Staff.Replace(c.UserContext(), e.Entry, password)
	if err != nil {
		return w.staffFailure(c, "identity/staff_change", "password", page, err)
	}
	return w.advance(c, entry{Entry: made, Next: e.Next})
}

// newPassword reads the two fields of a new password; passwords are taken as
// typed, not cleaned.
func newPassword(c *fiber.Ctx, form *web.Form) (password string, same bool) {
	password = c.FormValue("password")
	if password != c.FormValue("repeat") {
		form.Fail("repeat", "identity.password.differ")
		return "", false
	}
	return password, true
}

// showEnrol is GET /staff/login/enrol.
func (w *Web) showEnrol(c *fiber.Ctx) error {
	e, account, ok, err := w.at(c, staff.StepEnrol)
	if !ok {
		return err
	}
	return w.enrolForm(c, fiber.StatusOK, e, staffPage{Form: &web.Form{}, Name: account.Name})
}

func (w *Web) enrolForm(c *fiber.Ctx, status int, e entry, page staffPage) error {
	shown, err := w.config.Staff.BeginEnrolment(c.UserContext(), e.Entry)
	if err != nil {
		return w.restart(c, err)
	}
	if page.QR, err = drawQR(shown.URI); err != nil {
		return err
	}
	page.Secret = groupSecret(shown.Secret)
	return w.staffForm(c, status, "identity/staff_enrol", page)
}

// enterEnrol is POST /staff/login/enrol. The answer shows the recovery codes:
// they exist in readable form at this moment only.
func (w *Web) enterEnrol(c *fiber.Ctx) error {
	e, account, ok, err := w.at(c, staff.StepEnrol)
	if !ok {
		return err
	}
	made, codes, err := w.config.Staff.FinishEnrolment(c.UserContext(), e.Entry, c.FormValue("code"))
	page := staffPage{Form: &web.Form{}, Name: account.Name}
	switch casework.CodeOf(err) {
	case "":
	case casework.Unauthenticated:
		page.Form.Fail("code", "identity.staff.wrong_code")
		return w.enrolForm(c, fiber.StatusUnprocessableEntity, e, page)
	default:
		return w.staffFailure(c, "identity/staff_code", "code", page, err)
	}
	// Enrolment is the last step, so nothing but the account is of interest.
	_, account, err = w.config.Staff.Next(c.UserContext(), made)
	if err != nil {
		return w.restart(c, err)
	}
	if err := w.startStaff(c, entry{Entry: made, Next: e.Next}, account); err != nil {
		return err
	}
	page.Recovery, page.Onward = codes, wayBack(e.Next, w.config.StaffHome)
	return w.staffForm(c, fiber.StatusOK, "identity/staff_recovery", page)
}

// showPassword is GET /staff/password.
func (w *Web) showPassword(c *fiber.Ctx) error {
	if held, ok := w.config.Sessions.Session(c); !ok || held.Login == "" {
		return w.kit.Redirect(c, StaffSignInPath+"?next="+StaffPasswordPath)
	}
	return w.staffForm(c, fiber.StatusOK, "identity/staff_password", staffPage{Form: &web.Form{}, Onward: w.config.StaffHome})
}

// enterPassword is POST /staff/password: the other sessions of the person end,
// this one goes on under a new identifier.
func (w *Web) enterPassword(c *fiber.Ctx) error {
	held, ok := w.config.Sessions.Session(c)
	if !ok || held.Login == "" {
		return w.kit.Redirect(c, StaffSignInPath+"?next="+StaffPasswordPath)
	}
	page := staffPage{Form: &web.Form{}, Onward: w.config.StaffHome}
	password, same := newPassword(c, page.Form)
	if !same {
		return w.staffForm(c, fiber.StatusUnprocessableEntity, "identity/staff_password", page)
	}
	made, err := w.config.Staff.ChangePassword(c.UserContext(), staff.Credentials{Login: held.Login,
		Password: c.FormValue("old_password"), Address: c.IP()}, password)
	if err != nil {
		return w.staffFailure(c, "identity/staff_password", "old_password", page, err)
	}
	if err := w.config.Sessions.RevokeAll(c.UserContext(), "staff:"+held.Login); err != nil {
		return err
	}
	if err := w.config.Sessions.Begin(c, session.Session{Login: held.Login, Epoch: made.Epoch, Method: held.Method}); err != nil {
		return err
	}
	return w.kit.Redirect(c, w.config.StaffHome)
}
