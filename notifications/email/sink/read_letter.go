package sink

import (
	"bytes"
	"io"
	"strings"

	_ "github.com/emersion/go-message/charset" // letters of others may come in old encodings
	"github.com/emersion/go-message/mail"
)

// content is a letter taken apart.
type content struct {
	Text, HTML string
	Files      []file
}

// file is an attachment.
type file struct {
	Name, Type string
	Data       []byte
}

// Size is in bytes.
func (f file) Size() int { return len(f.Data) }

// read takes a letter apart. What could be read is returned with the error.
func read(raw []byte) (content, error) {
	var c content
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		return c, err
	}
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		data, err := io.ReadAll(part.Body)
		if err != nil {
			return c, err
		}
		c.add(part, data)
	}
}

func (c *content) add(part *mail.Part, data []byte) {
	switch h := part.Header.(type) {
	case *mail.InlineHeader:
		kind, _, _ := h.ContentType()
		switch {
		case strings.HasPrefix(kind, "text/html") && c.HTML == "":
			c.HTML = string(data)
		case strings.HasPrefix(kind, "text/") && c.Text == "":
			c.Text = strings.ReplaceAll(string(data), "\r\n", "\n")
		}
	case *mail.AttachmentHeader:
		kind, _, _ := h.ContentType()
		name, err := h.Filename()
		if err != nil || name == "" {
			name = "file"
		}
		c.Files = append(c.Files, file{name, kind, data})
	}
}
