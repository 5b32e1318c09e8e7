package identity

import (
	"errors"
	"log/slog"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/intake/identity/esia"
)

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

// refuse shows why nobody has been signed in and how to try again. Errors
// without a text of their own go to the kit's error page.
func (w *Web) refuse(c *fiber.Ctx, err error, next string) error {
	var own *casework.Error
	if !errors.As(err, &own) || own.Message == "" {
		return err
	}
	page := failurePage{Text: own.Message, Again: SignInPath, Request: w.kit.RequestID(c)}
	if next != "" {
		page.Again += "?" + url.Values{"next": {next}}.Encode()
	}
	cause := esia.CauseOf(err)
	switch cause {
	case esia.CauseOurs:
		page.Next = "identity.failure.ours"
	case esia.CauseCitizen:
		page.Next = "identity.failure.citizen"
	default:
		page.Next = "identity.failure.passing"
	}
	var refusal *esia.Refusal
	if errors.As(err, &refusal) {
		page.Number = refusal.Number
	}
	level := slog.LevelInfo
	if cause == esia.CauseOurs {
		level = slog.LevelError
	}
	// Our errors quote nothing from outside.
	w.log.Log(c.UserContext(), level, "sign-in refused", slog.String("request", page.Request), slog.String("error", own.Error()))
	status := failureStatus[own.Code]
	if status == 0 {
		status = fiber.StatusBadRequest
	}
	return w.kit.Render(c, status, "identity/failure", "portal", "identity.failure.title", page)
}
