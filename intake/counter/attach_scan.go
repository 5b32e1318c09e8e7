package counter

import (
	"errors"
	"mime/multipart"
	"slices"
	"strconv"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// uploads are the files that came in a field of the form.
func (v *visit) uploads(field string) []*multipart.FileHeader {
	parts, err := v.c.MultipartForm()
	if err != nil {
		return nil // no file can have come in a plain form
	}
	return slices.DeleteFunc(slices.Clone(parts.File[field]), func(h *multipart.FileHeader) bool {
		return h.Filename == "" && h.Size == 0
	})
}

// put stores one upload.
func (v *visit) put(already []casework.File, upload *multipart.FileHeader) (casework.File, error) {
	if err := v.Files.Admit(already, upload.Size); err != nil {
		return casework.File{}, err
	}
	content, err := upload.Open()
	if err != nil {
		return casework.File{}, err
	}
	defer content.Close()
	return v.Files.Put(v.ctx, upload.Filename, content)
}

// putAll stores the uploads of a field; a refused one is an error of the field
// and spoils neither the others nor the text.
func (v *visit) putAll(already []casework.File, form *web.Form, field string) ([]casework.File, error) {
	files := slices.Clone(already)
	for _, upload := range v.uploads(field) {
		stored, err := v.put(files, upload)
		var e *casework.Error
		switch {
		case err == nil:
			files = append(files, stored)
		case errors.As(err, &e) && e.Message != "" && v.Kit.Set().Has("ru", e.Message):
			name, _ := templates.CleanLine(upload.Filename, 120)
			form.Fail(field, e.Message, "Name", name, "Limit", v.limit(e.Data["Max"]), "Inner", e.Data["Inner"],
				"Type", e.Data["Type"], "Signature", e.Data["Signature"])
		default:
			return files, err
		}
	}
	return files, nil
}

// attach adds the scans that came with the form to the entry.
func (v *visit) attach(d casework.FilingDraft, form *web.Form) (casework.FilingDraft, error) {
	if len(v.uploads("scan")) == 0 {
		return d, nil
	}
	files, err := v.putAll(d.Files, form, "scan")
	if err != nil {
		return d, err
	}
	return v.keep(d, func(d *casework.FilingDraft) { d.Files = files })
}

// limit writes sizes as people do; counts stay numbers.
func (v *visit) limit(x any) string {
	switch n := x.(type) {
	case int64:
		return templates.FormatBytes(v.Kit.Lang(v.c), n)
	case int:
		return strconv.Itoa(n)
	}
	return ""
}
