package identity

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/intake/identity/session"
	"priemnaya/intake/identity/staff"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

const (
	staffCodePath   = "/staff/login/code"
	staffChangePath = "/staff/login/password"
	staffEnrolPath  = "/staff/login/enrol"

	entryCookie = "staff-entry"
	// entryLife is how long the steps after the password may take.
	entryLife = 10 * time.Minute
)

// entry is a sign-in of staff under way, in a sealed cookie: not a session yet.
type entry struct {
	staff.Entry
	Next string `json:"next,omitempty"`
}

// staffPage is the data of the identity/staff_*.html pages.
type staffPage struct {
	Form *web.Form
	// Minutes is how long a locked account or address must wait; 0 is not locked.
	Minutes int
	Next    string
	Name    string
	// QR is the picture of URI, Secret the same to type; for enrolment.
	QR     qrCode
	Secret string
	// Recovery are the codes shown once.
	Recovery []string
	Onward   string
	// Development shows the notice of a demonstration.
	Development bool
}

// showStaff is GET /staff/login.
func (w *Web) showStaff(c *fiber.Ctx) error {
	if held, ok := w.config.Sessions.Session(c); ok && held.Login != "" {
		return w.kit.Redirect(c, wayBack(c.Query("next"), w.config.StaffHome))
	}
	return w.staffForm(c, fiber.StatusOK, "identity/staff_login", staffPage{Form: &web.Form{}, Next: wayBack(c.Query("next"), "")})
}

// enterStaff is POST /staff/login.
func (w *Web) enterStaff(c *fiber.Ctx) error {
	form := web.ReadForm(c)
	page := staffPage{Form: form, Next: wayBack(form.Value("next"), "")}
	made, err := w.config.Staff.Enter(c.UserContext(), staff.Credentials{Login: form.Value("login"),
		Password: c.FormValue("password"), Address: c.IP()})
	if err != nil {
		return w.staffFailure(c, "identity/staff_login", "password", page, err)
	}
	return w.advance(c, entry{Entry: made, Next: page.Next})
}

// advance leads to the next step, or begins the session.
func (w *Web) advance(c *fiber.Ctx, e entry) error {
	step, account, err := w.config.Staff.Next(c.UserContext(), e.Entry)
	if err != nil {
		return w.restart(c, err)
	}
	if step == staff.StepDone {
		return w.beginStaff(c, e, account)
	}
	if err := w.keepEntry(c, e); err != nil {
		return err
	}
	return w.kit.Redirect(c, stepPaths[step])
}

var stepPaths = map[staff.Step]string{staff.StepCode: staffCodePath, staff.StepChange: staffChangePath,
	staff.StepEnrol: staffEnrolPath}

func (w *Web) keepEntry(c *fiber.Ctx, e entry) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	w.kit.SetCookie(c, entryCookie, w.kit.Seal(entryCookie, body, entryLife), entryLife)
	return nil
}

func (w *Web) beginStaff(c *fiber.Ctx, e entry, account staff.Staff) error {
	if err := w.startStaff(c, e, account); err != nil {
		return err
	}
	return w.kit.Redirect(c, wayBack(e.Next, w.config.StaffHome))
}

func (w *Web) startStaff(c *fiber.Ctx, e entry, account staff.Staff) error {
	method := "password"
	if e.Second {
		method = "password+totp"
	}
	w.kit.DropCookie(c, entryCookie)
	if err := w.config.Sessions.Begin(c, session.Session{Login: e.Login, Epoch: account.Epoch, Method: method}); err != nil {
		return err
	}
	w.log.Info("staff signed in", slog.String("request", w.kit.RequestID(c)), slog.String("method", method))
	return nil
}

// at loads the entry and checks that it stands at the step; otherwise it has
// led the browser to where it belongs and ok is false.
func (w *Web) at(c *fiber.Ctx, step staff.Step) (e entry, account staff.Staff, ok bool, err error) {
	body, open := w.kit.Open(entryCookie, w.kit.Cookie(c, entryCookie))
	if !open || json.Unmarshal(body, &e) != nil {
		return e, account, false, w.kit.Redirect(c, StaffSignInPath)
	}
	present, account, err := w.config.Staff.Next(c.UserContext(), e.Entry)
	switch {
	case err != nil:
		return e, account, false, w.restart(c, err)
	case present == step:
		return e, account, true, nil
	case present == staff.StepDone:
		return e, account, false, w.beginStaff(c, e, account)
	}
	return e, account, false, w.kit.Redirect(c, stepPaths[present])
}

// restart sends back to the first step when the account has changed meanwhile.
func (w *Web) restart(c *fiber.Ctx, err error) error {
	if casework.CodeOf(err) != casework.Unauthenticated && casework.CodeOf(err) != casework.NotAllowed {
		return err
	}
	w.kit.DropCookie(c, entryCookie)
	w.kit.Flash(c, templates.Flash{Kind: "warn", Key: "identity.staff.again"})
	return w.kit.Redirect(c, StaffSignInPath)
}

// staffFailure shows the form again with what was wrong.
func (w *Web) staffFailure(c *fiber.Ctx, name, field string, page staffPage, err error) error {
	var locked *staff.Locked
	var own *casework.Error
	switch {
	case errors.As(err, &locked):
		page.Minutes = int(math.Ceil(locked.RetryAfter().Minutes()))
		return w.staffForm(c, fiber.StatusTooManyRequests, name, page)
	case errors.Is(err, staff.ErrWrong):
		page.Form.Fail(field, map[string]string{"password": "identity.staff.wrong", "code": "identity.staff.wrong_code",
			"old_password": "identity.password.old_wrong"}[field])
		return w.staffForm(c, fiber.StatusUnprocessableEntity, name, page)
	case errors.As(err, &own) && len(own.Fields) > 0:
		for _, f := range own.Fields {
			page.Form.Fail(f.Field, f.Key, "Min", f.Data["Min"])
		}
		return w.staffForm(c, fiber.StatusUnprocessableEntity, name, page)
	}
	return w.restart(c, err)
}

func (w *Web) staffForm(c *fiber.Ctx, status int, name string, page staffPage) error {
	page.Development = w.config.Development
	title := map[string]string{"identity/staff_login": "identity.staff.title", "identity/staff_code": "identity.code.title",
		"identity/staff_change": "identity.change.title", "identity/staff_password": "identity.change.title",
		"identity/staff_enrol": "identity.enrol.title", "identity/staff_recovery": "identity.recovery.title"}[name]
	return w.kit.Render(c, status, name, "desk", title, page)
}
