package files

import (
	"bytes"
	"io"
	"strings"
)

// pdfTail is how far from the end the last end mark of a PDF may be.
const pdfTail = 64 << 10

// washPDF copies a PDF up to its last end mark. Its text, pictures and document
// properties stay as they are: they are part of a signed document more often
// than not, and a change would break the signature.
func washPDF(w *washer, src *io.SectionReader, dst io.Writer) error {
	from := max(0, src.Size()-pdfTail)
	tail := make([]byte, src.Size()-from)
	if _, err := src.ReadAt(tail, from); err != nil && err != io.EOF {
		return err
	}
	i := bytes.LastIndex(tail, []byte("%%EOF"))
	if i < 0 {
		return broken("pdf: no end mark")
	}
	end := from + int64(i) + int64(len("%%EOF"))
	rest := tail[i+len("%%EOF"):]
	if strings.Trim(string(rest), "\r\n\t \x00") == "" {
		end = src.Size()
	} else {
		w.note(RemovedTrailing)
	}
	_, err := io.Copy(dst, io.NewSectionReader(src, 0, end))
	return err
}
