package sites

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// WidgetConfig is what a Widget is made of; every field is required.
type WidgetConfig struct {
	Office *casework.Office
	Kit    *web.Kit
	Shelf  casework.Shelf
	// Site finds a registered site. Errors: NotFound.
	Site func(ctx context.Context, id string) (Site, error)
	// Applicant tells who is signed in to our own pages.
	Applicant func(*fiber.Ctx) (casework.Applicant, bool)
	// SignIn is the path of the sign-in page; it takes ?next=.
	SignIn string
	// BaseURL is the address of this installation, without a slash at the end.
	BaseURL string
}

// Widget (виджет) is the form on a department's website.
//
//	frame    the form inside a page of the site: no cookie, no session, nobody
//	         is signed in there, so there is nothing to steal by a click
//	page     the same form as an ordinary page, for the plain link
//	go       a window of our own: sign-in, then the draft with what was typed
//
// What was typed waits on the shelf for a day, encrypted under a key that only
// the cookie of the new window holds. The frame can be shown by the origins of
// the site and by nobody else.
type Widget struct {
	WidgetConfig
	integrity string
}

const (
	widgetScript = "widget.js"
	widgetPath   = "/widget/"
)

// NewWidget checks the configuration.
func NewWidget(cfg WidgetConfig) (*Widget, error) {
	if cfg.Office == nil || cfg.Kit == nil || cfg.Shelf == nil || cfg.Site == nil || cfg.Applicant == nil || cfg.SignIn == "" || cfg.BaseURL == "" {
		return nil, errors.New("sites: every field of WidgetConfig is needed")
	}
	script, _, found := cfg.Kit.Set().Static("/static/" + widgetScript)
	if !found {
		return nil, errors.New("sites: there is no " + widgetScript)
	}
	sum := sha512.Sum384(script.Body)
	return &Widget{WidgetConfig: cfg, integrity: "sha384-" + base64.StdEncoding.EncodeToString(sum[:])}, nil
}

// MountFrame puts what other sites load on a router before the kit's
// middleware: it must be framed, and it knows no cookie.
func (w *Widget) MountFrame(r fiber.Router) {
	r.Get("/"+widgetScript, w.serveScript)
	r.Get(widgetPath+":site/frame", w.showFrame)
	r.Post(widgetPath+":site/frame", w.Kit.Limit("widget", 20, 10, nil), w.takeFrame)
}

// Mount puts the ordinary pages on a router behind the kit's middleware.
func (w *Widget) Mount(r fiber.Router) {
	r.Get(widgetPath+":site", w.showPage)
	r.Post(widgetPath+":site", w.Kit.Limit("widget", 20, 10, nil), w.takePage)
	r.Get(widgetPath+":site/go", w.goOn)
	r.Get(widgetPath+":site/code", w.showCode)
}

// serveScript gives the script to any page; it holds no secret and does nothing
// by itself. CORS is what lets a page check its integrity.
func (w *Widget) serveScript(c *fiber.Ctx) error {
	script, _, found := w.Kit.Set().Static("/static/" + widgetScript)
	if !found {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, script.Type)
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	c.Set(fiber.HeaderETag, `"`+w.integrity[7:31]+`"`)
	if c.Fresh() {
		return c.SendStatus(fiber.StatusNotModified)
	}
	if script.Gzip != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		return c.Send(script.Gzip)
	}
	return c.Send(script.Body)
}

// site finds the site of the address; one that may show no widget is not found.
func (w *Widget) site(c *fiber.Ctx) (Site, casework.Body, error) {
	none := casework.Fail(casework.NotFound, "sites.Widget", "")
	id := c.Params("site")
	if !siteForm.MatchString(id) {
		return Site{}, casework.Body{}, none
	}
	s, err := w.Site(c.UserContext(), id)
	if err != nil {
		return Site{}, casework.Body{}, err
	}
	b, err := w.Office.Registry().Body(s.Body)
	if err != nil || b.Closed || !s.May(RightWidget) {
		return Site{}, casework.Body{}, none
	}
	return s, b, nil
}

// frameHeaders replace those of a page: this one may be framed, by the origins
// of the site only. host is the one origin that asks, if it is known.
func (w *Widget) frameHeaders(c *fiber.Ctx, s Site, host string) {
	ancestors := strings.Join(s.Origins, " ")
	if host != "" {
		ancestors = host
	}
	if ancestors == "" {
		ancestors = "'none'"
	}
	c.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'nonce-"+w.Kit.Nonce(c)+
		"'; form-action 'self'; base-uri 'none'; frame-ancestors "+ancestors)
	c.Set("Referrer-Policy", "same-origin")
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	c.Set("X-Robots-Tag", "noindex")
	// The renderer makes a cookie for forms of our own pages; a frame has none.
	c.Response().Header.DelAllCookies()
}

// hostOf is the origin that says it frames us, if the site allows it.
func hostOf(c *fiber.Ctx, s Site) string {
	if o := c.Query("origin"); s.Allows(o) {
		return strings.ToLower(o)
	}
	return ""
}

// sameOrigin refuses a form that another site has sent: the frame is ours, so
// its forms are.
func (w *Widget) sameOrigin(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	own, err := url.Parse(w.BaseURL)
	return err == nil && strings.EqualFold(c.Get(fiber.HeaderOrigin), own.Scheme+"://"+own.Host)
}
