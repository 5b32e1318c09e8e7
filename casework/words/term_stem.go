package words

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"github.com/kljensen/snowball/russian"
)

// Stem returns the stem of a normalised token: Russian or English by its
// alphabet. Tokens with digits, of other alphabets, or shorter than three
// letters are their own stem. Results are remembered in a bounded cache.
func Stem(token string) string {
	kind := alphabetOf(token)
	if kind == otherAlphabet || utf8.RuneCountInString(token) < 3 {
		return token
	}
	if stem, ok := stems.get(token); ok {
		return stem
	}
	stem := stemUncached(token, kind)
	stems.put(token, stem)
	return stem
}

func stemUncached(token string, kind alphabet) string {
	stem := token
	if kind == cyrillicAlphabet {
		stem = russian.Stem(token, true)
	} else {
		stem = english.Stem(token, true)
	}
	if stem == "" {
		return token
	}
	return stem
}

type alphabet int

const (
	otherAlphabet alphabet = iota
	cyrillicAlphabet
	latinAlphabet
)

// alphabetOf recognises tokens that consist of а–я or a–z only.
func alphabetOf(token string) alphabet {
	kind := otherAlphabet
	for _, r := range token {
		var k alphabet
		switch {
		case 'а' <= r && r <= 'я':
			k = cyrillicAlphabet
		case 'a' <= r && r <= 'z':
			k = latinAlphabet
		default:
			return otherAlphabet
		}
		if kind != otherAlphabet && k != kind {
			return otherAlphabet
		}
		kind = k
	}
	return kind
}

// maxStems bounds each of the two generations of the cache. Two generations of
// 64 Ki entries of a few dozen bytes stay below about 16 MB however hostile
// the texts, and hold the working vocabulary of a region.
const maxStems = 1 << 16

var stems = newStemCache(maxStems)

// stemCache remembers stems in two generations: when the young one is full it
// becomes the old one and the old one is forgotten. Words in use are copied
// back on a hit, so they survive, at the cost of no bookkeeping per read.
type stemCache struct {
	mu         sync.RWMutex
	limit      int
	young, old map[string]string
}

func newStemCache(limit int) *stemCache {
	return &stemCache{limit: limit, young: map[string]string{}}
}

func (c *stemCache) get(token string) (string, bool) {
	c.mu.RLock()
	stem, ok := c.young[token]
	if ok {
		c.mu.RUnlock()
		return stem, true
	}
	stem, ok = c.old[token]
	c.mu.RUnlock()
	if ok {
		c.put(token, stem)
	}
	return stem, ok
}

func (c *stemCache) put(token, stem string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= c.limit {
		c.old, c.young = c.young, make(map[string]string, c.limit/4)
	}
	// A token is a slice of the whole text; keeping it would keep the text.
	key := strings.Clone(token)
	if stem == token {
		stem = key
	} else {
		stem = strings.Clone(stem)
	}
	c.young[key] = stem
}
