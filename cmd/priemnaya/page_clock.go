package main

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/templates/web"
)

// clockPath is development's page that moves the whole product in time.
const clockPath = "/dev/clock"

// clockPage is what the page shows.
type clockPage struct {
	Now   time.Time
	Moved bool
	Form  *web.Form
}

// mountClock adds the page; only development has it.
func (a *App) mountClock(kit *web.Kit) {
	show := func(c *fiber.Ctx, status int, form *web.Form) error {
		return kit.Render(c, status, "dev/clock", "desk", "dev.clock.title", clockPage{Now: a.now(), Moved: a.clock.Moved(), Form: form})
	}
	a.web.Get(clockPath, func(c *fiber.Ctx) error { return show(c, fiber.StatusOK, nil) })
	a.web.Post(clockPath, func(c *fiber.Ctx) error {
		form := web.ReadForm(c)
		if form.Value("do") == "reset" {
			a.clock.Reset()
			return kit.Redirect(c, clockPath)
		}
		at, err := parseInstant(form.Value("at"))
		if err != nil {
			form.Fail("at", "dev.clock.bad")
			return show(c, fiber.StatusUnprocessableEntity, form)
		}
		a.clock.Set(at)
		return kit.Redirect(c, clockPath)
	})
}
