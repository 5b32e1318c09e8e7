package desk

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// templatePage is the data of desk/template.
type templatePage struct {
	Form     *web.Form
	New      bool
	Place    string
	Key      string
	Back     string
	Outcomes []templates.Option
	Fields   []templateFieldView
	Trial    *trialView
	Theirs   []diffLine
	Versions []templateVersionView
}

// templateFieldView is a field that a template may have.
type templateFieldView struct{ Name, About, Example string }

// trialView is a template filled from an invented case, and what a check of
// formal replies says of it.
type trialView struct {
	From, To, Text string
	Signs          []LetterSign
	Formal, Print  bool
}

type templateVersionView struct {
	casework.LetterTemplate
	Author string
	Lines  []diffLine
	Now    bool
}

// editTemplate opens a template with its versions, or an empty form.
func (d *Desk) editTemplate(v *visit) error {
	key := v.c.Query("key")
	if key == "" {
		body := v.c.Query("body")
		if !slices.Contains(d.Office.TemplatePlaces(v.by), body) {
			return casework.Fail(casework.NotFound, "desk.editTemplate", "template.none")
		}
		return v.renderTemplate(fiber.StatusOK, templatePage{Form: templates.NewForm("new", "yes", "body", body), New: true})
	}
	t, _, err := d.Office.KeptTemplate(v.ctx, v.by, key)
	if err != nil {
		return err
	}
	return v.renderTemplate(fiber.StatusOK, templatePage{Form: templateForm(t), Key: key})
}

func templateForm(t casework.LetterTemplate) *web.Form {
	form := templates.NewForm("id", t.ID, "body", t.Body, "name", t.Name, "text", t.Text, "outcome", string(t.Outcome), "version", strconv.FormatInt(t.Version, 10))
	if t.Retired {
		form.Values["retired"] = []string{"yes"}
	}
	return form
}

// renderTemplate fills what the page needs besides its form.
func (v *visit) renderTemplate(status int, page templatePage) error {
	body := page.Form.Value("body")
	page.Place, page.Back = v.placeName(body), "/desk/templates?body="+body
	sample := v.Office.SampleCase(body)
	page.Outcomes = append([]templates.Option{{Text: v.t("desk_setup.template.no_outcome")}}, v.outcomes(&sample)...)
	for _, name := range casework.TemplateFields() {
		field := templateFieldView{Name: "{{" + name + "}}", About: v.t("desk_setup.field." + fieldKey(name))}
		field.Example, _ = v.Office.FillTemplate(&sample, field.Name, v.by.Name)
		page.Fields = append(page.Fields, field)
	}
	if page.Key != "" {
		_, versions, err := v.Office.KeptTemplate(v.ctx, v.by, page.Key)
		if err != nil {
			return err
		}
		page.Versions = v.templateVersions(versions)
	}
	return v.Kit.Render(v.c, status, "desk/template", "desk", "desk_setup.template.single", page)
}

// fieldKey is the text of a field's explanation: ids of texts are Latin.
func fieldKey(name string) string {
	return map[string]string{"Имя": "name", "ФИО": "full_name", "Номер": "number", "Дата": "date", "Срок": "due", "Орган": "body",
		"Телефон": "phone", "Исполнитель": "officer", "Адрес": "address", "Сегодня": "today"}[name]
}

// templateVersions lists them, the newest first, each with what it changed.
func (v *visit) templateVersions(list []casework.LetterTemplate) []templateVersionView {
	var out []templateVersionView
	before := ""
	for i, t := range list {
		text := v.templateText(t)
		out = append(out, templateVersionView{LetterTemplate: t, Author: v.personName("", t.By), Lines: diff(before, text), Now: i == len(list)-1})
		before = text
	}
	slices.Reverse(out)
	return out
}

// templateText writes a version as lines to compare, in the reader's words.
func (v *visit) templateText(t casework.LetterTemplate) string {
	lines := []string{v.t("desk_setup.template.name") + ": " + t.Name}
	if t.Outcome != "" {
		lines = append(lines, v.t("desk.field.outcome")+": "+v.label("desk.outcome", string(t.Outcome)))
	}
	if t.Retired {
		lines = append(lines, v.t("desk_setup.template.retired_line"))
	}
	return strings.Join(append(lines, t.Text), "\n")
}

// templateFrom reads the form; the place is that of the kept template.
func (v *visit) templateFrom(form *web.Form) casework.LetterTemplate {
	version, err := strconv.ParseInt(form.Value("version"), 10, 64)
	if err != nil || form.Is("new", "yes") {
		version = 0
	}
	return casework.LetterTemplate{ID: strings.TrimSpace(form.Value("id")), Body: form.Value("body"), Name: strings.TrimSpace(form.Value("name")),
		Text: strings.ReplaceAll(form.Value("text"), "\r\n", "\n"), Outcome: casework.Outcome(form.Value("outcome")), Version: version,
		Retired: form.Is("retired", "yes"), Why: strings.TrimSpace(form.Value("why"))}
}

