package counter

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

type copyForm struct {
	Form *web.Form
	// Case is set where a member of staff has come from the page of a case.
	Case string
}

// askCopy asks whose answer to copy: by the number and the code of the
// applicant, or by the case that the member of staff may read.
func (p *Counter) askCopy(v *visit) error {
	var key [12]byte
	rand.Read(key[:])
	form := templates.NewForm("case", v.c.Query("case"), "key", hex.EncodeToString(key[:]))
	return v.render(fiber.StatusOK, "copy_ask", "desk", copyForm{Form: form, Case: v.c.Query("case")})
}

type copyPage struct {
	Copy casework.CertifiedCopy
	From string
	To   string
	// Value is the signature itself in hexadecimal digits.
	Value string
}

// makeCopy prints a certified copy: the letter, the data of its signature, and
// who has certified the copy and when.
func (p *Counter) makeCopy(v *visit) error {
	form := web.ReadForm(v.c)
	order := casework.CopyOrder{Case: form.Value("case"), Number: strings.TrimSpace(form.Value("number")),
		Code: strings.TrimSpace(form.Value("code")), Key: form.Value("key")}
	if order.Case == "" && (order.Number == "" || order.Code == "") {
		form.Fail("number", "portal.track.number_empty")
		return v.render(fiber.StatusUnprocessableEntity, "copy_ask", "desk", copyForm{Form: form})
	}
	made, err := v.Office.Certify(v.ctx, v.by, order)
	if casework.CodeOf(err) == casework.NotFound {
		form.Fail("number", "counter.error.copy")
		return v.render(fiber.StatusUnprocessableEntity, "copy_ask", "desk", copyForm{Form: form, Case: order.Case})
	}
	if err != nil {
		return err
	}
	who := made.Document.Applicant()
	return v.render(fiber.StatusOK, "copy", "print", copyPage{Copy: made, From: v.bodyName(made.Letter.Body), To: who.Name.Full(),
		Value: strings.ToUpper(hex.EncodeToString(made.Letter.Signature.Value))})
}
