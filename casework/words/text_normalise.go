package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalise returns the comparable form of s: valid UTF-8 in NFC, lower case,
// "ё" written as "е", without invisible characters (zero-width, soft hyphen,
// direction controls) and stacked accents, with every run of white space or
// control characters as one space and none at the ends. Latin letters that
// only look Cyrillic inside a Cyrillic word (and the reverse) take the
// alphabet of the word.
//
// It is idempotent: Normalise(Normalise(s)) == Normalise(s). The result is for
// comparing and searching, not for showing: the text as typed is kept by the
// case.
func Normalise(s string) string {
	if isPlain(s) {
		return s
	}
	if isEveryday(s) {
		return joinFields(strings.Map(lower, foldAlphabets(s)))
	}
	s = norm.NFC.String(strings.Map(visible, strings.ToValidUTF8(s, " ")))
	s = foldAlphabets(strings.Map(bare, s))
	s = norm.NFC.String(strings.Map(lower, s))
	return joinFields(s)
}

func joinFields(s string) string { return strings.Join(strings.FieldsFunc(s, isBlank), " ") }

// isEveryday reports that s has only characters that need no composing and
// hide nothing, which saves most texts the long way. "Ё" takes the long way:
// it must become "Е" before alphabets are folded.
func isEveryday(s string) bool {
	for _, r := range s {
		switch {
		case r < 0x7f, 'А' <= r && r <= 'я':
		case r == '«', r == '»', r == '№', r == '–', r == '—', r == '…', r == '\u00a0':
		default:
			return false
		}
	}
	return true
}

// isPlain reports that s is already normal, cheaply and only for the common
// case: lower-case ASCII words with single inner spaces.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c > '~' || 'A' <= c && c <= 'Z' {
			return false
		}
		if c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// visible drops the runes that a reader cannot see. A combining mark after a
// dropped rune must still meet its letter, so this comes before composition.
func visible(r rune) rune {
	switch {
	case r == '\u034f', r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0':
		return -1 // grapheme joiner and Hangul fillers are letters or marks by class, but blank
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return -1
	}
	return r
}

// bare drops what is left of accents after composition (stress marks, zalgo)
// and writes ё as е, as most people type it.
func bare(r rune) rune {
	switch {
	case '\u0300' <= r && r <= '\u036f', '\u0483' <= r && r <= '\u0489':
		return -1
	case r == 'ё':
		return 'е'
	case r == 'Ё':
		return 'Е'
	}
	return r
}

// lower is unicode.ToLower that also holds for the few capitals whose small
// letter would be written ё.
func lower(r rune) rune { return bare(unicode.ToLower(r)) }

func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Z, r) || r == utf8.RuneError
}
