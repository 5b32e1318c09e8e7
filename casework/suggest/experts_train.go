package suggest

import (
	"cmp"
	"math"
	"slices"
)

// experts is everything that scores a text, learnt from one set of texts.
type experts struct {
	Words      *vocabulary
	Labels     [taskCount]labelSet
	Tasks      [taskCount]taskExperts
	Neighbours neighbours
	ToCategory transition // topic → category
	ToBody     transition // topic → body
}

// taskExperts are the experts on one question.
type taskExperts struct {
	Linear    linear
	Bayes     bayes     // letter groups
	Centroid  matrix    // words: the mean direction of a label's texts
	Names     matrix    // the label's own name, read as a text
	Frequency []float64 // logarithm of the label's share
	Seen      []bool    // false: the label occurred only in other texts
}

// expertCount is the number of rows of an opinion on one question before the
// hint of another question: four experts with three voices each and the name
// with two.
const expertCount = 4*3 + 2

// Pairs every topic begins with; the body of a topic varies much more than its
// category.
const (
	categoryPrior = 0.1
	bodyPrior     = 2
)

// trainExperts learns from the examples alone: the vocabulary, its weights and
// every expert. Label sets are given, so that scores of different folds line up.
func trainExperts(examples []Example, features [][]feature, labels [taskCount]labelSet, seed uint64) *experts {
	x := &experts{Words: learnVocabulary(features), Labels: labels}
	truth := truths(examples, labels)
	plain := make([]vector, len(examples))
	whole := make([]vector, len(examples))
	for i, f := range features {
		plain[i] = x.Words.vectorise(f)
		whole[i] = x.Words.weighted(plain[i])
	}
	for t := range taskCount {
		x.trainTask(t, plain, whole, truth[t], seed)
	}
	x.Neighbours = rememberCases(whole, truth, len(x.Words.Keys))
	topics, categories, bodies := len(labels[taskTopic]), len(labels[taskCategory]), len(labels[taskBody])
	x.ToCategory = learnTransition(truth[taskTopic], truth[taskCategory], topics, categories, categoryPrior)
	x.ToBody = learnTransition(truth[taskTopic], truth[taskBody], topics, bodies, bodyPrior)
	return x
}

func (x *experts) trainTask(t task, plain, whole []vector, truth []int, seed uint64) {
	labels, features := len(x.Labels[t]), len(x.Words.Keys)
	var all, letters, stems []vector
	var known []int
	for i, l := range truth {
		if l < 0 {
			continue
		}
		known = append(known, l)
		all = append(all, whole[i])
		letters = append(letters, x.letters(plain[i]))
		stems = append(stems, x.Words.part(plain[i], blockWord))
	}
	e := &x.Tasks[t]
	e.Linear = trainLinear(all, features, labels, func(i, l int) bool { return known[i] == l }, seed)
	low, high := x.Words.bounds(blockChar)
	e.Bayes = trainBayes(sumByLabel(letters, known, labels, features), features, int(high-low))
	e.Centroid = newMatrix(features, unit(sumByLabel(stems, known, labels, features)))
	names := make([]vector, labels)
	for l, name := range x.Labels[t] {
		names[l] = x.Words.weighted(x.Words.vectorise(extract(Query{Text: name})))
	}
	e.Names = newMatrix(features, names)
	e.Frequency, e.Seen = make([]float64, labels), make([]bool, labels)
	for _, l := range known {
		e.Frequency[l]++
		e.Seen[l] = true
	}
	for l, n := range e.Frequency {
		e.Frequency[l] = math.Log((n + 0.5) / (float64(len(known)) + 0.5*float64(labels)))
	}
}

// letters returns the letter groups at their weight, as naive Bayes reads them.
func (x *experts) letters(d vector) vector {
	part := x.Words.part(d, blockChar)
	out := vector{part.index, slices.Clone(part.value)}
	scale(out, blockWeight[blockChar])
	return out
}

// opinion is the score of every voice for every label of each task.
type opinion [taskCount][][]float64

// judge asks every expert about a text. An expert speaks with several voices,
// so that the stack may trust it more or less where the label is rare and
// where the similar cases agree.
func (x *experts) judge(d vector) opinion {
	var o opinion
	whole, letters, stems := x.Words.weighted(d), x.letters(d), x.Words.part(d, blockWord)
	near := x.Neighbours.find(whole)
	for t := range taskCount {
		e, labels := &x.Tasks[t], len(x.Labels[t])
		centroid, name := make([]float64, labels), make([]float64, labels)
		e.Centroid.addTo(stems, centroid)
		e.Names.addTo(whole, name)
		votes := x.Neighbours.vote(near, t, labels)
		agreement := 1.0
		if labels > 0 {
			agreement += slices.Max(votes)
		}
		for _, scores := range [][]float64{e.Linear.score(whole), e.Bayes.score(letters), centroid, votes} {
			o[t] = append(o[t], scores, e.byRarity(scores), times(scores, agreement))
		}
		o[t] = append(o[t], name, e.byRarity(name))
	}
	return o
}

// byRarity multiplies the scores by the logarithm of the share of each label.
// The factor keeps the voices of one size.
func (e *taskExperts) byRarity(scores []float64) []float64 {
	const factor = 1.0 / 3
	out := make([]float64, len(scores))
	for l, v := range scores {
		out[l] = v * e.Frequency[l] * factor
	}
	return out
}

func times(scores []float64, by float64) []float64 {
	out := make([]float64, len(scores))
	for l, v := range scores {
		out[l] = v * by
	}
	return out
}

// least keeps a logarithm of a probability finite.
const least = 1e-6

// forward turns probabilities of the first labels into log-probabilities of
// the second.
func (m transition) forward(p []float64, columns int) []float64 {
	out := make([]float64, columns)
	for r, row := range m {
		for c, v := range row {
			out[c] += p[r] * v
		}
	}
	for c := range out {
		out[c] = math.Log(out[c] + least)
	}
	return out
}

// backward scores each first label by how much of its way leads to where the
// probabilities of the second are.
func (m transition) backward(p []float64) []float64 {
	out := make([]float64, len(m))
	for r, row := range m {
		for c, v := range row {
			out[r] += p[c] * v
		}
		out[r] = math.Log(out[r] + least)
	}
	return out
}

// rank orders label numbers by probability, the most likely first.
func rank(p []float64) []int {
	order := make([]int, len(p))
	for l := range order {
		order[l] = l
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(p[b], p[a]), cmp.Compare(a, b)) })
	return order
}
