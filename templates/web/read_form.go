package web

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/templates"
)

// Form is a typed form with its errors; see templates.Form.
type Form = templates.Form

// FieldError is the error of one field; see templates.FieldError.
type FieldError = templates.FieldError

// ReadForm returns the fields of a POST, every value cleaned by
// templates.CleanText and never cut, so that a page can give all of it back.
// Files are not part of it.
func ReadForm(c *fiber.Ctx) *Form {
	form := templates.NewForm()
	add := func(name, value string) {
		if name == templates.CSRFField {
			return
		}
		clean, _ := templates.CleanText(value, 0)
		form.Values[name] = append(form.Values[name], clean)
	}
	if parts, err := c.MultipartForm(); err == nil {
		for name, values := range parts.Value {
			for _, value := range values {
				add(name, value)
			}
		}
		return form
	}
	c.Request().PostArgs().VisitAll(func(name, value []byte) { add(string(name), string(value)) })
	return form
}
