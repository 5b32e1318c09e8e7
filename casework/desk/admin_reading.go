package desk

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// AdminReading keeps what marks an unusual reader, with its history.
type AdminReading interface {
	// Save sets the rules; seen is the version that was read. Errors: Conflict,
	// Invalid with fields.
	Save(ctx context.Context, by casework.Actor, rules casework.ReadingRules, seen int64, why string) error
	// History lists the changes, the newest first.
	History(ctx context.Context) ([]AdminEntry, error)
	// Return puts back what the rules were before a change.
	Return(ctx context.Context, by casework.Actor, entry, why string) error
}

// readingPage is the data of desk/admin_reading.
type readingPage struct {
	Form    *web.Form
	Base    []readingNumber
	Own     bool
	Theirs  []diffLine
	History []adminEntryView
}

// readingNumber is one number of the rules: its name in the file, its bounds
// and where it stands.
type readingNumber struct {
	Name  string
	Value int
	put   *int
}

// readingNumbers are the numbers of rules in the order of the page.
func readingNumbers(r *casework.ReadingRules) []readingNumber {
	list := []readingNumber{{Name: "times", put: &r.Times}, {Name: "least", put: &r.Least}, {Name: "history_days", put: &r.HistoryDays},
		{Name: "least_days", put: &r.LeastDays}, {Name: "outside", put: &r.Outside}, {Name: "night", put: &r.Night},
		{Name: "night_from", put: &r.NightFrom}, {Name: "night_to", put: &r.NightTo}, {Name: "keep_days", put: &r.KeepDays}}
	for i := range list {
		list[i].Value = *list[i].put
	}
	return list
}

func readingForm(r casework.ReadingRules) *web.Form {
	form := templates.NewForm()
	for _, n := range readingNumbers(&r) {
		form.Values[n.Name] = []string{strconv.Itoa(n.Value)}
	}
	return form
}

// editReading shows the rules in force.
func (d *Desk) editReading(v *visit) error {
	version, err := d.Office.TakeReadingRules(v.ctx)
	if err != nil {
		return err
	}
	rules, err := d.Office.ReadingRules()
	if err != nil {
		return err
	}
	form := readingForm(rules)
	form.Values["seen"] = []string{strconv.FormatInt(version, 10)}
	return v.renderReading(fiber.StatusOK, readingPage{Form: form})
}

func (v *visit) renderReading(status int, page readingPage) error {
	base, err := v.Office.BaseReadingRules()
	if err != nil {
		return err
	}
	now, err := v.Office.ReadingRules()
	if err != nil {
		return err
	}
	page.Base, page.Own = readingNumbers(&base), now != base
	list, err := v.Admin.Reading.History(v.ctx)
	if err != nil {
		return err
	}
	page.History = v.entries(list)
	return v.Kit.Render(v.c, status, "desk/admin_reading", "desk", "desk_setup.reading.title", page)
}

// saveReading sets the rules.
func (d *Desk) saveReading(v *visit) error {
	form := web.ReadForm(v.c)
	page := readingPage{Form: form}
	rules, err := d.readingFrom(form)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(form.Value("seen"), 10, 64)
	v.needWhy(form)
	if wrong, ok := rules.Check().(*casework.Error); ok {
		for _, f := range wrong.Fields {
			if form.Err(f.Field) == nil {
				form.Fail(f.Field, f.Key, pairs(f.Data)...)
			}
		}
	}
	if !form.OK() {
		return v.renderReading(fiber.StatusUnprocessableEntity, page)
	}
	if err := d.Admin.Reading.Save(v.ctx, v.by, rules, seen, form.Value("why")); err != nil {
		if !v.failed(form, err, "times") {
			return err
		}
		if casework.CodeOf(err) == casework.Conflict {
			if err := v.readingTheirs(&page, rules); err != nil {
				return err
			}
		}
		return v.renderReading(adminStatus(err), page)
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.admin.saved"})
	return v.Kit.Redirect(v.c, "/desk/admin/reading")
}

// readingTheirs shows what somebody else has set meanwhile beside what was
// typed; sending the form once more is a decision.
func (v *visit) readingTheirs(page *readingPage, mine casework.ReadingRules) error {
	version, err := v.Office.TakeReadingRules(v.ctx)
	if err != nil {
		return err
	}
	theirs, err := v.Office.ReadingRules()
	if err != nil {
		return err
	}
	text := func(r casework.ReadingRules) string {
		var out strings.Builder
		for _, n := range readingNumbers(&r) {
			out.WriteString(v.t("desk_setup.reading."+n.Name) + ": " + strconv.Itoa(n.Value) + "\n")
		}
		return out.String()
	}
	page.Theirs = diff(text(theirs), text(mine))
	page.Form.Values["seen"] = []string{strconv.FormatInt(version, 10)}
	return nil
}

// readingFrom reads the numbers of the form; what is no number fails its field.
func (d *Desk) readingFrom(form *web.Form) (casework.ReadingRules, error) {
	rules, err := d.Office.ReadingRules()
	if err != nil {
		return rules, err
	}
	for _, n := range readingNumbers(&rules) {
		typed, err := strconv.Atoi(strings.TrimSpace(form.Value(n.Name)))
		if err != nil {
			form.Fail(n.Name, "desk.admin.body.bad_number")
			continue
		}
		*n.put = typed
	}
	return rules, nil
}

// returnReading puts back what the rules were before a change.
func (d *Desk) returnReading(v *visit) error {
	form := web.ReadForm(v.c)
	err := d.Admin.Reading.Return(v.ctx, v.by, form.Value("entry"), form.Value("why"))
	if err != nil {
		page := readingPage{}
		if rules, gone := d.Office.ReadingRules(); gone == nil {
			page.Form = readingForm(rules)
		}
		if page.Form == nil || !v.failed(page.Form, err, "times") {
			return err
		}
		return v.renderReading(adminStatus(err), page)
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk_setup.returned"})
	return v.Kit.Redirect(v.c, "/desk/admin/reading")
}
