package desk

import (
	"slices"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// foundBodies is how many bodies the chooser shows at once.
const foundBodies = 30

// chooserPage is the data of desk/choose: to which body a case goes.
type chooserPage struct {
	Case  caseView
	Route routeView
	Form  *web.Form
	// Act is "route" or "forward".
	Act    string
	Bodies []templates.Option
	// More means that there are bodies beside those shown.
	More bool
	Seen int
}

func (v *visit) renderChooser(c *casework.Case, kind casework.ActKind, form *web.Form) error {
	page := chooserPage{Case: v.caseView(c), Route: v.route(c), Form: form, Act: string(kind), Seen: len(c.Journal)}
	page.Bodies, page.More = v.bodyOptions(c, form)
	if len(page.Bodies) == 0 {
		form.Fail("find", "desk.choose.none_found")
	}
	return v.Kit.Render(v.c, statusOf(form), "desk/choose", "desk", "desk.choose."+string(kind), page)
}

// bodyOptions offers what the words find, without words the router's best and
// then the registry, always with what is chosen already.
func (v *visit) bodyOptions(c *casework.Case, form *web.Form) (options []templates.Option, more bool) {
	words := form.Value("find")
	var ids []string
	add := func(id string) {
		if b, err := v.registry.Body(id); err == nil && !b.Closed && id != c.Place.Body && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	add(form.Value("body"))
	if words == "" {
		for _, a := range c.Route.Alternatives {
			add(a.Label)
		}
	}
	for _, b := range v.registry.Bodies() {
		if matches(b, words) {
			add(b.ID)
		}
	}
	if more = len(ids) > foundBodies; more {
		ids = ids[:foundBodies]
	}
	for _, id := range ids {
		b, _ := v.registry.Body(id)
		option := templates.Option{Value: id, Text: b.Name}
		if i := slices.IndexFunc(c.Route.Alternatives, func(a casework.Candidate) bool { return a.Label == id && percent(a.Confidence) > 0 }); i >= 0 {
			option.Hint = v.t("desk.route.confidence", "Percent", percent(c.Route.Alternatives[i].Confidence))
		}
		options = append(options, option)
	}
	return options, more
}

// askBody opens the chooser if the act is the reader's to do.
func (v *visit) askBody(kind casework.ActKind) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	if !v.still(&c, kind) {
		return v.notNow()
	}
	form := templates.NewForm()
	if kind == casework.ActRoute && c.Route.Body != "" {
		form = templates.NewForm("body", c.Route.Body)
	}
	return v.renderChooser(&c, kind, form)
}

// notNow leads back to the case: the page asked for has nothing to offer.
func (v *visit) notNow() error {
	v.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "desk.flash.not_now"})
	return v.Kit.Redirect(v.c, v.casePath(""))
}
