package portal

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// submit files the draft. The form carries the dates that were shown: if they
// are others by now (a new day has begun), nothing is filed and the person sees
// the new ones first.
func (p *Portal) submit(v *visit) error {
	// A matter for the protected channel is never filed in the open by accident.
	if mustStop(v.draft) {
		return p.stop(v, "check")
	}
	if onlyPrepared(v.draft) {
		p.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "portal.complain.write"})
		return p.Kit.Redirect(v.c, v.stepPath("text"))
	}
	shown := v.c.FormValue("dates")
	if err := p.takeTogether(v); err != nil {
		return err
	}
	preview, err := p.Office.Preview(v.by, p.filing(v))
	var e *casework.Error
	switch {
	case errors.As(err, &e) && (e.Code == casework.Invalid || e.Message == "filing.not_identified"):
		return p.check(v, fiber.StatusUnprocessableEntity, false)
	case err != nil:
		return err
	case !v.draft.AddresseeAsked, len(p.complaintFaults(v)) > 0,
		v.draft.Addressee != "" && v.draft.Addressee == p.complainedOf(v.draft):
		return p.check(v, fiber.StatusUnprocessableEntity, false)
	case datesOf(&preview).String() != shown:
		return p.check(v, fiber.StatusConflict, true)
	}
	receipt, err := p.Office.File(v.c.UserContext(), v.by, p.filing(v))
	if err != nil {
		return err
	}
	// The case is safe by now; a draft that stays is found out by drafted.
	if err := p.Office.DropDraft(v.c.UserContext(), v.by, v.draft.ID); err != nil && casework.CodeOf(err) != casework.Unavailable {
		return err
	}
	if datesOf(&receipt.Case).String() != shown && !receipt.Again {
		p.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "portal.done.moved"})
	}
	to := "/file/done/" + receipt.Case.ID
	if v.draft.Fields["together"] == "yes" {
		to += "?together=1"
	}
	return p.Kit.Redirect(v.c, to)
}

// takeTogether notes whether others shall be invited to join.
func (p *Portal) takeTogether(v *visit) error {
	together := v.c.FormValue("together")
	if together == v.draft.Fields["together"] {
		return nil
	}
	return p.change(v, func(d *casework.FilingDraft) error {
		d.Fields["together"] = ""
		if together == "yes" {
			d.Fields["together"] = together
		}
		return nil
	})
}

type donePage struct {
	Case  *casework.Case
	Code  string
	To    string
	Email string
	Dates dates
	// Over is true once the case has gone on: the dates then stand on its page.
	Over bool
	// Decide and Letter are those of checkPage.
	Decide bool
	Letter casework.Date
	// Invitation is the address for those who want to join.
	Invitation string
}

// showDone tells what was taken in, the numbers, and what happens next.
func (p *Portal) showDone(v *visit) error {
	page, err := p.receipt(v)
	if err != nil {
		return err
	}
	return p.render(v.c, fiber.StatusOK, "done", page)
}

// receipt reads a case of the person with its access code.
func (p *Portal) receipt(v *visit) (donePage, error) {
	ctx := v.c.UserContext()
	c, err := p.Office.Read(ctx, v.by, v.c.Params("case"), "receipt")
	if err != nil {
		return donePage{}, err
	}
	code, err := p.Office.ReissueCode(ctx, v.by, c.ID)
	if err != nil {
		return donePage{}, err
	}
	page := donePage{Case: &c, Code: code, To: p.bodyName(c.Subject.Addressee), Email: c.Applicant().Contact.Email,
		Dates: datesOf(&c), Over: c.Number != "" || c.Stage == casework.StageAnswered,
		Decide: complains(c.Procedure.Regime), Letter: p.letterDate(&c)}
	if v.c.Query("together") != "" {
		page.Invitation = p.caseActs(v, &c).Invitation
	}
	return page, nil
}

// showReceipt is the receipt for printing.
func (p *Portal) showReceipt(v *visit) error {
	page, err := p.receipt(v)
	if err != nil {
		return err
	}
	return p.Kit.Render(v.c, fiber.StatusOK, "portal/receipt", "print", "portal.receipt.title", page)
}
