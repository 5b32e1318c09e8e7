package portal

import (
	"cmp"
	"embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

//go:embed help/*.toml
var helpFiles embed.FS

// helpEntry is one question with its answer. Numbers in braces are filled from
// the regulations in force.
type helpEntry struct {
	ID   string `toml:"id"`
	Q    string `toml:"q"`
	A    string `toml:"a"`
	Tags string `toml:"tags"`
	// Href leads to where the answer is acted on; Link is its text.
	Href string `toml:"href"`
	Link string `toml:"link"`
}

// sample is a sample of an appeal or a complaint.
type sample struct {
	Regime string `toml:"regime"`
	Title  string `toml:"title"`
	Text   string `toml:"text"`
}

// newsText is a piece of news that is data.
type newsText struct {
	ID    string `toml:"id"`
	Date  string `toml:"date"`
	Title string `toml:"title"`
	Text  string `toml:"text"`
}

// helpBook is everything of one language.
type helpBook struct {
	Entry  []helpEntry `toml:"entry"`
	Sample []sample    `toml:"sample"`
	News   []newsText  `toml:"news"`
}

// readHelp reads the files of the help. Errors: a file that cannot be read.
func readHelp(lang string) (helpBook, error) {
	var book helpBook
	for _, name := range []string{"questions", "samples", "news"} {
		raw, err := helpFiles.ReadFile("help/" + name + "." + lang + ".toml")
		if err != nil {
			return book, fmt.Errorf("portal: help: %w", err)
		}
		if err := toml.Unmarshal(raw, &book); err != nil {
			return book, fmt.Errorf("portal: help %s.%s: %w", name, lang, err)
		}
	}
	return book, nil
}

// helpIndex finds entries by words in any form, with slips of the pen forgiven.
// It does not change after newHelpIndex and is safe for parallel use.
type helpIndex struct {
	entries []helpEntry
	terms   func(string) []string
	// weights holds, by term, how much it says about each entry.
	weights map[string]map[int]float64
	known   []string
}

// newHelpIndex indexes entries; terms cuts a text into stems.
func newHelpIndex(entries []helpEntry, terms func(string) []string) *helpIndex {
	x := &helpIndex{entries: entries, terms: terms, weights: map[string]map[int]float64{}}
	for i, e := range entries {
		for _, part := range []struct {
			text   string
			weight float64
		}{{e.Q, 3}, {e.Tags, 2.5}, {e.A, 1}} {
			for _, t := range terms(part.text) {
				if x.weights[t] == nil {
					x.weights[t] = map[int]float64{}
				}
				x.weights[t][i] = max(x.weights[t][i], part.weight)
			}
		}
	}
	for t := range x.weights {
		x.known = append(x.known, t)
	}
	slices.Sort(x.known)
	return x
}

// maxAnswers is how many answers one search shows.
const maxAnswers = 8

// find lists the entries that fit a question, the best first.
func (x *helpIndex) find(question string) []helpEntry {
	scores := map[int]float64{}
	for _, t := range x.terms(question) {
		for _, near := range x.near(t) {
			hits := x.weights[near.term]
			rare := math.Log(1 + float64(len(x.entries))/float64(len(hits)))
			for i, w := range hits {
				scores[i] += w * rare * near.trust
			}
		}
	}
	found := make([]int, 0, len(scores))
	for i := range scores {
		found = append(found, i)
	}
	slices.SortFunc(found, func(a, b int) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b))
	})
	var out []helpEntry
	for _, i := range found[:min(maxAnswers, len(found))] {
		// What fits far worse than the best would only distract.
		if scores[i] >= scores[found[0]]*0.3 {
			out = append(out, x.entries[i])
		}
	}
	return out
}

type nearTerm struct {
	term  string
	trust float64
}

// near are the known terms a typed one may mean: itself, or else those within
// one slip of the pen, two in a long word, or of which it is the beginning.
func (x *helpIndex) near(t string) []nearTerm {
	if _, ok := x.weights[t]; ok {
		return []nearTerm{{t, 1}}
	}
	n := utf8.RuneCountInString(t)
	slips := 0
	switch {
	case n >= 8:
		slips = 2
	case n >= 4:
		slips = 1
	}
	var out []nearTerm
	for _, k := range x.known {
		switch {
		case n >= 4 && strings.HasPrefix(k, t):
			out = append(out, nearTerm{k, 0.8})
		case slips > 0 && slipsBetween(t, k, slips) <= slips:
			out = append(out, nearTerm{k, 0.6})
		}
	}
	return out
}

// slipsBetween counts insertions, deletions, replacements and swaps of
// neighbours; more than most is most+1.
func slipsBetween(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > most || -d > most {
		return most + 1
	}
	older, before, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range before {
		before[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(before[j]+1, row[j-1]+1, before[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		older, before, row = before, row, older
	}
	return before[len(y)]
}
