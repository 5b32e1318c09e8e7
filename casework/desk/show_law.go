package desk

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// lawPage is the data of desk/law.
type lawPage struct {
	Regulations, Calendars []lawFileView
	Changes                []lawChangeView
	Missing                []string
	Year                   int
}

type lawFileView struct {
	LawFile
	Title, Edit string
}

type lawChangeView struct {
	LawChange
	Href, Author, Decider string
	Kind, StateText       string
	// Own is true if the reader has proposed it.
	Own, Open, Running bool
}

// showLaw lists the law in force and its changes.
func (d *Desk) showLaw(v *visit) error {
	files, err := d.Law.Files(v.ctx)
	if err != nil {
		return err
	}
	changes, err := d.Law.Changes(v.ctx)
	if err != nil {
		return err
	}
	page := lawPage{Missing: casework.MissingYears(d.Office.Laws(), v.now), Year: v.today("").Year}
	if slices.Sort(page.Missing); v.today("").Month >= 11 {
		page.Year++
	}
	for _, f := range files {
		view := lawFileView{LawFile: f, Title: f.Title[v.lang], Edit: "/desk/law/edit?file=" + f.Name}
		if f.Calendar() {
			if view.Title == casework.FederalCalendar {
				view.Title = v.t("desk.admin.body.federal")
			}
			page.Calendars = append(page.Calendars, view)
		} else {
			page.Regulations = append(page.Regulations, view)
		}
	}
	for _, c := range slices.Backward(changes) {
		page.Changes = append(page.Changes, v.lawChange(c))
	}
	return v.Kit.Render(v.c, 200, "desk/law", "desk", "desk.law.title", page)
}

func (v *visit) lawChange(c LawChange) lawChangeView {
	view := lawChangeView{LawChange: c, Href: "/desk/law/change/" + c.ID, Author: v.personName("", c.By), Own: c.By == v.by.ID,
		Open: c.State == "proposed", Running: c.State == "approved" && !c.Finished, StateText: v.label("desk.law.state", c.State)}
	if c.DecidedBy != "" {
		view.Decider = v.personName("", c.DecidedBy)
	}
	view.Kind = map[string]string{"proposed": "warn", "approved": "good"}[c.State]
	return view
}

// lawEditPage is the data of desk/law_edit.
type lawEditPage struct {
	Form     *web.Form
	New      bool
	Mistakes []string
}

// editLaw opens a file to be changed, or an empty one.
func (d *Desk) editLaw(v *visit) error {
	file := v.c.Query("file")
	form := templates.NewForm("file", file)
	if file != "" {
		text, err := d.Law.Read(v.ctx, file)
		if err != nil {
			return err
		}
		form.Values["content"] = []string{text}
	}
	if back := v.c.Query("back"); back != "" {
		c, err := d.Law.Change(v.ctx, back)
		if err != nil {
			return err
		}
		if c.File == file && c.Was != "" {
			form.Values["content"] = []string{c.Was}
			form.Values["why"] = []string{v.t("desk.admin.return_why", "At", v.momentOf(c.At))}
		}
	}
	return v.renderLawEdit(lawEditPage{Form: form, New: file == ""})
}

func (v *visit) renderLawEdit(page lawEditPage) error {
	return v.Kit.Render(v.c, statusOf(page.Form), "desk/law_edit", "desk", "desk.law.propose", page)
}

// maxLawFile is the longest file in bytes.
const maxLawFile = 1 << 20

