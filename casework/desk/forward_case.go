package desk

import (
	"priemnaya/casework"
	"priemnaya/templates/web"
)

// askForward offers the bodies to which a case may be forwarded.
func (d *Desk) askForward(v *visit) error { return v.askBody(casework.ActForward) }

// forwardCase sends a registered case to the competent body (59-FZ art. 8 p. 3).
func (d *Desk) forwardCase(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActForward, form: form, kept: []string{"body", "why"}}
	a.again = func(c *casework.Case) error { return v.renderChooser(c, casework.ActForward, form) }
	if form.Value("do") == "find" {
		c, err := v.read()
		if err != nil {
			return v.refuse(err, a)
		}
		return a.again(&c)
	}
	c, err := v.do(a, casework.Forwarding{Body: form.Value("body"), Why: form.Value("why")})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk.flash.forwarded", "Body", v.bodyName(c.Place.Body))
}
