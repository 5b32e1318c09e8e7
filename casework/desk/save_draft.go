package desk

import (
	"errors"
	"slices"
	"strconv"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// saveDraft saves the answer in preparation and, if asked, gives it to the
// head. A save over another's version is refused, and both stand side by side.
func (d *Desk) saveDraft(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActDraft, form: form, kept: []string{"text"}}
	for name := range typedParts(form) {
		a.kept = append(a.kept, partPrefix+name)
	}
	slices.Sort(a.kept[1:])
	a.kept = append(a.kept, "outcome")
	for id := range typedOutcomes(form) {
		a.kept = append(a.kept, outcomePrefix+id)
	}
	c, err := v.read()
	if err != nil {
		return v.refuse(err, a)
	}
	files, all := v.takeFiles(&c, form)
	a.again = func(c *casework.Case) error { return v.renderEditor(v.editor(c, form, all)) }
	a.clash = func(c *casework.Case) error { return v.showBoth(c, form, all) }
	if form.OK() && form.Value("do") == "insert" {
		if err := v.insertTemplate(&c, form); err != nil {
			return v.refuse(err, a)
		}
		return a.again(&c)
	}
	if !form.OK() {
		return a.again(&c)
	}
	act := casework.Drafting{Text: form.Value("text"), Files: files, Parts: typedParts(form),
		Outcome: casework.Outcome(form.Value("outcome")), Revision: number(form, "revision")}
	if len(c.Questions) > 1 {
		act.Outcomes = questionOutcomes(&c, form)
	} else if c.Draft != nil {
		act.Outcomes = c.Draft.Outcomes
	}
	if form.Value("do") == "submit" && v.leavesOpen(&c, form) {
		return a.again(&c)
	}
	c, err = v.do(a, act)
	if err != nil {
		return v.refuse(err, a)
	}
	if form.Value("do") != "submit" {
		return v.finish(&c, "desk.flash.saved", "Revision", c.Draft.Revision)
	}
	// From here on the form speaks of the version just saved.
	form.Values["seen"] = []string{strconv.Itoa(len(c.Journal))}
	form.Values["revision"] = []string{strconv.Itoa(c.Draft.Revision)}
	c, err = v.do(a, casework.Submission{Revision: c.Draft.Revision})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk.flash.submitted")
}

// showBoth shows the version saved meanwhile beside the reader's own, which
// can be saved over it with open eyes. Files of both are kept.
func (v *visit) showBoth(c *casework.Case, form *web.Form, all []casework.File) error {
	seen := seenOf(form)
	if c.Draft != nil {
		for _, f := range c.Draft.Files {
			if !slices.ContainsFunc(all, func(o casework.File) bool { return o.ID == f.ID }) {
				all = append(all, f)
				form.Values["keep"] = append(form.Values["keep"], f.ID)
			}
		}
	}
	form.Values["seen"] = []string{strconv.Itoa(len(c.Journal))}
	form.Values["revision"] = []string{strconv.Itoa(revisionOf(c))}
	page := v.editor(c, form, all)
	page.Events = v.timeline(c, seen)
	if page.Theirs = v.draft(c); page.Theirs == nil {
		page.Theirs = &letterView{}
	}
	return v.renderEditor(page)
}

// failUpload puts the reason of a refused file at its field.
func (v *visit) failUpload(form *web.Form, err error) {
	var e *casework.Error
	if errors.As(err, &e) && e.Message != "" && v.Kit.Set().Has(v.lang, e.Message) {
		form.Fail("files", e.Message, pairs(e.Data)...)
		return
	}
	form.Fail("files", "desk.editor.file_refused")
}

// number reads a whole number of a form; -1, which nothing has, if it is none.
func number(form *web.Form, name string) int {
	n, err := strconv.Atoi(form.Value(name))
	if err != nil {
		return -1
	}
	return n
}
