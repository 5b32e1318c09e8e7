package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// draftLine is a draft in a list.
type draftLine struct {
	ID, Title string
	SavedAt   time.Time
	Files     int
}

type startPage struct {
	Drafts []draftLine
	Terms  promises
	// Refused is true if the sign-in is too weak for an appeal.
	Refused bool
	// Full is true if there is no room for another draft.
	Full bool
	Max  int
	Form *web.Form
	// Cards are the procedures to choose from.
	Cards []regimeCard
}

// showStart offers to go on with a draft or to begin anew.
func (p *Portal) showStart(v *visit) error {
	return p.start(v, fiber.StatusOK, templates.NewForm())
}

func (p *Portal) start(v *visit, status int, form *web.Form) error {
	drafts, err := p.drafts(v)
	if err != nil {
		return err
	}
	terms, err := p.promises(v.c)
	if err != nil {
		return err
	}
	page := startPage{Form: form, Cards: p.cards(v.c, ""), Drafts: drafts, Terms: terms, Max: casework.MaxDrafts,
		Full:    len(drafts) >= casework.MaxDrafts,
		Refused: !casework.LegalEffect(casework.ChannelWeb, v.who.Assurance)}
	return p.render(v.c, status, "start", page)
}

// drafts lists the person's drafts, the last touched first.
func (p *Portal) drafts(v *visit) ([]draftLine, error) {
	drafts, err := p.Office.Drafts(v.c.UserContext(), v.by)
	if err != nil {
		return nil, err
	}
	var out []draftLine
	for _, d := range drafts {
		// A draft that has become a case is no draft any more; one that a
		// crash left behind goes now, so that it takes no place.
		if _, err := p.Office.FiledBefore(v.c.UserContext(), v.who, d.ID); err == nil {
			if err := p.Office.DropDraft(v.c.UserContext(), v.by, d.ID); err != nil {
				return nil, err
			}
			continue
		}
		line := draftLine{ID: d.ID, SavedAt: d.SavedAt, Files: len(d.Files), Title: casework.Summarise(d.Text)}
		if line.Title == "" {
			line.Title = casework.Summarise(d.Fields["words"])
		}
		if t, ok := p.Topics.Topic(d.Topic); ok && line.Title == "" {
			line.Title = t.Name
		}
		out = append(out, line)
	}
	sortDrafts(out)
	return out, nil
}

func sortDrafts(d []draftLine) {
	for i := 1; i < len(d); i++ {
		for j := i; j > 0 && d[j].SavedAt.After(d[j-1].SavedAt); j-- {
			d[j], d[j-1] = d[j-1], d[j]
		}
	}
}

// startDraft begins a new submission, with what the identity already says. A
// form without the question "what has happened" begins an appeal, the ordinary
// way; whoever was asked has to answer.
func (p *Portal) startDraft(v *visit) error {
	form := web.ReadForm(v.c)
	regime, chosen := regimeOf(form.Value("regime"))
	if form.Is("do", "next") && form.Is("regime", protected) {
		return p.Kit.Redirect(v.c, "/protected")
	}
	p.checkWords(form)
	if form.Is("do", "next") && !chosen {
		form.Fail("regime", "portal.what.choose")
	}
	if !form.OK() {
		return p.start(v, fiber.StatusUnprocessableEntity, form)
	}
	d := casework.FilingDraft{Regime: casework.RegimeAppeal, Contact: v.who.Contact, Lang: p.Kit.Lang(v.c), Fields: map[string]string{}}
	d.Contact.Cabinet = true
	if chosen {
		d.Regime, d.Fields["regime"] = regime, string(regime)
	}
	d.Fields["words"], _ = line(form, "words", 4*maxWords)
	d.Step = p.after("what", d.Regime)
	if form.Is("do", "guess") {
		d.Step = "what"
	}
	d, err := p.Office.NewDraft(v.c.UserContext(), v.by, d)
	if casework.CodeOf(err) == casework.TooMany {
		return p.Kit.Redirect(v.c, "/file")
	}
	if err != nil {
		return err
	}
	v.draft = d
	switch {
	case form.Is("do", "guess"):
		return p.Kit.Redirect(v.c, v.stepPath("what")+"?guess=1#f-regime")
	case mustStop(d):
		return p.stop(v, d.Step)
	}
	return p.Kit.Redirect(v.c, v.stepPath(d.Step))
}

// askDrop asks whether the draft may go.
func (p *Portal) askDrop(v *visit) error {
	return p.render(v.c, fiber.StatusOK, "drop", draftLine{ID: v.draft.ID, SavedAt: v.draft.SavedAt,
		Files: len(v.draft.Files), Title: casework.Summarise(v.draft.Text)})
}

// dropDraft removes the draft; files nobody refers to are swept by their store.
func (p *Portal) dropDraft(v *visit) error {
	if err := p.Office.DropDraft(v.c.UserContext(), v.by, v.draft.ID); err != nil {
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.draft.dropped"})
	return p.Kit.Redirect(v.c, "/my")
}
