package web

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/templates"
)

// Config is what a Kit is made of. Set, Now and Secret are required.
type Config struct {
	Set         *templates.Set
	Now         func() time.Time
	Secret      []byte         // ≥ 32 bytes; all cookie and token keys derive from it
	Secure      bool           // served over TLS: Secure cookies with __Host-, HSTS
	DefaultLang string         // "ru" when empty
	Zone        *time.Location // of dates on pages; nil is the zone of Set
	Log         *slog.Logger   // nil is slog.Default()

	// User returns the signed-in person for the header, or nil.
	User func(*fiber.Ctx) *templates.User
	// Session returns the id of the session that CSRF tokens are bound to;
	// empty or nil binds them to an anonymous cookie.
	Session func(*fiber.Ctx) string
	// StatusOf maps an error of the domain to an HTTP status and a short code
	// (casework has the map). A status of 0 means "not mine": a 500.
	StatusOf func(error) (status int, code string)
	// SkipCSRF exempts a request that carries its own proof (API keys, webhooks).
	SkipCSRF func(*fiber.Ctx) bool

	Origins    []string // further own origins (https://…) allowed to post
	FormAction []string // further targets of forms in CSP, e.g. the ESIA host
}

// Kit is the web side of the templates: it renders, guards and reports.
// It is safe for use by many goroutines.
type Kit struct {
	config  Config
	set     *templates.Set
	now     func() time.Time
	log     *slog.Logger
	signKey []byte
	sealKey []byte
	csrfKey []byte
	origins map[string]bool
}

// New checks the configuration and derives the keys.
func New(config Config) (*Kit, error) {
	switch {
	case config.Set == nil:
		return nil, errors.New("web: config has no template set")
	case config.Now == nil:
		return nil, errors.New("web: config has no clock")
	case len(config.Secret) < 32:
		return nil, fmt.Errorf("web: the secret has %d bytes, at least 32 are needed", len(config.Secret))
	}
	if config.DefaultLang == "" {
		config.DefaultLang = templates.Languages[0]
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	k := &Kit{config: config, set: config.Set, now: config.Now, log: config.Log, origins: map[string]bool{}}
	for _, origin := range config.Origins {
		parsed, err := url.Parse(origin)
		if err != nil || parsed.Host == "" {
			return nil, fmt.Errorf("web: %q is not an origin such as https://example.org", origin)
		}
		k.origins[strings.ToLower(parsed.Scheme+"://"+parsed.Host)] = true
	}
	for purpose, key := range map[string]*[]byte{"sign": &k.signKey, "seal": &k.sealKey, "csrf": &k.csrfKey} {
		derived, err := hkdf.Key(sha256.New, config.Secret, nil, "priemnaya web "+purpose, 32)
		if err != nil {
			return nil, fmt.Errorf("web: derive key: %w", err)
		}
		*key = derived
	}
	return k, nil
}

// FiberConfig is the fiber configuration every listener of the product uses.
// bodyLimit is in bytes; a larger request gets the 413 page.
func (k *Kit) FiberConfig(bodyLimit int) fiber.Config {
	return fiber.Config{
		AppName:               "priemnaya",
		Immutable:             true,
		BodyLimit:             bodyLimit,
		ErrorHandler:          k.ErrorHandler,
		DisableStartupMessage: true,
		ReadBufferSize:        16 << 10, // long sealed cookies beside long addresses
		ReadTimeout:           2 * time.Minute,
		IdleTimeout:           time.Minute,
	}
}

// Now returns the current moment of the injected clock.
func (k *Kit) Now() time.Time { return k.now() }

// Set returns the templates, for texts outside a request.
func (k *Kit) Set() *templates.Set { return k.set }

// Lang returns the language of this request, "ru" or "en".
func (k *Kit) Lang(c *fiber.Ctx) string { return k.state(c).lang }

// T returns a text in the language of this request; values follow as name, value.
func (k *Kit) T(c *fiber.Ctx, id string, pairs ...any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			data[name] = pairs[i+1]
		}
	}
	return k.set.T(k.Lang(c), id, data)
}

// Render writes a page. page is "area/name", layout "portal", "desk" or "print";
// title is a text id, or the title itself where it is not a fixed text.
func (k *Kit) Render(c *fiber.Ctx, status int, page, layout, title string, data any) error {
	s := k.state(c)
	if k.set.Has(templates.Languages[0], title) {
		title = k.set.T(s.lang, title, nil)
	}
	view := templates.Page{
		Lang: s.lang, Layout: layout, Title: title, Nonce: s.nonce, CSRF: k.CSRFToken(c),
		Data: data, Prefs: s.prefs, Now: k.now(), Zone: k.config.Zone, Path: localPath(c),
		Flash: k.takeFlash(c),
	}
	if k.config.User != nil {
		view.User = k.config.User(c)
	}
	c.Status(status).Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Response().ResetBody()
	return k.set.Page(c.Response().BodyWriter(), page, view)
}

// Redirect answers a POST with 303 to a path of this site. Anything that is not
// a local path leads home: an address taken from a query must not lead away.
func (k *Kit) Redirect(c *fiber.Ctx, path string) error {
	return c.Redirect(SafePath(path), fiber.StatusSeeOther)
}

// SafePath returns the path when it is local ("/appeals/1?x=y") and "/" otherwise.
func SafePath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\x00") {
		return "/"
	}
	parsed, err := url.Parse(path)
	if err != nil || parsed.Host != "" || parsed.Scheme != "" {
		return "/"
	}
	return path
}

func localPath(c *fiber.Ctx) string {
	path := c.Path()
	if query := string(c.Request().URI().QueryString()); query != "" {
		path += "?" + query
	}
	return path
}
