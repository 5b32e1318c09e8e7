package desk

import (
	"priemnaya/casework"
	"priemnaya/templates/web"
)

// askRoute offers the bodies to which a case may be routed.
func (d *Desk) askRoute(v *visit) error { return v.askBody(casework.ActRoute) }

// routeCase takes a suggestion of the router or the registrar's own choice.
func (d *Desk) routeCase(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActRoute, form: form, kept: []string{"body"}}
	a.again = func(c *casework.Case) error { return v.renderChooser(c, casework.ActRoute, form) }
	c, err := v.read()
	if err != nil {
		return v.refuse(err, a)
	}
	if form.Value("do") == "find" {
		return a.again(&c)
	}
	c, err = v.do(a, casework.Routing{Body: form.Value("body"), Route: c.Route})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk.flash.routed", "Body", v.bodyName(c.Place.Body))
}
