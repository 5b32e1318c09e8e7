package desk

import (
	"priemnaya/casework"
	"priemnaya/templates/web"
)

// letterPage is the data of desk/letter: a letter before it is signed or sent.
type letterPage struct {
	Case   caseView
	Letter letterView
	// Act is "sign" or "answer".
	Act string
	// Check is what was noticed before signing; Form holds the tick that signs
	// all the same.
	Check *checkView
	Form  *web.Form
}

func (v *visit) renderLetter(kind casework.ActKind) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	return v.showLetter(&c, kind, nil)
}

func (v *visit) showLetter(c *casework.Case, kind casework.ActKind, form *web.Form) error {
	if c.Draft == nil || !v.still(c, kind) {
		return v.notNow()
	}
	page := letterPage{Case: v.caseView(c), Letter: *v.draft(c), Act: string(kind), Form: form}
	if kind == casework.ActSign {
		check := v.check(c)
		page.Check = &check
	}
	return v.Kit.Render(v.c, statusOf(form), "desk/letter", "desk", "desk.letter."+string(kind), page)
}

// askSign shows exactly what will be signed, with its digest.
func (d *Desk) askSign(v *visit) error { return v.renderLetter(casework.ActSign) }

// signDraft signs the letter that was shown. The signature key is not touched
// unless the stored letter is still that one.
func (d *Desk) signDraft(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActSign, form: form}
	a.again = func(c *casework.Case) error { return v.renderCase(c, statusOf(form), panel{Failed: form}) }
	c, err := v.read()
	if err != nil {
		return v.refuse(err, a)
	}
	if len(c.Journal) != seenOf(form) || c.Draft == nil ||
		form.Value("digest") != casework.LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files) {
		return v.refuse(casework.Fail(casework.Conflict, "desk.signDraft", "case.changed"), a)
	}
	if !form.Is("incomplete", "yes") && len(v.check(&c).Gaps) > 0 {
		form.Fail("incomplete", "desk_case.check.tick_needed")
		return v.showLetter(&c, casework.ActSign, form)
	}
	if c, err = v.do(a, casework.Signing{}); err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk.flash.signed")
}
