package desk

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// templateRoutes are the pages of those who write letter templates:
// administrators, and heads for their own body.
func (d *Desk) templateRoutes() []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/desk/templates", d.listTemplates},
		{get, "/desk/templates/one", d.editTemplate},
		{post, "/desk/templates/one", d.saveTemplate},
		{post, "/desk/templates/return", d.returnTemplate},
	}
}

// admitWriter lets in who may write templates somewhere.
func (d *Desk) admitWriter(handle func(*visit) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		by, ok := d.Actor(c)
		if !ok {
			return casework.Fail(casework.Unauthenticated, "desk.admitWriter", "")
		}
		if len(d.Office.TemplatePlaces(by)) == 0 {
			return casework.Fail(casework.Forbidden, "desk.admitWriter", "desk_setup.template.writers_only")
		}
		return handle(d.visit(c, by))
	}
}

// templatesPage is the data of desk/templates.
type templatesPage struct {
	Form   *templates.Form
	Places []templates.Option
	Place  string
	Lines  []templateLine
	Admin  bool
	Full   bool
}

type templateLine struct {
	casework.LetterTemplate
	Href, Author, OutcomeText string
}

// placeName is what the place of templates is called.
func (v *visit) placeName(body string) string {
	if body == casework.CommonTemplates {
		return v.t("desk_setup.template.common")
	}
	return v.bodyName(body)
}

// templatePlaces are the places somebody writes at, to choose from.
func (v *visit) templatePlaces() []templates.Option {
	var out []templates.Option
	for _, body := range v.Office.TemplatePlaces(v.by) {
		out = append(out, templates.Option{Value: body, Text: v.placeName(body)})
	}
	return out
}

// listTemplates lists the templates of one place, the common ones first for
// those who write them.
func (d *Desk) listTemplates(v *visit) error {
	page := templatesPage{Form: templates.NewForm("body", v.c.Query("body")), Places: v.templatePlaces(), Place: v.c.Query("body"),
		Admin: v.by.Is(casework.RoleAdministrator)}
	if page.Place == "" {
		page.Place = page.Places[0].Value
	}
	list, err := d.Office.KeptTemplates(v.ctx, v.by, page.Place)
	if err != nil {
		return err
	}
	page.Full = len(list) >= casework.MaxTemplates
	sample := d.Office.SampleCase(page.Place)
	outcomes := v.outcomes(&sample)
	for _, t := range list {
		line := templateLine{LetterTemplate: t, Href: "/desk/templates/one?key=" + t.Key(), Author: v.personName("", t.By)}
		if i := slices.IndexFunc(outcomes, func(o templates.Option) bool { return o.Value == string(t.Outcome) }); i >= 0 {
			line.OutcomeText = outcomes[i].Text
		}
		page.Lines = append(page.Lines, line)
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/templates", "desk", "desk_setup.template.title", page)
}
