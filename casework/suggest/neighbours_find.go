package suggest

import (
	"cmp"
	"math"
	"slices"
)

// neighbours remembers past cases to let the most similar ones vote. It keeps
// vectors, not texts.
type neighbours struct {
	Cases matrix // columns are cases
	Truth [taskCount][]int32
}

const (
	// maxNeighbourCases bounds memory and the time of a suggestion; the latest
	// cases are kept, since bodies are renamed and competences move.
	maxNeighbourCases = 5000
	nearest           = 30
	leastVote         = 0.01
)

func rememberCases(docs []vector, truth [taskCount][]int, features int) neighbours {
	from := max(0, len(docs)-maxNeighbourCases)
	n := neighbours{Cases: newMatrix(features, docs[from:])}
	for t := range n.Truth {
		for _, l := range truth[t][from:] {
			n.Truth[t] = append(n.Truth[t], int32(l))
		}
	}
	return n
}

// near is a past case with its likeness.
type near struct {
	id    int
	value float64
}

func (n *neighbours) find(d vector) []near {
	likeness := make([]float64, n.Cases.Columns)
	n.Cases.addTo(d, likeness)
	all := make([]near, 0, len(likeness))
	for i, v := range likeness {
		if v > 0 {
			all = append(all, near{i, v})
		}
	}
	slices.SortFunc(all, func(a, b near) int { return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.id, b.id)) })
	return all
}

// vote returns the logarithm of each label's share among the nearest cases
// that have a label for the task.
func (n *neighbours) vote(all []near, t task, labels int) []float64 {
	out := make([]float64, labels)
	total, voters := 0.0, 0
	for _, c := range all {
		l := n.Truth[t][c.id]
		if l < 0 {
			continue
		}
		if voters++; voters > nearest {
			break
		}
		v := c.value * c.value * c.value
		out[l] += v
		total += v
	}
	for l := range out {
		out[l] = math.Log(out[l]/(total+1e-9) + leastVote)
	}
	return out
}
