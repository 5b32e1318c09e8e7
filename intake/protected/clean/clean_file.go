package clean

import (
	"bytes"
	"errors"
	"image"
	"slices"
	"unicode"
	"unicode/utf8"

	"archive/zip"
)

// Bounds of what is worked on.
const (
	// MaxSize is the largest file taken, in bytes.
	MaxSize = 40 << 20
	// MaxPixels is the largest picture decoded; deep colour counts double.
	MaxPixels = 50_000_000
	// MaxUnpacked is what a document may unpack to, in bytes.
	MaxUnpacked = 200 << 20
)

// Result is a file made anew.
type Result struct {
	// Kind is what it is now: "jpeg", "png", "pdf", "docx", "txt", …
	Kind string
	Data []byte
	// Removed lists the text ids of what was taken out, sorted.
	Removed []string
}

// Refusal says why a file was not taken; Error is a text id that tells the
// author what to do.
type Refusal string

// The refusals.
const (
	Empty      Refusal = "clean.refused.empty"
	TooLarge   Refusal = "clean.refused.large"
	TooMany    Refusal = "clean.refused.pixels"
	Damaged    Refusal = "clean.refused.damaged"
	Protected  Refusal = "clean.refused.password"
	Macros     Refusal = "clean.refused.macros"
	HEIC       Refusal = "clean.refused.heic"
	OldOffice  Refusal = "clean.refused.old_office"
	Moving     Refusal = "clean.refused.moving"
	Archive    Refusal = "clean.refused.archive"
	Unknown    Refusal = "clean.refused.unknown"
	Unpacks    Refusal = "clean.refused.unpacks"
	Unreadable Refusal = "clean.refused.unreadable"
)

// Error is the text id.
func (r Refusal) Error() string { return string(r) }

// Refusals lists all of them.
func Refusals() []Refusal {
	return []Refusal{Empty, TooLarge, TooMany, Damaged, Protected, Macros, HEIC, OldOffice, Moving, Archive, Unknown, Unpacks, Unreadable}
}

// Cleanable reports whether AsIs is the only way for a file that was refused:
// nothing here can make its kind anew, but it may be harmless and needed.
func (r Refusal) Cleanable() bool {
	return !slices.Contains([]Refusal{HEIC, OldOffice, Moving, Archive, Unknown}, r)
}

// File makes a file anew. The name is not looked at: the content decides.
// Errors: Refusal.
func File(data []byte) (res Result, err error) {
	switch {
	case len(data) == 0:
		return Result{}, Empty
	case len(data) > MaxSize:
		return Result{}, TooLarge
	}
	defer func() {
		// A decoder that panics on a crafted file refuses it; the value may hold
		// bytes of the file and goes nowhere.
		if recover() != nil {
			res, err = Result{}, Damaged
		}
	}()
	n := notes{}
	kind, out, err := n.make(data)
	if err != nil {
		var r Refusal
		if !errors.As(err, &r) {
			err = Damaged
		}
		return Result{}, err
	}
	return Result{Kind: kind, Data: out, Removed: n.list()}, nil
}

// AsIs takes a file that cannot be made anew, after its author was told so and
// chose to send it. Only kinds that are not cleanable come through: a picture
// or a document is never taken uncleaned. Errors: Refusal.
func AsIs(data []byte) (Result, error) {
	res, err := File(data)
	var r Refusal
	if err == nil || !errors.As(err, &r) || r.Cleanable() {
		return res, err
	}
	return Result{Kind: kindOf(r, data), Data: bytes.Clone(data), Removed: nil}, nil
}

// kindOf names a kind that is not made anew.
func kindOf(r Refusal, data []byte) string {
	switch r {
	case HEIC:
		return "heic"
	case OldOffice:
		return "doc"
	case Moving:
		return moving(data)
	case Archive:
		return "zip"
	}
	return "bin"
}

func (n notes) make(data []byte) (string, []byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")), bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")), isWebP(data),
		bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return n.picture(data)
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		out, err := n.pdf(data)
		return "pdf", out, err
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return n.office(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")), bytes.HasPrefix(data, []byte("{\\rtf")):
		return "", nil, OldOffice
	case isHEIC(data):
		return "", nil, HEIC
	case moving(data) != "":
		return "", nil, Moving
	case isArchive(data):
		return "", nil, Archive
	case isText(data):
		return "txt", n.text(data), nil
	}
	return "", nil, Unknown
}

func isWebP(b []byte) bool {
	return len(b) > 16 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP"
}

func isHEIC(b []byte) bool {
	return len(b) > 12 && string(b[4:8]) == "ftyp" && slices.Contains([]string{"heic", "heix", "hevc", "mif1", "msf1", "avif", "heim"}, string(b[8:12]))
}

func isArchive(b []byte) bool {
	for _, head := range []string{"Rar!", "7z\xbc\xaf", "\x1f\x8b", "BZh", "\xfd7zXZ"} {
		if bytes.HasPrefix(b, []byte(head)) {
			return true
		}
	}
	return false
}

// moving names sound and film, "" for anything else.
func moving(b []byte) string {
	switch {
	case len(b) > 12 && string(b[4:8]) == "ftyp":
		return "mp4"
	case bytes.HasPrefix(b, []byte("ID3")), len(b) > 2 && b[0] == 0xff && b[1]&0xe6 == 0xe2:
		return "mp3"
	case bytes.HasPrefix(b, []byte("OggS")):
		return "ogg"
	case bytes.HasPrefix(b, []byte("\x1aE\xdf\xa3")):
		return "mkv"
	case len(b) > 12 && string(b[:4]) == "RIFF" && (string(b[8:12]) == "WAVE" || string(b[8:12]) == "AVI "):
		return "avi"
	}
	return ""
}

// isText tells UTF-8 text without signs that no text has.
func isText(b []byte) bool {
	return utf8.Valid(b) && !bytes.ContainsFunc(b, func(r rune) bool {
		return r == 0 || unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != 0x1b
	})
}

// text takes out what is not to be seen in a text: signs without a width can
// carry a mark by which a copy is told from others.
func (n notes) text(b []byte) []byte {
	out := bytes.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || r == '\f' || r == 0x1b || r == 0x034f || r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef {
			n.note(Hidden)
			return -1
		}
		return r
	}, b)
	return out
}

// bounded refuses a picture that would cost too much memory.
func bounded(c image.Config, deep bool) error {
	most := MaxPixels
	if deep {
		most /= 2
	}
	if c.Width <= 0 || c.Height <= 0 {
		return Damaged
	}
	if c.Width > most/c.Height {
		return TooMany
	}
	return nil
}

// isZIP is used where only the directory of an archive matters.
func openZIP(data []byte) (*zip.Reader, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, Damaged
	}
	return r, nil
}
