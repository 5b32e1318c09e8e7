package portal

import (
	"encoding/base64"
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// originalOf is the text as it came in, if cleaning has changed it.
func originalOf(d casework.FilingDraft) (digest string, sealed []byte) {
	sealed, err := base64.StdEncoding.DecodeString(d.Fields[fieldOriginal])
	if err != nil || len(sealed) == 0 {
		return "", nil
	}
	return d.Fields[fieldDigest], sealed
}

// failures marks the mistakes that the domain finds in the named fields.
func (p *Portal) failures(v *visit, form *web.Form, f casework.Filing, fields ...string) {
	_, err := p.Office.Preview(v.by, f)
	var e *casework.Error
	if !errors.As(err, &e) {
		return
	}
	for _, x := range e.Fields {
		if slices.Contains(fields, x.Field) {
			form.Fail(x.Field, x.Key, pairsOf(x.Data)...)
		}
	}
}

func pairsOf(data map[string]any) []any {
	var out []any
	for k, v := range data {
		out = append(out, k, v)
	}
	return out
}

// dates are the two dates an applicant is told before and after filing.
type dates struct{ Register, Answer casework.Date }

func datesOf(c *casework.Case) dates {
	var d dates
	if t, ok := c.Term(casework.TermRegister); ok {
		d.Register = t.Due
	}
	if t, ok := c.Term(casework.TermConsider); ok {
		d.Answer = t.Due
	}
	return d
}

func (d dates) String() string { return d.Register.String() + "/" + d.Answer.String() }

// mistake is a mistake of an earlier step, with the way to mend it.
type mistake struct{ Text, Href string }

type checkPage struct {
	ID       string
	Of       int
	Rows     []templates.SummaryRow
	Files    []casework.File
	Mistakes []mistake
	Dates    dates
	To       string
	// Moved is true if the dates are other than those shown a moment ago.
	Moved bool
}

// stepOf is the step whose page has the field.
func stepOf(field string) string {
	switch field {
	case "text", "files":
		return "text"
	case "addressee":
		return "to"
	case "address":
		return "about"
	}
	return "contact"
}

// showCheck shows all answers and the dates that filing now would bring.
func (p *Portal) showCheck(v *visit) error { return p.check(v, fiber.StatusOK, false) }

func (p *Portal) check(v *visit, status int, moved bool) error {
	page := checkPage{ID: v.draft.ID, Of: stepCount, Files: v.draft.Files, Rows: p.rows(v),
		To: p.bodyName(v.draft.Addressee), Moved: moved}
	preview, err := p.Office.Preview(v.by, p.filing(v))
	var e *casework.Error
	switch {
	case err == nil:
		page.Dates = datesOf(&preview)
	case errors.As(err, &e) && e.Code == casework.Invalid:
		for _, f := range e.Fields {
			s := stepOf(f.Field)
			page.Mistakes = append(page.Mistakes, mistake{Text: p.Kit.Set().T(p.Kit.Lang(v.c), f.Key, f.Data),
				Href: v.stepPath(s) + "?back=check#" + templates.FieldID(f.Field)})
		}
	case errors.As(err, &e) && e.Code == casework.NoCalendar:
		// The draft waits until an administrator has loaded the year.
		page.Mistakes = append(page.Mistakes, mistake{Text: p.Kit.Set().T(p.Kit.Lang(v.c), e.Message, e.Data) + " " + p.Kit.T(v.c, "portal.check.no_calendar"), Href: "/my"})
	case errors.As(err, &e) && e.Message == "filing.not_identified":
		page.Mistakes = append(page.Mistakes, mistake{Text: p.Kit.T(v.c, e.Message), Href: "/help#sign-in"})
	default:
		return err
	}
	if !v.draft.AddresseeAsked {
		page.Mistakes = append(page.Mistakes, mistake{Text: p.Kit.T(v.c, "portal.to.choose"),
			Href: v.stepPath("to") + "?back=check#f-addressee"})
	}
	if len(page.Mistakes) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return p.render(v.c, status, "check", page)
}
