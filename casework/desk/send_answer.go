package desk

import (
	"priemnaya/casework"
	"priemnaya/templates/web"
)

// askAnswer shows the signed letter once more before it leaves.
func (d *Desk) askAnswer(v *visit) error { return v.renderLetter(casework.ActAnswer) }

// sendAnswer sends the signed letter to the applicant.
func (d *Desk) sendAnswer(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActAnswer, form: form}
	a.again = func(c *casework.Case) error { return v.renderCase(c, statusOf(form), panel{Failed: form}) }
	c, err := v.do(a, casework.Answering{})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk.flash.answered")
}
