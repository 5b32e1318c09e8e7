package sites

import (
	"errors"
	"html"
	"net/url"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// widgetPage is the form, in the frame or as a page.
type widgetPage struct {
	Form         *web.Form
	Body, Site   string
	Action, Host string
	Frame        bool
}

// speak lets the site choose the language of the frame: it knows that of its page.
func speak(c *fiber.Ctx) {
	for _, lang := range templates.Languages {
		if c.Query("l") == lang {
			c.Request().Header.Set(fiber.HeaderAcceptLanguage, lang)
		}
	}
}

func (w *Widget) showFrame(c *fiber.Ctx) error {
	speak(c)
	s, b, err := w.site(c)
	if err != nil {
		return err
	}
	return w.form(c, fiber.StatusOK, widgetPage{Form: templates.NewForm(), Body: b.Name, Site: s.Name, Frame: true, Host: hostOf(c, s)}, s)
}

func (w *Widget) showPage(c *fiber.Ctx) error {
	s, b, err := w.site(c)
	if err != nil {
		return err
	}
	return w.form(c, fiber.StatusOK, widgetPage{Form: templates.NewForm(), Body: b.Name, Site: s.Name}, s)
}

func (w *Widget) form(c *fiber.Ctx, status int, p widgetPage, s Site) error {
	layout := "portal"
	p.Action = widgetPath + s.ID
	if p.Frame {
		layout = "frame"
		p.Action += "/frame?l=" + w.Kit.Lang(c)
	}
	if err := w.Kit.Render(c, status, "widget/form", layout, "widget.form.title", p); err != nil {
		return err
	}
	if p.Frame {
		w.frameHeaders(c, s, p.Host)
	}
	return nil
}

// takeFrame answers in a window of our own, never in the frame: the form has
// target=_blank. So a cookie set here is a first-party one.
func (w *Widget) takeFrame(c *fiber.Ctx) error {
	speak(c)
	if !w.sameOrigin(c) {
		return fiber.NewError(fiber.StatusForbidden)
	}
	return w.take(c)
}

func (w *Widget) takePage(c *fiber.Ctx) error { return w.take(c) }

// take lays what was typed aside and leads to the sign-in.
func (w *Widget) take(c *fiber.Ctx) error {
	s, b, err := w.site(c)
	if err != nil {
		return err
	}
	form := web.ReadForm(c)
	text := form.Value("text")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("Referrer-Policy", "same-origin")
	if utf8.RuneCountInString(text) > casework.MaxText {
		form.Fail("text", "widget.form.too_long", "Max", casework.MaxText)
		c.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		return w.Kit.Render(c, fiber.StatusUnprocessableEntity, "widget/form", "frame", "widget.form.title",
			widgetPage{Form: form, Body: b.Name, Site: s.Name, Frame: true, Action: widgetPath + s.ID + "/frame?l=" + w.Kit.Lang(c)})
	}
	if err := w.keep(c, widgetDraft{Site: s.ID, Text: text}); err != nil {
		return err
	}
	return w.Kit.Redirect(c, widgetPath+s.ID+"/go")
}

// goOn makes a draft of what was typed, for whoever has signed in.
func (w *Widget) goOn(c *fiber.Ctx) error {
	s, _, err := w.site(c)
	if err != nil {
		return err
	}
	who, ok := w.Applicant(c)
	if !ok || who.Key == "" {
		return w.Kit.Redirect(c, w.SignIn+"?next="+url.QueryEscape(widgetPath+s.ID+"/go"))
	}
	handle, h, err := w.find(c)
	if casework.CodeOf(err) == casework.NotFound || err == nil && h.Site != s.ID {
		w.Kit.Flash(c, templates.Flash{Kind: "warn", Key: "widget.go.gone"})
		return w.Kit.Redirect(c, "/file")
	}
	if err != nil {
		return err
	}
	d := casework.FilingDraft{Regime: casework.RegimeAppeal, Text: h.Text, Addressee: s.Body, AddresseeAsked: true, Site: s.ID,
		Contact: who.Contact, Lang: w.Kit.Lang(c), Step: "about", Fields: map[string]string{"regime": string(casework.RegimeAppeal)}}
	d.Contact.Cabinet = true
	d, err = w.Office.AdoptDraft(c.UserContext(), casework.Citizen(who), handle, d)
	if casework.CodeOf(err) == casework.TooMany {
		w.Kit.Flash(c, templates.Flash{Kind: "warn", Key: "widget.go.full"})
		return w.Kit.Redirect(c, "/my")
	}
	if err != nil {
		return err
	}
	if err := w.forget(c, handle); err != nil {
		return err
	}
	w.Kit.Flash(c, templates.Flash{Kind: "good", Key: "widget.go.taken"})
	return w.Kit.Redirect(c, "/file/"+d.ID)
}

// codePage are the pieces of markup to copy.
type codePage struct {
	Site, Body                      string
	Link, Script, Pinned, FrameCode string
	Origins                         []string
}

func (w *Widget) showCode(c *fiber.Ctx) error {
	s, b, err := w.site(c)
	if err != nil {
		return err
	}
	text := w.Kit.T(c, "widget.form.title")
	page := w.BaseURL + widgetPath + s.ID
	link := `<a href="` + page + `" data-priemnaya="` + s.ID + `" rel="noopener noreferrer">` + html.EscapeString(text) + `</a>`
	script := `<script src="` + w.BaseURL + "/" + widgetScript + `" data-site="` + s.ID + `"`
	c.Set("X-Robots-Tag", "noindex")
	return w.Kit.Render(c, fiber.StatusOK, "widget/code", "portal", "widget.code.title", codePage{Site: s.Name, Body: b.Name, Origins: s.Origins,
		Link:   link,
		Script: link + "\n" + script + ` async></script>`,
		Pinned: link + "\n" + script + "\n" + `  integrity="` + w.integrity + `" crossorigin="anonymous" async></script>`,
		FrameCode: `<iframe src="` + page + `/frame" title="` + html.EscapeString(text) + `"` + "\n" +
			`  referrerpolicy="no-referrer" style="width:100%;height:34rem;border:0"></iframe>`})
}

// errNoHandle means that the browser has no note of anything laid aside.
var errNoHandle = errors.New("sites: nothing was handed over")
