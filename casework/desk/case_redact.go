package desk

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// redactPage is the data of desk/redact and desk/redact_image.
type redactPage struct {
	Case   caseView
	Form   *web.Form
	Digest string
	// Parts are the texts as they would go out, Blots is how much is hidden.
	Parts []redactPart
	Blots int
	// File is the attachment, Image the address of a picture.
	File, Image, Action string
}

// redactPart is one text: that of the appeal, a field, or a file.
type redactPart struct {
	Title, Preview string
	Lines          []lineView
}

type lineView struct {
	Value, Text string
	Hidden      bool
}

// askRedactText opens the form that marks what to hide in the text.
func (d *Desk) askRedactText(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	if !v.worksOn(&c) {
		return v.notNow()
	}
	return v.renderRedactText(&c, templates.NewForm("person", "yes", "digest", c.TextsDigest()))
}

// redactText shows what is left, and makes the copy when asked to.
func (d *Desk) redactText(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActRedact, form: form, kept: []string{"words", "why"}}
	a.again = func(c *casework.Case) error { return v.renderRedactText(c, form) }
	c, err := v.read()
	if err != nil {
		return v.refuse(err, a)
	}
	if form.Value("do") != "save" {
		return a.again(&c)
	}
	parts := map[string][]casework.Stretch{}
	for _, p := range c.TextParts() {
		parts[p.Name] = hiddenBy(&c, form, p.Name+":", p.Text)
	}
	c, err = d.Office.RedactCaseText(v.ctx, v.by, c.ID, casework.TextRedaction{Hide: hiddenBy(&c, form, "", c.Content.Text), Parts: parts,
		Digest: form.Value("digest"), Why: form.Value("why")})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk_case.redact.made")
}

// hiddenBy reads what a form hides in a text: whole lines, whose values begin
// with a prefix, fragments wherever they stand, and what tells who the
// applicant is.
func hiddenBy(c *casework.Case, form *web.Form, prefix, text string) []casework.Stretch {
	var out []casework.Stretch
	for i, line := range casework.LineStretches(text) {
		if form.Is("line", prefix+strconv.Itoa(i+1)) {
			out = append(out, line)
		}
	}
	for _, fragment := range fragmentsOf(form) {
		out = append(out, casework.StretchesOf(text, fragment)...)
	}
	if form.Is("person", "yes") {
		out = append(out, c.PersonalStretches(text)...)
	}
	return out
}

// fragmentsOf are the words and phrases of a form, one a line.
func fragmentsOf(form *web.Form) []string {
	var out []string
	for fragment := range strings.Lines(form.Value("words")) {
		if fragment = strings.TrimSpace(fragment); fragment != "" {
			out = append(out, fragment)
		}
	}
	return out
}

// addPart shows one text with what the form hides in it.
func (page *redactPage) addPart(c *casework.Case, prefix, title, text string) {
	part := redactPart{Title: title}
	blots := 0
	part.Preview, blots = casework.RedactText(text, hiddenBy(c, page.Form, prefix, text))
	page.Blots += blots
	runes := []rune(text)
	for i, line := range casework.LineStretches(text) {
		if words := strings.TrimSpace(string(runes[line.From:line.To])); words != "" {
			value := prefix + itoa(i+1)
			part.Lines = append(part.Lines, lineView{Value: value, Text: words, Hidden: page.Form.Is("line", value)})
		}
	}
	page.Parts = append(page.Parts, part)
}

func (v *visit) renderRedactText(c *casework.Case, form *web.Form) error {
	page := redactPage{Case: v.caseView(c), Form: form, Digest: form.Value("digest")}
	page.Action = page.Case.Path + "/redact"
	page.addPart(c, "", v.t("desk_case.redact.of_text"), c.Content.Text)
	for _, p := range c.TextParts() {
		page.addPart(c, p.Name+":", v.label("desk_case.redact.part", p.Name), p.Text)
	}
	return v.Kit.Render(v.c, statusOf(form), "desk/redact", "desk", "desk_case.redact.title", page)
}

// askRedactFile opens the form that marks areas of a picture or words of a
// text.
func (d *Desk) askRedactFile(v *visit) error {
	c, f, err := v.redactable()
	if err != nil {
		return err
	}
	if redactableText(f) {
		return v.renderRedactTextFile(&c, f, templates.NewForm("person", "yes"))
	}
	return v.renderRedactFile(&c, f, templates.NewForm())
}

// redactable is the picture or the plain text of the address. Errors: NotFound;
// what is neither answers with advice on the case page instead.
func (v *visit) redactable() (casework.Case, casework.File, error) {
	c, err := v.read()
	if err != nil {
		return c, casework.File{}, err
	}
	i := slices.IndexFunc(c.Content.Files, func(f casework.File) bool { return f.ID == v.c.Params("file") })
	if i < 0 || !v.worksOn(&c) || !casework.RedactableImage(c.Content.Files[i].Type) && !redactableText(c.Content.Files[i]) {
		return c, casework.File{}, casework.Fail(casework.NotFound, "desk.redactable", "case.none")
	}
	return c, c.Content.Files[i], nil
}

