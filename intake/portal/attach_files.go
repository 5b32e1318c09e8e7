package portal

import (
	"errors"
	"mime/multipart"
	"slices"
	"strconv"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// actText stores the files that came with the form, whatever button was
// pressed, and removes the one that was asked to go.
func (p *Portal) actText(v *visit, form *web.Form) (bool, error) {
	if id := form.Value("remove"); id != "" {
		err := p.change(v, func(d *casework.FilingDraft) error {
			d.Files = slices.DeleteFunc(slices.Clone(d.Files), func(f casework.File) bool { return f.ID == id })
			return nil
		})
		if err != nil {
			return true, err
		}
		return true, p.toFiles(v, form)
	}
	if err := p.attach(v, form, "files"); err != nil {
		return true, err
	}
	if form.Is("do", "attach") && form.OK() {
		return true, p.toFiles(v, form)
	}
	return false, nil
}

// toFiles shows the text step again, at its files.
func (p *Portal) toFiles(v *visit, form *web.Form) error {
	back := ""
	if form.Is("back", "check") {
		back = "?back=check"
	}
	return p.Kit.Redirect(v.c, v.stepPath("text")+back+"#files")
}

// attach takes the uploads in, one by one; a refused one spoils neither the
// others nor the text.
func (p *Portal) attach(v *visit, form *web.Form, field string) error {
	parts, err := v.c.MultipartForm()
	if err != nil {
		return nil // no file can have come in a plain form
	}
	for _, upload := range parts.File[field] {
		if upload.Filename == "" && upload.Size == 0 {
			continue // an untouched field
		}
		stored, err := p.put(v, upload)
		if err == nil {
			err = p.change(v, func(d *casework.FilingDraft) error {
				if err := p.Files.Admit(d.Files, stored.Size); err != nil {
					return err
				}
				d.Files = append(slices.Clone(d.Files), stored)
				return nil
			})
		}
		if err != nil {
			if err := p.refused(v, form, field, upload.Filename, err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Portal) put(v *visit, upload *multipart.FileHeader) (casework.File, error) {
	if err := p.Files.Admit(v.draft.Files, upload.Size); err != nil {
		return casework.File{}, err
	}
	content, err := upload.Open()
	if err != nil {
		return casework.File{}, err
	}
	defer content.Close()
	return p.Files.Put(v.c.UserContext(), upload.Filename, content)
}

// refused says at the field what is wrong with one file. Errors that have no
// text for people are given back.
func (p *Portal) refused(v *visit, form *web.Form, field, name string, err error) error {
	var e *casework.Error
	if !errors.As(err, &e) || !p.Kit.Set().Has(p.Kit.Lang(v.c), e.Message) || e.Message == "" {
		return err
	}
	if clean, ok := e.Data["Name"].(string); ok {
		name = clean
	}
	name, _ = templates.CleanLine(cut(name, 120), 0)
	base := field
	for n := 2; form.Err(field) != nil; n++ {
		field = base + "-" + strconv.Itoa(n)
	}
	form.Fail(field, e.Message, "Name", name, "Limit", p.limit(v, e.Data["Max"]), "Inner", e.Data["Inner"],
		"Type", e.Data["Type"], "Signature", e.Data["Signature"])
	return nil
}

// limit writes sizes as people do; counts stay numbers.
func (p *Portal) limit(v *visit, x any) string {
	switch n := x.(type) {
	case int64:
		return templates.FormatBytes(p.Kit.Lang(v.c), n)
	case int:
		return strconv.Itoa(n)
	}
	return ""
}
