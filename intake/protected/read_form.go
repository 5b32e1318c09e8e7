package protected

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"priemnaya/intake/protected/seal"
)

// Limits of one request.
const (
	// formBytes bounds a form without files.
	formBytes = 512 << 10
	// MaxText is the longest text in characters.
	MaxText = 20_000
	// MaxFiles and MaxFilesBytes bound the files of one message, together.
	MaxFiles      = 10
	MaxFilesBytes = 32 << 20
)

var (
	errTooLarge = errors.New("protected: the request is too large")
	errBadForm  = errors.New("protected: the form cannot be read")
)

// form is a request's body in slices that can be wiped. net/http's own parser
// would make strings, and temporary files for large uploads.
type form struct {
	fields map[string][]byte
	files  []upload
	raw    [][]byte
	// most and left are how many files and bytes of files may come.
	most, left int
}

type upload struct {
	name string
	data []byte
}

func (f *form) get(name string) []byte { return f.fields[name] }

// text is a field that is no secret.
func (f *form) text(name string) string { return string(f.fields[name]) }

func (f *form) wipe() {
	for _, b := range f.raw {
		seal.Wipe(b)
	}
	f.fields, f.files, f.raw = nil, nil, nil
}

// readForm reads a body of either encoding. Errors: errTooLarge, errBadForm. The
// caller wipes the form.
func readForm(r *http.Request) (*form, error) { return readUpTo(r, MaxFiles, MaxFilesBytes) }

// readUpTo is readForm with other limits of files.
func readUpTo(r *http.Request, files, fileBytes int) (*form, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, errBadForm
	}
	f := &form{fields: map[string][]byte{}, most: files, left: fileBytes}
	switch kind {
	case "application/x-www-form-urlencoded":
		err = f.readPlain(r.Body)
	case "multipart/form-data":
		err = f.readParts(multipart.NewReader(r.Body, params["boundary"]))
	default:
		err = errBadForm
	}
	if err != nil {
		f.wipe()
		return nil, err
	}
	return f, nil
}

func (f *form) readPlain(body io.Reader) error {
	raw, err := f.slurp(body, formBytes)
	if err != nil {
		return err
	}
	for _, pair := range bytes.Split(raw, []byte("&")) {
		name, value, _ := bytes.Cut(pair, []byte("="))
		key, ok := unescape(name)
		if !ok {
			return errBadForm
		}
		value, ok = unescape(value)
		if !ok {
			return errBadForm
		}
		if _, twice := f.fields[string(key)]; !twice {
			f.fields[string(key)] = value
		}
	}
	return nil
}

// unescape decodes in place: what is decoded is never longer.
func unescape(b []byte) ([]byte, bool) {
	out := b[:0]
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '+':
			out = append(out, ' ')
		case b[i] != '%':
			out = append(out, b[i])
		case i+2 < len(b) && hexDigit(b[i+1]) >= 0 && hexDigit(b[i+2]) >= 0:
			out = append(out, byte(hexDigit(b[i+1])<<4|hexDigit(b[i+2])))
			i += 2
		default:
			return nil, false
		}
	}
	return out, true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

func (f *form) readParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errBadForm
		}
		limit := formBytes
		if part.FileName() != "" {
			limit = f.left
		}
		raw, err := f.slurp(part, limit)
		if err != nil {
			return err
		}
		switch {
		case part.FileName() == "":
			if _, twice := f.fields[part.FormName()]; !twice {
				f.fields[part.FormName()] = raw
			}
		case len(raw) == 0: // an empty field of files is sent as a file without a name
		case len(f.files) == f.most:
			return errTooLarge
		default:
			f.left -= len(raw)
			f.files = append(f.files, upload{name: part.FileName(), data: raw})
		}
	}
}

// slurp reads all into one slice that the form wipes later. Its size is doubled
// by hand, so that no outgrown copy stays behind unwiped.
func (f *form) slurp(from io.Reader, limit int) ([]byte, error) {
	buf := make([]byte, 0, 16<<10)
	for {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), 2*cap(buf))
			copy(grown, buf)
			seal.Wipe(buf)
			buf = grown
		}
		n, err := from.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if len(buf) > limit {
			seal.Wipe(buf)
			return nil, errTooLarge
		}
		if err == io.EOF {
			f.raw = append(f.raw, buf)
			return buf, nil
		}
		if err != nil {
			seal.Wipe(buf)
			return nil, errBadForm
		}
	}
}
