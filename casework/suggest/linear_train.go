package suggest

import (
	"math/rand/v2"
	"runtime"
	"sync"
)

// linear is a one-against-all linear classifier.
type linear struct {
	Weight matrix
	Bias   []float32
}

// Settings of the linear classifier: the cost of an error, the most passes
// over the texts, when to stop earlier, and the smallest weight worth keeping.
const (
	linearCost   = 0.4
	linearPasses = 20
	linearEnough = 0.05
	linearAside  = 0.3 // how far on the right side a text is left out of later passes
	leastWeight  = 4e-3
)

// trainLinear solves the squared-hinge support vector machine of every label
// in its dual by coordinate descent. truth(i, l) says whether text i carries
// label l. Labels are independent: they run in parallel with the same result.
func trainLinear(docs []vector, features, labels int, truth func(doc, label int) bool, seed uint64) linear {
	square := make([]float64, len(docs))
	for i, d := range docs {
		square[i] = 1
		for _, v := range d.value {
			square[i] += float64(v) * float64(v)
		}
	}
	m := linear{Bias: make([]float32, labels)}
	columns := make([]vector, labels)
	work := make(chan int)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for l := range work {
				s := separator{docs: docs, square: square, weight: make([]float32, features), positive: make([]bool, len(docs))}
				for i := range docs {
					s.positive[i] = truth(i, l)
				}
				s.fit(rand.New(rand.NewPCG(seed, uint64(l))))
				columns[l], m.Bias[l] = dense(s.weight, leastWeight), s.bias
			}
		})
	}
	for l := range labels {
		work <- l
	}
	close(work)
	group.Wait()
	m.Weight = newMatrix(features, columns)
	return m
}

// separator finds the border between the texts of one label and all others.
type separator struct {
	docs     []vector
	square   []float64 // squared length of each text with its constant feature
	positive []bool
	weight   []float32
	bias     float32
	alpha    []float64
}

func (s *separator) fit(random *rand.Rand) {
	s.alpha = make([]float64, len(s.docs))
	active := make([]int, len(s.docs))
	for i := range active {
		active[i] = i
	}
	for range linearPasses {
		random.Shuffle(len(active), func(i, j int) { active[i], active[j] = active[j], active[i] })
		worst := 0.0
		kept := active[:0]
		for _, i := range active {
			violation, keep := s.visit(i)
			if keep {
				kept = append(kept, i)
			}
			worst = max(worst, violation)
		}
		active = kept
		if worst < linearEnough {
			return
		}
	}
}

// visit moves the border for one text. It returns how far the text was from
// its optimum and whether it is worth another visit.
func (s *separator) visit(i int) (violation float64, keep bool) {
	const diagonal = 0.5 / linearCost
	sign := float32(-1)
	if s.positive[i] {
		sign = 1
	}
	d, old := s.docs[i], s.alpha[i]
	margin := s.bias
	for k, f := range d.index {
		margin += s.weight[f] * d.value[k]
	}
	gradient := float64(sign*margin) - 1 + diagonal*old
	if old == 0 && gradient >= 0 {
		return 0, gradient <= linearAside
	}
	s.alpha[i] = max(0, old-gradient/(s.square[i]+diagonal))
	step := float32(s.alpha[i]-old) * sign
	for k, f := range d.index {
		s.weight[f] += step * d.value[k]
	}
	s.bias += step
	return max(gradient, -gradient), true
}

// score returns the decision value of each label.
func (m *linear) score(d vector) []float64 {
	out := make([]float64, len(m.Bias))
	for l, b := range m.Bias {
		out[l] = float64(b)
	}
	m.Weight.addTo(d, out)
	return out
}
