package files

import (
	"bufio"
	"errors"
	"io"
	"unicode/utf8"
)

// errNotText says that a file is neither UTF-8 nor windows-1251 text.
var errNotText = errors.New("files: not a text")

// The encodings of a text.
const (
	encodingUTF8 = "utf-8"
	encoding1251 = "windows-1251"
)

// textEncoding reads the whole of src and tells its encoding. A text has no
// NUL, no control characters but tab, line and page breaks, and is valid UTF-8
// or, failing that, windows-1251 whose upper half is mostly letters.
func textEncoding(src *io.SectionReader) (string, error) {
	in := bufio.NewReaderSize(io.NewSectionReader(src, 0, src.Size()), 64<<10)
	isUTF8 := true
	var high, letters int
	var pending []byte
	for {
		part, err := in.Peek(32 << 10)
		if len(part) == 0 {
			if err != io.EOF {
				return "", err
			}
			break
		}
		for _, c := range part {
			switch {
			case c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' || c == 0x7F:
				return "", errNotText
			case c < 0x80:
			default:
				high++
				if c >= 0xC0 || c == 0xA8 || c == 0xB8 {
					letters++
				}
				if c == 0x98 {
					letters -= 1 << 20
				}
			}
		}
		if isUTF8 {
			pending, isUTF8 = validUTF8(append(pending, part...))
		}
		_, _ = in.Discard(len(part))
	}
	switch {
	case isUTF8 && len(pending) == 0:
		return encodingUTF8, nil
	case letters*2 >= high:
		return encoding1251, nil
	}
	return "", errNotText
}

// validUTF8 checks p and returns a character that its end has cut in two. The
// control characters of the upper half are not text.
func validUTF8(p []byte) (rest []byte, ok bool) {
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(p) {
				return append([]byte(nil), p...), true
			}
			return nil, false
		}
		if r >= 0x80 && r < 0xA0 && r != 0x85 {
			return nil, false
		}
		p = p[n:]
	}
	return nil, true
}

// washText copies a text as it is: it has no metadata.
func washText(_ *washer, src *io.SectionReader, dst io.Writer) error {
	_, err := io.Copy(dst, src)
	return err
}
