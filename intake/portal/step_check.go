package portal

import (
	"encoding/base64"
	"errors"
	"net/url"
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
type dates struct {
	Register, Answer casework.Date
	// The addresses of the explanations of both.
	RegisterHref, AnswerHref string
}

func datesOf(c *casework.Case) dates {
	var d dates
	base := "/case/" + c.ID + "/term/"
	if t, ok := c.Term(casework.TermRegister); ok {
		d.Register, d.RegisterHref = t.Due, base+t.ID
	}
	if t, ok := c.Term(casework.TermConsider); ok {
		d.Answer, d.AnswerHref = t.Due, base+t.ID
	}
	return d
}

// calculatorHref is the address at which "calculate my term" brings the date of
// a term of a case that does not exist yet.
func (p *Portal) calculatorHref(c *casework.Case, kind casework.TermKind) string {
	t, ok := c.Term(kind)
	if !ok {
		return ""
	}
	key := string(kind)
	if reg, err := p.Office.Laws().Version(c.Procedure.Regime, c.Procedure.Version); err == nil && c.Procedure.Variant != "" {
		if _, ok := reg.Terms[kind+casework.TermKind("@"+c.Procedure.Variant)]; ok {
			key += "@" + c.Procedure.Variant
		}
	}
	q := url.Values{"term": {slugs[c.Procedure.Regime] + ":" + key}, "start": {t.Start.String()}, "roll": {string(t.Rule.Roll)}}
	if t.Rule.IncludeStart {
		q.Set("first", "yes")
	}
	if t.Calendar != casework.FederalCalendar {
		q.Set("calendar", t.Calendar)
	}
	return "/calculator?" + q.Encode()
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
	// Decide is true if the law sets a term for the decision; Letter is then
	// the last day of the letter after it.
	Decide bool
	Letter casework.Date
	// Short is the length of the short term, where a ground has led to it.
	Short string
	// Filing is the term of filing a complaint.
	Filing *filingTerm
	To     string
	// Title names the procedure.
	Title string
	// Open is true if the person has consented to file in the open what sounds
	// like a matter for the protected channel.
	Open bool
	// Together is true if others shall be invited to join.
	Together bool
	// Moved is true if the dates are other than those shown a moment ago.
	Moved bool
}

// stepOf is the step whose page has the field.
func stepOf(field string) string {
	if slices.Contains(complaintTexts, field) || slices.Contains(complaintLines, field) {
		return "complaint"
	}
	switch field {
	case "against", "grounds":
		return "complaint"
	case "place":
		return "about"
	case "text", "files":
		return "text"
	case "addressee":
		return "to"
	case "address":
		return "about"
	}
	return "contact"
}

// mistake says what is wrong with a field and leads to it.
func (p *Portal) mistake(v *visit, f casework.FieldError) mistake {
	field := f.Field
	if field == "place" {
		field = "address"
	}
	return mistake{Text: p.Kit.Set().T(p.Kit.Lang(v.c), f.Key, f.Data),
		Href: v.stepPath(stepOf(f.Field)) + "?back=check#" + templates.FieldID(field)}
}

// letterDate is the last day of the letter if the decision comes on the last
// day in time; zero where the regime has no such term (210-FZ art. 11.2 p. 8).
func (p *Portal) letterDate(c *casework.Case) casework.Date {
	reg, err := p.Office.Laws().Version(c.Procedure.Regime, c.Procedure.Version)
	consider, ok := c.Term(casework.TermConsider)
	if err != nil || !ok {
		return casework.Date{}
	}
	for _, kind := range []casework.TermKind{"answer", "publish"} {
		if rule, ok := reg.Rule(kind, c.Procedure.Variant); ok {
			if r, err := p.reckon(rule, consider.Due, c.Subject.Addressee); err == nil {
				return r.Due
			}
		}
	}
	return casework.Date{}
}

// showCheck shows all answers and the dates that filing now would bring.
func (p *Portal) showCheck(v *visit) error { return p.check(v, fiber.StatusOK, false) }

func (p *Portal) check(v *visit, status int, moved bool) error {
	if mustStop(v.draft) {
		return p.stop(v, "check")
	}
	page := checkPage{ID: v.draft.ID, Of: stepCount, Files: v.draft.Files, Rows: p.rows(v),
		To: p.bodyName(v.draft.Addressee), Moved: moved, Decide: complains(v.draft.Regime),
		Open: v.draft.Fields["open"] != "", Together: v.draft.Fields["together"] == "yes"}
	if page.Decide {
		page.Filing = p.filingTerm(v)
	}
	if reg, err := p.law(v.draft.Regime); err == nil {
		page.Title = titleOf(reg, p.Kit.Lang(v.c))
	}
	seen := map[string]bool{}
	for _, f := range p.complaintFaults(v) {
		seen[f.Field] = true
		page.Mistakes = append(page.Mistakes, p.mistake(v, f))
	}
	preview, err := p.Office.Preview(v.by, p.filing(v))
	var e *casework.Error
	switch {
	case err == nil:
		page.Dates = datesOf(&preview)
		page.Dates.RegisterHref = p.calculatorHref(&preview, casework.TermRegister)
		page.Dates.AnswerHref = p.calculatorHref(&preview, casework.TermConsider)
		page.Letter = p.letterDate(&preview)
		if t, ok := preview.Term(casework.TermConsider); ok && preview.Procedure.Variant != "" {
			page.Short = p.lengthOf(v.c, t.Rule)
		}
	case errors.As(err, &e) && e.Code == casework.Invalid:
		for _, f := range e.Fields {
			if !seen[f.Field] {
				page.Mistakes = append(page.Mistakes, p.mistake(v, f))
			}
		}
	case errors.As(err, &e) && e.Code == casework.NoCalendar:
		// The draft waits until an administrator has loaded the year.
		page.Mistakes = append(page.Mistakes, mistake{Text: p.Kit.Set().T(p.Kit.Lang(v.c), e.Message, e.Data) + " " + p.Kit.T(v.c, "portal.check.no_calendar"), Href: "/my"})
	case errors.As(err, &e) && e.Message == "filing.not_identified":
		page.Mistakes = append(page.Mistakes, mistake{Text: p.Kit.T(v.c, e.Message), Href: "/help#sign-in"})
	default:
		return err
	}
	if v.draft.Addressee != "" && v.draft.Addressee == p.complainedOf(v.draft) {
		page.Mistakes = append(page.Mistakes, mistake{Text: p.Kit.T(v.c, "route.complained_of"),
			Href: v.stepPath("to") + "?back=check#f-addressee"})
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
