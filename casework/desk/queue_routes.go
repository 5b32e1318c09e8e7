package desk

import "github.com/gofiber/fiber/v2"

// queueRoutes are the addresses of what a list can do besides being shown.
func (d *Desk) queueRoutes() []route {
	return []route{
		{fiber.MethodGet, "/desk/fresh", d.tellFresh},
		{fiber.MethodGet, "/desk/pasted", d.backToQueue},
		{fiber.MethodPost, "/desk/pasted", d.cleanPaste},
		{fiber.MethodGet, "/desk/views", d.showViews},
		{fiber.MethodPost, "/desk/views", d.changeViews},
		{fiber.MethodGet, "/desk/bulk", d.backToQueue},
		{fiber.MethodPost, "/desk/bulk", d.askBulk},
		{fiber.MethodGet, "/desk/bulk/start", d.backToQueue},
		{fiber.MethodPost, "/desk/bulk/start", d.startBulk},
		{fiber.MethodGet, "/desk/bulk/:bulk", d.showBulk},
	}
}

// backToQueue answers an address that only forms are sent to.
func (d *Desk) backToQueue(v *visit) error { return v.Kit.Redirect(v.c, "/desk") }
