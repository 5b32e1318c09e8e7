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
// are on the list: see Mistakes. The caller wipes both slices.
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

// Mistake is a word that is not on the list.
type Mistake struct {
	Position int    // 1 to 7
	Nearest  []byte // the word probably meant; part of the list, not to be changed
}

// Mistakes lists the words of an input whose first four letters begin no word of
// the list, each with the nearest word. It depends on the input and the public
// list only, so it tells nothing about whether a report exists. Call it only
// after signing in has failed or before, never instead.
func Mistakes(input []byte) []Mistake {
	if len(input) > MaxInput {
		return nil
	}
	found := split(input)
	defer wipe(found)
	var out []Mistake
	for i, w := range found {
		if i < Count && !known(w) {
			out = append(out, Mistake{Position: i + 1, Nearest: nearest(w)})
		}
	}
	return out
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

func known(w []rune) bool { return len(w) >= 4 && number(w) >= 0 }

func number(w []rune) int {
	i, ok := slices.BinarySearchFunc(letters, w[:4], func(a []rune, b []rune) int { return slices.Compare(a[:4], b) })
	if !ok {
		return -1
	}
	return i
}

// letters are the words of the list as canonical letters.
var letters = split(bytes.Join(list, []byte(" ")))

// nearest returns the word with the fewest changes to make it.
func nearest(w []rune) []byte {
	best, at := 1<<30, 0
	for i, l := range letters {
		// A word may have been left unfinished.
		d := min(2*distance(w, l), 2*distance(w, l[:min(len(l), max(4, len(w)))])+1)
		if d < best {
			best, at = d, i
		}
	}
	return list[at]
}

// distance is the least number of letters changed, left out, put in or swapped
// with the neighbour.
func distance(a, b []rune) int {
	if len(a) > 16 {
		a = a[:16]
	}
	var before, last, next [32]int
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(last[j]+1, next[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, last, next = last, next, before
	}
	return last[len(b)]
}

// CanonicalWord returns the first four letters of one word. Error: ErrCount. The
// caller wipes the slice.
func CanonicalWord(input []byte) ([]byte, error) {
	if len(input) > MaxInput {
		return nil, ErrCount
	}
	found := split(input)
	defer wipe(found)
	if len(found) != 1 || len(found[0]) < 4 {
		return nil, ErrCount
	}
	var out []byte
	for _, r := range found[0][:4] {
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}
