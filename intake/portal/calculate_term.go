package portal

import (
	"errors"
	"sort"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// calculation is what "calculate my term" is asked, as it stands in the address,
// and what came of it.
type calculation struct {
	Regime  casework.Regime   `json:"regime"`
	Version string            `json:"version"`
	Term    casework.TermKind `json:"term"`
	// Rule is the rule as it was applied, with the choices of the body.
	Rule      casework.TermRule  `json:"rule"`
	Pauses    []casework.Span    `json:"pauses,omitempty"`
	Reckoning casework.Reckoning `json:"reckoning"`
}

type calculatorPage struct {
	Form      *web.Form
	Terms     []templates.Option
	Rolls     []templates.Option
	Calendars []templates.Option
	// Result is nil until a term has been calculated.
	Result *calculation
	Title  string
	What   string
	Length string
	From   string
	Source string
	Rolled bool
	Days   []dayLine
	// JSON is the address of the same as data.
	JSON string
}

// calculate is the public page "calculate my term"; the answers stand in its
// address, so that it can be shared.
func (p *Portal) calculate(c *fiber.Ctx) error {
	form := queryForm(c)
	page := calculatorPage{Form: form, Terms: p.termOptions(c)}
	for _, roll := range []string{"", string(casework.RollPreceding), string(casework.RollFollowing), string(casework.RollNone)} {
		page.Rolls = append(page.Rolls, templates.Option{Value: roll, Text: p.Kit.T(c, "portal.calculator.roll_"+orElse(roll, "law"))})
	}
	if names := p.calendarNames(); len(names) > 1 {
		for _, name := range names {
			page.Calendars = append(page.Calendars, templates.Option{Value: name, Text: name})
		}
	}
	status := fiber.StatusOK
	if form.Values["term"] != nil {
		if result, ok := p.reckonForm(form); ok {
			p.fillResult(c, &page, result)
		} else {
			status = fiber.StatusUnprocessableEntity
		}
	}
	return p.render(c, status, "calculator", page)
}

func (p *Portal) fillResult(c *fiber.Ctx, page *calculatorPage, result calculation) {
	page.Result = &result
	page.JSON = "/calculator.json?" + string(c.Request().URI().QueryString())
	page.What, page.Length = p.termName(c, result.Term), p.length(c, result.Rule)
	page.From = p.word(c, "term.from.", result.Rule.Start)
	page.Rolled = result.Reckoning.Raw != result.Reckoning.Due
	if reg, err := p.Office.Laws().Version(result.Regime, result.Version); err == nil {
		page.Title = titleOf(reg, p.Kit.Lang(c))
	}
	if cal, err := p.Office.Laws().Calendar(page.Form.Value("calendar")); err == nil {
		page.Source = sourceOf(cal, result.Reckoning.Due.Year)
	}
	page.Days = p.dayLines(c, result.Reckoning)
}

// queryForm is the query as a form, cleaned as typed fields are.
func queryForm(c *fiber.Ctx) *web.Form {
	form := templates.NewForm()
	c.Request().URI().QueryArgs().VisitAll(func(name, value []byte) {
		if clean, _ := templates.CleanLine(cut(string(value), 200), 0); len(form.Values) < 20 {
			form.Values[string(name)] = append(form.Values[string(name)], clean)
		}
	})
	return form
}

// reckonForm calculates by the form; mistakes are marked at its fields.
func (p *Portal) reckonForm(form *web.Form) (calculation, bool) {
	slug, kind, _ := strings.Cut(form.Value("term"), ":")
	var reg *casework.Regulation
	for r, s := range slugs {
		if s == slug {
			reg, _ = p.law(r)
		}
	}
	if reg == nil {
		form.Fail("term", "portal.calculator.term_needed")
		return calculation{}, false
	}
	rule, ok := reg.Terms[casework.TermKind(kind)]
	if !ok {
		form.Fail("term", "portal.calculator.term_needed")
	}
	start := p.formDate(form, "start", true)
	if !start.IsZero() {
		// The rule is that of the day from which the term runs.
		if then, err := p.Office.Laws().InForce(reg.Regime, start); err == nil {
			if old, ok := then.Terms[casework.TermKind(kind)]; ok {
				reg, rule = then, old
			}
		}
	}
	pauses := p.formPauses(form, start)
	if !form.OK() {
		return calculation{}, false
	}
	rule = profiled(rule, form)
	cal, err := p.Office.Laws().Calendar(form.Value("calendar"))
	result := calculation{Regime: reg.Regime, Version: reg.Version, Term: casework.TermKind(kind), Rule: rule, Pauses: pauses}
	if err == nil {
		result.Reckoning, err = casework.Reckon(rule, start, cal, pauses...)
	}
	var e *casework.Error
	if errors.As(err, &e) {
		form.Fail("start", e.Message, pairsOf(e.Data)...)
	}
	return result, form.OK()
}

// profiled applies what the law leaves to the body: the roll, and whether the
// first day counts; working days and "the day after" leave no choice.
func profiled(rule casework.TermRule, form *web.Form) casework.TermRule {
	if rule.Unit != casework.CalendarDays {
		return rule
	}
	switch roll := casework.Roll(form.Value("roll")); roll {
	case casework.RollPreceding, casework.RollFollowing, casework.RollNone:
		if rule.Roll == casework.RollPreceding || rule.Roll == casework.RollFollowing {
			rule.Roll = roll
		}
	}
	if form.Is("first", "yes") && (rule.Start == casework.StartRegistered || rule.Start == casework.StartPortal) {
		rule.IncludeStart = true
	}
	return rule
}

func (p *Portal) formDate(form *web.Form, field string, needed bool) casework.Date {
	typed := form.Value(field)
	if typed == "" {
		if needed {
			form.Fail(field, "portal.calculator.start_needed")
		}
		return casework.Date{}
	}
	d, err := readDate(typed)
	if err != nil {
		form.Fail(field, "portal.complaint.date")
	}
	return d
}

// maxPause is the longest pause in days that is calculated.
const maxPause = 366

func (p *Portal) formPauses(form *web.Form, start casework.Date) []casework.Span {
	from, to := p.formDate(form, "pause_from", false), p.formDate(form, "pause_to", false)
	switch {
	case from.IsZero() && to.IsZero():
		return nil
	case from.IsZero():
		form.Fail("pause_from", "portal.calculator.pause_both")
	case to.IsZero():
		form.Fail("pause_to", "portal.calculator.pause_both")
	case to.Before(from):
		form.Fail("pause_to", "portal.calculator.pause_order")
	case !start.IsZero() && from.Before(start):
		form.Fail("pause_from", "portal.calculator.pause_before")
	case from.DaysUntil(to) > maxPause:
		form.Fail("pause_to", "portal.calculator.pause_long")
	}
	return []casework.Span{{From: from, To: to}}
}

// termOptions are the terms of all procedures in force.
func (p *Portal) termOptions(c *fiber.Ctx) []templates.Option {
	out := []templates.Option{{Text: p.Kit.T(c, "portal.calculator.term_choose")}}
	for _, r := range append(append([]casework.Regime{}, offered...), casework.RegimePlatform) {
		reg, err := p.law(r)
		if err != nil {
			continue
		}
		for _, kind := range termOrder(reg) {
			out = append(out, templates.Option{Value: slugs[r] + ":" + string(kind),
				Text: p.Kit.T(c, "portal.calculator.law_"+slugs[r]) + ": " + p.termName(c, kind) + " — " + p.length(c, reg.Terms[kind])})
		}
	}
	return out
}

func (p *Portal) calendarNames() []string {
	var out []string
	for name := range p.Office.Laws().Calendars {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// fault is one mistake in an answer to a program.
type fault struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// calculateJSON is the same for programs.
func (p *Portal) calculateJSON(c *fiber.Ctx) error {
	form := queryForm(c)
	result, ok := p.reckonForm(form)
	if ok {
		return c.JSON(result)
	}
	var faults []fault
	for _, x := range form.Problems() {
		faults = append(faults, fault{Field: x.Name, Message: p.Kit.Set().T(p.Kit.Lang(c), x.Key, x.Data)})
	}
	c.Status(fiber.StatusUnprocessableEntity)
	return c.JSON(fiber.Map{"status": fiber.StatusUnprocessableEntity, "fields": faults})
}
