package files

import (
	"bytes"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// sniffBytes is how much of a file the detection of its type looks at.
const sniffBytes = 8 << 10

// texts are the text types that are taken as plain text. Types that a browser
// or a system would run (HTML, SVG, scripts) are not among them.
var texts = map[string]bool{
	"text/plain": true, "text/csv": true, "text/tab-separated-values": true, "application/json": true,
	"application/x-subrip": true, "text/vtt": true, "application/x-ndjson": true, "application/octet-stream": true,
}

// detect finds the kind of a file by its content; the name has no say. A zip
// file is told apart from an office document by its directory. Errors:
// TypeNotAllowed, Broken and the refusals of archives.
func detect(src *io.SectionReader) (Kind, error) {
	head := make([]byte, min(sniffBytes, src.Size()))
	if _, err := io.ReadFull(io.NewSectionReader(src, 0, src.Size()), head); err != nil {
		return Kind{}, err
	}
	if kind, ok := detectMagic(head); ok {
		return kind, nil
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return detectZIP(src)
	}
	found := mimetype.Detect(head)
	if isMP3(src, head) {
		return MP3, nil
	}
	// Only a file that is text from end to end is text, whatever its head is
	// like; and a head such as "BM" does not make a letter a picture.
	if looksRunnable(head) || isScript(found) {
		return Kind{}, refuse(TypeNotAllowed, data{"Type": found.String()}, nil)
	}
	if _, err := textEncoding(src); err == nil {
		return TXT, nil
	}
	return Kind{}, refuse(TypeNotAllowed, data{"Type": strings.SplitN(found.String(), ";", 2)[0]}, nil)
}

// isScript tells whether a text is of a type that something would run.
func isScript(m *mimetype.MIME) bool {
	isText := false
	for p := m; p != nil; p = p.Parent() {
		isText = isText || p.Is("text/plain")
	}
	return isText && !texts[strings.SplitN(m.String(), ";", 2)[0]]
}

// detectMagic knows the kinds that begin with a mark of their own. The mark has
// to be the very first byte: readers that search for it further in are what
// polyglot files live on.
func detectMagic(head []byte) (Kind, bool) {
	has := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case has("%PDF-"):
		return PDF, true
	case has(`{\rtf`):
		return RTF, true
	case has("\xFF\xD8\xFF"):
		return JPEG, true
	case has(pngMagic):
		return PNG, true
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return detectBrand(mimetype.Detect(head).String())
	}
	return Kind{}, false
}

// detectBrand maps the types of the ISO media family.
func detectBrand(mime string) (Kind, bool) {
	switch mime {
	case "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence":
		return HEIC, true
	case "video/mp4", "audio/mp4", "video/x-m4v", "audio/x-m4a":
		return MP4, true
	}
	return Kind{}, false
}

// isMP3 tells whether a file begins with an ID3 tag or with two frames in a row.
func isMP3(src io.ReaderAt, head []byte) bool {
	at := id3Length(head)
	if at > 0 {
		head = make([]byte, mp3FrameMax)
		n, _ := src.ReadAt(head, at)
		head = head[:n]
	}
	n := mp3Frame(head)
	return n > 0 && n < len(head) && mp3Follows(head, n)
}

// runnable are beginnings of text that a browser or a shell would run. The
// detection library wants them at the very start; browsers skip white space.
var runnable = []string{"<!doctype html", "<html", "<script", "<svg", "<?xml", "<?php", "#!", "<body", "<head", "<iframe", "<img", "<%"}

func looksRunnable(head []byte) bool {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n\f"))
	for _, r := range runnable {
		if bytes.HasPrefix(text, []byte(r)) {
			return true
		}
	}
	return false
}
