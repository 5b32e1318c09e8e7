package portal

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// stepCount is how many steps the applicant sees; the last is the check.
const stepCount = 5

// step is one page of filing.
type step struct {
	name   string
	number int
	next   string
	// take puts the fields of the form into the draft, mistakes and all.
	take func(v *visit, d *casework.FilingDraft, form *web.Form) error
	// act does what a button other than "continue" asks for; done means that
	// an answer has been written.
	act func(v *visit, form *web.Form) (done bool, err error)
	// check marks mistakes in the form.
	check func(v *visit, form *web.Form)
	// show writes the page with the form.
	show func(v *visit, status int, form *web.Form) error
	// form fills the form from the draft.
	form func(v *visit) *web.Form
}

func (p *Portal) steps() []step {
	return []step{
		{name: "about", number: 1, next: "to", take: p.takeAbout, act: p.actAbout, check: p.checkAbout, show: p.showAbout, form: p.formAbout},
		{name: "to", number: 2, next: "text", take: p.takeTo, act: p.actTo, check: p.checkTo, show: p.showTo, form: p.formTo},
		{name: "text", number: 3, next: "contact", take: p.takeText, act: p.actText, check: p.checkText, show: p.showTextStep, form: p.formText},
		{name: "contact", number: 4, next: "check", take: p.takeContact, act: nil, check: p.checkContact, show: p.showContact, form: p.formContact},
	}
}

func (p *Portal) stepNamed(name string) *step {
	for _, s := range p.steps() {
		if s.name == name {
			return &s
		}
	}
	return nil
}

func (p *Portal) showStep(s step) func(*visit) error {
	return func(v *visit) error { return s.show(v, fiber.StatusOK, s.form(v)) }
}

// saveStep saves first and checks then, so that a mistake costs nothing.
func (p *Portal) saveStep(s step) func(*visit) error {
	return func(v *visit) error {
		form := web.ReadForm(v.c)
		if err := p.take(v, s, form); err != nil {
			return err
		}
		if s.act != nil {
			if done, err := s.act(v, form); done || err != nil {
				return err
			}
		}
		if form.Is("do", "later") {
			p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.draft.saved"})
			return p.Kit.Redirect(v.c, "/my")
		}
		s.check(v, form)
		if !form.OK() {
			return s.show(v, fiber.StatusUnprocessableEntity, form)
		}
		if form.Is("back", "check") {
			return p.Kit.Redirect(v.c, v.stepPath("check"))
		}
		return p.Kit.Redirect(v.c, v.stepPath(s.next))
	}
}

// autosave answers the small script that saves while the person types.
func (p *Portal) autosave(s step) func(*visit) error {
	return func(v *visit) error {
		if err := p.take(v, s, web.ReadForm(v.c)); err != nil {
			return err
		}
		return v.c.SendStatus(fiber.StatusNoContent)
	}
}

func (p *Portal) take(v *visit, s step, form *web.Form) error {
	return p.change(v, func(d *casework.FilingDraft) error {
		d.Step = s.name
		return s.take(v, d, form)
	})
}

// resume leads to the step where the person stopped.
func (p *Portal) resume(v *visit) error {
	if s := p.stepNamed(v.draft.Step); s != nil {
		return p.Kit.Redirect(v.c, v.stepPath(s.name))
	}
	return p.Kit.Redirect(v.c, v.stepPath("about"))
}

// stepPage is what every step's page has.
type stepPage struct {
	Form *web.Form
	ID   string
	Step int
	Of   int
	// Action is where the form posts, Prev the step before.
	Action, Prev string
	// Back is "check" when the person came to change one answer.
	Back string
}

func (p *Portal) page(v *visit, name string, form *web.Form) stepPage {
	s := p.stepNamed(name)
	page := stepPage{Form: form, ID: v.draft.ID, Step: s.number, Of: stepCount, Action: v.stepPath(name), Prev: "/file"}
	for _, other := range p.steps() {
		if other.next == name {
			page.Prev = v.stepPath(other.name)
		}
	}
	if form.Is("back", "check") || v.c.Query("back") == "check" {
		page.Back, page.Prev = "check", v.stepPath("check")
	}
	return page
}
