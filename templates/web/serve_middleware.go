package web

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"

	"priemnaya/templates"
)

// state is what the kit knows about one request.
type state struct {
	id    string
	nonce string
	lang  string
	prefs templates.Prefs
	anon  string // id of the anonymous cookie, once read or made
}

type stateKey struct{}

const (
	langCookie  = "lang"
	prefsCookie = "view"
	year        = 365 * 24 * time.Hour
)

// Middleware is put before every route: request id, panic recovery, security
// headers, language and view switches, and the CSRF check of unsafe methods.
func (k *Kit) Middleware() fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = &panicked{cause: cause, place: panicPlace()}
			}
		}()
		s := k.state(c)
		k.setHeaders(c, s)
		if done := k.switchView(c, s); done {
			return nil
		}
		if err := k.checkCSRF(c); err != nil {
			return err
		}
		return c.Next()
	}
}

// RequestID returns the random id of this request, as shown on error pages and
// written to the log.
func (k *Kit) RequestID(c *fiber.Ctx) string { return k.state(c).id }

// Nonce returns the CSP nonce of this answer.
func (k *Kit) Nonce(c *fiber.Ctx) string { return k.state(c).nonce }

// state is made on first use: an error before the middleware (a request too
// large) must get a decent page too.
func (k *Kit) state(c *fiber.Ctx) *state {
	if s, ok := c.Locals(stateKey{}).(*state); ok {
		return s
	}
	s := &state{id: randomHex(8), nonce: randomHex(16)}
	s.lang = k.requestLang(c)
	for _, pref := range strings.Split(c.Cookies(prefsCookie), ".") {
		s.prefs.LargeType = s.prefs.LargeType || pref == "large"
		s.prefs.HighContrast = s.prefs.HighContrast || pref == "contrast"
	}
	c.Locals(stateKey{}, s)
	return s
}

var matcher = language.NewMatcher([]language.Tag{language.Russian, language.English})

func (k *Kit) requestLang(c *fiber.Ctx) string {
	for _, lang := range templates.Languages {
		if c.Cookies(langCookie) == lang {
			return lang
		}
	}
	header := c.Get(fiber.HeaderAcceptLanguage)
	if header == "" || len(header) > 200 {
		return k.config.DefaultLang
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return k.config.DefaultLang
	}
	_, index, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return k.config.DefaultLang
	}
	return templates.Languages[index]
}

// switchView obeys ?lang=, ?type= and ?contrast= of the header links: the choice
// is kept in a cookie for a year and the reader returns to the same address.
func (k *Kit) switchView(c *fiber.Ctx, s *state) bool {
	if c.Method() != fiber.MethodGet {
		return false
	}
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return false
	}
	changed := false
	for _, lang := range templates.Languages {
		if query.Get("lang") == lang {
			k.setViewCookie(c, langCookie, lang)
			changed = true
		}
	}
	if choice := query.Get("type"); choice == "large" || choice == "normal" {
		s.prefs.LargeType, changed = choice == "large", true
	}
	if choice := query.Get("contrast"); choice == "high" || choice == "normal" {
		s.prefs.HighContrast, changed = choice == "high", true
	}
	if !changed {
		return false
	}
	k.setViewCookie(c, prefsCookie, prefsValue(s.prefs))
	for _, name := range []string{"lang", "type", "contrast"} {
		query.Del(name)
	}
	target := SafePath(c.Path())
	if rest := query.Encode(); rest != "" {
		target += "?" + rest
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Redirect(target, fiber.StatusSeeOther) == nil
}

func prefsValue(prefs templates.Prefs) string {
	var parts []string
	if prefs.LargeType {
		parts = append(parts, "large")
	}
	if prefs.HighContrast {
		parts = append(parts, "contrast")
	}
	return strings.Join(parts, ".")
}

func (k *Kit) setViewCookie(c *fiber.Ctx, name, value string) {
	c.Cookie(&fiber.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(year.Seconds()),
		Secure: k.config.Secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
}

func (k *Kit) setHeaders(c *fiber.Ctx, s *state) {
	actions := strings.Join(append([]string{"'self'"}, k.config.FormAction...), " ")
	c.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'nonce-"+s.nonce+
		"'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action "+actions+
		"; frame-ancestors 'none'; base-uri 'none'")
	c.Set("Referrer-Policy", "same-origin")
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("X-Frame-Options", "DENY")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	c.Set("X-Request-ID", s.id)
	c.Set("Cache-Control", "no-store")
	if k.config.Secure {
		c.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// panicked is a recovered panic; its text never reaches a reader or, since it
// may quote what somebody typed, the log: the log gets its type and place.
type panicked struct {
	cause any
	place string
}

// Error names the type and the place only.
func (p *panicked) Error() string { return fmt.Sprintf("panic of type %T at %s", p.cause, p.place) }

// panicPlace finds the function that panicked, below the runtime's own frames.
func panicPlace() string {
	var counters [32]uintptr
	frames := runtime.CallersFrames(counters[:runtime.Callers(3, counters[:])])
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", frame.Function, frame.Line)
		}
		if !more {
			return "unknown place"
		}
	}
}

func (k *Kit) logFailure(c *fiber.Ctx, status int, code string, err error) {
	route := "unmatched"
	if r := c.Route(); r != nil && r.Path != "" {
		route = r.Path // the pattern: the real path may hold a number or an access code
	}
	attrs := []any{slog.String("request", k.state(c).id), slog.String("method", c.Method()),
		slog.String("route", route), slog.Int("status", status), slog.String("code", code)}
	if p, ok := err.(*panicked); ok {
		attrs = append(attrs, slog.String("panic", p.Error()))
	} else {
		attrs = append(attrs, slog.String("error", fmt.Sprintf("%T", err)))
	}
	k.log.Error("request failed", attrs...)
}

func randomHex(bytes int) string {
	buffer := make([]byte, bytes)
	_, _ = rand.Read(buffer) // crypto/rand never fails: it aborts the program instead
	return hex.EncodeToString(buffer)
}
