package portal

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

const (
	// keepRunes is the longest text a draft keeps; a longer one lives on the
	// page only, until it is shortened.
	keepRunes = 2 * casework.MaxText
	// Names of the draft's fields for the text as it came in.
	fieldDigest   = "originalSHA256"
	fieldOriginal = "original"
)

type textPage struct {
	stepPage
	Max      int
	Files    []casework.File
	Problems []templates.NamedError
	Room     int
	Limit    string
	To       string
}

// takeText keeps the cleaned text, and the text as it came in, sealed, where
// cleaning has changed it.
func (p *Portal) takeText(v *visit, d *casework.FilingDraft, form *web.Form) error {
	if form.Values["text"] == nil {
		return nil
	}
	text := form.Value("text")
	if utf8.RuneCountInString(text) > keepRunes {
		return nil
	}
	raw, ok := rawValue(v.c, "text")
	// A browser turns every line end into two signs; nobody has typed those.
	raw = strings.ReplaceAll(raw, "\r\n", "\n")
	if !ok || raw == text {
		if text != d.Text {
			d.Text = text
			delete(d.Fields, fieldDigest)
			delete(d.Fields, fieldOriginal)
		}
		// An unchanged text keeps the original it was cleaned from.
		return nil
	}
	sealed, err := p.Seal([]byte(raw))
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(raw))
	d.Text = text
	d.Fields[fieldDigest] = hex.EncodeToString(sum[:])
	d.Fields[fieldOriginal] = base64.StdEncoding.EncodeToString(sealed)
	return nil
}

// rawValue is a posted field before any cleaning; ok is false where this
// request posted none (a form laid aside before signing in).
func rawValue(c *fiber.Ctx, name string) (value string, ok bool) {
	if parts, err := c.MultipartForm(); err == nil {
		if v := parts.Value[name]; len(v) > 0 {
			return v[0], true
		}
		return "", false
	}
	if args := c.Request().PostArgs(); args.Has(name) {
		return string(args.Peek(name)), true
	}
	return "", false
}

func (p *Portal) checkText(v *visit, form *web.Form) {
	f := p.filing(v)
	f.Text = form.Value("text")
	p.failures(v, form, f, "text", "files")
	if form.OK() && onlyPrepared(v.draft) {
		form.Fail("text", "portal.complain.write")
	}
}

func (p *Portal) formText(v *visit) *web.Form { return templates.NewForm("text", v.draft.Text) }

func (p *Portal) showTextStep(v *visit, status int, form *web.Form) error {
	page := textPage{stepPage: p.page(v, "text", form), Max: casework.MaxText, Files: v.draft.Files,
		Room:  casework.MaxFiles - len(v.draft.Files),
		Limit: templates.FormatBytes(p.Kit.Lang(v.c), p.FileBytes), To: p.bodyName(v.draft.Addressee)}
	for _, problem := range form.Problems() {
		if strings.HasPrefix(problem.Name, "files-") {
			page.Problems = append(page.Problems, problem)
		}
	}
	return p.render(v.c, status, "text", page)
}

// bodyName is the name of a body, "" for none.
func (p *Portal) bodyName(id string) string {
	b, err := p.Office.Registry().Body(id)
	if err != nil {
		return ""
	}
	return b.Name
}
