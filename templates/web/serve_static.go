package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/templates"
)

// Mount puts the middleware and the static files on the app. It comes before
// all routes.
func (k *Kit) Mount(app *fiber.App) {
	app.Get(templates.StaticPath+"*", k.static)
	app.Use(k.Middleware())
}

func (k *Kit) static(c *fiber.Ctx) error {
	asset, immutable, found := k.set.Static(c.Path())
	if !found {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, asset.Type)
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if immutable {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	if asset.Gzip != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(asset.Gzip)
	}
	return c.Send(asset.Body)
}
