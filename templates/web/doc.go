// Package web is the part of the templates that knows fiber: it renders pages,
// answers errors, guards forms, keeps cookies and limits rates.
//
// # How to add a page
//
// A package of pages takes the kit and its own services, and mounts its routes:
//
//	type Pages struct {
//		Kit   *web.Kit
//		Cases Finder
//	}
//
//	func (p *Pages) Mount(app fiber.Router) {
//		app.Get("/track", p.askNumber)
//		app.Post("/track", p.Kit.Limit("track", 10, 5, nil), p.findCase)
//	}
//
//	type trackPage struct{ Form *web.Form }
//
//	func (p *Pages) askNumber(c *fiber.Ctx) error {
//		return p.Kit.Render(c, 200, "portal/track", "portal", "portal.track.title", trackPage{})
//	}
//
//	func (p *Pages) findCase(c *fiber.Ctx) error {
//		form := web.ReadForm(c) // cleaned, never cut
//		if len(form.Value("number")) < 5 {
//			form.Fail("number", "portal.track.number_short", "Min", 5)
//		}
//		if !form.OK() {
//			return p.Kit.Render(c, 422, "portal/track", "portal", "portal.track.title", trackPage{form})
//		}
//		found, err := p.Cases.Find(c.UserContext(), form.Value("number"))
//		if err != nil {
//			return err // the kit's error handler chooses the page
//		}
//		p.Kit.Flash(c, templates.Flash{Kind: "good", Key: "portal.track.found"})
//		return p.Kit.Redirect(c, "/appeals/"+found)
//	}
//
// The title given to Render is a text id, or the title itself where no such id exists.
// The page and its texts are described in the templates package.
//
// # Wiring, once per listener
//
//	kit, err := web.New(web.Config{Set: set, Now: time.Now, Secret: secret, Secure: true,
//		User: identity.HeaderUser, Session: identity.SessionID, StatusOf: statusOf})
//	app := fiber.New(kit.FiberConfig(260 << 20))
//	kit.Mount(app) // static files and middleware, before all routes
//
// # What the middleware does
//
// It gives each request a random id and a nonce, turns a panic into the 500 page
// and one log line without personal data, sets the security headers, obeys
// ?lang=ru|en, ?type=large|normal and ?contrast=high|normal, and refuses unsafe
// requests of other sites or without a token. A refused form of our own (old tab,
// new session) is given back with everything typed except files and secrets.
// Own scripts send the token of the form in the header X-CSRF-Token.
//
// # Errors
//
// Handlers return errors. Config.StatusOf knows the errors of the domain; *fiber.Error
// keeps its status; an error with RetryAfter() time.Duration is a 429 with
// Retry-After; all else is a 500. A text "web.error.<code>.what" replaces the text
// of the status when it exists. A client that asks for JSON, and every path under
// /api, gets application/problem+json.
//
// # Cookies
//
// SetCookie, Cookie and DropCookie add Secure, HttpOnly, SameSite=Lax and, over TLS,
// the __Host- prefix. Sign/Verify keep a readable value, Seal/Open a secret one,
// both with an expiry and bound to a purpose.
package web
