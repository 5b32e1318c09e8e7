package desk

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// attempt is an act sent by a form: what to do if it is refused.
type attempt struct {
	kind casework.ActKind
	form *web.Form
	// kept names the fields that hold typed text, in the order of the form.
	kept []string
	// fields is true if the form shows a missing precondition at its field.
	fields bool
	// again shows the form with its errors.
	again func(c *casework.Case) error
	// clash shows a conflict in its own way; nil is the common page.
	clash func(c *casework.Case) error
}

// do performs the act for the state of the case that the form's page showed.
func (v *visit) do(a attempt, act casework.Act) (casework.Case, error) {
	return v.Office.Do(v.ctx, v.by, v.c.Params("id"), seenOf(a.form), act)
}

// seenOf is how many events the page of the form showed. What is missing or
// was tampered with counts as none: no stored case has so few.
func seenOf(form *web.Form) int {
	n, err := strconv.Atoi(form.Value("seen"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// refuse answers a refused act: field errors go to their fields, all else to a
// page that says what happened and keeps what was typed.
func (v *visit) refuse(err error, a attempt) error {
	var e *casework.Error
	if !errors.As(err, &e) {
		return err
	}
	// A missing precondition is mended at its field, with the norm beside it.
	mendable := e.Code == casework.NotAllowed && a.fields && len(e.Fields) > 0
	switch {
	case mendable, e.Code == casework.Invalid, e.Code == casework.TooLarge:
		c, err := v.read()
		if err != nil {
			return v.stop(e, a, nil)
		}
		failFields(a.form, e)
		return a.again(&c)
	case e.Code == casework.NotFound:
		return v.stop(e, a, nil)
	case stoppable(e.Code):
		c, err := v.read()
		if err != nil {
			return v.stop(e, a, nil)
		}
		if e.Code == casework.Conflict && a.clash != nil && v.still(&c, a.kind) {
			return a.clash(&c)
		}
		return v.stop(e, a, &c)
	}
	return err
}

// stoppable are the refusals that a page of their own explains.
func stoppable(code casework.Code) bool {
	switch code {
	case casework.Conflict, casework.NotAllowed, casework.Forbidden, casework.NoCalendar, casework.Unavailable, casework.TooMany:
		return true
	}
	return false
}

// still reports whether the act could be done on the case as it is now.
func (v *visit) still(c *casework.Case, kind casework.ActKind) bool {
	return slices.Contains(v.Office.Acts(c, v.by), kind)
}

func failFields(form *web.Form, e *casework.Error) {
	for _, f := range e.Fields {
		form.Fail(f.Field, f.Key, pairs(f.Data)...)
	}
	if len(e.Fields) == 0 {
		form.Fail("form", e.Message, pairs(e.Data)...)
	}
}

func pairs(data map[string]any) []any {
	var out []any
	for name, value := range data {
		out = append(out, name, value)
	}
	return out
}

// keptText is a field that a refused act gives back: as it was sent, and as
// the reader saw it.
type keptText struct{ Name, Label, Text, Shown string }

// stoppedPage is the data of desk/stopped.
type stoppedPage struct {
	Title, What, Norm, Next string
	// Case is nil where the case is not, or no longer, the reader's.
	Case   *caseView
	Events []templates.Event
	Kept   []keptText
	// Again is the address to send the same form to, empty if that is no use.
	Again string
	Seen  int
}

var stopStatus = map[casework.Code]int{casework.NotFound: fiber.StatusNotFound, casework.Forbidden: fiber.StatusForbidden,
	casework.Unavailable: fiber.StatusServiceUnavailable, casework.NoCalendar: fiber.StatusServiceUnavailable,
	casework.TooMany: fiber.StatusTooManyRequests}

// stop shows why an act was not done, what has happened meanwhile and what was
// typed. A foreign case looks exactly like one that does not exist.
func (v *visit) stop(e *casework.Error, a attempt, c *casework.Case) error {
	status, ok := stopStatus[e.Code]
	if !ok {
		status = fiber.StatusConflict
	}
	code := string(e.Code)
	page := stoppedPage{Title: v.t("desk.stopped." + code + ".title"), What: v.t("desk.stopped." + code + ".what"),
		Next: v.t("desk.stopped." + code + ".next"), Norm: e.Norm, Seen: seenOf(a.form)}
	if e.Message != "" && c != nil && v.Kit.Set().Has(v.lang, e.Message) {
		page.What = v.said(e.Message, v.named(e.Data)...)
	}
	if c != nil {
		view := v.caseView(c)
		page.Case = &view
		if e.Code == casework.Conflict {
			page.Events, page.Seen = v.timeline(c, page.Seen), len(c.Journal)
		}
	}
	again := e.Code == casework.Unavailable || e.Code == casework.TooMany ||
		e.Code == casework.Conflict && c != nil && v.still(c, a.kind)
	for _, name := range a.kept {
		for _, text := range a.form.All(name) {
			if text != "" {
				page.Kept = append(page.Kept, keptText{Name: name, Label: v.fieldName(a.kind, name), Text: text, Shown: v.shown(name, text)})
			}
		}
	}
	if again && len(page.Kept) > 0 {
		page.Again = v.c.Path()
	}
	return v.Kit.Render(v.c, status, "desk/stopped", "desk", page.Title, page)
}

// fieldName is what a field of the form of an act is called.
func (v *visit) fieldName(kind casework.ActKind, name string) string {
	if part, ok := strings.CutPrefix(name, partPrefix); ok {
		return v.label("desk.part", part)
	}
	if own := string(kind) + "_" + name; v.Kit.Set().Has(v.lang, "desk.field."+own) {
		return v.label("desk.field", own)
	}
	return v.label("desk.field", name)
}

// shown is what the reader saw where a field holds a code.
func (v *visit) shown(name, text string) string {
	switch name {
	case "body", "bodies":
		return v.bodyName(text)
	case "topic", "topics":
		return v.topicName(text)
	case "granted", "consent", "nothing_new":
		return v.label("desk.answered", text)
	case "variant":
		return v.label("desk.variant", text)
	case "against":
		for _, a := range againstOf([]string{text}) {
			return v.againstName(a)
		}
	case "kind", "outcome":
		return v.label("desk."+name, text)
	}
	return text
}

// named replaces codes of acts and stages in the data of a message.
func (v *visit) named(data map[string]any) []any {
	var out []any
	for name, value := range data {
		text, _ := value.(string)
		switch name {
		case "Act":
			value = v.label("desk.act", text)
		case "Stage":
			value = v.label("desk.stage", text)
		}
		out = append(out, name, value)
	}
	return out
}

// finish tells the result on the page of the case, or on the queue if the case
// has left the reader's bodies.
func (v *visit) finish(c *casework.Case, key string, values ...any) error {
	data := map[string]any{"Number": c.PublicNumber()}
	for i := 0; i+1 < len(values); i += 2 {
		if name, ok := values[i].(string); ok {
			data[name] = values[i+1]
		}
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: key, Data: data})
	if !v.by.MayRead(c) {
		return v.Kit.Redirect(v.c, "/desk")
	}
	return v.Kit.Redirect(v.c, v.casePath(""))
}
