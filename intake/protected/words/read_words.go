package words

import (
	"bytes"
	"errors"
	"slices"
	"unicode"
	"unicode/utf8"
)

// ErrCount says that there are not seven words of at least four letters.
var ErrCount = errors.New("words: seven words of four letters or more are needed")

// MaxInput is the longest input in bytes that is looked at.
const MaxInput = 1024

// alike maps Latin letters that look like Russian ones to those.
var alike = map[rune]rune{'a': 'а', 'b': 'в', 'c': 'с', 'e': 'е', 'h': 'н', 'k': 'к', 'm': 'м', 'o': 'о', 'p': 'р', 't': 'т', 'x': 'х', 'y': 'у'}

// letter returns the canonical letter, or 0 for what parts words, or -1 for a
// sign that belongs to the letter before: an accent, or a soft hyphen.
func letter(r rune) rune {
	r = unicode.ToLower(r)
	if l, ok := alike[r]; ok {
		return l
	}
	switch {
	case r == 'ё':
		return 'е'
	case r >= 'а' && r <= 'я':
		return r
	case r == '\u00ad' || unicode.Is(unicode.Mn, r):
		return -1
	}
	return 0
}

// split returns the words of an input as canonical letters, each of its whole
// length. й typed as и and a breve is й.
func split(input []byte) [][]rune {
	var out [][]rune
	var word []rune
	for i := 0; i < len(input); {
		r, n := utf8.DecodeRune(input[i:])
		i += n
		switch l := letter(r); {
		case l > 0:
			word = append(word, l)
		case l < 0:
			if k := len(word) - 1; r == '\u0306' && k >= 0 && word[k] == 'и' {
				word[k] = 'й'
			}
		case len(word) > 0:
			out, word = append(out, word), nil
		}
	}
	if len(word) > 0 {
		out = append(out, word)
	}
	return out
}

func wipe(list [][]rune) {
	for _, w := range list {
		clear(w)
	}
}

// Canonical returns the form keys are made from: the first four letters of each
// of the seven words, with one space between. Case, ё or е, commas, numbers,
// line ends, accents, letters behind the fourth and Latin letters that look
// Russian make no difference. Error: ErrCount. It does not ask whether the words
// are on the list. The caller wipes both slices.
func Canonical(input []byte) ([]byte, error) {
	if len(input) > MaxInput {
		return nil, ErrCount
	}
	found := split(input)
	defer wipe(found)
	if len(found) != Count {
		return nil, ErrCount
	}
	out := make([]byte, 0, Count*9)
	for i, w := range found {
		if len(w) < 4 {
			clear(out)
			return nil, ErrCount
		}
		if i > 0 {
			out = append(out, ' ')
		}
		for _, r := range w[:4] {
			out = utf8.AppendRune(out, r)
		}
	}
	return out, nil
}

// Number returns the index of the word with these first four letters, or -1.
func Number(word []byte) int {
	found := split(word)
	defer wipe(found)
	if len(found) != 1 || len(found[0]) < 4 {
		return -1
	}
	return number(found[0])
}

func number(w []rune) int {
	i, ok := slices.BinarySearchFunc(letters, w[:4], func(a []rune, b []rune) int { return slices.Compare(a[:4], b) })
	if !ok {
		return -1
	}
	return i
}

// letters are the words of the list as canonical letters.
var letters = split(bytes.Join(list, []byte(" ")))
