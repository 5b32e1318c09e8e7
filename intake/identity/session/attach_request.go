package session

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// found is the session of one request, looked up once.
type found struct {
	session Session
	id      string
	actor   casework.Actor
	ok      bool
	err     error
}

type foundKey struct{}

// Begin signs a person in: any session the browser had before ends, and a new
// identifier is given, so that one planted earlier is worth nothing.
func (s *Sessions) Begin(c *fiber.Ctx, made Session) error {
	if err := s.drop(c); err != nil {
		return err
	}
	token, err := s.create(c.UserContext(), made)
	if err != nil {
		return err
	}
	cookie := s.cookie(token)
	cookie.SessionOnly = true
	c.Cookie(cookie)
	c.Locals(foundKey{}, (*found)(nil))
	return nil
}

// End signs the person out here: session and cookie go. No session is no error.
func (s *Sessions) End(c *fiber.Ctx) error {
	err := s.drop(c)
	cookie := s.cookie("")
	cookie.MaxAge, cookie.Expires = -1, time.Unix(1, 0)
	c.Cookie(cookie)
	c.Locals(foundKey{}, &found{})
	return err
}

func (s *Sessions) drop(c *fiber.Ctx) error {
	if token := c.Cookies(s.name()); token != "" {
		return s.config.Shelf.Remove(c.UserContext(), kind, hashOf(token))
	}
	return nil
}

// Middleware answers 503 when the store cannot say who is asking: to go on as
// nobody would look like a sign-out. It is optional otherwise; all other
// methods look the session up themselves.
func (s *Sessions) Middleware() fiber.Handler {
	return func(c *fiber.Ctx) error {
		if f := s.lookUp(c); f.err != nil {
			return f.err
		}
		return c.Next()
	}
}

// Session returns the session of the request.
func (s *Sessions) Session(c *fiber.Ctx) (Session, bool) {
	f := s.lookUp(c)
	return f.session, f.ok
}

// ID names the session of the request to bind CSRF tokens to it; empty if
// there is none. It is the hash of the cookie, which opens nothing.
func (s *Sessions) ID(c *fiber.Ctx) string { return s.lookUp(c).id }

// Applicant returns the signed-in citizen.
func (s *Sessions) Applicant(c *fiber.Ctx) (casework.Applicant, bool) {
	f := s.lookUp(c)
	if !f.ok || f.session.Applicant == nil {
		return casework.Applicant{}, false
	}
	return *f.session.Applicant, true
}

// Actor returns whoever is signed in: staff with the grants as they are now,
// or the citizen.
func (s *Sessions) Actor(c *fiber.Ctx) (casework.Actor, bool) {
	f := s.lookUp(c)
	return f.actor, f.ok
}

// User is the person as the page header shows him, nil if nobody is signed in.
func (s *Sessions) User(c *fiber.Ctx) *templates.User {
	f := s.lookUp(c)
	if !f.ok {
		return nil
	}
	user := &templates.User{Name: f.actor.Name}
	for _, g := range f.actor.Grants {
		if role := string(g.Role); !slices.Contains(user.Roles, role) {
			user.Roles = append(user.Roles, role)
		}
	}
	if f.session.Applicant != nil {
		user.Name = f.session.Applicant.Name.Full()
	}
	return user
}

func (s *Sessions) lookUp(c *fiber.Ctx) *found {
	if f, ok := c.Locals(foundKey{}).(*found); ok && f != nil {
		return f
	}
	f := s.load(c)
	c.Locals(foundKey{}, f)
	return f
}

func (s *Sessions) load(c *fiber.Ctx) *found {
	token := c.Cookies(s.name())
	if token == "" {
		return &found{}
	}
	held, err := s.find(c.UserContext(), token)
	if err != nil {
		return failed(err)
	}
	f := &found{session: held, id: hashOf(token), ok: true}
	if held.Applicant != nil {
		f.actor = casework.Citizen(*held.Applicant)
		return f
	}
	if f.actor, err = s.config.Staff(c.UserContext(), held.Login, held.Epoch); err != nil {
		return failed(err)
	}
	return f
}

// failed tells "nobody" from "cannot say".
func failed(err error) *found {
	switch casework.CodeOf(err) {
	case casework.NotFound, casework.Forbidden, casework.Unauthenticated:
		return &found{}
	}
	return &found{err: err}
}

func (s *Sessions) name() string {
	if s.config.Secure {
		return "__Host-" + cookieName
	}
	return cookieName
}

func (s *Sessions) cookie(value string) *fiber.Cookie {
	return &fiber.Cookie{Name: s.name(), Value: value, Path: "/", Secure: s.config.Secure,
		HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode}
}
