package suggest

import (
	"math"
	"slices"
)

// bayes is a multinomial naive Bayes over weighted features. Its table holds
// only what a label has seen; Unseen is the logarithm of the rest.
type bayes struct {
	Ratio  matrix    // log of (seen+smooth)/smooth
	Unseen []float64 // log of smooth/(all+smooth·features)
}

// bayesSmooth is the count every feature is given for free. Texts are of
// length one, so it is far below the usual 1.
const bayesSmooth = 0.01

func trainBayes(sums []vector, features, used int) bayes {
	m := bayes{Unseen: make([]float64, len(sums))}
	columns := make([]vector, len(sums))
	for l, s := range sums {
		total := 0.0
		columns[l] = vector{s.index, make([]float32, len(s.value))}
		for k, v := range s.value {
			total += float64(v)
			columns[l].value[k] = float32(math.Log((float64(v) + bayesSmooth) / bayesSmooth))
		}
		m.Unseen[l] = math.Log(bayesSmooth / (total + bayesSmooth*float64(used)))
	}
	m.Ratio = newMatrix(features, columns)
	return m
}

// score returns the log-likelihood of each label below the best one, damped by
// the length of the text: features are not independent, and the more there are
// the more naive Bayes exaggerates.
func (m *bayes) score(d vector) []float64 {
	out := make([]float64, len(m.Unseen))
	m.Ratio.addTo(d, out)
	length := 0.0
	for _, v := range d.value {
		length += float64(v)
	}
	for l, u := range m.Unseen {
		out[l] += u * length
	}
	if len(out) == 0 {
		return out
	}
	best, damp := slices.Max(out), math.Sqrt(length+1)
	for l := range out {
		out[l] = (out[l] - best) / damp
	}
	return out
}

// sumByLabel adds up the vectors of each label.
func sumByLabel(docs []vector, truth []int, labels, features int) []vector {
	sums := make([]vector, labels)
	members := make([][]int, labels)
	for i, l := range truth {
		members[l] = append(members[l], i)
	}
	full := make([]float32, features)
	for l, list := range members {
		clear(full)
		for _, i := range list {
			for k, f := range docs[i].index {
				full[f] += docs[i].value[k]
			}
		}
		sums[l] = dense(full, 0)
	}
	return sums
}

// unit scales each vector to length one.
func unit(columns []vector) []vector {
	out := make([]vector, len(columns))
	for l, c := range columns {
		sum := 0.0
		for _, v := range c.value {
			sum += float64(v) * float64(v)
		}
		out[l] = vector{c.index, slices.Clone(c.value)}
		if sum > 0 {
			scale(out[l], float32(1/math.Sqrt(sum)))
		}
	}
	return out
}
