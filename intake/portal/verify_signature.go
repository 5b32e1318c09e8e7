package portal

import (
	"context"
	"io"
	"mime/multipart"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// SignatureCheck checks a file with its detached signature and says whose
// certificate it is and whether letters are or were signed by it here. Errors:
// Invalid if the signature is not one of this file, Unavailable if it could not
// be checked.
type SignatureCheck func(ctx context.Context, file, signature []byte) (c casework.Certificate, ours bool, err error)

// How much is read of what strangers give to be checked, in bytes.
const (
	maxChecked   = 30 << 20
	maxSignature = 256 << 10
)

// verifyPage is the data of portal/verify.
type verifyPage struct {
	Form *web.Form
	// Broken says that the signature does not fit, Result that it does.
	Broken bool
	Result *verifyResult
}

type verifyResult struct {
	casework.Certificate
	// File is the name of the file that was checked.
	File string
	Ours bool
	// Ended and Early tell how the certificate's term lies to today.
	Ended, Early bool
}

// verifyRoutes is the page where anybody checks a letter of ours.
func (p *Portal) verifyRoutes() []route {
	if p.CheckSignature == nil {
		return nil
	}
	// One after another: a check may start a program, and strangers may ask.
	turn := make(chan struct{}, 2)
	return []route{
		{fiber.MethodGet, "/verify", func(c *fiber.Ctx) error {
			return p.Kit.Render(c, fiber.StatusOK, "portal/verify", "portal", "verify.title", verifyPage{Form: templates.NewForm()})
		}},
		{fiber.MethodPost, "/verify", func(c *fiber.Ctx) error {
			select {
			case turn <- struct{}{}:
				defer func() { <-turn }()
			case <-c.UserContext().Done():
				return c.UserContext().Err()
			}
			return p.verify(c)
		}},
	}
}

func (p *Portal) verify(c *fiber.Ctx) error {
	page := verifyPage{Form: web.ReadForm(c)}
	file, name, err := p.checked(c, page.Form, "file", maxChecked)
	if err != nil {
		return err
	}
	signature, _, err := p.checked(c, page.Form, "signature", maxSignature)
	if err != nil {
		return err
	}
	if !page.Form.OK() {
		return p.Kit.Render(c, fiber.StatusUnprocessableEntity, "portal/verify", "portal", "verify.title", page)
	}
	found, ours, err := p.CheckSignature(c.UserContext(), file, signature)
	switch {
	case casework.CodeOf(err) == casework.Invalid:
		page.Broken = true
	case err != nil:
		return err
	default:
		now := p.Office.Now()
		page.Result = &verifyResult{Certificate: found, File: name, Ours: ours, Ended: now.After(found.To), Early: now.Before(found.From)}
	}
	return p.Kit.Render(c, fiber.StatusOK, "portal/verify", "portal", "verify.title", page)
}

// What is said of a field without a file, and of one with too large a file.
var (
	missing  = map[string]string{"file": "verify.none_file", "signature": "verify.none_signature"}
	tooLarge = map[string]string{"file": "verify.large_file", "signature": "verify.large_signature"}
)

// checked reads one file of the form; what is wrong with it is said at its
// field.
func (p *Portal) checked(c *fiber.Ctx, form *web.Form, field string, most int64) ([]byte, string, error) {
	var upload *multipart.FileHeader
	if parts, err := c.MultipartForm(); err == nil && len(parts.File[field]) > 0 {
		upload = parts.File[field][0]
	}
	switch {
	case upload == nil || upload.Size == 0:
		form.Fail(field, missing[field])
		return nil, "", nil
	case upload.Size > most:
		form.Fail(field, tooLarge[field], "Max", templates.FormatBytes(p.Kit.Lang(c), most))
		return nil, "", nil
	}
	content, err := upload.Open()
	if err != nil {
		return nil, "", err
	}
	defer content.Close()
	data, err := io.ReadAll(io.LimitReader(content, most))
	return data, upload.Filename, err
}
