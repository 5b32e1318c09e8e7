package casework

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// maxTally bounds how many terms are remembered; then the rare half is let go.
const maxTally = 50_000

// similarities compares texts and learns meanwhile which terms are common: it
// counts in how many of the texts it has seen each stood. The longer it works,
// the better it searches; a term it has not met counts as rare by its length.
type similarities struct {
	Wording
	mu    sync.Mutex
	tally map[string]int
	texts int
}

func (w *similarities) learn(set map[string]string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tally == nil {
		w.tally = map[string]int{}
	}
	w.texts++
	for term := range set {
		w.tally[term]++
	}
	if len(w.tally) > maxTally {
		maps.DeleteFunc(w.tally, func(_ string, n int) bool { return n < 2 })
	}
	if len(w.tally) > maxTally {
		clear(w.tally)
		w.texts = 0
	}
}

// rarest are the terms of a set that tell most, the best first: those that few
// texts have; among equals words before numbers, and long before short ones.
func (w *similarities) rarest(set map[string]string, n int) []string {
	terms := slices.Collect(maps.Keys(set))
	terms = slices.DeleteFunc(terms, func(t string) bool { return utf8.RuneCountInString(t) < 3 })
	w.mu.Lock()
	// A term of one text only may be a slip of the pen: it finds nothing.
	count := func(t string) int { return max(2, w.tally[t]) }
	weight := map[string]int{}
	for _, t := range terms {
		weight[t] = count(t)
	}
	w.mu.Unlock()
	number := func(t string) int {
		if strings.ContainsFunc(t, unicode.IsDigit) {
			return 1
		}
		return 0
	}
	slices.SortFunc(terms, func(a, b string) int {
		return cmp.Or(weight[a]-weight[b], number(a)-number(b), utf8.RuneCountInString(b)-utf8.RuneCountInString(a), strings.Compare(a, b))
	})
	return terms[:min(n, len(terms))]
}

// common are the terms of both sets that are not in most texts anyway.
func (w *similarities) common(a, b map[string]string) map[string]string {
	out := map[string]string{}
	w.mu.Lock()
	defer w.mu.Unlock()
	for term, word := range a {
		if _, ok := b[term]; !ok || utf8.RuneCountInString(term) < 3 {
			continue
		}
		if w.texts >= 50 && w.tally[term]*2 > w.texts {
			continue
		}
		out[term] = word
	}
	return out
}
