package portal

import (
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

type whatPage struct {
	stepPage
	Cards []regimeCard
	// Guess says what the words point at, empty where they say nothing; Words
	// are those it rests on.
	Guess, Words string
}

func (p *Portal) takeWhat(_ *visit, d *casework.FilingDraft, form *web.Form) error {
	if v, ok := line(form, "words", 4*maxWords); ok {
		d.Fields["words"] = v
	}
	if r, ok := regimeOf(form.Value("regime")); ok {
		d.Regime, d.Fields["regime"] = r, string(r)
	}
	return nil
}

func (p *Portal) actWhat(v *visit, form *web.Form) (bool, error) {
	if form.Is("do", "guess") {
		p.checkWords(form)
		if !form.OK() {
			return true, p.showWhat(v, fiber.StatusUnprocessableEntity, form)
		}
		back := ""
		if form.Is("back", "check") {
			back = "&back=check"
		}
		return true, p.Kit.Redirect(v.c, v.stepPath("what")+"?guess=1"+back+"#f-regime")
	}
	if form.Is("regime", protected) {
		return true, p.Kit.Redirect(v.c, v.stepPath("safe"))
	}
	return false, nil
}

func (p *Portal) checkWords(form *web.Form) {
	if words, _ := line(form, "words", 0); utf8.RuneCountInString(words) > maxWords {
		form.Fail("words", "portal.about.words_long", "Max", maxWords)
	}
}

func (p *Portal) checkWhat(v *visit, form *web.Form) {
	p.checkWords(form)
	if _, ok := regimeOf(form.Value("regime")); !ok && v.draft.Fields["regime"] == "" {
		form.Fail("regime", "portal.what.choose")
	}
}

func (p *Portal) formWhat(v *visit) *web.Form {
	regime := v.draft.Fields["regime"]
	if v.c.Query("guess") != "" {
		// The guess is shown as chosen, but nothing is decided until the
		// person goes on.
		regime = guessed(casework.GuessRegime(v.draft.Fields["words"]))
	}
	return templates.NewForm("words", v.draft.Fields["words"], "regime", regime)
}

// guessed is the card that a guess points at, "" if it knows nothing.
func guessed(g casework.RegimeGuess) string {
	switch {
	case g.Protected:
		return protected
	case g.Confidence == 0:
		return ""
	}
	return string(g.Regime)
}

func (p *Portal) showWhat(v *visit, status int, form *web.Form) error {
	page := whatPage{stepPage: p.page(v, "what", form)}
	likely := ""
	if v.c.Query("guess") != "" {
		g := casework.GuessRegime(v.draft.Fields["words"])
		likely = guessed(g)
		page.Words = strings.Join(g.Words, ", ")
		switch likely {
		case "":
			page.Guess = p.Kit.T(v.c, "portal.what.guess_none")
		case protected:
			page.Guess = p.Kit.T(v.c, "portal.what.guess_protected")
		default:
			if reg, err := p.law(g.Regime); err == nil {
				page.Guess = p.Kit.T(v.c, "portal.what.guess_is", "Title", titleOf(reg, p.Kit.Lang(v.c)))
			}
		}
	}
	page.Cards = p.cards(v.c, likely)
	return p.render(v.c, status, "what", page)
}
