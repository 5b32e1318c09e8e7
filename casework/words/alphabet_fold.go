package words

import (
	"strings"
	"unicode"
)

// Letters of the two alphabets that look alike. A small letter is listed only
// if it looks alike itself (Latin "b" does not pass for "в", Latin "B" does).
const (
	latinTwins    = "ABCEHKMOPTXYaceopxyk"
	cyrillicTwins = "АВСЕНКМОРТХУасеорхук"
)

var toCyrillic, toLatin = twinMaps()

func twinMaps() (cyr, lat map[rune]rune) {
	cyr, lat = map[rune]rune{}, map[rune]rune{}
	c := []rune(cyrillicTwins)
	for i, l := range []rune(latinTwins) {
		cyr[l], lat[c[i]] = c[i], l
	}
	return cyr, lat
}

// foldAlphabets rewrites each run of letters that mixes the Latin and the
// Cyrillic alphabet into one of them, when every foreign letter has a twin
// there. Cyrillic is tried first. Runs that cannot be made uniform stay.
func foldAlphabets(s string) string {
	if !mixed(s) {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	run := make([]rune, 0, 32)
	flush := func() {
		foldWord(run)
		for _, r := range run {
			out.WriteRune(r)
		}
		run = run[:0]
	}
	for _, r := range s {
		if unicode.IsLetter(r) {
			run = append(run, r)
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String()
}

// foldWord changes word in place.
func foldWord(word []rune) {
	var latin, cyrillic, latinFolds, cyrillicFolds int
	for _, r := range word {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
			if _, ok := toCyrillic[r]; ok {
				latinFolds++
			}
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
			if _, ok := toLatin[r]; ok {
				cyrillicFolds++
			}
		}
	}
	var twins map[rune]rune
	switch {
	case latin == 0 || cyrillic == 0:
		return
	case latinFolds == latin:
		twins = toCyrillic
	case cyrillicFolds == cyrillic:
		twins = toLatin
	}
	for i, r := range word {
		if t, ok := twins[r]; ok {
			word[i] = t
		}
	}
}

// mixed reports whether s has letters of both alphabets at all.
func mixed(s string) bool {
	var latin, cyrillic bool
	for _, r := range s {
		latin = latin || unicode.Is(unicode.Latin, r)
		cyrillic = cyrillic || unicode.Is(unicode.Cyrillic, r)
		if latin && cyrillic {
			return true
		}
	}
	return false
}
