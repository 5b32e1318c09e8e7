package main

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"priemnaya/bots/max"
	"priemnaya/bots/telegram"
	"priemnaya/bots/wire"
)

// webhooksOfBots is where messengers deliver.
const webhooksOfBots = "/bots/"

// nothingMore is the largest body of a request that has not proved itself: the
// server takes 0 for "no rule of its own".
const nothingMore = 1

// botDoor is what a webhook demands before a byte of its body is read.
type botDoor struct {
	header, secret string
	most           int
}

// botDoors are the webhooks that are on, by their paths.
func (a *App) botDoors() map[string]botDoor {
	out := map[string]botDoor{}
	if s := a.cfg.Telegram.Secret; a.botFront.telegram != nil && s != "" {
		out[webhooksOfBots+"telegram"] = botDoor{telegram.SecretHeader, s, wire.MaxUpdate}
	}
	if s := a.cfg.Max.Secret; a.botFront.max != nil && s != "" {
		out[webhooksOfBots+"max"] = botDoor{max.SecretHeader, s, wire.MaxUpdate}
	}
	return out
}

// pathOf is the path that a request asks for, also in the absolute form.
func pathOf(h *fasthttp.RequestHeader) string {
	var u fasthttp.URI
	if u.Parse(h.Host(), h.RequestURI()) != nil {
		return ""
	}
	return string(u.PathOriginal())
}

// bodyOfBot is the largest body that is read of a request to a webhook: one
// update of whoever knows the secret, and nothing of anybody else. ok is false
// for other addresses.
func (a *App) bodyOfBot(h *fasthttp.RequestHeader) (limit int, ok bool) {
	path := strings.TrimRight(strings.ToLower(pathOf(h)), "/")
	if !strings.HasPrefix(path+"/", webhooksOfBots) {
		return 0, false
	}
	door, found := a.botDoors()[path]
	if !found || !wire.Same(string(h.Peek(door.header)), door.secret) {
		return nothingMore, true
	}
	return door.most, true
}

// refuseBot answers a webhook whose body was not read; false for other
// addresses.
func (a *App) refuseBot(c *fiber.Ctx, err error) (bool, error) {
	limit, ours := a.bodyOfBot(&c.Request().Header)
	if !ours {
		return false, nil
	}
	status := fiber.StatusInternalServerError
	if e, ok := err.(*fiber.Error); ok {
		status = e.Code
	}
	if limit == nothingMore && status == fiber.StatusRequestEntityTooLarge {
		status = fiber.StatusUnauthorized
	}
	// The rest of the body is in the way of a next request.
	c.Context().SetConnectionClose()
	return true, c.Status(status).SendString(http.StatusText(status))
}
