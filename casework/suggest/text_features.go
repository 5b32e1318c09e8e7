package suggest

import (
	"unicode"
	"unicode/utf8"

	"priemnaya/casework/words"
)

// Limits of one text. An appeal is a page; beyond that more text teaches
// nothing and only costs the time of whoever waits for the suggestion.
const (
	maxTextBytes  = 64 << 10
	maxPlaceBytes = 1 << 10
)

// block is a family of features that is weighted and normalised on its own, so
// that the many letter groups of a text do not drown its few words.
type block uint8

const (
	blockWord   block = iota // stems
	blockPair                // neighbouring stems
	blockChar                // letter groups within words: spelling mistakes, endings
	blockPlace               // stems that look like names of places
	blockNotion              // what the words mean to an office, see concepts
	blockCount
)

// feature is the readable key of one property of a text: a block letter and
// the value.
type feature struct {
	block block
	key   string
}

// extract lists the features of a text with repeats.
func extract(q Query) []feature {
	text := clip(q.Text, maxTextBytes)
	place := clip(q.Place, maxPlaceBytes)
	tokens := words.Tokens(text)
	terms := stemsOf(tokens)
	out := make([]feature, 0, len(terms)*16)
	for _, t := range terms {
		out = append(out, feature{blockWord, "w" + t})
		for _, n := range concepts[t] {
			out = append(out, feature{blockNotion, n})
		}
	}
	for _, p := range words.Bigrams(terms) {
		out = append(out, feature{blockPair, "b" + p})
	}
	for _, t := range tokens {
		out = appendLetterGroups(out, t)
	}
	for _, p := range placeWords(text) {
		out = append(out, feature{blockPlace, "p" + p})
	}
	for _, p := range words.Terms(place) {
		out = append(out, feature{blockPlace, "p" + p}, feature{blockWord, "w" + p})
	}
	return out
}

// stemsOf is words.Terms for a text that is already cut into tokens.
func stemsOf(tokens []string) []string {
	terms := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if !words.IsStopWord(t) {
			terms = append(terms, words.Stem(t))
		}
	}
	return terms
}

// Letter groups of these lengths are taken from words with their ends marked.
const (
	minLetters = 3
	maxLetters = 5
)

func appendLetterGroups(out []feature, token string) []feature {
	if words.IsStopWord(token) {
		return out
	}
	marked := "<" + token + ">"
	starts := make([]int, 0, len(marked)+1) // of each letter, and the end
	for i := range marked {
		starts = append(starts, i)
	}
	starts = append(starts, len(marked))
	for n := minLetters; n <= maxLetters; n++ {
		for i := 0; i+n < len(starts); i++ {
			out = append(out, feature{blockChar, "c" + marked[starts[i]:starts[i+n]]})
		}
	}
	return out
}

// clip cuts s to at most n bytes on a rune boundary.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// placeMarkers are the words next to which the name of a place stands.
var placeMarkers = markerSet(
	"г", "гор", "город", "города", "городе", "р", "рн", "район", "района", "районе", "с", "село", "села", "селе",
	"д", "дер", "деревня", "деревни", "деревне", "п", "пос", "поселок", "поселка", "поселке", "пгт", "х", "хутор", "сл", "слобода",
	"ул", "улица", "улицы", "улице", "улицу", "улицей", "пр", "просп", "проспект", "проспекта", "проспекте", "пер", "переулок",
	"переулка", "переулке", "проезд", "проезда", "проезде", "шоссе", "площадь", "площади", "бульвар", "мкр", "микрорайон",
	"микрорайона", "микрорайоне", "снт", "сельсовет", "сельсовета", "остановка", "остановке", "остановки", "округ", "округа")

func markerSet(list ...string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, w := range list {
		set[w] = true
	}
	return set
}

// placeWords finds what looks like the name of a place: words with a capital
// letter inside a sentence and words beside a marker such as "ул." or "район".
func placeWords(text string) []string {
	var found []string
	sentenceStart, previousMarker := true, false
	previous := ""
	for _, raw := range splitRaw(text) {
		token := words.Normalise(raw.word)
		switch {
		case token == "":
		case placeMarkers[token]:
			if previous != "" {
				found = append(found, words.Stem(previous))
			}
			previous, previousMarker = "", true
		default:
			if utf8.RuneCountInString(token) > 2 && !words.IsStopWord(token) {
				if previousMarker || raw.capital && !sentenceStart {
					found = append(found, words.Stem(token))
				}
				previous = token
			}
			previousMarker = false
		}
		sentenceStart = raw.endsSentence && !placeMarkers[token]
	}
	return found
}

// rawWord is a word as typed with what its surroundings tell.
type rawWord struct {
	word         string
	capital      bool // Xxxx, but not XXXX: people shout
	endsSentence bool
}

func splitRaw(text string) []rawWord {
	var out []rawWord
	start := -1
	add := func(end int) {
		if start < 0 {
			return
		}
		word := text[start:end]
		first, size := utf8.DecodeRuneInString(word)
		second, _ := utf8.DecodeRuneInString(word[size:])
		out = append(out, rawWord{word: word, capital: unicode.IsUpper(first) && !unicode.IsUpper(second)})
		start = -1
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			if start < 0 {
				start = i
			}
			continue
		}
		add(i)
		if len(out) > 0 && (r == '.' || r == '!' || r == '?' || r == '\n' || r == '…') {
			out[len(out)-1].endsSentence = true
		}
	}
	add(len(text))
	return out
}
