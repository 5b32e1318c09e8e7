package files

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NameRunes is the greatest length of a cleaned file name in characters.
const NameRunes = 120

// nameBytes keeps a name within what file systems take (255 bytes), with room
// for a suffix such as " (2)".
const nameBytes = 240

// fallbackName stands for a name of which nothing is left.
const fallbackName = "file"

// reserved are the device names of Windows, which cannot be saved there with
// any extension.
var reserved = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true, "conin$": true, "conout$": true, "clock$": true}

// CleanName makes a name that is safe to show, to send in a header and to save
// on any system. It drops folders, control, formatting (bidirectional
// overrides, zero-width), private and unassigned characters, the characters
// that Windows forbids, stacked combining marks, reserved device names and
// leading dots; cuts to NameRunes and ends the name with the extension of kind.
// The zero Kind leaves the extension as it is.
func CleanName(name string, kind Kind) string {
	name = strings.ToValidUTF8(name, "")
	name = norm.NFC.String(name)
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	// What stood between a letter and its mark may be gone: they compose now.
	name = tidy(norm.NFC.String(dropUnsafe(name)))
	stem, ext := splitExt(name)
	if forced := kind.extFor(ext); forced != ext {
		ext = forced
		stem = strings.TrimSuffix(stem, ext)
	}
	stem = strings.Trim(stem, " .")
	if stem == "" {
		stem = fallbackName
	}
	if isReserved(stem) {
		stem = "_" + stem
	}
	return strings.TrimRight(shorten(stem, NameRunes-utf8.RuneCountInString(ext), nameBytes-len(ext)), " .") + ext
}

// dropUnsafe removes what must not be in a name and turns every kind of white
// space into one blank.
func dropUnsafe(name string) string {
	var b strings.Builder
	marks := 0
	for _, r := range name {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Z, r):
			r = ' '
		case strings.ContainsRune(`<>:"/\|?*`, r):
			r = '_'
		case !unicode.IsGraphic(r) || unicode.In(r, unicode.C, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
			continue
		}
		if unicode.Is(unicode.M, r) {
			// Two marks on one letter are language, more are zalgo.
			if marks++; marks > 2 {
				continue
			}
		} else {
			marks = 0
		}
		b.WriteRune(r)
	}
	return b.String()
}

func tidy(s string) string { return strings.Trim(strings.Join(strings.Fields(s), " "), " .") }

// splitExt cuts the extension off: a dot and one to ten Latin letters or
// digits, of which one at least is a letter ("письмо от 12.03.2024" has none).
func splitExt(name string) (stem, ext string) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 || len(name)-i < 2 || len(name)-i > 11 {
		return name, ""
	}
	letters := 0
	for _, r := range name[i+1:] {
		if r > unicode.MaxASCII || !(unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return name, ""
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	if letters == 0 {
		return name, ""
	}
	return name[:i], strings.ToLower(name[i:])
}

func isReserved(stem string) bool {
	s, _, _ := strings.Cut(strings.ToLower(stem), ".")
	s = strings.TrimSpace(s)
	if reserved[s] {
		return true
	}
	if strings.HasPrefix(s, "com") || strings.HasPrefix(s, "lpt") {
		switch s[3:] {
		case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
			return true
		}
	}
	return false
}

// shorten cuts s to at most runes characters and size bytes, never inside a
// character.
func shorten(s string, runes, size int) string {
	for i, r := range s {
		if runes == 0 || i+utf8.RuneLen(r) > size {
			return s[:i]
		}
		runes--
	}
	return s
}
