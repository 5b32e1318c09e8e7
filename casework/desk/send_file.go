package desk

import (
	"priemnaya/casework"
)

// sendFile gives an attachment of a case as a download.
func (d *Desk) sendFile(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	f, ok := c.FileByID(v.c.Params("file"))
	if !ok {
		return casework.Fail(casework.NotFound, "desk.sendFile", "case.none")
	}
	content, err := d.Files.Open(v.ctx, f)
	if err != nil {
		return err
	}
	for name, value := range d.Files.Headers(f) {
		v.c.Set(name, value)
	}
	// Whatever the store says: nothing is opened inside this site.
	v.c.Set("X-Content-Type-Options", "nosniff")
	size := f.WorkSize
	if size <= 0 {
		size = -1
	}
	// The server closes the stream when it has been sent.
	return v.c.SendStream(content, int(size))
}
