package portal

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// stepCount is how many steps the applicant sees; the last is the check.
const stepCount = 6

// step is one page of filing.
type step struct {
	name   string
	number int
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
		{name: "what", number: 1, take: p.takeWhat, act: p.actWhat, check: p.checkWhat, show: p.showWhat, form: p.formWhat},
		{name: "about", number: 2, take: p.takeAbout, act: p.actAbout, check: p.checkAbout, show: p.showAbout, form: p.formAbout},
		{name: "complaint", number: 2, take: p.takeComplaint, act: p.actComplaint, check: p.checkComplaint, show: p.showComplaint, form: p.formComplaint},
		{name: "to", number: 3, take: p.takeTo, act: p.actTo, check: p.checkTo, show: p.showTo, form: p.formTo},
		{name: "text", number: 4, take: p.takeText, act: p.actText, check: p.checkText, show: p.showTextStep, form: p.formText},
		{name: "contact", number: 5, take: p.takeContact, act: p.actContact, check: p.checkContact, show: p.showContact, form: p.formContact},
	}
}

// after is the step that follows; complaints have a step of their own in the
// place of the topic.
func (p *Portal) after(name string, r casework.Regime) string {
	second := "about"
	if complains(r) {
		second = "complaint"
	}
	way := []string{"what", second, "to", "text", "contact", "check"}
	if i := slices.Index(way, name); i >= 0 && i+1 < len(way) {
		return way[i+1]
	}
	if name == "about" || name == "complaint" {
		return "to"
	}
	return "check"
}

// before is the step in front of a step, "" in front of the first.
func (p *Portal) before(name string, r casework.Regime) string {
	for _, s := range p.steps() {
		if p.after(s.name, r) == name && (s.name != "about" && s.name != "complaint" || complains(r) == (s.name == "complaint")) {
			return s.name
		}
	}
	return ""
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
		next := p.after(s.name, v.draft.Regime)
		// Another procedure asks other things: then the way is walked on.
		if form.Is("back", "check") && s.name != "what" {
			next = "check"
		}
		if mustStop(v.draft) {
			return p.stop(v, next)
		}
		return p.Kit.Redirect(v.c, v.stepPath(next))
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
	return p.Kit.Redirect(v.c, v.stepPath(p.after("what", v.draft.Regime)))
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
	if other := p.before(name, v.draft.Regime); other != "" {
		page.Prev = v.stepPath(other)
	}
	if form.Is("back", "check") || v.c.Query("back") == "check" {
		page.Back, page.Prev = "check", v.stepPath("check")
	}
	return page
}
