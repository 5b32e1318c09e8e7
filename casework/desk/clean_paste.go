package desk

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/templates"
	"priemnaya/templates/web"
)

// cleanPaste turns what was pasted from an office program into the plain text
// with light marks that letters are made of; desk.js asks for it and puts the
// answer where the cursor is. Nothing is kept.
func (d *Desk) cleanPaste(v *visit) error {
	text := templates.CleanPasted(web.ReadForm(v.c).Value("html"))
	v.c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	return v.c.SendString(text)
}
