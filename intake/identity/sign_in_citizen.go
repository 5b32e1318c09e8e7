package identity

import (
	"log/slog"
	"net/url"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/oauth2"

	"priemnaya/casework"
	"priemnaya/intake/identity/esia"
	"priemnaya/intake/identity/oidc"
	"priemnaya/intake/identity/session"
)

// signInPage is the data of identity/login.html.
type signInPage struct {
	ESIA        string // address of the button, empty where not connected
	OpenID      []button
	Staff       string
	Development bool
}

type button struct{ Label, Href string }

// showSignIn is GET /login.
func (w *Web) showSignIn(c *fiber.Ctx) error {
	next := wayBack(c.Query("next"), "")
	if _, signedIn := w.config.Sessions.Applicant(c); signedIn {
		return w.kit.Redirect(c, wayBack(next, w.config.CitizenHome))
	}
	with := func(path string) string {
		if next != "" {
			path += "?" + url.Values{"next": {next}}.Encode()
		}
		return path
	}
	page := signInPage{Development: w.config.Development}
	if w.config.ESIA != nil {
		page.ESIA = with("/login/esia")
	}
	for _, p := range w.config.OpenID {
		page.OpenID = append(page.OpenID, button{p.Label(), with("/login/openid/" + p.ID())})
	}
	if w.config.Staff != nil {
		page.Staff = StaffSignInPath
	}
	return w.kit.Render(c, fiber.StatusOK, "identity/login", "portal", "identity.login.title", page)
}

// departESIA is GET /login/esia. It changes nothing here but the browser's own
// attempt, so a link may lead to it.
func (w *Web) departESIA(c *fiber.Ctx) error {
	a := attempt{Provider: "esia", State: esia.NewState(), Next: wayBack(c.Query("next"), "")}
	target, err := w.config.ESIA.AuthorizeURL(c.UserContext(), a.State)
	if err != nil {
		return w.refuse(c, err, a.Next)
	}
	w.remember(c, a)
	return c.Redirect(target, fiber.StatusSeeOther)
}

// returnESIA is the callback registered at ESIA.
func (w *Web) returnESIA(c *fiber.Ctx) error {
	a, err := w.recall(c, "esia")
	if err != nil {
		return w.refuse(c, err, a.Next)
	}
	if c.Query("error") != "" {
		return w.refuse(c, esia.Explain("esia.Callback", c.Query("error_description")), a.Next)
	}
	applicant, err := w.config.ESIA.SignIn(c.UserContext(), c.Query("code"))
	if err != nil {
		return w.refuse(c, err, a.Next)
	}
	return w.welcome(c, applicant, "esia", a.Next)
}

func (w *Web) departOpenID(p *oidc.Provider) fiber.Handler {
	return func(c *fiber.Ctx) error {
		a := attempt{Provider: "oidc:" + p.ID(), State: esia.NewState(), Nonce: oauth2.GenerateVerifier(),
			Verifier: oauth2.GenerateVerifier(), Next: wayBack(c.Query("next"), "")}
		target, err := p.AuthorizeURL(c.UserContext(), a.State, a.Nonce, a.Verifier)
		if err != nil {
			return w.refuse(c, err, a.Next)
		}
		w.remember(c, a)
		return c.Redirect(target, fiber.StatusSeeOther)
	}
}

func (w *Web) returnOpenID(p *oidc.Provider) fiber.Handler {
	return func(c *fiber.Ctx) error {
		a, err := w.recall(c, "oidc:"+p.ID())
		if err != nil {
			return w.refuse(c, err, a.Next)
		}
		if c.Query("error") != "" || c.Query("code") == "" {
			return w.refuse(c, casework.Fail(casework.Forbidden, "oidc.Callback", "identity.openid.refused"), a.Next)
		}
		applicant, err := p.SignIn(c.UserContext(), c.Query("code"), a.Nonce, a.Verifier)
		if err != nil {
			return w.refuse(c, err, a.Next)
		}
		return w.welcome(c, applicant, a.Provider, a.Next)
	}
}

// welcome begins the session and leads back to what the citizen was doing.
func (w *Web) welcome(c *fiber.Ctx, applicant casework.Applicant, method, next string) error {
	if err := w.config.Sessions.Begin(c, session.Session{Applicant: &applicant, Method: method}); err != nil {
		return w.refuse(c, err, next)
	}
	w.log.Info("citizen signed in", slog.String("request", w.kit.RequestID(c)), slog.String("method", method),
		slog.String("assurance", string(applicant.Assurance)))
	return w.kit.Redirect(c, wayBack(next, w.config.CitizenHome))
}

// signOut is POST /logout.
func (w *Web) signOut(c *fiber.Ctx) error {
	held, _ := w.config.Sessions.Session(c)
	if err := w.config.Sessions.End(c); err != nil {
		return err
	}
	switch {
	case held.Login != "":
		return w.kit.Redirect(c, SignOutPath+"?from=staff")
	case held.Method == "esia" && w.config.ESIA != nil:
		return w.kit.Redirect(c, SignOutPath+"?from=esia")
	}
	return w.kit.Redirect(c, SignOutPath)
}

// signedOutPage is the data of identity/signed_out.html.
type signedOutPage struct {
	// Further is where to leave ESIA too, empty if there was none.
	Further string
	Again   string
	Staff   bool
}

// showSignedOut is GET /logout. A link and not a redirect leads to the logout
// of ESIA: our policy forbids forms to end elsewhere, and at home one may wish
// to stay signed in there.
func (w *Web) showSignedOut(c *fiber.Ctx) error {
	page := signedOutPage{Again: SignInPath}
	layout := "portal"
	switch {
	case c.Query("from") == "staff" && w.config.Staff != nil:
		page.Staff, page.Again, layout = true, StaffSignInPath, "desk"
	case c.Query("from") == "esia" && w.config.ESIA != nil:
		page.Further = w.config.ESIA.LogoutURL(w.config.BaseURL + SignOutPath)
	}
	return w.kit.Render(c, fiber.StatusOK, "identity/signed_out", layout, "identity.out.title", page)
}
