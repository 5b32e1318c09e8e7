package portal

import (
	"errors"
	"regexp"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// The shapes of a case's ID and of an invitation; anything else is looked up
// nowhere.
var (
	caseID    = regexp.MustCompile(`^[2-9A-Z]{26}$`)
	inviteKey = regexp.MustCompile(`^[2-9A-Z]{20}$`)
)

// askJoin shows a person who has an invitation and has signed in what he would
// join. A wrong case and a wrong invitation look the same.
func (p *Portal) askJoin(v *visit) error {
	page, err := p.joinPage(v, templates.NewForm())
	var joined *alreadyJoined
	if errors.As(err, &joined) {
		return p.Kit.Redirect(v.c, "/case/"+v.c.Params("case"))
	}
	if err != nil {
		return err
	}
	return p.render(v.c, fiber.StatusOK, "join", page)
}

// alreadyJoined says that the person is a party of the case.
type alreadyJoined struct{}

func (*alreadyJoined) Error() string { return "portal: a party already" }

func (p *Portal) joinPage(v *visit, form *web.Form) (actPage, error) {
	id, key := v.c.Params("case"), v.c.Params("invitation")
	if !caseID.MatchString(id) || !inviteKey.MatchString(key) {
		return actPage{}, notFound()
	}
	c, err := p.Office.Invited(v.c.UserContext(), v.by, id, key)
	if err != nil {
		return actPage{}, err
	}
	if c.Parties.Includes(v.who.Key) {
		return actPage{}, &alreadyJoined{}
	}
	page := p.actPage(v, &c, form, "")
	page.Action = v.c.Path()
	page.Who = c.Applicant().Name.Full()
	page.Body = p.bodyName(orElse(c.Place.Body, c.Subject.Addressee))
	page.Text = cut(c.Content.Text, excerptRunes)
	page.Cut = page.Text != c.Content.Text
	page.Name = v.who.Name.Full()
	return page, nil
}

// join adds the person as a co-signer by his own sign-in.
func (p *Portal) join(v *visit) error {
	form := web.ReadForm(v.c)
	page, err := p.joinPage(v, form)
	var joined *alreadyJoined
	if errors.As(err, &joined) {
		p.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "portal.join.already"})
		return p.Kit.Redirect(v.c, "/case/"+v.c.Params("case"))
	}
	if err != nil {
		return err
	}
	if !form.Is("agree", "yes") {
		form.Fail("agree", "portal.join.tick")
		return p.render(v.c, fiber.StatusUnprocessableEntity, "join", page)
	}
	c, err := p.Office.Join(v.c.UserContext(), v.who, v.c.Params("case"), v.c.Params("invitation"))
	var e *casework.Error
	switch {
	case errors.As(err, &e) && e.Message == "join.already":
		p.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "portal.join.already"})
		return p.Kit.Redirect(v.c, "/case/"+v.c.Params("case"))
	case errors.As(err, &e) && (e.Code == casework.NotAllowed || e.Code == casework.TooLarge || e.Message == "filing.not_identified"):
		key := "portal.join.closed"
		if e.Message == "filing.not_identified" {
			key = e.Message
		}
		form.Fail("agree", key)
		return p.render(v.c, fiber.StatusUnprocessableEntity, "join", page)
	case err != nil:
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.join.done"})
	return p.Kit.Redirect(v.c, "/case/"+c.ID)
}
