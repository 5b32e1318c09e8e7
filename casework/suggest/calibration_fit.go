package suggest

import (
	"cmp"
	"math"
	"slices"
)

// calibration corrects what the stack cannot know of itself: how sharp its
// probabilities should be, and how often the right label is one that no past
// case carries.
type calibration struct {
	Power float64 // probabilities are raised to it
	Known float64 // share of texts whose label can be known at all
	Sure  float64 // the least confidence that counts as sure; above 1: never
}

// apply changes p in place, keeping the order of labels. The result sums to
// Known: the rest belongs to labels that were never seen.
func (c calibration) apply(p []float64) {
	sum := 0.0
	for l, v := range p {
		p[l] = math.Pow(v, c.Power)
		sum += p[l]
	}
	for l := range p {
		p[l] *= c.Known / sum
	}
}

// trial is one held-out text: what was promised and whether it came true.
type trial struct {
	confidence float64
	right      bool
}

// fitCalibration finds the correction that makes the confidence in the first
// place most likely true on held-out texts, then the threshold of "sure".
func fitCalibration(probabilities [][]float64, truth []int, precision float64) calibration {
	best, bestLoss := calibration{Power: 1, Known: 1, Sure: never}, math.Inf(1)
	for power := 0.1; power <= 2.01; power += 0.05 {
		trials := tryPower(probabilities, truth, power)
		for known := 0.5; known <= 1.0001; known += 0.01 {
			loss := 0.0
			for _, x := range trials {
				p := min(max(x.confidence*known, least), 1-least)
				if x.right {
					loss -= math.Log(p)
				} else {
					loss -= math.Log(1 - p)
				}
			}
			if loss < bestLoss {
				best.Power, best.Known, bestLoss = power, min(known, 1), loss
			}
		}
	}
	trials := tryPower(probabilities, truth, best.Power)
	for i := range trials {
		trials[i].confidence *= best.Known
	}
	best.Sure = threshold(trials, precision)
	return best
}

func tryPower(probabilities [][]float64, truth []int, power float64) []trial {
	trials := make([]trial, len(probabilities))
	for i, p := range probabilities {
		sum, top, first := 0.0, 0.0, -1
		for l, v := range p {
			v = math.Pow(v, power)
			sum += v
			if v > top {
				top, first = v, l
			}
		}
		if first >= 0 {
			trials[i] = trial{top / sum, first == truth[i]}
		}
	}
	return trials
}

const (
	never     = 2.0 // a confidence that is never reached
	leastSure = 20  // a threshold seen on fewer texts is luck
)

// threshold returns the least confidence at and above which the share of right
// answers is at least precision.
func threshold(trials []trial, precision float64) float64 {
	slices.SortFunc(trials, func(a, b trial) int { return cmp.Compare(b.confidence, a.confidence) })
	right, found := 0, never
	for i, x := range trials {
		if x.right {
			right++
		}
		last := i+1 == len(trials) || trials[i+1].confidence < x.confidence
		if last && i+1 >= leastSure && float64(right) >= precision*float64(i+1) {
			found = x.confidence
		}
	}
	return found
}