// proposeLaw keeps a change for another administrator.
func (d *Desk) proposeLaw(v *visit) error {
	form := web.ReadForm(v.c)
	page := lawEditPage{Form: form, New: form.Value("new") != ""}
	edit := LawEdit{File: strings.TrimSpace(form.Value("file")), Content: v.uploaded(form), Why: form.Value("why")}
	if strings.TrimSpace(edit.Why) == "" || len(edit.Why) > 4000 {
		form.Fail("why", "desk.law.why_needed")
	}
	if strings.TrimSpace(edit.Content) == "" || len(edit.Content) > maxLawFile {
		form.Fail("content", "desk.law.content_needed")
	}
	if !form.OK() {
		return v.renderLawEdit(page)
	}
	c, err := d.Law.Propose(v.ctx, v.by, edit)
	if mistakes, ok := err.(*LawMistakes); ok {
		page.Mistakes = mistakes.Lines
		form.Fail("content", "desk.law.mistakes")
		return v.renderLawEdit(page)
	}
	if e, ok := err.(*casework.Error); ok && e.Code == casework.Invalid && len(e.Fields) > 0 {
		failFields(form, e)
		return v.renderLawEdit(page)
	}
	if err != nil {
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.flash.proposed"})
	return v.Kit.Redirect(v.c, "/desk/law/change/"+c.ID)
}

// uploaded is the text of the form, or that of a file chosen instead of it,
// which is then shown in the form.
func (v *visit) uploaded(form *web.Form) string {
	parts, err := v.c.MultipartForm()
	if err != nil || len(parts.File["upload"]) == 0 || parts.File["upload"][0].Size == 0 {
		return form.Value("content")
	}
	h := parts.File["upload"][0]
	f, err := h.Open()
	if err != nil || h.Size > maxLawFile {
		form.Fail("upload", "desk.law.content_needed")
		return ""
	}
	defer f.Close()
	raw := make([]byte, h.Size)
	n, _ := f.Read(raw)
	text, _ := templates.CleanText(string(raw[:n]), 0)
	form.Values["content"] = []string{text}
	if form.Value("file") == "" {
		form.Values["file"] = []string{h.Filename}
	}
	return text
}

// lawChangePage is the data of desk/law_change.
type lawChangePage struct {
	Change lawChangeView
	Lines  []diffLine
	Failed string
	Seen   bool
	// Back is where the text before an approved change is proposed again.
	Back string
}

// showLawChange shows one change: what it does, to how many cases, how far the
// recomputation is. While that runs the page loads itself again.
func (d *Desk) showLawChange(v *visit) error {
	return v.renderLawChange(fiber.StatusOK, "")
}

func (v *visit) renderLawChange(status int, failed string) error {
	c, err := v.Law.Change(v.ctx, v.c.Params("change"))
	if err != nil {
		return err
	}
	page := lawChangePage{Change: v.lawChange(c), Failed: failed}
	if page.Change.Open {
		before, err := v.Law.Read(v.ctx, c.File)
		if err != nil && casework.CodeOf(err) != casework.NotFound {
			return err
		}
		page.Lines = diff(before, c.Content)
	} else if c.Was != "" {
		page.Lines, page.Back = diff(c.Was, c.Content), "/desk/law/edit?file="+c.File+"&back="+c.ID
	}
	if page.Change.Running {
		v.c.Set("Refresh", "3")
	}
	return v.Kit.Render(v.c, status, "desk/law_change", "desk", "desk.law.change", page)
}

// decideLaw approves or rejects a change.
func (d *Desk) decideLaw(v *visit) error {
	form := web.ReadForm(v.c)
	do := form.Value("do")
	if do != "approve" && do != "reject" {
		return v.renderLawChange(fiber.StatusUnprocessableEntity, v.t("desk.law.decide_how"))
	}
	_, err := d.Law.Decide(v.ctx, v.by, v.c.Params("change"), do == "approve")
	switch casework.CodeOf(err) {
	case casework.Forbidden:
		return v.renderLawChange(fiber.StatusForbidden, v.t("desk.law.second_person"))
	case casework.Conflict:
		return v.renderLawChange(fiber.StatusConflict, v.t("desk.law.decided_already"))
	}
	if err != nil {
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.flash.law_" + do})
	return v.Kit.Redirect(v.c, "/desk/law/change/"+v.c.Params("change"))
}
