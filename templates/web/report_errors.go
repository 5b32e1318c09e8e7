package web

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Retry is implemented by errors that know when to come again (429, 503).
type Retry interface {
	error
	RetryAfter() time.Duration
}

// errorPage is the data of web/error.html.
type errorPage struct {
	Status  int
	Code    string
	Request string
	Minutes int // until the next try, rounded up; 0 when unknown
	Title   string
	What    string
	Kept    string
	Next    string
}

// the statuses that have a page of their own; others take 400 or 500.
var pageStatuses = map[int]bool{400: true, 401: true, 403: true, 404: true, 405: true, 409: true,
	413: true, 415: true, 429: true, 500: true, 503: true}

// ErrorHandler answers every error of the app: a page for people, problem+json
// (RFC 9457) for programs. The text of the error itself never leaves the server.
func (k *Kit) ErrorHandler(c *fiber.Ctx, err error) error {
	var refused *csrfError
	if errors.As(err, &refused) && !wantsJSON(c) {
		k.setHeaders(c, k.state(c))
		return k.renderCSRF(c, refused)
	}
	status, code := k.statusOf(err)
	if status >= 500 {
		k.logFailure(c, status, code, err)
	}
	page := k.errorPage(c, status, code, err)
	k.setHeaders(c, k.state(c))
	if wantsJSON(c) {
		return k.problem(c, page)
	}
	if failed := k.Render(c, status, "web/error", layoutOf(c), page.Title, page); failed != nil {
		// The page that reports a broken page must not depend on templates.
		k.logFailure(c, fiber.StatusInternalServerError, "render", failed)
		c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
		return c.Status(status).SendString(page.Title + "\n" + page.Next + "\n")
	}
	return nil
}

func (k *Kit) statusOf(err error) (int, string) {
	var refused *csrfError
	if errors.As(err, &refused) {
		return fiber.StatusForbidden, "csrf"
	}
	var own *fiber.Error
	if errors.As(err, &own) {
		return own.Code, ""
	}
	var crashed *panicked
	if !errors.As(err, &crashed) && k.config.StatusOf != nil {
		if status, code := k.config.StatusOf(err); status >= 400 && status < 600 {
			return status, code
		}
	}
	var later Retry
	if errors.As(err, &later) {
		return fiber.StatusTooManyRequests, "rate_limit"
	}
	return fiber.StatusInternalServerError, ""
}

func (k *Kit) errorPage(c *fiber.Ctx, status int, code string, err error) errorPage {
	page := errorPage{Status: status, Code: code, Request: k.state(c).id}
	shown := status
	if !pageStatuses[shown] {
		shown = 400
		if status >= 500 {
			shown = 500
		}
	}
	if page.Code == "" {
		page.Code = "http_" + strconv.Itoa(shown)
	}
	var later Retry
	if errors.As(err, &later) {
		seconds := int(math.Ceil(later.RetryAfter().Seconds()))
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(max(1, seconds)))
		page.Minutes = (seconds + 59) / 60
	} else if status == fiber.StatusServiceUnavailable || status == fiber.StatusTooManyRequests {
		c.Set(fiber.HeaderRetryAfter, "60")
		page.Minutes = 1
	}
	lang := k.state(c).lang
	text := func(part string) string {
		own := "web.error." + code + "." + part
		if code != "" && k.set.Has(lang, own) {
			return k.set.T(lang, own, nil)
		}
		return k.set.T(lang, "web.error."+strconv.Itoa(shown)+"."+part, nil)
	}
	page.Title, page.What, page.Kept, page.Next = text("title"), text("what"), text("kept"), text("next")
	return page
}

// problem writes the error for programs.
func (k *Kit) problem(c *fiber.Ctx, page errorPage) error {
	err := c.Status(page.Status).JSON(map[string]any{
		"type":    "about:blank",
		"title":   page.Title,
		"status":  page.Status,
		"code":    page.Code,
		"detail":  page.What,
		"request": page.Request,
	})
	c.Set(fiber.HeaderContentType, "application/problem+json; charset=utf-8")
	return err
}

func wantsJSON(c *fiber.Ctx) bool {
	if path := c.Path(); path == "/api" || strings.HasPrefix(path, "/api/") {
		return true
	}
	accept := c.Get(fiber.HeaderAccept)
	return strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}

// layoutOf chooses the face of an error page by its address.
func layoutOf(c *fiber.Ctx) string {
	if path := c.Path(); path == "/desk" || strings.HasPrefix(path, "/desk/") {
		return "desk"
	}
	return "portal"
}
