package portal

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// Messengers binds accounts of messengers to persons (promise M3); the bots
// implement it. A portal without bots has none.
type Messengers interface {
	// Link shows whose chat a one-time link belongs to. Errors: NotFound for
	// one that is unknown, used up or older than ten minutes.
	Link(ctx context.Context, token string) (MessengerLink, error)
	// ConfirmLink uses the link up for a person and gives the code that he
	// types in the chat. Errors: NotFound, Conflict, Forbidden, TooMany.
	ConfirmLink(ctx context.Context, who casework.Applicant, token string) (code string, err error)
	// Bindings lists the accounts of a person.
	Bindings(ctx context.Context, applicant string) ([]MessengerAccount, error)
	// Unbind drops one of them. Errors: NotFound.
	Unbind(ctx context.Context, applicant, key string) error
}

// MessengerLink is a one-time link before it is confirmed.
type MessengerLink struct {
	// Platform, Name and Handle are the account as the messenger shows it.
	Platform, Name, Handle string
	// Check is the number that the chat shows too.
	Check string
	// Till is when the link ends; Used is true if it was confirmed already.
	Till time.Time
	Used bool
}

// MessengerAccount is an account that is bound.
type MessengerAccount struct {
	Key, Platform, Name, Handle string
	Since, Till                 time.Time
}

type messengerPage struct {
	Form   *web.Form
	Action string
	Link   MessengerLink
	// Who is the person that confirms.
	Who string
}

type messengerCodePage struct {
	Link MessengerLink
	Code string
}

type messengersPage struct{ Accounts []MessengerAccount }

// messengerRoutes are the pages of messengers, where there are bots.
func (p *Portal) messengerRoutes() []route {
	if p.Messengers == nil {
		return nil
	}
	return []route{
		{fiber.MethodGet, "/messenger/:token", p.person(p.showMessenger)},
		{fiber.MethodPost, "/messenger/:token", p.person(p.confirmMessenger)},
		{fiber.MethodGet, "/messengers", p.person(p.listMessengers)},
		{fiber.MethodPost, "/messengers", p.person(p.dropMessenger)},
	}
}

func (p *Portal) renderMessenger(v *visit, status int, name string, data any) error {
	// The address holds a secret for ten minutes.
	v.c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	return p.Kit.Render(v.c, status, "portal/"+name, "portal", "bot.page."+name+".title", data)
}

// showMessenger names the account and says what confirming means. Looking uses
// nothing up: messengers open links for a preview.
func (p *Portal) showMessenger(v *visit) error {
	l, err := p.Messengers.Link(v.c.UserContext(), v.c.Params("token"))
	if casework.CodeOf(err) == casework.NotFound || err == nil && l.Used {
		return p.renderMessenger(v, fiber.StatusGone, "messenger_gone", nil)
	}
	if err != nil {
		return err
	}
	return p.renderMessenger(v, fiber.StatusOK, "messenger", p.messenger(v, l, templates.NewForm()))
}

func (p *Portal) messenger(v *visit, l MessengerLink, form *web.Form) messengerPage {
	return messengerPage{Form: form, Action: "/messenger/" + v.c.Params("token"), Link: l, Who: v.who.Name.Full()}
}

// confirmMessenger uses the link up and shows the code. Nothing is bound until
// the code is typed in the chat.
func (p *Portal) confirmMessenger(v *visit) error {
	ctx, token := v.c.UserContext(), v.c.Params("token")
	l, err := p.Messengers.Link(ctx, token)
	if casework.CodeOf(err) == casework.NotFound || err == nil && l.Used {
		return p.renderMessenger(v, fiber.StatusGone, "messenger_gone", nil)
	}
	if err != nil {
		return err
	}
	form := web.ReadForm(v.c)
	if !form.Is("mine", "yes") {
		form.Fail("mine", "bot.page.messenger.tick")
		return p.renderMessenger(v, fiber.StatusUnprocessableEntity, "messenger", p.messenger(v, l, form))
	}
	code, err := p.Messengers.ConfirmLink(ctx, v.who, token)
	var e *casework.Error
	switch {
	case err == nil:
		return p.renderMessenger(v, fiber.StatusOK, "messenger_code", messengerCodePage{Link: l, Code: code})
	case casework.CodeOf(err) == casework.NotFound, casework.CodeOf(err) == casework.Conflict:
		return p.renderMessenger(v, fiber.StatusGone, "messenger_gone", nil)
	case errors.As(err, &e) && e.Message != "":
		form.Fail("mine", e.Message, pairsOf(e.Data)...)
		return p.renderMessenger(v, fiber.StatusUnprocessableEntity, "messenger", p.messenger(v, l, form))
	}
	return err
}

func (p *Portal) listMessengers(v *visit) error {
	list, err := p.Messengers.Bindings(v.c.UserContext(), v.who.Key)
	if err != nil {
		return err
	}
	return p.renderMessenger(v, fiber.StatusOK, "messengers", messengersPage{list})
}

func (p *Portal) dropMessenger(v *visit) error {
	err := p.Messengers.Unbind(v.c.UserContext(), v.who.Key, web.ReadForm(v.c).Value("account"))
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "bot.page.messengers.dropped"})
	return p.Kit.Redirect(v.c, "/messengers")
}
