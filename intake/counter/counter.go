package counter

import (
	"context"
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// FileStore keeps scans; see the portal's of the same name.
type FileStore interface {
	// Put stores one upload and describes it.
	Put(ctx context.Context, name string, content io.Reader) (casework.File, error)
	// Admit tells whether one more file of size bytes may be added.
	Admit(already []casework.File, size int64) error
}

// Letter is the text of a notice on paper.
type Letter struct{ Subject, Text string }

// Config is what a Counter is made of; all but FindTopics is required.
type Config struct {
	Office *casework.Office
	Kit    *web.Kit
	Files  FileStore
	// Actor tells which member of staff is signed in.
	Actor func(*fiber.Ctx) (casework.Actor, bool)
	// Topic names a code of the thematic classifier.
	Topic func(code string) (string, bool)
	// FindTopics finds codes of the classifier by words, the best first; nil
	// leaves the suggestions of the office.
	FindTopics func(words string, limit int) []string
	// Compose writes the letter of a notice.
	Compose func(ctx context.Context, c casework.Case, n casework.Notice) (Letter, error)
	// BaseURL is the address of the portal, for the QR code of receipts.
	BaseURL string
}

// Counter serves the pages. It is safe for parallel use.
type Counter struct{ Config }

// New checks the configuration.
func New(cfg Config) (*Counter, error) {
	if cfg.Office == nil || cfg.Kit == nil || cfg.Files == nil || cfg.Actor == nil || cfg.Topic == nil ||
		cfg.Compose == nil || cfg.BaseURL == "" {
		return nil, errors.New("counter: every field of Config but FindTopics is needed")
	}
	return &Counter{Config: cfg}, nil
}

// visit is one request of a member of staff.
type visit struct {
	*Counter
	c   *fiber.Ctx
	ctx context.Context
	by  casework.Actor
}

// Mount puts the pages on a router.
func (p *Counter) Mount(r fiber.Router) {
	const get, post = fiber.MethodGet, fiber.MethodPost
	enters := []casework.Role{casework.RoleOperator, casework.RoleRegistrar}
	certifies := append([]casework.Role{casework.RoleOfficer, casework.RoleHead}, enters...)
	receives := []casework.Role{casework.RoleHead, casework.RoleRegistrar}
	keeps := append([]casework.Role{casework.RoleAdministrator}, receives...)
	for _, x := range []struct {
		method, path string
		roles        []casework.Role
		handle       func(*visit) error
	}{
		{get, "/counter", enters, p.showHome},
		{post, "/counter/new", enters, p.startEntry},
		{get, "/counter/entry/:draft", enters, p.showEntry},
		{post, "/counter/entry/:draft", enters, p.saveEntry},
		{post, "/counter/entry/:draft/save", enters, p.autosave},
		{post, "/counter/entry/:draft/drop", enters, p.dropEntry},
		{get, "/counter/entry/:draft/call", enters, p.showCall},
		{post, "/counter/entry/:draft/call", enters, p.endCall},
		{post, "/counter/call", enters, p.openCall},
		{get, "/counter/receipt/:case", enters, p.showReceipt},
		{post, "/counter/receipt/:case", enters, p.handReceipt},
		{post, "/counter/pass/:case", enters, p.passOn},
		{get, "/counter/copy", certifies, p.askCopy},
		{post, "/counter/copy", certifies, p.makeCopy},
		{get, "/counter/letters", []casework.Role{casework.RoleRegistrar}, p.listLetters},
		{get, "/counter/letters/:letter", []casework.Role{casework.RoleRegistrar}, p.showLetter},
		{get, "/counter/letters/:letter/sent", []casework.Role{casework.RoleRegistrar}, p.askPosted},
		{post, "/counter/letters/:letter/sent", []casework.Role{casework.RoleRegistrar}, p.confirmPosted},
		{get, "/counter/reception", keeps, p.listReceivers},
		{get, "/counter/reception/new", keeps, p.editReceiver},
		{post, "/counter/reception/new", keeps, p.saveReceiver},
		{get, "/counter/reception/:receiver/edit", keeps, p.editReceiver},
		{post, "/counter/reception/:receiver/edit", keeps, p.saveReceiver},
		{get, "/counter/reception/:receiver/day", receives, p.showDay},
		{post, "/counter/reception/:receiver/walk-in", receives, p.addWalkIn},
		{get, "/counter/visit/:slot", receives, p.showCard},
		{post, "/counter/visit/:slot", receives, p.closeCard},
		{post, "/counter/visit/:slot/off", receives, p.callOff},
	} {
		handlers := []fiber.Handler{p.admit(x.roles, x.handle)}
		if x.path == "/counter/copy" || x.path == "/counter/call" {
			// Codes are asked there: nobody shall try many.
			handlers = append([]fiber.Handler{p.Kit.Limit("counter-code", 10, 10, nil)}, handlers...)
		}
		r.Add(x.method, x.path, handlers...)
	}
}

// admit lets staff in that holds one of the roles. What somebody may do as a
// citizen does not count at a counter.
func (p *Counter) admit(roles []casework.Role, handle func(*visit) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		by, ok := p.Actor(c)
		if !ok {
			return casework.Fail(casework.Unauthenticated, "counter.admit", "")
		}
		for _, role := range roles {
			if by.Is(role) {
				return handle(&visit{Counter: p, c: c, ctx: c.UserContext(), by: by})
			}
		}
		return casework.Fail(casework.Forbidden, "counter.admit", "counter.error.staff")
	}
}

// render writes a page of this package.
func (v *visit) render(status int, page, layout string, data any) error {
	return v.Kit.Render(v.c, status, "counter/"+page, layout, "counter."+page+".title", data)
}

func (v *visit) t(id string, pairs ...any) string { return v.Kit.T(v.c, id, pairs...) }

// failed puts the errors of casework at their fields; false if the error is of
// another sort.
func failed(form *web.Form, err error) bool {
	var e *casework.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return false
	}
	for _, f := range e.Fields {
		var pairs []any
		for name, value := range f.Data {
			pairs = append(pairs, name, value)
		}
		form.Fail(f.Field, f.Key, pairs...)
	}
	return true
}

func (v *visit) bodyName(id string) string {
	if b, err := v.Office.Registry().Body(id); err == nil {
		return b.Name
	}
	return id
}
