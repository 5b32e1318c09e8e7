package portal

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// typedFields are the fields of a draft that hold words of the person.
var typedFields = []string{"words", "service", "decision", "demands", "restore", "suspend"}

// typedText is everything the person has written so far.
func typedText(d casework.FilingDraft) string {
	parts := []string{d.Text}
	for _, name := range typedFields {
		parts = append(parts, d.Fields[name])
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// openConsent names this very text: a consent is for what was read when it was
// given, and another text asks again.
func openConsent(d casework.FilingDraft) string {
	sum := sha256.Sum256([]byte(typedText(d)))
	return hex.EncodeToString(sum[:])
}

// mustStop reports whether the draft sounds like a matter for the protected
// channel and its author has not consented to filing it in the open.
func mustStop(d casework.FilingDraft) bool {
	return d.Fields["open"] != openConsent(d) && casework.GuessRegime(typedText(d)).Protected
}

type safePage struct {
	Form *web.Form
	ID   string
	// Words are those that gave the alarm; Asked is true if the person came by
	// choosing the protected channel himself.
	Words string
	Asked bool
	// Channel is the address of the protected channel, empty where this
	// installation has none yet.
	Channel string
	// Next is the step to go on to, Prev the one to change the text at.
	Next, Prev string
}

// stop leads to the page that offers the protected channel.
func (p *Portal) stop(v *visit, next string) error {
	return p.Kit.Redirect(v.c, v.stepPath("safe")+"?next="+next)
}

func (p *Portal) safe(v *visit, form *web.Form, next string) safePage {
	g := casework.GuessRegime(typedText(v.draft))
	if p.stepNamed(next) == nil && next != "check" {
		next = p.after("what", v.draft.Regime)
	}
	prev := "text"
	if strings.TrimSpace(v.draft.Text) == "" {
		prev = "what"
	}
	page := safePage{Form: form, ID: v.draft.ID, Asked: !g.Protected, Channel: p.Protected, Next: next, Prev: v.stepPath(prev)}
	if g.Protected {
		page.Words = strings.Join(g.Words, ", ")
	}
	return page
}

// showSafe stops and offers the protected channel; the draft keeps everything.
func (p *Portal) showSafe(v *visit) error {
	return p.render(v.c, fiber.StatusOK, "safe", p.safe(v, templates.NewForm(), v.c.Query("next")))
}

// goOpen takes the separate consent to file in the open, under one's own name.
func (p *Portal) goOpen(v *visit) error {
	form := web.ReadForm(v.c)
	if !form.Is("open", "yes") {
		form.Fail("open", "portal.safe.tick")
		return p.render(v.c, fiber.StatusUnprocessableEntity, "safe", p.safe(v, form, form.Value("next")))
	}
	err := p.change(v, func(d *casework.FilingDraft) error {
		d.Fields["open"] = openConsent(*d)
		return nil
	})
	if err != nil {
		return err
	}
	next := form.Value("next")
	if p.stepNamed(next) == nil && next != "check" {
		next = p.after("what", v.draft.Regime)
	}
	return p.Kit.Redirect(v.c, v.stepPath(next))
}

type doorPage struct{ Channel string }

// showDoor explains the protected channel to anybody, without signing in.
func (p *Portal) showDoor(c *fiber.Ctx) error {
	return p.render(c, fiber.StatusOK, "protected", doorPage{Channel: p.Protected})
}
