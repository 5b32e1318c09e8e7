package words

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxTermRunes bounds a term: longer tokens (a pasted line without spaces, a
// base64 block) are cut there, so that an index key has a known size.
const MaxTermRunes = 48

//go:embed stopwords.txt
var stopWordList string

var stopWords = readStopWords(stopWordList)

func readStopWords(list string) map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(list) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			set[Normalise(word)] = true
		}
	}
	return set
}

// Tokens returns the words and numbers of s in order, normalised but neither
// filtered nor stemmed. A token is a run of letters and digits, so "д. 44/2а"
// gives "д", "44", "2а".
func Tokens(s string) []string {
	tokens := strings.FieldsFunc(Normalise(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
	for i, t := range tokens {
		tokens[i] = cut(t)
	}
	return tokens
}

// cut shortens t to MaxTermRunes runes.
func cut(t string) string {
	if len(t) <= MaxTermRunes || utf8.RuneCountInString(t) <= MaxTermRunes {
		return t
	}
	n := 0
	for i := range t {
		if n == MaxTermRunes {
			return t[:i]
		}
		n++
	}
	return t
}

// Terms returns the search terms of s in the order of the text, repeats kept:
// tokens without function words, each reduced to its stem. Numbers and house
// numbers stay as they are. The result is never nil for a text with at least
// one term and empty otherwise.
func Terms(s string) []string {
	tokens := Tokens(s)
	terms := tokens[:0]
	for _, t := range tokens {
		if !stopWords[t] {
			terms = append(terms, Stem(t))
		}
	}
	return terms
}

// IsStopWord reports whether the normalised token carries no subject of its
// own (a preposition, a pronoun, a particle) and is left out by Terms.
func IsStopWord(token string) bool { return stopWords[token] }