// redactFile paints the areas over in a copy, keeps it and writes it down.
func (d *Desk) redactFile(v *visit) error {
	form := web.ReadForm(v.c)
	c, f, err := v.redactable()
	if err != nil {
		return err
	}
	if redactableText(f) {
		return v.redactTextFile(c, f, form)
	}
	a := attempt{kind: casework.ActRedact, form: form, kept: []string{"areas", "why"}}
	a.again = func(c *casework.Case) error { return v.renderRedactFile(c, f, form) }
	areas := areasOf(form)
	if strings.TrimSpace(form.Value("why")) == "" {
		form.Fail("why", "why.needed", "Max", 500)
	}
	if !form.OK() {
		return a.again(&c)
	}
	content, err := v.bytesOf(f, maxPreviewImage)
	if err != nil {
		return err
	}
	painted, err := casework.RedactImage(content, areas)
	if err != nil {
		return v.refuse(err, a)
	}
	kept, err := d.Files.Put(v.ctx, v.copyName(&c, f.Name, nil)+".png", bytes.NewReader(painted))
	if err != nil {
		return v.refuse(err, a)
	}
	c, err = d.Office.NoteRedactedFile(v.ctx, v.by, c.ID, casework.FileRedaction{File: f.ID, Copy: kept, Blots: len(areas), Why: form.Value("why")})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk_case.redact.made")
}

// areasOf reads areas from lines of four numbers in percent: left, top, width,
// height. A line that is none is an error of the field.
func areasOf(form *web.Form) []casework.Area {
	var out []casework.Area
	n := 0
	for line := range strings.Lines(form.Value("areas")) {
		n++
		parts := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == ';' || r == '\t' || r == '\n' || r == '\r' })
		if len(parts) == 0 {
			continue
		}
		var a [4]int
		ok := len(parts) == 4
		for i := 0; ok && i < 4; i++ {
			f, err := strconv.ParseFloat(strings.ReplaceAll(parts[i], ",", "."), 64)
			ok = err == nil && f >= 0 && f <= 100
			a[i] = int(f*10 + 0.5)
		}
		if !ok || a[2] == 0 || a[3] == 0 || a[0]+a[2] > 1000 || a[1]+a[3] > 1000 {
			form.Fail("areas", "desk_case.redact.area_bad", "Line", n)
			continue
		}
		out = append(out, casework.Area{Left: a[0], Top: a[1], Width: a[2], Height: a[3]})
	}
	if len(out) == 0 {
		form.Fail("areas", "redact.areas_count", "Max", casework.MaxAreas)
	}
	return out
}

func (v *visit) renderRedactFile(c *casework.Case, f casework.File, form *web.Form) error {
	page := redactPage{Case: v.caseView(c), Form: form, File: f.Name}
	page.Image = page.Case.Path + "/file/" + url.PathEscape(f.ID) + "/view"
	page.Action = page.Case.Path + "/redact/" + url.PathEscape(f.ID)
	return v.Kit.Render(v.c, statusOf(form), "desk/redact_image", "desk", "desk_case.redact.title", page)
}

// redactions are the redacted copies of a case, newest first.
func (v *visit) redactions(c *casework.Case) []redactionView {
	if c.Inside == nil {
		return nil
	}
	var out []redactionView
	mayEnclose := v.still(c, casework.ActDraft)
	for _, r := range slices.Backward(c.Inside.Redactions) {
		view := redactionView{ID: r.ID, What: v.t("desk_case.redact.of_texts"), By: v.personName(c.Place.Body, r.By), Why: r.Why, At: r.At, Blots: r.Blots, Text: r.Text}
		for _, p := range r.Parts {
			view.Parts = append(view.Parts, redactPart{Title: v.label("desk_case.redact.part", p.Name), Preview: p.Text})
		}
		if r.Copy != nil {
			view.What, view.Href = r.Copy.Name, "/desk/case/"+url.PathEscape(c.ID)+"/file/"+url.PathEscape(r.Copy.ID)+"/view"
			view.Enclosed = c.Draft != nil && slices.ContainsFunc(c.Draft.Files, func(f casework.File) bool { return f.ID == r.Copy.ID })
			view.Enclose = mayEnclose && !view.Enclosed
		}
		out = append(out, view)
	}
	return out
}

// encloseCopy puts a redacted copy beside the answer in preparation.
func (d *Desk) encloseCopy(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActDraft, form: form}
	a.again = func(c *casework.Case) error { return v.renderCase(c, statusOf(form), panel{Failed: form}) }
	c, err := v.read()
	if err != nil {
		return v.refuse(err, a)
	}
	act := casework.Drafting{}
	if c.Draft != nil {
		act = casework.Drafting{Text: c.Draft.Text, Files: slices.Clone(c.Draft.Files), Outcome: c.Draft.Outcome, Outcomes: c.Draft.Outcomes,
			Parts: c.Draft.Parts, Revision: c.Draft.Revision}
	}
	found := false
	if c.Inside != nil {
		for _, r := range c.Inside.Redactions {
			if r.ID == v.c.Params("copy") && r.Copy != nil {
				act.Files, found = append(act.Files, *r.Copy), true
			}
		}
	}
	if !found {
		return casework.Fail(casework.NotFound, "desk.encloseCopy", "case.none")
	}
	if c, err = v.do(a, act); err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk_case.redact.enclosed")
}
