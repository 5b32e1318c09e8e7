package templates

import "strings"

// normWords are the words of which the notes of norms are made, longest first
// where one begins another, with their English.
var normWords = strings.NewReplacer(
	"59-ФЗ ст. ", "59-FZ, article ", "210-ФЗ ст. ", "210-FZ, article ", "248-ФЗ ст. ", "248-FZ, article ",
	"59-ФЗ", "59-FZ", "210-ФЗ", "210-FZ", "248-ФЗ", "248-FZ",
	", ст. ", ", article ", "; ст. ", "; article ", "ст. ", "article ",
	", ч. ", ", part ", " ч. ", ", part ", "ч. ", "part ",
	", п. ", ", item ", " п. ", ", item ", "п. ", "item ",
	"постановление № ", "resolution No. ", "правило сервиса", "rule of this service",
)

// FormatNorm writes a norm as regulations note it, «ст. 12 ч. 1», in a language:
// "article 12, part 1" in English. Words that are no part of such notes, say the
// name of a body's own order, stay as they are.
func FormatNorm(lang, norm string) string {
	if lang != "en" {
		return norm
	}
	return normWords.Replace(norm)
}

// saidNorm is data for a text in which a value called Norm is said in the
// language of the text.
func saidNorm(lang string, data map[string]any) map[string]any {
	norm, ok := data["Norm"].(string)
	if !ok || lang != "en" {
		return data
	}
	said := make(map[string]any, len(data))
	for key, value := range data {
		said[key] = value
	}
	said["Norm"] = FormatNorm(lang, norm)
	return said
}
