package wire

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// Units is the length of a text in UTF-16 code units, as messengers count.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// Cut splits a text into parts of at most limit units: at the end of a line if
// one is in the second half, else of a word, else between two signs, but never
// inside a sign that is made of several.
func Cut(text string, limit int) []string {
	var out []string
	for Units(text) > limit {
		at := border(text, limit)
		if part := strings.TrimRightFunc(text[:at], unicode.IsSpace); part != "" {
			out = append(out, part)
		}
		text = strings.TrimLeftFunc(text[at:], unicode.IsSpace)
	}
	return append(out, text)
}

// border is the byte at which the first part ends.
func border(text string, limit int) int {
	n, line, word, sign := 0, 0, 0, 0
	joined := false
	for i, r := range text {
		if i > 0 && !joined && !joins(r) {
			sign = i
		}
		joined = r == zeroWidthJoiner
		n += max(1, utf16.RuneLen(r))
		if n > limit {
			break
		}
		switch {
		case r == '\n':
			line, word = i, i
		case unicode.IsSpace(r):
			word = i
		}
	}
	switch {
	case Units(text[:line]) > limit/2:
		return line
	case word > 0:
		return word
	case sign > 0:
		return sign
	}
	// One sign longer than a message: cut it where the units end.
	n = 0
	for i, r := range text {
		if n += max(1, utf16.RuneLen(r)); n > limit {
			return i
		}
	}
	return len(text)
}

const zeroWidthJoiner = '\u200d'

// joins reports a code point that belongs to the sign before it.
func joins(r rune) bool {
	return r == zeroWidthJoiner || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) ||
		r >= 0x1f3fb && r <= 0x1f3ff
}
