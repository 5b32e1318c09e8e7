package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
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
}

// showStart offers to go on with a draft or to begin anew.
func (p *Portal) showStart(v *visit) error {
	drafts, err := p.drafts(v)
	if err != nil {
		return err
	}
	terms, err := p.promises(v.c)
	if err != nil {
		return err
	}
	page := startPage{Drafts: drafts, Terms: terms, Max: casework.MaxDrafts,
		Full:    len(drafts) >= casework.MaxDrafts,
		Refused: !casework.LegalEffect(casework.ChannelWeb, v.who.Assurance)}
	return p.render(v.c, fiber.StatusOK, "start", page)
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

// startDraft begins a new appeal, with what the identity already says.
func (p *Portal) startDraft(v *visit) error {
	contact := v.who.Contact
	contact.Cabinet = true
	d, err := p.Office.NewDraft(v.c.UserContext(), v.by, casework.FilingDraft{Regime: casework.RegimeAppeal,
		Step: "about", Contact: contact, Lang: p.Kit.Lang(v.c)})
	if casework.CodeOf(err) == casework.TooMany {
		return p.Kit.Redirect(v.c, "/file")
	}
	if err != nil {
		return err
	}
	return p.Kit.Redirect(v.c, "/file/"+d.ID+"/about")
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
