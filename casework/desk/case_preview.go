package desk

import (
	"io"
	"strings"
	"unicode/utf8"

	"priemnaya/casework"
)

// The bounds of a preview.
const (
	maxPreviewImage = 30 << 20
	maxPreviewText  = 2 << 20
)

// previewKind is how a file can be looked at without a download. PDF is not:
// whatever draws it in the browser runs what it holds.
func previewKind(mime string) string {
	switch mime {
	case "image/jpeg", "image/png", "image/gif", "image/webp":
		return "image"
	case "text/plain":
		return "text"
	}
	return ""
}

// viewFile shows a picture or a plain text in the browser, with the headers
// that leave it nothing but its pixels or letters: no scripts, no guesses at
// its type, no frame, no cache; the sandbox takes our origin away from it.
func (d *Desk) viewFile(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	f, ok := c.FileByID(v.c.Params("file"))
	kind := previewKind(f.Type)
	if !ok || kind == "" {
		return casework.Fail(casework.NotFound, "desk.viewFile", "case.none")
	}
	content, err := v.bytesOf(f, map[string]int64{"image": maxPreviewImage, "text": maxPreviewText}[kind])
	if err != nil {
		return err
	}
	mime := f.Type
	if kind == "text" {
		mime = "text/plain; charset=utf-8"
		content = []byte(strings.ToValidUTF8(string(content), string(utf8.RuneError)))
	}
	v.c.Set("Content-Type", mime)
	v.c.Set("Content-Disposition", "inline")
	v.c.Set("X-Content-Type-Options", "nosniff")
	v.c.Set("X-Frame-Options", "DENY")
	v.c.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	v.c.Set("Cross-Origin-Resource-Policy", "same-origin")
	v.c.Set("Cache-Control", "private, no-store")
	return v.c.Send(content)
}

// bytesOf reads the working copy of a file. Errors: TooLarge beyond the limit,
// and those of the file store.
func (v *visit) bytesOf(f casework.File, limit int64) ([]byte, error) {
	r, err := v.Files.Open(v.ctx, f)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, casework.Fail(casework.TooLarge, "desk.bytesOf", "desk_case.too_large")
	}
	return content, nil
}
