package casework

import "strings"

// NormalNumber forgives what people do to a number when they type it: small
// letters, spaces, long dashes, Latin letters in place of Cyrillic ones in a
// prefix.
func NormalNumber(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '–', '—', '‑', '−':
			return '-'
		case ' ', '\t', '\u00a0', '№':
			return -1
		}
		return r
	}, strings.ToUpper(s))
	switch prefix, rest, _ := strings.Cut(s, "-"); prefix {
	case "P", "N", "П":
		// A receipt holds Latin letters only after its prefix.
		return "П-" + latin(rest)
	case "OG", "OГ", "ОG":
		return "ОГ-" + rest
	}
	return s
}

// latin turns Cyrillic look-alikes into the Latin letters of the alphabet of
// receipts.
func latin(s string) string {
	return strings.NewReplacer("А", "A", "В", "B", "С", "C", "Е", "E", "Н", "H", "К", "K", "М", "M",
		"Р", "P", "Т", "T", "Х", "X", "У", "Y").Replace(s)
}
