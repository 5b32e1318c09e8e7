package words

import "hash/fnv"

// shingleTerms is the length of a shingle: two neighbouring terms tell a copied
// phrase from two texts about the same subject and still forgive an edit.
const shingleTerms = 2

// Bigrams returns each pair of neighbouring terms joined by one space, in
// order. Fewer than two terms give none.
func Bigrams(terms []string) []string {
	if len(terms) < 2 {
		return nil
	}
	pairs := make([]string, 0, len(terms)-1)
	for i := 1; i < len(terms); i++ {
		pairs = append(pairs, terms[i-1]+" "+terms[i])
	}
	return pairs
}

// Shingles is the fingerprint of a text for finding duplicates: the set of
// hashes of its overlapping runs of terms. It is much smaller than the text and
// tells nothing about it.
type Shingles map[uint64]struct{}

// ShinglesOf returns the fingerprint of s. A text of a single term is its own
// shingle; a text without terms has an empty fingerprint.
func ShinglesOf(s string) Shingles {
	terms := Terms(s)
	if len(terms) == 0 {
		return Shingles{}
	}
	n := min(shingleTerms, len(terms))
	set := make(Shingles, len(terms))
	for i := 0; i+n <= len(terms); i++ {
		h := fnv.New64a()
		for _, t := range terms[i : i+n] {
			h.Write([]byte(t))
			h.Write([]byte{0})
		}
		set[h.Sum64()] = struct{}{}
	}
	return set
}

// Similarity returns the Jaccard index of the two fingerprints, from 0 (nothing
// in common) to 1 (the same shingles). Two empty fingerprints have nothing in
// common: silence is not a duplicate of silence.
func (a Shingles) Similarity(b Shingles) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	common := 0
	for h := range a {
		if _, ok := b[h]; ok {
			common++
		}
	}
	if common == 0 {
		return 0
	}
	return float64(common) / float64(len(a)+len(b)-common)
}

// Similarity compares two texts directly; see Shingles.Similarity. To compare
// one text with many, keep the fingerprints.
func Similarity(a, b string) float64 { return ShinglesOf(a).Similarity(ShinglesOf(b)) }
