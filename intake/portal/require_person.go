package portal

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// visit is one request of a signed-in person.
type visit struct {
	c   *fiber.Ctx
	who casework.Applicant
	by  casework.Actor
	// draft is the draft of the address, where there is one.
	draft casework.FilingDraft
}

// person lets signed-in people through; others are led to sign in and back.
func (p *Portal) person(next func(*visit) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		who, ok := p.Applicant(c)
		if !ok || who.Key == "" {
			return p.askToSignIn(c)
		}
		return next(&visit{c: c, who: who, by: casework.Citizen(who)})
	}
}

// askToSignIn leads to the sign-in page and from there back to where the
// person was. What was typed into a step of a draft is laid aside.
func (p *Portal) askToSignIn(c *fiber.Ctx) error {
	if strings.Contains(c.Get(fiber.HeaderAccept), "json") {
		return casework.Fail(casework.Unauthenticated, "portal", "")
	}
	back := c.Path()
	if c.Method() == fiber.MethodPost {
		if err := p.keepTyped(c); err != nil {
			return err
		}
		p.Kit.Flash(c, templates.Flash{Kind: "warn", Key: "portal.kept.sign_in"})
		back = pageOf(back)
	} else if q := string(c.Request().URI().QueryString()); q != "" {
		back += "?" + q
	}
	return p.Kit.Redirect(c, loginPath+"?next="+url.QueryEscape(web.SafePath(back)))
}

// pageOf is the page whose form posts to the address.
func pageOf(path string) string {
	switch {
	case path == "/file/new":
		return "/file"
	case strings.HasSuffix(path, "/submit"):
		return strings.TrimSuffix(path, "/submit") + "/check"
	}
	return path
}

var draftID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// drafted loads the person's draft. A draft that has become a case leads to
// its receipt, whatever was asked: there is nothing left to change.
func (p *Portal) drafted(next func(*visit) error) fiber.Handler {
	return p.person(func(v *visit) error {
		id := v.c.Params("draft")
		if !draftID.MatchString(id) {
			return notFound()
		}
		if done, err := p.alreadyFiled(v, id); done || err != nil {
			return err
		}
		var err error
		v.draft, err = p.Office.Draft(v.c.UserContext(), v.by, id)
		if err == nil {
			err = p.restoreTyped(v)
		}
		if err == nil {
			err = next(v)
		}
		if code := casework.CodeOf(err); code == casework.NotFound || code == casework.Conflict {
			// A second press may have filed the draft since the first look.
			if done, filed := p.alreadyFiled(v, id); done || filed != nil {
				return filed
			}
		}
		return err
	})
}

// alreadyFiled leads to the receipt if the draft has become a case. The draft
// may have outlived a crash between filing and dropping it.
func (p *Portal) alreadyFiled(v *visit, draft string) (done bool, err error) {
	r, err := p.Office.FiledBefore(v.c.UserContext(), v.who, draft)
	if casework.CodeOf(err) == casework.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := p.Office.DropDraft(v.c.UserContext(), v.by, draft); err != nil {
		return false, err
	}
	return true, p.Kit.Redirect(v.c, "/file/done/"+r.Case.ID)
}

// stepPath is the address of a step of the visit's draft.
func (v *visit) stepPath(step string) string { return "/file/" + v.draft.ID + "/" + step }
