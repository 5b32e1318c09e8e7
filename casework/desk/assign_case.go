package desk

import (
	"slices"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// assignCase gives a case to a unit and an officer of its body.
func (d *Desk) assignCase(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActAssign, form: form}
	a.again = func(c *casework.Case) error {
		return v.renderCase(c, statusOf(form), panel{AssignForm: form, Failed: form})
	}
	c, err := v.read()
	if err != nil {
		return v.refuse(err, a)
	}
	staff, err := d.Officers(v.ctx, c.Place.Body)
	if err != nil {
		return v.refuse(err, a)
	}
	act := casework.Assignment{Unit: form.Value("unit")}
	if i := slices.IndexFunc(staff, func(o casework.Actor) bool { return o.ID == form.Value("officer") }); i >= 0 {
		act.Officer = staff[i]
	}
	b, err := v.registry.Body(c.Place.Body)
	known := slices.ContainsFunc(b.Units, func(u casework.BodyUnit) bool { return u.ID == act.Unit })
	if act.Unit != "" && (err != nil || !known) {
		form.Fail("unit", "desk.assign.unit_unknown")
		return a.again(&c)
	}
	c, err = v.do(a, act)
	if err != nil {
		return v.refuse(err, a)
	}
	if away, ok := v.away(c.Place.Body, c.Place.Officer); ok {
		v.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "desk.flash.assigned_away", Data: map[string]any{"Deputy": away.DeputyName,
			"Officer": v.personName(c.Place.Body, c.Place.Officer), "Date": templates.FormatDate(v.lang, away.To.Time(time.UTC))}})
		return v.Kit.Redirect(v.c, v.casePath(""))
	}
	return v.finish(&c, "desk.flash.assigned", "Officer", v.personName(c.Place.Body, c.Place.Officer))
}
