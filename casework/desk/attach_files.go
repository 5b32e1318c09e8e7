package desk

import (
	"context"
	"encoding/json"
	"mime/multipart"
	"slices"
	"time"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// attachedLife is how long an open editor remembers the files uploaded in it.
const attachedLife = 30 * 24 * time.Hour

func (v *visit) sealFiles(caseID string, files []casework.File) string {
	data, err := json.Marshal(files)
	if err != nil || len(files) == 0 {
		return ""
	}
	return v.Kit.Seal("desk files "+caseID, data, attachedLife)
}

// heldFiles are the files that the editor held: those of its sealed list, or
// of the stored draft where that list has expired.
func (v *visit) heldFiles(c *casework.Case, form *web.Form) []casework.File {
	if form.Value("attached") == "" {
		return nil
	}
	var files []casework.File
	data, ok := v.Kit.Open("desk files "+c.ID, form.Value("attached"))
	if ok && json.Unmarshal(data, &files) == nil {
		return files
	}
	if c.Draft != nil {
		return c.Draft.Files
	}
	return nil
}

// takeFiles adds the uploads of the request to the files held and returns
// those with their box ticked, and all of them. A refused upload is an error
// of the field; everything else typed stays.
func (v *visit) takeFiles(c *casework.Case, form *web.Form) (kept, all []casework.File) {
	all = v.heldFiles(c, form)
	for _, f := range all {
		if form.Is("keep", f.ID) {
			kept = append(kept, f)
		}
	}
	parts, err := v.c.MultipartForm()
	if err != nil {
		return kept, all
	}
	uploads := slices.DeleteFunc(slices.Clone(parts.File["files"]), func(h *multipart.FileHeader) bool {
		return h.Filename == "" && h.Size == 0
	})
	if len(kept)+len(uploads) > casework.MaxFiles {
		form.Fail("files", "filing.files_many", "Max", casework.MaxFiles)
		return kept, all
	}
	for _, h := range uploads {
		f, err := v.putFile(v.ctx, h)
		if err != nil {
			v.failUpload(form, err)
			continue
		}
		kept, all = append(kept, f), append(all, f)
		form.Values["keep"] = append(form.Values["keep"], f.ID)
	}
	return kept, all
}

func (v *visit) putFile(ctx context.Context, h *multipart.FileHeader) (casework.File, error) {
	content, err := h.Open()
	if err != nil {
		return casework.File{}, err
	}
	defer content.Close()
	return v.Files.Put(ctx, h.Filename, content)
}
