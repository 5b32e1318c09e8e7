package suggest

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"

	"priemnaya/casework/words"
)

// Options of training; the zero value is good.
type Options struct {
	// Seed makes another shuffle; the same seed gives the same model.
	Seed uint64
	// Precision is the share of right answers, from 0.5 to 1, that a suggestion
	// marked Sure must have kept on held-out texts. 0 means DefaultPrecision.
	Precision float64
	// MaxExamples bounds the time of training: of a longer list the last are
	// used. 0 means DefaultMaxExamples.
	MaxExamples int
	// Progress, when set, is called from one goroutine after each step.
	Progress func(done, total int)
}

// Defaults of Options.
const (
	DefaultPrecision   = 0.9
	DefaultMaxExamples = 30_000
)

// Bounds of training.
const (
	// MinExamples is the fewest examples worth learning from.
	MinExamples = 20
	// MaxLabels is the largest number of labels of one task.
	MaxLabels  = 5000
	innerFolds = 5
	// maxHeldOut and maxHeldOutScores bound the time and the memory of fitting
	// the few weights of the stack.
	maxHeldOut       = 4000
	maxHeldOutScores = 30_000_000
)

// ErrTooFew is returned by Train when there is nothing to learn from.
var ErrTooFew = errors.New("too few past cases to learn from")

// Model suggests routes. It is immutable and safe for concurrent use.
type Model struct {
	experts *experts
	chain   chain
}

// Train learns from past cases, in the order given. Examples without text or
// without any label are left out; ErrTooFew is returned when fewer than
// MinExamples remain. The examples are not changed and not kept.
func Train(examples []Example, o Options) (*Model, error) {
	examples, err := usable(examples, &o)
	if err != nil {
		return nil, err
	}
	features := make([][]feature, len(examples))
	for i, e := range examples {
		features[i] = extract(Query{Text: e.Text, Place: e.Place})
	}
	return train(examples, features, o)
}

// usable checks the options and leaves the examples worth learning from.
func usable(examples []Example, o *Options) ([]Example, error) {
	o.Precision = cmp.Or(o.Precision, DefaultPrecision)
	o.MaxExamples = cmp.Or(o.MaxExamples, DefaultMaxExamples)
	if o.Precision < 0.5 || o.Precision > 1 || o.MaxExamples < MinExamples {
		return nil, fmt.Errorf("precision %v must be from 0.5 to 1 and max examples %d at least %d", o.Precision, o.MaxExamples, MinExamples)
	}
	var kept []Example
	for _, e := range examples {
		if words.Normalise(clip(e.Text, maxTextBytes)) != "" && (e.Topic != "" || e.Category != "" || e.Body != "") {
			kept = append(kept, e)
		}
	}
	if len(kept) < MinExamples {
		return nil, fmt.Errorf("%w: %d with a text and a label, at least %d are needed", ErrTooFew, len(kept), MinExamples)
	}
	return kept[max(0, len(kept)-o.MaxExamples):], nil
}

// train is Train for examples whose features are already extracted.
func train(examples []Example, features [][]feature, o Options) (*Model, error) {
	var labels [taskCount]labelSet
	for t := range taskCount {
		labels[t] = collectLabels(examples, t)
		if len(labels[t]) > MaxLabels {
			return nil, fmt.Errorf("%d different labels of %s, at most %d can be told apart", len(labels[t]), t, MaxLabels)
		}
	}
	step := func(done int) {
		if o.Progress != nil {
			o.Progress(done, innerFolds+1)
		}
	}
	fold := splitFolds(examples, innerFolds, o.Seed+1)
	var texts []heldOut
	for k := range innerFolds {
		texts = append(texts, holdOut(examples, features, labels, foldPart{fold, k, o.Seed})...)
		step(k + 1)
	}
	m := &Model{chain: fitChain(texts, o.Precision)}
	m.experts = trainExperts(examples, features, labels, o.Seed)
	step(innerFolds + 1)
	return m, nil
}

// foldPart names one fold of a split.
type foldPart struct {
	fold []int // of each example
	k    int
	seed uint64
}

// holdOut trains experts without fold k and asks them about it.
func holdOut(examples []Example, features [][]feature, labels [taskCount]labelSet, p foldPart) []heldOut {
	var inside []Example
	var insideFeatures [][]feature
	var outside []int
	for i, f := range p.fold {
		if f == p.k {
			outside = append(outside, i)
			continue
		}
		inside = append(inside, examples[i])
		insideFeatures = append(insideFeatures, features[i])
	}
	x := trainExperts(inside, insideFeatures, labels, p.seed)
	truth := truths(examples, labels)
	var out []heldOut
	for _, i := range outside[max(0, len(outside)-heldOutLimit(labels)/innerFolds):] {
		h := heldOut{by: x, opinion: x.judge(x.Words.vectorise(features[i]))}
		for t := range taskCount {
			h.truth[t] = truth[t][i]
			h.known[t] = h.truth[t] >= 0
		}
		out = append(out, h)
	}
	return out
}

// heldOutLimit is how many texts are asked about in all inner folds.
func heldOutLimit(labels [taskCount]labelSet) int {
	scores := 0
	for _, l := range labels {
		scores += len(l) * (expertCount + 1)
	}
	return min(maxHeldOut, max(500, maxHeldOutScores/scores))
}

// splitFolds deals the examples into k folds of nearly equal numbers of
// different texts; the same normalised text is always in one fold.
func splitFolds(examples []Example, k int, seed uint64) []int {
	key := make([]uint64, len(examples))
	for i, e := range examples {
		h := fnv.New64a()
		fmt.Fprintf(h, "%d\x00%s", seed, words.Normalise(e.Text))
		key[i] = mixBits(h.Sum64())
	}
	order := slices.Clone(key)
	slices.Sort(order)
	order = slices.Compact(order)
	fold := make([]int, len(examples))
	for i := range examples {
		place, _ := slices.BinarySearch(order, key[i])
		fold[i] = place % k
	}
	return fold
}

// mixBits spreads the few changed bits of similar texts over the whole number.
func mixBits(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}
