package portal

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// information is the help of every language, read once.
type information struct {
	books   map[string]helpBook
	indexes map[string]*helpIndex
}

func readInformation(terms func(string) []string) (*information, error) {
	if terms == nil {
		terms = strings.Fields
	}
	in := &information{books: map[string]helpBook{}, indexes: map[string]*helpIndex{}}
	for _, lang := range templates.Languages {
		book, err := readHelp(lang)
		if err != nil {
			return nil, err
		}
		in.books[lang], in.indexes[lang] = book, newHelpIndex(book.Entry, terms)
	}
	return in, nil
}

// informationRoutes are open to everybody without a sign-in.
func (p *Portal) informationRoutes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/help", p.showHelp},
		{get, "/samples", p.showSamples},
		{get, "/disagree", p.showDisagree},
		{get, "/news", p.showNews},
		{get, "/news.atom", p.sendFeed},
		{get, "/help/call", p.person(p.askCall)},
		{post, "/help/call", p.person(p.takeCall)},
	}
}

// maxQuestion is the longest question searched for, in characters.
const maxQuestion = 200

type helpPage struct {
	promises
	Query string
	// Asked is true if something was searched for; Found may be empty then, and
	// the page offers to file or to book all the same.
	Asked bool
	Found []helpEntry
	All   []helpEntry
}

// showHelp answers a question, or lists all of them. It never ends in a wall:
// whatever was found, filing and a reception are one step away.
func (p *Portal) showHelp(c *fiber.Ctx) error {
	terms, err := p.promises(c)
	if err != nil {
		return err
	}
	lang := p.Kit.Lang(c)
	query, _ := templates.CleanLine(c.Query("q"), 0)
	if r := []rune(query); len(r) > maxQuestion {
		query = string(r[:maxQuestion])
	}
	page := helpPage{promises: terms, Query: query, Asked: query != ""}
	fill := p.numbers(c)
	if page.Asked {
		page.Found = filled(p.info.indexes[lang].find(query), fill)
	} else {
		page.All = filled(p.info.books[lang].Entry, fill)
	}
	return p.render(c, fiber.StatusOK, "help", page)
}

// numbers are the lengths of terms in words, by the name that the help uses:
// they come from the regulations in force and from nowhere else.
func (p *Portal) numbers(c *fiber.Ctx) *strings.Replacer {
	var pairs []string
	for regime, slug := range slugs {
		reg, err := p.law(regime)
		if err != nil {
			continue
		}
		for kind, rule := range reg.Terms {
			pairs = append(pairs, "{"+slug+"."+string(kind)+"}", p.lengthOf(c, rule))
		}
	}
	return strings.NewReplacer(pairs...)
}

func filled(entries []helpEntry, fill *strings.Replacer) []helpEntry {
	out := make([]helpEntry, len(entries))
	for i, e := range entries {
		e.A = fill.Replace(e.A)
		out[i] = e
	}
	return out
}

type sampleView struct{ Slug, Law, Title, Text string }

type samplesPage struct{ Samples []sampleView }

// showSamples shows a sample of each procedure in force.
func (p *Portal) showSamples(c *fiber.Ctx) error {
	lang := p.Kit.Lang(c)
	page := samplesPage{}
	for _, s := range p.info.books[lang].Sample {
		reg, err := p.law(casework.Regime(s.Regime))
		if err != nil {
			continue
		}
		page.Samples = append(page.Samples, sampleView{Slug: slugs[reg.Regime], Law: titleOf(reg, lang), Title: s.Title, Text: s.Text})
	}
	return p.render(c, fiber.StatusOK, "samples", page)
}

type superiorLine struct{ Body, Superior, Phone string }

type disagreePage struct {
	promises
	Laws      []lawView
	Superiors []superiorLine
	// Forward is the term within which the complaint reaches the right body.
	Forward string
}

// showDisagree explains how to go on against an answer: per procedure, and for
// every body which one stands above it.
func (p *Portal) showDisagree(c *fiber.Ctx) error {
	terms, err := p.promises(c)
	if err != nil {
		return err
	}
	page := disagreePage{promises: terms}
	for _, r := range offered {
		if reg, err := p.law(r); err == nil {
			page.Laws = append(page.Laws, p.viewLaw(c, reg))
		}
	}
	if reg, err := p.regulation(); err == nil {
		page.Forward = p.lengthOf(c, reg.Terms[casework.TermForward])
	}
	registry := p.Office.Registry()
	for _, b := range registry.Bodies() {
		line := superiorLine{Body: b.Name}
		if above, err := registry.Body(b.Parent); err == nil {
			line.Superior, line.Phone = above.Name, above.Contacts.Phone
		}
		if !b.Closed {
			page.Superiors = append(page.Superiors, line)
		}
	}
	return p.render(c, fiber.StatusOK, "disagree", page)
}

type callPage struct{ Form *web.Form }

// askCall asks for the code that was read out on the phone.
func (p *Portal) askCall(v *visit) error {
	return p.render(v.c, fiber.StatusOK, "call", callPage{templates.NewForm()})
}

// takeCall makes a draft of what was said on the phone.
func (p *Portal) takeCall(v *visit) error {
	form := web.ReadForm(v.c)
	d, err := p.Office.TakePhone(v.c.UserContext(), v.by, form.Value("code"))
	if casework.CodeOf(err) == casework.NotFound {
		form.Fail("code", "counter.error.code")
		return p.render(v.c, fiber.StatusUnprocessableEntity, "call", callPage{form})
	}
	if err != nil {
		return err
	}
	return p.Kit.Redirect(v.c, fmt.Sprintf("/file/%s", d.ID))
}
