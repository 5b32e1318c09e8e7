package files

import (
	"slices"
	"strings"
)

// inline are the types that browsers show without running anything; they keep
// their media type so that a telephone opens them with the right program.
var passive = []string{PDF.MIME, JPEG.MIME, PNG.MIME, HEIC.MIME, MP3.MIME, MP4.MIME}

// DownloadHeaders are the response headers of a file. Every file is a download:
// no browser shows it inside our origin, guesses its type or keeps it in a
// shared cache.
func DownloadHeaders(f File) map[string]string {
	kind := Kind{}
	for _, k := range Kinds() {
		if k.MIME == f.Type {
			kind = k
		}
	}
	contentType := "application/octet-stream"
	if slices.Contains(passive, kind.MIME) {
		contentType = kind.MIME
	}
	return map[string]string{
		"Content-Type":            contentType,
		"Content-Disposition":     disposition(CleanName(f.Name, kind)),
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'",
		"Cache-Control":           "private, no-store",
	}
}

// disposition makes the header of RFC 6266: a name in ASCII for old programs
// and the true name by RFC 8187.
func disposition(name string) string {
	return `attachment; filename="` + asciiName(name) + `"; filename*=UTF-8''` + encode8187(name)
}

// translit is ГОСТ-like Latin for Cyrillic letters, so that a name stays
// readable where only ASCII arrives.
var translit = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f",
	'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia",
}

func asciiName(name string) string {
	var b strings.Builder
	for _, r := range name {
		lower := []rune(strings.ToLower(string(r)))[0]
		latin, known := translit[lower]
		switch {
		case known && r != lower && latin != "":
			b.WriteString(strings.ToUpper(latin[:1]) + latin[1:])
		case known:
			b.WriteString(latin)
		case r < 0x20 || r > 0x7E || strings.ContainsRune(`"\%;`, r):
			b.WriteByte('_')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// encode8187 escapes every byte but the attr-char of RFC 8187.
func encode8187(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || isLetter(c) || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}
