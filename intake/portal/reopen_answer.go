package portal

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// qualityRoutes are what an applicant can do with an answer, and who has read
// his case.
func (p *Portal) qualityRoutes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/case/:case/rate", p.person(p.askRate)},
		{post, "/case/:case/rate", p.person(p.rate)},
		{get, "/case/:case/reopen", p.person(p.askReopen)},
		{post, "/case/:case/reopen", p.person(p.reopen)},
		{post, "/case/:case/complain", p.person(p.complainOnAnswer)},
		{get, "/case/:case/readers", p.person(p.showReaders)},
	}
}

// afterView is what stands below the latest answer.
type afterView struct {
	Base string
	casework.SecondLook
	// Mark is the applicant's, 0 if there is none.
	Mark int
	// Complain is true if a complaint can be prepared; Court if the law knows
	// no second complaint and leads to court.
	Complain, Court bool
	// Supplement is the last day of a further answer that is owed.
	Supplement casework.Date
}

func (p *Portal) afterAnswer(v *visit, c *casework.Case) *afterView {
	if len(c.Answers) == 0 {
		return nil
	}
	view := afterView{Base: "/case/" + c.ID, SecondLook: p.Office.SecondLook(c, v.by)}
	if m := c.Answers[len(c.Answers)-1].Mark; m != nil {
		view.Mark = m.Value
	}
	if t, ok := c.Term(casework.TermSupplement); ok {
		view.Supplement = t.Due
	}
	view.Court = c.Procedure.Regime == casework.RegimeControl
	view.Complain = !view.Court
	return &view
}

// qualityPage is a page about an answer.
type qualityPage struct {
	actPage
	Marks []templates.Option
	Until casework.Date
}

func (p *Portal) qualityPage(v *visit, c *casework.Case, form *web.Form, act string) qualityPage {
	page := qualityPage{actPage: p.actPage(v, c, form, act), Until: p.Office.SecondLook(c, v.by).Until}
	for n := 5; n >= 1; n-- {
		key := strconv.Itoa(n)
		page.Marks = append(page.Marks, templates.Option{Value: key, Text: p.Kit.T(v.c, "portal.rate.m"+key)})
	}
	return page
}

// ownAnswer reads a case whose answer can be rated or looked at again now.
func (p *Portal) ownAnswer(v *visit, kind casework.ActKind) (casework.Case, error) {
	c, err := p.own(v, kind)
	if err == nil && kind == casework.ActRate && c.Rated() {
		err = casework.Fail(casework.Conflict, "portal.rate", "rate.once")
	}
	return c, err
}

func (p *Portal) askRate(v *visit) error {
	c, err := p.ownAnswer(v, casework.ActRate)
	if err != nil {
		return p.refusedAct(v, err)
	}
	return p.render(v.c, fiber.StatusOK, "rate", p.qualityPage(v, &c, templates.NewForm(), "rate"))
}

func (p *Portal) rate(v *visit) error {
	form := web.ReadForm(v.c)
	show := func(c *casework.Case, status int, stale bool) error {
		page := p.qualityPage(v, c, form, "rate")
		page.Stale = stale
		return p.render(v.c, status, "rate", page)
	}
	c, err := p.ownAnswer(v, casework.ActRate)
	if err != nil {
		return p.refusedAct(v, err)
	}
	mark, err := strconv.Atoi(form.Value("mark"))
	if err != nil || mark < 1 || mark > 5 {
		form.Fail("mark", "portal.rate.mark_needed")
		return show(&c, fiber.StatusUnprocessableEntity, false)
	}
	done, err := p.act(v, form, casework.Rating{Mark: mark, Comment: form.Value("comment")}, show)
	if !done {
		return err
	}
	key := "portal.rate.done"
	if mark <= casework.LowMark {
		key = "portal.rate.done_low"
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: key})
	return p.Kit.Redirect(v.c, "/case/"+c.ID)
}

func (p *Portal) askReopen(v *visit) error {
	c, err := p.ownAnswer(v, casework.ActReopen)
	if err != nil {
		return p.refusedReopen(v, err)
	}
	return p.render(v.c, fiber.StatusOK, "reopen", p.qualityPage(v, &c, templates.NewForm(), "reopen"))
}

// refusedReopen says of a window that has closed that it has.
func (p *Portal) refusedReopen(v *visit, err error) error {
	c, readErr := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "act")
	if readErr != nil {
		return readErr
	}
	look := p.Office.SecondLook(&c, v.by)
	late := look.Review == nil && !look.Until.IsZero() && p.today(c.Place.Body).After(look.Until)
	if casework.CodeOf(err) != casework.NotAllowed || !late {
		return p.refusedAct(v, err)
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "portal.reopen.late"})
	return p.Kit.Redirect(v.c, "/case/"+c.ID)
}

func (p *Portal) reopen(v *visit) error {
	form := web.ReadForm(v.c)
	show := func(c *casework.Case, status int, stale bool) error {
		page := p.qualityPage(v, c, form, "reopen")
		page.Stale = stale
		return p.render(v.c, status, "reopen", page)
	}
	c, err := p.ownAnswer(v, casework.ActReopen)
	if err != nil {
		return p.refusedReopen(v, err)
	}
	done, err := p.act(v, form, casework.Reopening{Reason: form.Value("reason")}, show)
	if !done {
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.reopen.done"})
	return p.Kit.Redirect(v.c, "/case/"+c.ID)
}
