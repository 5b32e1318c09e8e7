package identity

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/intake/identity/esia"
)

const (
	failurePath = "/login/failed"
	// failureLife is how long the page of a failure can be reloaded.
	failureLife = time.Hour
)

// failure is what went wrong, carried in a signed address: the address of the
// callback holds a code and must not stay in the browser's bar or history, and
// the page survives a switch of language.
type failure struct {
	Status int        `json:"s"`
	Text   string     `json:"t"`
	Cause  esia.Cause `json:"c"`
	Number string     `json:"e,omitempty"`
	Next   string     `json:"r,omitempty"`
	ID     string     `json:"i"`
}

// failurePage is the data of identity/failure.html.
type failurePage struct {
	// Text and Next are text ids: what happened and what to do.
	Text, Next string
	// Number is that of ESIA, for the help desk.
	Number  string
	Again   string
	Request string
}

var failureStatus = map[casework.Code]int{
	casework.Invalid: fiber.StatusBadRequest, casework.Unauthenticated: fiber.StatusForbidden,
	casework.Forbidden: fiber.StatusForbidden, casework.Unavailable: fiber.StatusServiceUnavailable,
}

// refuse leads to the page that says why nobody has been signed in. Errors
// without a text of their own go to the kit's error page.
func (w *Web) refuse(c *fiber.Ctx, err error, next string) error {
	var own *casework.Error
	if !errors.As(err, &own) || own.Message == "" {
		return err
	}
	f := failure{Status: failureStatus[own.Code], Text: own.Message, Cause: esia.CauseOf(err), Next: next, ID: w.kit.RequestID(c)}
	var refusal *esia.Refusal
	if errors.As(err, &refusal) {
		f.Number = refusal.Number
	}
	level := slog.LevelInfo
	if f.Cause == esia.CauseOurs {
		level = slog.LevelError
	}
	// Our errors quote nothing from outside.
	w.log.Log(c.UserContext(), level, "sign-in refused", slog.String("request", f.ID), slog.String("error", own.Error()))
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return w.kit.Redirect(c, failurePath+"?why="+w.kit.Sign(failurePath, string(body), failureLife))
}

var failureAdvice = map[esia.Cause]string{esia.CauseOurs: "identity.failure.ours",
	esia.CauseCitizen: "identity.failure.citizen", esia.CausePassing: "identity.failure.passing"}

// showFailure is GET /login/failed.
func (w *Web) showFailure(c *fiber.Ctx) error {
	body, signed := w.kit.Verify(failurePath, c.Query("why"))
	var f failure
	if !signed || json.Unmarshal([]byte(body), &f) != nil {
		return w.kit.Redirect(c, SignInPath)
	}
	page := failurePage{Text: f.Text, Next: failureAdvice[f.Cause], Number: f.Number, Again: SignInPath, Request: f.ID}
	if f.Next != "" {
		page.Again += "?" + url.Values{"next": {f.Next}}.Encode()
	}
	if f.Status == 0 {
		f.Status = fiber.StatusBadRequest
	}
	return w.kit.Render(c, f.Status, "identity/failure", "portal", "identity.failure.title", page)
}
