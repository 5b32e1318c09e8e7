package desk

import (
	"path"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// maxRedactText bounds the plain text that can be redacted in the browser, in
// bytes: its page holds the text twice.
const maxRedactText = 24 << 10

func redactableText(f casework.File) bool {
	return f.Type == "text/plain" && f.WorkSize <= maxRedactText
}

// copyName is what the redacted copy of a file is called, without an ending:
// the name of a file may tell what the copy hides.
func (v *visit) copyName(c *casework.Case, name string, fragments []string) string {
	return v.t("desk_case.redact.copy_name", "Name", c.RedactName(strings.TrimSuffix(name, path.Ext(name)), fragments))
}

// textOf is the working copy of a plain text, always UTF-8.
func (v *visit) textOf(f casework.File) (string, error) {
	content, err := v.bytesOf(f, maxRedactText)
	if err != nil {
		return "", err
	}
	return templates.CleanText(string(content), 0)
}

func (v *visit) renderRedactTextFile(c *casework.Case, f casework.File, form *web.Form) error {
	text, err := v.textOf(f)
	if err != nil {
		return err
	}
	page := redactPage{Case: v.caseView(c), Form: form, File: f.Name}
	page.Action = page.Case.Path + "/redact/" + f.ID
	page.addPart(c, "", f.Name, text)
	return v.Kit.Render(v.c, statusOf(form), "desk/redact", "desk", "desk_case.redact.title", page)
}

// redactTextFile shows what is left of a plain text, and keeps the copy beside
// the original when asked to.
func (v *visit) redactTextFile(c casework.Case, f casework.File, form *web.Form) error {
	a := attempt{kind: casework.ActRedact, form: form, kept: []string{"words", "why"}}
	a.again = func(c *casework.Case) error { return v.renderRedactTextFile(c, f, form) }
	if form.Value("do") != "save" {
		return a.again(&c)
	}
	text, err := v.textOf(f)
	if err != nil {
		return err
	}
	left, blots := casework.RedactText(text, hiddenBy(&c, form, "", text))
	if blots == 0 {
		form.Fail("words", "redact.nothing")
	}
	if strings.TrimSpace(form.Value("why")) == "" {
		form.Fail("why", "why.needed", "Max", 500)
	}
	if !form.OK() {
		return a.again(&c)
	}
	kept, err := v.Files.Put(v.ctx, v.copyName(&c, f.Name, fragmentsOf(form))+".txt", strings.NewReader(left))
	if err != nil {
		return v.refuse(err, a)
	}
	c, err = v.Office.NoteRedactedFile(v.ctx, v.by, c.ID, casework.FileRedaction{File: f.ID, Copy: kept, Blots: blots, Why: form.Value("why")})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk_case.redact.made")
}
