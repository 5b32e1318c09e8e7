package portal

import (
	"sort"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// promises are the two terms a citizen asks about first, from the regulation in
// force, in the form that follows "up to": "3 дней", "30 дней".
type promises struct{ Register, Answer string }

func (p *Portal) promises(c *fiber.Ctx) (promises, error) {
	reg, err := p.regulation()
	if err != nil {
		return promises{}, err
	}
	return promises{Register: p.count(c, "portal.days_of."+unit(reg.Terms[casework.TermRegister]), reg.Terms[casework.TermRegister].N),
		Answer: p.count(c, "portal.days_of."+unit(reg.Terms[casework.TermConsider]), reg.Terms[casework.TermConsider].N)}, nil
}

func (p *Portal) regulation() (*casework.Regulation, error) {
	zone := casework.Settings{}.Location()
	return p.Office.Laws().InForce(casework.RegimeAppeal, casework.DateOf(p.Office.Now(), zone))
}

// length is "30 дней" or "5 рабочих дней".
func (p *Portal) length(c *fiber.Ctx, t casework.TermRule) string {
	return p.count(c, "portal.days."+unit(t), t.N)
}

func unit(t casework.TermRule) string {
	if t.Unit == casework.WorkingDays {
		return "working"
	}
	return "calendar"
}

// showHome is the first page.
func (p *Portal) showHome(c *fiber.Ctx) error {
	terms, err := p.promises(c)
	if err != nil {
		return err
	}
	return p.render(c, fiber.StatusOK, "home", terms)
}

// showText is a page that only explains.
func (p *Portal) showText(name string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		terms, err := p.promises(c)
		if err != nil {
			return err
		}
		return p.render(c, fiber.StatusOK, name, terms)
	}
}

type termLine struct {
	What, Length, From, Norm string
	// Check is true where the text of the norm has still to be compared.
	Check bool
	Href  string
}

// lawView is a procedure with its terms.
type lawView struct {
	Slug, Title, Suits, Version string
	Lines                       []termLine
	// After says what follows from choosing it, Appeal how to go on against the
	// answer.
	After, Appeal string
}

type procedurePage struct {
	Terms promises
	Laws  []lawView
	// Calendars names the sources of the production calendar by year.
	Calendars []casework.CalendarYear
}

// showProcedure explains the way of an appeal and of the other procedures, with
// the terms of the regulations in force.
func (p *Portal) showProcedure(c *fiber.Ctx) error {
	terms, err := p.promises(c)
	if err != nil {
		return err
	}
	page := procedurePage{Terms: terms}
	for _, r := range append(append([]casework.Regime{}, offered...), casework.RegimePlatform) {
		if reg, err := p.law(r); err == nil {
			page.Laws = append(page.Laws, p.viewLaw(c, reg))
		}
	}
	if cal, err := p.Office.Laws().Calendar(casework.FederalCalendar); err == nil {
		page.Calendars = cal.Years()
	}
	return p.render(c, fiber.StatusOK, "procedure", page)
}

func (p *Portal) viewLaw(c *fiber.Ctx, reg *casework.Regulation) lawView {
	slug, lang := slugs[reg.Regime], p.Kit.Lang(c)
	view := lawView{Slug: slug, Title: titleOf(reg, lang), Suits: reg.Suits[lang], Version: reg.Version,
		After: p.Kit.T(c, "portal.what.after_"+slug), Appeal: p.Kit.T(c, "portal.procedure.appeal_"+slug)}
	for _, kind := range termOrder(reg) {
		t := reg.Terms[kind]
		view.Lines = append(view.Lines, termLine{What: p.termName(c, kind), Length: p.length(c, t), Norm: t.Norm,
			From: p.word(c, "term.from.", t.Start), Check: t.Confidence == "verify", Href: "/calculator?term=" + slug + ":" + string(kind) + "#f-start"})
	}
	return view
}

func titleOf(reg *casework.Regulation, lang string) string {
	if t := reg.Title[lang]; t != "" {
		return t
	}
	return string(reg.Regime)
}

// termName is the name of a term in plain words.
func (p *Portal) termName(c *fiber.Ctx, kind casework.TermKind) string {
	base, variant, _ := strings.Cut(string(kind.Base()), "@")
	name := p.word(c, "term.", base)
	if variant != "" {
		name += " (" + p.word(c, "portal.variant.", variant) + ")"
	}
	return name
}

// termOrder lists the terms in the order in which they come.
func termOrder(reg *casework.Regulation) []casework.TermKind {
	rank := map[casework.TermKind]int{casework.TermRegister: -3, casework.TermForward: -2, casework.TermConsider: -1}
	var out []casework.TermKind
	for k := range reg.Terms {
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool {
		if rank[out[i]] != rank[out[j]] {
			return rank[out[i]] < rank[out[j]]
		}
		return out[i] < out[j]
	})
	return out
}
