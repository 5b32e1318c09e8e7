package desk

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// submitDraft gives the saved draft to the head.
func (d *Desk) submitDraft(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActSubmit, form: form}
	a.again = func(c *casework.Case) error {
		return v.renderCase(c, fiber.StatusUnprocessableEntity, panel{Failed: form})
	}
	c, err := v.do(a, casework.Submission{Revision: number(form, "revision")})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk.flash.submitted")
}

// sendBackDraft returns the draft to its officer with remarks.
func (d *Desk) sendBackDraft(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActSendBack, form: form, kept: []string{"remarks"}}
	a.again = func(c *casework.Case) error {
		return v.renderCase(c, statusOf(form), panel{RemarkForm: form, Failed: form})
	}
	c, err := v.do(a, casework.SendingBack{Remarks: form.Value("remarks")})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk.flash.sent_back")
}
