package portal

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

const (
	trackCookie = "track"
	// trackLife is how long a case opened by its code stays open.
	trackLife = 30 * time.Minute
)

// key is a number with its access code.
type key struct {
	Number string `json:"n"`
	Code   string `json:"c"`
}

type trackPage struct{ Form *web.Form }

// askNumber asks for a number and an access code.
func (p *Portal) askNumber(c *fiber.Ctx) error {
	return p.render(c, fiber.StatusOK, "track", trackPage{templates.NewForm("number", c.Query("number"))})
}

// refusalPace is the grid on which refusals leave: a found number costs the
// reading of its case, an unknown one does not, and the difference must not
// show from outside. Tests shorten it.
var refusalPace = 150 * time.Millisecond

// pace waits until a whole number of steps has passed since the beginning.
func pace(ctx context.Context, began time.Time) {
	took := time.Since(began)
	t := time.NewTimer(refusalPace - took%refusalPace)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// findCase opens a case by its number and code. An unknown number and a wrong
// code bring the same page after the same time.
func (p *Portal) findCase(c *fiber.Ctx) error {
	form := web.ReadForm(c)
	k := key{Number: strings.TrimSpace(form.Value("number")), Code: strings.TrimSpace(form.Value("code"))}
	switch {
	case k.Number == "" || len(k.Number) > 100:
		form.Fail("number", "portal.track.number_empty")
	case casework.ReceiptMistyped(k.Number):
		// Anybody can reckon this: it tells nothing of what is stored.
		form.Fail("number", "portal.track.number_slip")
	}
	if k.Code == "" || len(k.Code) > 100 {
		form.Fail("code", "portal.track.code_empty")
	}
	if form.OK() {
		began := time.Now()
		_, err := p.Office.Track(c.UserContext(), k.Number, k.Code)
		switch {
		case err == nil:
			return p.openTracked(c, k)
		case casework.CodeOf(err) != casework.NotFound:
			return err
		}
		pace(c.UserContext(), began)
		form.Fail("number", "track.none")
	}
	form.Values["code"] = nil
	return p.render(c, fiber.StatusUnprocessableEntity, "track", trackPage{form})
}

// openTracked remembers the key in a sealed cookie, so that the case and its
// files can be opened without the code in any address.
func (p *Portal) openTracked(c *fiber.Ctx, k key) error {
	data, err := json.Marshal(k)
	if err != nil {
		return err
	}
	p.Kit.SetCookie(c, trackCookie, p.Kit.Seal(trackCookie, data, trackLife), trackLife)
	return p.Kit.Redirect(c, "/track/case")
}

// tracked opens the case of the cookie; without one it asks for the number.
func (p *Portal) tracked(next func(*fiber.Ctx, *casework.Case) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		var k key
		data, ok := p.Kit.Open(trackCookie, p.Kit.Cookie(c, trackCookie))
		if !ok || json.Unmarshal(data, &k) != nil {
			return p.Kit.Redirect(c, "/track")
		}
		found, err := p.Office.Track(c.UserContext(), k.Number, k.Code)
		if casework.CodeOf(err) == casework.NotFound {
			p.Kit.DropCookie(c, trackCookie)
			return p.Kit.Redirect(c, "/track")
		}
		if err != nil {
			return err
		}
		return next(c, &found)
	}
}

func (p *Portal) showTracked(c *fiber.Ctx, cs *casework.Case) error {
	view := p.viewCase(c, cs, "/track/case", true)
	return p.Kit.Render(c, fiber.StatusOK, "portal/case", "portal", view.Number, view)
}

func (p *Portal) explainTracked(c *fiber.Ctx, cs *casework.Case) error {
	return p.showTerm(c, cs, "/track/case")
}

// downloadTracked gives files of answers only: one's own files may name one.
func (p *Portal) downloadTracked(c *fiber.Ctx, cs *casework.Case) error {
	f, ok := fileOf(cs, c.Params("file"), false)
	if !ok {
		return notFound()
	}
	return p.sendFile(c, f)
}
