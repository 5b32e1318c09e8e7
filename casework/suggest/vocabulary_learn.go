package suggest

import (
	"cmp"
	"math"
	"slices"
)

// vector is a sparse text vector. Indices rise, and the features of a block
// stand together, because the vocabulary is sorted by block.
type vector struct {
	index []int32
	value []float32
}

// vocabulary maps features to indices with their inverse document frequency.
type vocabulary struct {
	Keys  []string // sorted by block, then by key
	IDF   []float32
	End   [blockCount]int32 // first index after the block
	index map[string]int32
}

// blockWeight is the length of each block's part of a vector for the experts
// that read all blocks.
var blockWeight = [blockCount]float32{1, 0.5, 0.7, 0.5, 0.6}

// minDocuments is in how many texts a feature of the block must occur to be
// learnt. Words and places of one text are kept: the second text to name a
// village is often the one asked about.
var minDocuments = [blockCount]int{1, 2, 2, 1, 1}

// maxFeatures bounds the vocabulary, and with it memory and file size.
const maxFeatures = 200_000

type countedFeature struct {
	feature
	texts int
}

func learnVocabulary(docs [][]feature) *vocabulary {
	kept := countFeatures(docs)
	if len(kept) > maxFeatures {
		slices.SortFunc(kept, func(a, b countedFeature) int {
			return cmp.Or(cmp.Compare(b.texts, a.texts), cmp.Compare(a.key, b.key))
		})
		kept = kept[:maxFeatures]
	}
	slices.SortFunc(kept, func(a, b countedFeature) int {
		return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.key, b.key))
	})
	v := &vocabulary{Keys: make([]string, len(kept)), IDF: make([]float32, len(kept))}
	for i, f := range kept {
		v.Keys[i] = f.key
		v.IDF[i] = float32(math.Log(float64(len(docs)+1) / float64(f.texts)))
		for b := f.block; b < blockCount; b++ {
			v.End[b] = int32(i + 1)
		}
	}
	v.buildIndex()
	return v
}

func countFeatures(docs [][]feature) []countedFeature {
	texts := map[feature]int{}
	last := map[feature]int{} // number of the last text that had it, from 1
	for i, d := range docs {
		for _, f := range d {
			if last[f] != i+1 {
				last[f] = i + 1
				texts[f]++
			}
		}
	}
	var kept []countedFeature
	for f, n := range texts {
		if n >= minDocuments[f.block] {
			kept = append(kept, countedFeature{f, n})
		}
	}
	return kept
}

func (v *vocabulary) buildIndex() {
	v.index = make(map[string]int32, len(v.Keys))
	for i, k := range v.Keys {
		v.index[k] = int32(i)
	}
}

// bounds returns the first index of a block and the first after it.
func (v *vocabulary) bounds(b block) (int32, int32) {
	if b == 0 {
		return 0, v.End[0]
	}
	return v.End[b-1], v.End[b]
}

// vectorise weighs the known features of a text: damped counts times inverse
// document frequency, each block scaled to length one.
func (v *vocabulary) vectorise(features []feature) vector {
	counts := make(map[int32]float64, len(features))
	for _, f := range features {
		if i, ok := v.index[f.key]; ok {
			counts[i]++
		}
	}
	out := vector{make([]int32, 0, len(counts)), make([]float32, 0, len(counts))}
	for i := range counts {
		out.index = append(out.index, i)
	}
	slices.Sort(out.index)
	for _, i := range out.index {
		out.value = append(out.value, float32((1+math.Log(counts[i]))*float64(v.IDF[i])))
	}
	for b := range blockCount {
		part := v.part(out, b)
		sum := 0.0
		for _, x := range part.value {
			sum += float64(x) * float64(x)
		}
		if sum > 0 {
			scale(part, float32(1/math.Sqrt(sum)))
		}
	}
	return out
}

// part returns the features of one block; it shares memory with d.
func (v *vocabulary) part(d vector, b block) vector {
	low, high := v.bounds(b)
	i, _ := slices.BinarySearch(d.index, low)
	j, _ := slices.BinarySearch(d.index, high)
	return vector{d.index[i:j], d.value[i:j]}
}

// weighted returns a copy of d with each block at its weight.
func (v *vocabulary) weighted(d vector) vector {
	out := vector{d.index, slices.Clone(d.value)}
	for b := range blockCount {
		scale(v.part(out, b), blockWeight[b])
	}
	return out
}

func scale(d vector, by float32) {
	for i := range d.value {
		d.value[i] *= by
	}
}
