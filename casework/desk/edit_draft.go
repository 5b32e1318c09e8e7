package desk

import (
	"strconv"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// editorPage is the data of desk/editor.
type editorPage struct {
	Case     caseView
	Form     *web.Form
	Outcomes []templates.Option
	// Questions are there if the case has several: each has an outcome.
	Questions []questionField
	Open      int
	Parts     []partField
	Files     []editorFile
	// Attached is the sealed list of Files: nobody can attach what is not his.
	Attached string
	Remarks  string
	Revision string
	Seen     string
	// Theirs is the version saved meanwhile, shown beside the reader's own.
	Theirs *letterView
	Events []templates.Event
	// Preview is the address of the saved draft as PDF.
	Preview string
	// Templates are the letters and blocks to begin with.
	Templates []templates.Option
}

// editorFile is a file of the draft with a box to keep it.
type editorFile struct {
	templates.FileItem
	ID   string
	Keep bool
}

// editDraft opens the editor of the answer.
func (d *Desk) editDraft(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	if !v.still(&c, casework.ActDraft) || !v.mayAnswer(&c) {
		return v.notNow()
	}
	form := templates.NewForm()
	var files []casework.File
	if c.Draft != nil {
		form = templates.NewForm("text", c.Draft.Text, "outcome", string(c.Draft.Outcome))
		for id, o := range c.Draft.Outcomes {
			form.Values[outcomePrefix+id] = []string{string(o)}
		}
		for name, text := range c.Draft.Parts {
			form.Values[partPrefix+name] = []string{text}
		}
		files = c.Draft.Files
		for _, f := range files {
			form.Values["keep"] = append(form.Values["keep"], f.ID)
		}
	}
	v.assemble(&c, form)
	form.Values["seen"] = []string{strconv.Itoa(len(c.Journal))}
	form.Values["revision"] = []string{strconv.Itoa(revisionOf(&c))}
	return v.renderEditor(v.editor(&c, form, files))
}

func revisionOf(c *casework.Case) int {
	if c.Draft == nil {
		return 0
	}
	return c.Draft.Revision
}

// editor shows the form as it was typed. It keeps the state that the form was
// typed for, so that a mended mistake cannot run over another's work.
func (v *visit) editor(c *casework.Case, form *web.Form, files []casework.File) editorPage {
	page := editorPage{Case: v.caseView(c), Form: form, Outcomes: v.outcomes(c), Parts: v.parts(c),
		Attached: v.sealFiles(c.ID, files), Seen: form.Value("seen"), Revision: form.Value("revision"),
		Templates: v.templateOptions(c)}
	if c.Draft != nil {
		page.Remarks = c.Draft.Remarks
		page.Preview = v.printPath(c, "/draft.pdf")
	}
	page.Questions, page.Open = v.questionFields(c, form)
	for i, item := range fileItems(page.Case.Path, files) {
		page.Files = append(page.Files, editorFile{FileItem: item, ID: files[i].ID, Keep: form.Is("keep", files[i].ID)})
		if _, stored := c.FileByID(files[i].ID); !stored {
			page.Files[i].Href = ""
		}
	}
	return page
}

func (v *visit) renderEditor(page editorPage) error {
	status := statusOf(page.Form)
	if page.Theirs != nil {
		status = 409
	}
	return v.Kit.Render(v.c, status, "desk/editor", "desk", "desk.editor.title", page)
}
