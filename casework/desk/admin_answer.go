package desk

import (
	"maps"
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// secretPage is the data of desk/admin_secret: something shown once.
type secretPage struct {
	Title, Text, Name, Secret, Back string
}

// showSecret answers a form with a secret; nobody stores the page.
func (v *visit) showSecret(page secretPage) error {
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_secret", "desk", page.Title, page)
}

// confirmPage is the data of desk/admin_confirm: what will happen, before it
// does. Fields are those of the form that asked.
type confirmPage struct {
	Title, Text, Action, Back string
	Fields                    []hiddenField
}

type hiddenField struct{ Name, Value string }

// confirm shows what a form will do and sends it once more with "sure".
func (v *visit) confirm(form *web.Form, page confirmPage) error {
	for _, name := range slices.Sorted(maps.Keys(form.Values)) {
		for _, value := range form.Values[name] {
			page.Fields = append(page.Fields, hiddenField{name, value})
		}
	}
	page.Fields = append(page.Fields, hiddenField{"sure", "yes"})
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_confirm", "desk", page.Title, page)
}

// adminStatus is the answer to a form that was not taken: 409 where somebody
// else was quicker.
func adminStatus(err error) int {
	if code := casework.CodeOf(err); code == casework.Conflict || code == casework.NotAllowed {
		return fiber.StatusConflict
	} else if code == casework.Forbidden {
		return fiber.StatusForbidden
	}
	return fiber.StatusUnprocessableEntity
}

// failed puts an error of a form where the reader sees it; true means that the
// page is to be shown again. What no form can mend is given back.
func (v *visit) failed(form *templates.Form, err error, field string) bool {
	e, ok := err.(*casework.Error)
	switch {
	case !ok:
		return false
	case e.Code == casework.Invalid && len(e.Fields) > 0:
		failFields(form, e)
	case e.Message != "" && v.Kit.Set().Has(v.lang, "desk.said."+e.Message):
		form.Fail(field, "desk.said."+e.Message, pairs(e.Data)...)
	default:
		return false
	}
	return true
}
