package desk

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// registerCase gives the legal number; kind and topic may be corrected.
func (d *Desk) registerCase(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActRegister, form: form, kept: []string{"kind", "topic", "find"}}
	a.again = func(c *casework.Case) error {
		return v.renderCase(c, statusOf(form), panel{RegisterForm: form, Failed: form})
	}
	if form.Value("do") == "find" {
		c, err := v.read()
		if err != nil {
			return v.refuse(err, a)
		}
		if v.Topics == nil || len(v.Topics.Find(form.Value("find"), 1)) == 0 {
			form.Fail("find", "desk.register.none_found")
		}
		return a.again(&c)
	}
	kinds := []casework.Kind{casework.KindProposal, casework.KindStatement, casework.KindComplaint}
	kind, topic := casework.Kind(form.Value("kind")), form.Value("topic")
	if !slices.Contains(kinds, kind) {
		form.Fail("kind", "desk.register.kind_needed")
	}
	if topic != "" && v.Topics != nil {
		if _, known := v.Topics.Name(topic); !known {
			form.Fail("topic", "desk.register.topic_unknown")
		}
	}
	if !form.OK() {
		c, err := v.read()
		if err != nil {
			return v.refuse(err, a)
		}
		return v.renderCase(&c, fiber.StatusUnprocessableEntity, panel{RegisterForm: form, Failed: form})
	}
	c, err := v.do(a, casework.Registration{AppealKind: kind, Topic: topic})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk.flash.registered")
}
