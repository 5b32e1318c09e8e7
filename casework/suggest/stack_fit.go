package suggest

import "math"

// stack turns the scores of several experts into probabilities: a softmax over
// the labels of a weighted sum of scores. The few weights are shared by all
// labels and learnt by maximum likelihood on texts the experts had not seen,
// which is what calibrates the confidence.
type stack struct {
	Weight []float64
}

// sample is one text with the score of each expert for each label.
type sample struct {
	score [][]float64 // [expert][label]
	truth int         // -1: the experts cannot know the right label; teaches nothing
}

const (
	stackRounds = 30
	stackRidge  = 1e-3
)

// fitStack maximises the likelihood by damped Newton steps.
func fitStack(samples []sample, experts int) stack {
	s := stack{Weight: make([]float64, experts)}
	for e := range s.Weight {
		s.Weight[e] = 1
	}
	best := s.loss(samples)
	for range stackRounds {
		gradient, hessian := s.derivatives(samples, experts)
		step := solve(hessian, gradient)
		rate, improved := 1.0, false
		for range 12 {
			next := stack{Weight: make([]float64, experts)}
			for e := range next.Weight {
				next.Weight[e] = s.Weight[e] - rate*step[e]
			}
			if l := next.loss(samples); l < best-1e-9 {
				s, best, improved = next, l, true
				break
			}
			rate /= 2
		}
		if !improved {
			break
		}
	}
	return s
}

func (s stack) loss(samples []sample) float64 {
	total := 0.0
	var p []float64
	for _, x := range samples {
		if x.truth < 0 {
			continue
		}
		p = s.probabilities(x.score, p)
		total -= math.Log(max(p[x.truth], 1e-300))
	}
	for _, w := range s.Weight {
		total += stackRidge * w * w * float64(len(samples))
	}
	return total
}

func (s stack) derivatives(samples []sample, experts int) ([]float64, [][]float64) {
	gradient := make([]float64, experts)
	hessian := make([][]float64, experts)
	for e := range hessian {
		hessian[e] = make([]float64, experts)
		hessian[e][e] = 2 * stackRidge * float64(len(samples))
		gradient[e] = 2 * stackRidge * float64(len(samples)) * s.Weight[e]
	}
	mean := make([]float64, experts)
	var p []float64
	for _, x := range samples {
		if x.truth < 0 {
			continue
		}
		p = s.probabilities(x.score, p)
		for e, row := range x.score {
			mean[e] = 0
			for l, v := range row {
				mean[e] += p[l] * v
			}
			gradient[e] += mean[e] - row[x.truth]
		}
		for e, row := range x.score {
			for f := 0; f <= e; f++ {
				cov := 0.0
				other := x.score[f]
				for l, v := range row {
					cov += p[l] * v * other[l]
				}
				cov -= mean[e] * mean[f]
				hessian[e][f] += cov
				if e != f {
					hessian[f][e] += cov
				}
			}
		}
	}
	return gradient, hessian
}

// probabilities writes the softmax into p, which it grows as needed.
func (s stack) probabilities(score [][]float64, p []float64) []float64 {
	labels := len(score[0])
	if cap(p) < labels {
		p = make([]float64, labels)
	}
	p = p[:labels]
	clear(p)
	for e, row := range score {
		for l, v := range row {
			p[l] += s.Weight[e] * v
		}
	}
	top := math.Inf(-1)
	for _, v := range p {
		top = max(top, v)
	}
	sum := 0.0
	for l, v := range p {
		p[l] = math.Exp(v - top)
		sum += p[l]
	}
	for l := range p {
		p[l] /= sum
	}
	return p
}

// solve returns x with a·x = b for a symmetric positive definite a.
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	m := make([][]float64, n)
	for i := range m {
		m[i] = append(append([]float64{}, a[i]...), b[i])
	}
	for i := range n {
		for r := i + 1; r < n; r++ {
			f := m[r][i] / m[i][i]
			for c := i; c <= n; c++ {
				m[r][c] -= f * m[i][c]
			}
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = m[i][n]
		for c := i + 1; c < n; c++ {
			x[i] -= m[i][c] * x[c]
		}
		x[i] /= m[i][i]
	}
	return x
}
