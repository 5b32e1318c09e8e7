package portal

import (
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

// shieldChoice is the choice of a sealed name on the page of contacts.
type shieldChoice struct {
	// Offered is true where the body has set a procedure; a choice made for
	// another body stays on the page, so that it can be taken back.
	Offered, Chosen bool
	Norm            string
	Hours           int
}

func (p *Portal) shieldChoice(d casework.FilingDraft) shieldChoice {
	s := shieldChoice{Chosen: d.Fields["shield"] == "yes"}
	rule, ok := p.Office.Shields(d.Addressee)
	s.Offered = ok && d.Regime == casework.RegimeAppeal
	s.Norm, s.Hours = rule.Norm, rule.Hours
	return s
}

// shieldView is a sealed name on the page of its owner.
type shieldView struct {
	Name string
	// Unset is true if the body that has the case now cannot open the name.
	Unset  bool
	Sealed bool
	// CanLift is true for the person himself, not for a co-signer.
	CanLift bool
	Opened  []openedLine
}

// openedLine is one opening of which the person may know.
type openedLine struct {
	Body, Reason string
	From, To     time.Time
	Views        int
}

// shieldView is nil for a case whose name was never sealed.
func (p *Portal) shieldView(cs *casework.Case) *shieldView {
	who := cs.Applicant()
	if who.Shield == nil {
		return nil
	}
	_, set := p.Office.Shields(cs.Place.Body)
	s := &shieldView{Name: who.Name.Full(), Sealed: who.Shielded(), Unset: cs.Place.Body != "" && !set}
	for _, w := range cs.ToldOf(p.Office.Now()) {
		s.Opened = append(s.Opened, openedLine{Body: p.bodyName(w.Body), Reason: w.Reason, From: w.DecidedAt, To: w.Until, Views: w.Views})
	}
	return s
}

// liftName opens the person's own name at his wish.
func (p *Portal) liftName(v *visit) error {
	id := v.c.Params("case")
	if _, err := p.Office.LiftName(v.c.UserContext(), v.by, id); err != nil {
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.shield.lifted"})
	return p.Kit.Redirect(v.c, "/case/"+id)
}

// shieldRow adds to the row of the name whether officers will see it.
func (p *Portal) shieldRow(v *visit, who templates.SummaryRow) templates.SummaryRow {
	s := p.shieldChoice(v.draft)
	if !s.Chosen && !s.Offered {
		return who
	}
	seen := p.Kit.T(v.c, "portal.shield.row_no")
	if s.Chosen {
		seen = p.Kit.T(v.c, "portal.shield.row_yes")
	}
	who.Value += " (" + seen + ")"
	if who.Href == "" {
		who.Href = v.stepPath("contact") + "?back=check#f-shield"
	}
	return who
}
