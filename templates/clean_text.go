package templates

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TooLong says that a text has more characters than the field takes. The text
// itself is returned whole beside it, so that nothing typed is lost.
type TooLong struct {
	Got, Max int // characters (Unicode code points)
}

// Error says how long the text is and how long it may be.
func (e *TooLong) Error() string {
	return fmt.Sprintf("text has %d characters, at most %d are allowed", e.Got, e.Max)
}

// maxMarks is how many combining marks one letter may carry: Vietnamese and
// stressed Russian need two, Hebrew with cantillation four.
const maxMarks = 4

// CleanText makes plain text safe to keep without changing what a person sees:
// valid UTF-8 in NFC, line ends as \n, no control characters except \n and \t,
// no direction overrides, no invisible characters (a joiner inside an emoji
// stays), at most four combining marks in a row. Markup, quotes and signs stay
// as typed. maxRunes ≤ 0 means no limit; over it *TooLong comes with the text.
func CleanText(s string, maxRunes int) (string, error) {
	// Ordinary text is nearly all there is; it leaves here untouched and uncopied.
	if !plain(s) {
		s = strings.ToValidUTF8(s, string(utf8.RuneError))
		s = dropJoiners(dropInvisible(s))
		s = limitMarks(norm.NFC.String(s))
	}
	if maxRunes > 0 {
		if got := utf8.RuneCountInString(s); got > maxRunes {
			return s, &TooLong{Got: got, Max: maxRunes}
		}
	}
	return s, nil
}

// CleanLine is CleanText for one-line fields: line breaks and tabs become
// spaces, runs of plain spaces become one, and both ends are trimmed.
func CleanLine(s string, maxRunes int) (string, error) {
	s, _ = CleanText(s, 0)
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r == '\n' || r == '\t' || r == ' '
	}), " ")
	return CleanText(strings.TrimSpace(s), maxRunes)
}

// plain reports whether the text has only characters that no rule touches.
func plain(s string) bool {
	for _, r := range s {
		ordinary := r >= ' ' && r < 0x7f || r == '\n' || r == '\t' ||
			r >= 'Ѐ' && r <= 'ӿ' && r != 0x483 && !(r > 0x483 && r < 0x48a) ||
			r == '«' || r == '»' || r == '—' || r == '–' || r == '№' || r == '…' || r == '°'
		if !ordinary {
			return false
		}
	}
	return true
}

func dropInvisible(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return '\n'
		case r == '\n' || r == '\t' || r == joiner:
			return r
		case unicode.IsControl(r), invisible(r):
			return -1
		}
		return r
	}, s)
}

const joiner = 0x200d // ZERO WIDTH JOINER

// invisible lists what has no shape of its own and serves only to deceive:
// format characters (bidi marks, overrides, isolates, zero-width spaces, soft
// hyphen, byte order mark, tags), Hangul fillers and non-characters.
func invisible(r rune) bool {
	switch {
	case r == 0x34f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x17b4, r == 0x17b5:
		return true
	case r >= 0x600 && r <= 0x605, r == 0x6dd, r == 0x70f, r == 0x8e2:
		return false // visible signs of Arabic and Syriac writing that Unicode files under Cf
	case r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
		return true
	case r >= 0xe0100 && r <= 0xe01ef:
		return true // variation selectors supplement: can hide a whole message
	}
	return unicode.Is(unicode.Cf, r)
}

// dropJoiners removes joiners that do not stand between two emoji.
func dropJoiners(s string) string {
	if !strings.ContainsRune(s, joiner) {
		return s
	}
	runes := []rune(s)
	out := make([]rune, 0, len(runes))
	var before rune // the last rune kept, skin tones and variation selectors aside
	for i, r := range runes {
		if r == joiner && !(emoji(before) && i+1 < len(runes) && emoji(runes[i+1])) {
			continue
		}
		out = append(out, r)
		if r != 0xfe0f && !(r >= 0x1f3fb && r <= 0x1f3ff) {
			before = r
		}
	}
	return string(out)
}

func emoji(r rune) bool {
	return r >= 0x1f000 && r <= 0x1faff || r >= 0x2190 && r <= 0x2bff
}

// limitMarks cuts towers of combining marks that climb over other lines.
func limitMarks(s string) string {
	run, cut := 0, false
	limited := strings.Map(func(r rune) rune {
		if !unicode.Is(unicode.M, r) {
			run = 0
			return r
		}
		run++
		if run > maxMarks {
			cut = true
			return -1
		}
		return r
	}, s)
	if !cut {
		return s
	}
	return norm.NFC.String(limited)
}