// saveTemplate tries a template on an invented case, prints it, or keeps it.
func (d *Desk) saveTemplate(v *visit) error {
	form := web.ReadForm(v.c)
	t := v.templateFrom(form)
	page := templatePage{Form: form, New: t.Version == 0}
	if !slices.Contains(d.Office.TemplatePlaces(v.by), t.Body) {
		return casework.Fail(casework.NotFound, "desk.saveTemplate", "template.none")
	}
	if !page.New {
		if _, _, err := d.Office.KeptTemplate(v.ctx, v.by, t.Key()); err != nil {
			return err
		}
		page.Key = t.Key()
	}
	if do := form.Value("do"); do == "try" || do == "print" {
		return v.tryTemplate(page, t, do == "print")
	}
	if v.needWhy(form); !form.OK() {
		return v.renderTemplate(fiber.StatusUnprocessableEntity, page)
	}
	if _, err := d.Office.SaveLetterTemplate(v.ctx, v.by, t); err != nil {
		return v.templateRefused(page, t, err)
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.admin.saved"})
	return v.Kit.Redirect(v.c, "/desk/templates/one?key="+t.Key())
}

// templateRefused shows what is wrong; where somebody was quicker, both texts.
func (v *visit) templateRefused(page templatePage, t casework.LetterTemplate, err error) error {
	var e *casework.Error
	switch {
	case !errors.As(err, &e):
		return err
	case e.Code == casework.Conflict && page.New:
		page.Form.Fail("id", "desk_setup.template.taken")
	case e.Code == casework.Conflict:
		theirs, _, gone := v.Office.KeptTemplate(v.ctx, v.by, t.Key())
		if gone != nil {
			return gone
		}
		page.Theirs = diff(v.templateText(theirs), v.templateText(t))
		page.Form.Values["version"] = []string{strconv.FormatInt(theirs.Version, 10)}
		page.Form.Fail("text", "desk_setup.template.changed")
	case e.Message == "template.too_many":
		page.Form.Fail("name", "desk_setup.template.too_many", pairs(e.Data)...)
	case e.Code == casework.Invalid && len(e.Fields) > 0:
		failFields(page.Form, e)
	default:
		return err
	}
	return v.renderTemplate(adminStatus(err), page)
}

// tryTemplate shows the letter that would begin with the template, or prints it.
func (v *visit) tryTemplate(page templatePage, t casework.LetterTemplate, print bool) error {
	c, err := v.Office.TrialTemplate(t, v.by.Name)
	var e *casework.Error
	if errors.As(err, &e) && e.Code == casework.Invalid {
		for _, f := range e.Fields {
			if f.Field == "template" {
				f.Field = "text"
			}
			page.Form.Fail(f.Field, f.Key, pairs(f.Data)...)
		}
		return v.renderTemplate(fiber.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	if print && v.Letters != nil {
		pdf, err := v.Letters.Preview(v.ctx, c)
		if err != nil {
			return err
		}
		return v.sendPDF("letterform.name_draft", c.Number, pdf)
	}
	page.Trial = &trialView{From: v.bodyName(c.Place.Body), To: c.Applicant().Name.Full(), Text: c.Draft.Text, Print: v.Letters != nil}
	if v.Aids.Lint != nil {
		page.Trial.Signs, page.Trial.Formal = v.Aids.Lint(&c, v.lang)
	}
	return v.renderTemplate(fiber.StatusOK, page)
}

// returnTemplate keeps an earlier version as the newest one.
func (d *Desk) returnTemplate(v *visit) error {
	form := web.ReadForm(v.c)
	now, versions, err := d.Office.KeptTemplate(v.ctx, v.by, form.Value("key"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(versions, func(t casework.LetterTemplate) bool {
		return strconv.FormatInt(t.Version, 10) == form.Value("to")
	})
	if i < 0 {
		return casework.Fail(casework.NotFound, "desk.returnTemplate", "template.none")
	}
	was := versions[i]
	was.Version, was.Why = now.Version, v.t("desk_setup.template.return_why", "Version", was.Version, "At", v.momentOf(was.At))
	if seen := form.Value("version"); seen != strconv.FormatInt(now.Version, 10) {
		page := templatePage{Form: templateForm(now), Key: now.Key()}
		page.Form.Fail("text", "desk_setup.template.changed")
		return v.renderTemplate(fiber.StatusConflict, page)
	}
	if _, err := d.Office.SaveLetterTemplate(v.ctx, v.by, was); err != nil {
		return v.templateRefused(templatePage{Form: templateForm(now), Key: now.Key()}, was, err)
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk_setup.returned"})
	return v.Kit.Redirect(v.c, "/desk/templates/one?key="+now.Key())
}

// stampForm is how a reason made by the program names a moment.
const stampForm = "02.01.2006 15:04"

// momentOf says a moment in the zone of the installation.
func (v *visit) momentOf(at time.Time) string { return at.In(v.zone("")).Format(stampForm) }
