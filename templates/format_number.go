package templates

import (
	"strconv"
	"strings"
)

// FormatBytes writes a file size for people: «1,2 МБ», "1.2 MB"; 1 KB is 1024 bytes.
func FormatBytes(lang string, size int64) string {
	units, comma := []string{"Б", "КБ", "МБ", "ГБ", "ТБ"}, ","
	if lang == "en" {
		units, comma = []string{"B", "KB", "MB", "GB", "TB"}, "."
	}
	value, unit := float64(size), 0
	for value >= 1024 && unit < len(units)-1 {
		value, unit = value/1024, unit+1
	}
	digits := strconv.FormatFloat(value, 'f', 1, 64)
	digits = strings.TrimSuffix(digits, ".0")
	return strings.Replace(digits, ".", comma, 1) + " " + units[unit]
}

// FormatNumber groups thousands with a narrow no-break space: 12 345, in English
// with a comma: 12,345. Numbers under 10,000 stay whole in Russian, as is customary.
func FormatNumber(lang string, n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	gap := "\u202f"
	if lang == "en" {
		gap = ","
	} else if len(digits) < 5 {
		return sign + digits
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + gap + digits[i:]
	}
	return sign + digits
}
