package desk

import (
	"slices"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// actForm is one line of the table of further acts: which fields its form has
// and which act they make. The act itself decides everything else.
type actForm struct {
	kind  casework.ActKind
	group string
	// kept names the fields that hold what was typed or chosen.
	kept []string
	// offered narrows what role and stage allow to what makes sense; nil is all.
	offered func(*visit, *casework.Case) bool
	// fill puts what is known into a new form; nil leaves it empty.
	fill   func(*visit, *casework.Case, *web.Form)
	fields func(*visit, *casework.Case, *web.Form) ([]actField, error)
	make   func(*visit, *casework.Case, *web.Form) casework.Act
	// files lets the form carry attachments.
	files bool
}

// actField is one field of a form as its template shows it.
type actField struct {
	Name, Label, Hint string
	// Kind is text, number, textarea, select, radios, checks, tick, find, more
	// or topics.
	Kind     string
	Options  []templates.Option
	Lists    [][]templates.Option
	Max      int
	Optional bool
}

// actPage is the data of desk/act.
type actPage struct {
	Case     caseView
	Act      string
	Title    string
	Norm     string
	Form     *web.Form
	Fields   []actField
	Seen     string
	Preview  string
	Upload   bool
	Files    []editorFile
	Attached string
}

// actGroup is a part of the menu of further acts.
type actGroup struct {
	Title string
	Links []actLink
}

type actLink struct{ Href, Text string }

// formOf finds the line of an act.
func formOf(kind casework.ActKind) (actForm, bool) {
	all := actForms()
	i := slices.IndexFunc(all, func(f actForm) bool { return f.kind == kind })
	if i < 0 {
		return actForm{}, false
	}
	return all[i], true
}

// furtherActs is the menu of what the reader may do besides the main way.
func (v *visit) furtherActs(c *casework.Case, allowed []casework.ActKind) []actGroup {
	var out []actGroup
	for _, f := range actForms() {
		if !slices.Contains(allowed, f.kind) || f.offered != nil && !f.offered(v, c) {
			continue
		}
		title := v.t("desk.group." + f.group)
		i := slices.IndexFunc(out, func(g actGroup) bool { return g.Title == title })
		if i < 0 {
			i = len(out)
			out = append(out, actGroup{Title: title})
		}
		out[i].Links = append(out[i].Links, actLink{Href: v.actPath(f.kind), Text: v.t("desk.do." + string(f.kind))})
	}
	return out
}

func (v *visit) actPath(kind casework.ActKind) string { return v.casePath("/act/" + string(kind)) }

// askAct opens the form of an act.
func (d *Desk) askAct(v *visit) error {
	f, known := formOf(casework.ActKind(v.c.Params("act")))
	c, err := v.read()
	if err != nil {
		return err
	}
	if !known {
		return casework.Fail(casework.NotFound, "desk.askAct", "case.none")
	}
	if !v.still(&c, f.kind) || f.offered != nil && !f.offered(v, &c) {
		return v.notNow()
	}
	form := templates.NewForm()
	if f.fill != nil {
		f.fill(v, &c, form)
	}
	return v.renderAct(f, &c, form, nil)
}

// doAct does the act of a form.
func (d *Desk) doAct(v *visit) error {
	f, known := formOf(casework.ActKind(v.c.Params("act")))
	form := web.ReadForm(v.c)
	a := attempt{kind: f.kind, form: form, kept: f.kept, fields: true}
	c, err := v.read()
	if err != nil {
		return v.refuse(err, a)
	}
	if !known {
		return casework.Fail(casework.NotFound, "desk.doAct", "case.none")
	}
	var files, all []casework.File
	if f.files {
		files, all = v.takeFiles(&c, form)
	}
	a.again = func(c *casework.Case) error { return v.renderAct(f, c, form, all) }
	if form.Value("do") != "" {
		return a.again(&c)
	}
	act := f.make(v, &c, form)
	if receipt, ok := act.(casework.DocumentReceipt); ok {
		receipt.Files = files
		act = receipt
	}
	if !form.OK() {
		return a.again(&c)
	}
	if c, err = v.do(a, act); err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk.flash.done", "Act", v.label("desk.act", string(f.kind)))
}

func (v *visit) renderAct(f actForm, c *casework.Case, form *web.Form, files []casework.File) error {
	fields, err := f.fields(v, c, form)
	if err != nil {
		return err
	}
	page := actPage{Case: v.caseView(c), Act: string(f.kind), Title: v.t("desk.do." + string(f.kind)),
		Norm: v.regulation(c).Acts[f.kind].Norm, Form: form, Fields: fields, Seen: form.Value("seen"), Upload: f.files}
	if page.Seen == "" {
		page.Seen = itoa(len(c.Journal))
	}
	for i := range page.Fields {
		if page.Fields[i].Label == "" {
			page.Fields[i].Label = v.fieldName(f.kind, page.Fields[i].Name)
		}
	}
	if f.kind == casework.ActPropose || f.kind == casework.ActExtend {
		page.Preview = v.previewExtension(c, form)
	}
	if f.files {
		page.Attached = v.sealFiles(c.ID, files)
		for i, item := range fileItems(page.Case.Path, files) {
			item.Href = ""
			page.Files = append(page.Files, editorFile{FileItem: item, ID: files[i].ID, Keep: form.Is("keep", files[i].ID)})
		}
	}
	return v.Kit.Render(v.c, statusOf(form), "desk/act", "desk", page.Title, page)
}

// previewExtension says to which date the days in the form would lead.
func (v *visit) previewExtension(c *casework.Case, form *web.Form) string {
	days := number(form, "days")
	due, err := v.Office.PreviewDue(c, days)
	if err != nil {
		return ""
	}
	return v.t("desk.extend.preview", "Date", v.dateText(due.String()))
}
