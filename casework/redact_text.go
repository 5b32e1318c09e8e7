package casework

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Blot stands where something was hidden. It is always the same, so that it
// does not tell how much was there.
const Blot = "■■■■■"

// Stretch is a part of a text in characters: from From, up to and without To.
type Stretch struct{ From, To int }

// RedactText hides stretches of a text. Stretches may overlap and reach beyond
// the text; those that touch or are parted by white space only become one. It
// reports how many blots the result has.
func RedactText(text string, hide []Stretch) (string, int) {
	runes := []rune(text)
	var out strings.Builder
	at, blots := 0, 0
	for _, s := range joined(runes, hide) {
		out.WriteString(string(runes[at:s.From]))
		out.WriteString(Blot)
		at = s.To
		blots++
	}
	out.WriteString(string(runes[at:]))
	return out.String(), blots
}

// joined puts stretches in order and makes one of those with no word between.
func joined(runes []rune, hide []Stretch) []Stretch {
	var sound []Stretch
	for _, s := range hide {
		s.From, s.To = max(0, s.From), min(len(runes), s.To)
		if s.From < s.To {
			sound = append(sound, s)
		}
	}
	slices.SortFunc(sound, func(a, b Stretch) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	var out []Stretch
	for _, s := range sound {
		if last := len(out) - 1; last >= 0 && s.From <= betweenWords(runes, out[last].To) {
			out[last].To = max(out[last].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// betweenWords is where the white space after a place ends; the end of a line
// is kept, so that a hidden list stays a list.
func betweenWords(runes []rune, at int) int {
	for at < len(runes) && runes[at] != '\n' && unicode.IsSpace(runes[at]) {
		at++
	}
	return at
}

// StretchesOf finds every place of a fragment in a text: whole words, whatever
// their case, ё like е, white space of any kind. An empty fragment has none.
func StretchesOf(text, fragment string) []Stretch {
	t, f := foldRunes(text), foldRunes(strings.TrimSpace(fragment))
	if len(f) == 0 {
		return nil
	}
	var out []Stretch
	for from := range t {
		to, ok := matches(t, from, f)
		if ok && wordEdge(t, from, f[0]) && wordEdgeAfter(t, to, f[len(f)-1]) {
			out = append(out, Stretch{from, to})
		}
	}
	return out
}

// matches reports where a fragment that begins at a place ends.
func matches(t []rune, at int, f []rune) (int, bool) {
	for i := 0; i < len(f); {
		if unicode.IsSpace(f[i]) {
			if at >= len(t) || !unicode.IsSpace(t[at]) {
				return 0, false
			}
			for i < len(f) && unicode.IsSpace(f[i]) {
				i++
			}
			for at < len(t) && unicode.IsSpace(t[at]) {
				at++
			}
			continue
		}
		if at >= len(t) || t[at] != f[i] {
			return 0, false
		}
		at, i = at+1, i+1
	}
	return at, true
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func wordEdge(t []rune, from int, first rune) bool {
	return !isWord(first) || from == 0 || !isWord(t[from-1])
}

func wordEdgeAfter(t []rune, to int, last rune) bool {
	return !isWord(last) || to == len(t) || !isWord(t[to])
}

func foldRunes(s string) []rune {
	out := make([]rune, 0, utf8.RuneCountInString(s))
	for _, r := range s {
		r = unicode.ToLower(r)
		if r == 'ё' {
			r = 'е'
		}
		out = append(out, r)
	}
	return out
}

// LineStretches are the lines of a text as stretches, without their ends.
func LineStretches(text string) []Stretch {
	var out []Stretch
	from := 0
	runes := []rune(text)
	for i, r := range runes {
		if r == '\n' {
			out = append(out, Stretch{from, i})
			from = i + 1
		}
	}
	return append(out, Stretch{from, len(runes)})
}

// PersonalStretches are the places where a text tells who its applicants are:
// their names, telephone numbers and addresses as they gave them, and anything
// that looks like a telephone number or an e-mail address.
func (c *Case) PersonalStretches(text string) []Stretch {
	var out []Stretch
	for _, a := range c.Parties.Applicants {
		for _, known := range []string{a.Name.Surname, a.Name.Given, a.Name.Patronymic, a.Contact.Email, a.Contact.Post, a.Contact.Phone} {
			if utf8.RuneCountInString(strings.TrimSpace(known)) > 1 {
				out = append(out, nameForms(text, known)...)
			}
		}
		// Half of a double name tells who it is too.
		for _, known := range []string{a.Name.Surname, a.Name.Given} {
			if first, second, ok := strings.Cut(known, "-"); ok && utf8.RuneCountInString(first) > 2 && utf8.RuneCountInString(second) > 2 {
				out = slices.Concat(out, nameForms(text, first), nameForms(text, second))
			}
		}
	}
	return append(out, contactStretches(text)...)
}

// nameForms finds a name also where a case ending was put to it: «Иванова»,
// «Ивановой». A short name must stand as it is.
func nameForms(text, name string) []Stretch {
	out := StretchesOf(text, name)
	stem := []rune(strings.TrimSpace(name))
	if len(stem) < 5 || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return out
	}
	stem = foldRunes(string(stem))
	// «Заречная», «Заречной», «Заречную»: an adjective changes two letters.
	if len(stem) > 5 && slices.Contains([]string{"ая", "яя", "ий", "ый", "ой"}, string(stem[len(stem)-2:])) {
		stem = stem[:len(stem)-1]
	}
	stem = stem[:len(stem)-1]
	runes := foldRunes(text)
	for from := range runes {
		if from > 0 && isWord(runes[from-1]) || len(runes)-from < len(stem) || !slices.Equal(runes[from:from+len(stem)], stem) {
			continue
		}
		to := from + len(stem)
		for to < len(runes) && isWord(runes[to]) {
			to++
		}
		if to-from <= len(stem)+3 {
			out = append(out, Stretch{from, to})
		}
	}
	return out
}

// contactStretches finds telephone numbers (ten digits and more, however they
// are parted) and e-mail addresses.
func contactStretches(text string) []Stretch {
	runes := []rune(text)
	var out []Stretch
	for i := 0; i < len(runes); {
		if unicode.IsDigit(runes[i]) || runes[i] == '+' {
			end, digits := i, 0
			for j := i; j < len(runes) && (unicode.IsDigit(runes[j]) || strings.ContainsRune("+-() \u00a0", runes[j])); j++ {
				if unicode.IsDigit(runes[j]) {
					digits, end = digits+1, j+1
				}
			}
			if digits >= 10 {
				out = append(out, Stretch{i, end})
			}
			i = max(end, i+1)
			continue
		}
		if runes[i] == '@' {
			from, to := i, i+1
			for from > 0 && (isWord(runes[from-1]) || strings.ContainsRune("._-+", runes[from-1])) {
				from--
			}
			for to < len(runes) && (isWord(runes[to]) || strings.ContainsRune(".-", runes[to])) {
				to++
			}
			if from < i && to > i+1 {
				out = append(out, Stretch{from, to})
			}
		}
		i++
	}
	return out
}
