package casework

import (
	"fmt"
	"strings"
)

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

// receiptOf makes the receipt number from the case ID: the same submission
// has the same receipt however often it is retried. The last sign is a check
// sign, so that a slip of the pen is noticed.
func receiptOf(id string) string {
	return "П-" + id[:4] + "-" + id[4:8] + "-" + id[8:11] + checkSign(id[:11])
}

func checkSign(s string) string {
	n := 0
	for i, r := range s {
		n += (i + 1) * strings.IndexRune(idAlphabet, r)
	}
	return string(idAlphabet[n%len(idAlphabet)])
}

// ReceiptMistyped reports whether a number, as somebody has typed it, has the
// form of a receipt and a check sign that does not fit: no case can have it.
func ReceiptMistyped(typed string) bool {
	s := NormalNumber(typed)
	return strings.HasPrefix(s, "П-") && strings.Count(s, "-") == 3 && !ReceiptWellFormed(s)
}

// ReceiptWellFormed reports whether s can be a receipt number; a registration
// number is never well formed in this sense.
func ReceiptWellFormed(s string) bool {
	p := strings.Split(s, "-")
	if len(p) != 4 || p[0] != "П" || len(p[1]) != 4 || len(p[2]) != 4 || len(p[3]) != 4 {
		return false
	}
	id := p[1] + p[2] + p[3]
	for _, r := range id {
		if !strings.ContainsRune(idAlphabet, r) {
			return false
		}
	}
	return checkSign(id[:11]) == id[11:]
}

// NumberOf renders a registration number: "ОГ-2026-000123".
func NumberOf(prefix string, year int, n int64) string {
	return fmt.Sprintf("%s-%d-%06d", prefix, year, n)
}
