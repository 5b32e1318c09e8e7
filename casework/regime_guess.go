package casework

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// RegimeGuess is what the words of a text say about the procedure it belongs
// to. It is a hint for a person who is not sure, never a decision: the person
// chooses, and whoever registers decides.
type RegimeGuess struct {
	// Regime is the likeliest one; RegimeAppeal where the words say nothing,
	// since 59-FZ applies wherever no other law does (art. 1 p. 2).
	Regime Regime
	// Protected is true if the text sounds like a matter of law enforcement or
	// security in which the author may be in danger: it belongs into the
	// protected channel and must not be filed in the open by accident.
	Protected bool
	// Confidence is from 0 (nothing found) to 1, of Regime.
	Confidence float64
	// Words are those the guess rests on, folded to small letters, in order;
	// of a protected matter only those that gave the alarm.
	Words []string
}

// The columns of the table that are not regimes.
const (
	columnForce = "force"
	columnWrong = "wrong"
	columnFear  = "fear"
)

// guessColumns are the columns that stand for regimes.
var guessColumns = map[string]Regime{"appeal": RegimeAppeal, "services": RegimeServices,
	"control": RegimeControl, "message": RegimeMessage}

// guessOrder breaks ties: the wider procedure first.
var guessOrder = []string{"appeal", "services", "control", "message"}

// nearWords is how far apart the stems of one entry may stand.
const nearWords = 6

// maxGuessWords bounds the work on a very long text: what a text is about
// stands in its beginning and its end.
const maxGuessWords = 3000

// guessEntry is one line of the table.
type guessEntry struct {
	column string
	weight int
	stems  []string
}

//go:embed regime_guess.txt
var guessTable string

// guessEntries is the table, read once.
var guessEntries = mustGuessEntries(guessTable)

func mustGuessEntries(table string) []guessEntry {
	entries, err := readGuessTable(table)
	if err != nil {
		// The table is part of the program; a test reads it.
		panic(err)
	}
	return entries
}

func readGuessTable(table string) ([]guessEntry, error) {
	var out []guessEntry
	for n, line := range strings.Split(table, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) < 3 {
			return nil, fmt.Errorf("regime_guess.txt:%d: a column, a weight and a stem are needed", n+1)
		}
		weight, err := strconv.Atoi(f[1])
		known := guessColumns[f[0]] != "" || slices.Contains([]string{columnForce, columnWrong, columnFear}, f[0])
		if err != nil || weight == 0 || !known {
			return nil, fmt.Errorf("regime_guess.txt:%d: %s %s", n+1, f[0], f[1])
		}
		out = append(out, guessEntry{column: f[0], weight: weight, stems: f[2:]})
	}
	return out, nil
}

// GuessRegime guesses from the words of a text which procedure it belongs to,
// and whether it is safer in the protected channel. It is a sum of the weights
// of the stems found, each counted once, and it errs towards Protected: a stop
// too many costs a tick, a stop too few may cost a person dearly.
func GuessRegime(text string) RegimeGuess {
	words := guessWords(text)
	at := indexWords(words)
	score := map[string]int{}
	used := map[bool][]int{}
	for _, e := range guessEntries {
		if hits := e.find(words, at); hits != nil {
			score[e.column] += e.weight
			if e.weight > 0 {
				alarm := guessColumns[e.column] == ""
				used[alarm] = append(used[alarm], hits...)
			}
		}
	}
	best, total := guessOrder[0], 0
	for _, column := range guessOrder {
		total += max(score[column], 0)
		if score[column] > score[best] {
			best = column
		}
	}
	guess := RegimeGuess{Regime: guessColumns[best], Protected: soundsProtected(score)}
	if total > 0 {
		guess.Confidence = float64(max(score[best], 0)) / float64(total+1)
	}
	rests := used[guess.Protected]
	slices.Sort(rests)
	for _, i := range slices.Compact(rests) {
		guess.Words = appendOnce(guess.Words, words[i])
	}
	return guess
}

// soundsProtected weighs who is spoken of, what he does and whether the author
// is in danger: fear alone is enough, otherwise two of the three.
func soundsProtected(score map[string]int) bool {
	force, wrong, fear := score[columnForce] >= 2, score[columnWrong] >= 2, score[columnFear]
	return fear >= 3 || force && wrong || fear >= 1 && (force || wrong)
}

// guessWords splits a text into folded words.
func guessWords(text string) []string {
	text = strings.ReplaceAll(strings.ToLower(text), "ё", "е")
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) > maxGuessWords {
		words = append(slices.Clone(words[:maxGuessWords/2]), words[len(words)-maxGuessWords/2:]...)
	}
	return words
}

// indexWords lists the places of words by their first two letters.
func indexWords(words []string) map[string][]int {
	at := map[string][]int{}
	for i, w := range words {
		at[headOf(w)] = append(at[headOf(w)], i)
	}
	return at
}

// headOf is the first two letters, by which words and stems are looked up.
func headOf(w string) string {
	n := 0
	for i := range w {
		if n == 2 {
			return w[:i]
		}
		n++
	}
	return w
}

// find gives the places of the entry's words where they first stand near each
// other, nil if they do not.
func (e guessEntry) find(words []string, at map[string][]int) []int {
	for _, first := range places(e.stems[0], words, at) {
		hits := []int{first}
		for _, stem := range e.stems[1:] {
			i := slices.IndexFunc(places(stem, words, at), func(i int) bool {
				return i != first && i-first <= nearWords && first-i <= nearWords
			})
			if i < 0 {
				break
			}
			hits = append(hits, places(stem, words, at)[i])
		}
		if len(hits) == len(e.stems) {
			return hits
		}
	}
	return nil
}

// places lists where words begin with the stem, or are it if it begins with =.
func places(stem string, words []string, at map[string][]int) []int {
	whole, exact := strings.CutPrefix(stem, "=")
	var out []int
	short := headOf(whole)
	for _, i := range at[short] {
		if words[i] == whole || !exact && strings.HasPrefix(words[i], whole) {
			out = append(out, i)
		}
	}
	return out
}
