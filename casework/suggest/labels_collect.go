package suggest

import "slices"

// labelSet is the sorted list of the labels of one task.
type labelSet []string

func collectLabels(examples []Example, t task) labelSet {
	var set labelSet
	for _, e := range examples {
		if l := e.label(t); l != "" {
			set = append(set, l)
		}
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// find returns the position of a label or -1.
func (s labelSet) find(label string) int {
	if i, ok := slices.BinarySearch(s, label); ok {
		return i
	}
	return -1
}

// truths returns the label numbers of the examples for every task; -1 where a
// label is absent or not in the set.
func truths(examples []Example, sets [taskCount]labelSet) [taskCount][]int {
	var out [taskCount][]int
	for t := range taskCount {
		out[t] = make([]int, len(examples))
		for i, e := range examples {
			out[t][i] = sets[t].find(e.label(t))
		}
	}
	return out
}

// transition holds how labels of one task lead to labels of another.
type transition [][]float64

// learnTransition counts pairs; prior is how many invented pairs, spread as
// the second task is spread overall, each first label begins with.
func learnTransition(first, second []int, rows, columns int, prior float64) transition {
	all := make([]float64, columns)
	total := 0.0
	table := make(transition, rows)
	for r := range table {
		table[r] = make([]float64, columns)
	}
	for i, s := range second {
		if s < 0 {
			continue
		}
		all[s]++
		total++
		if f := first[i]; f >= 0 {
			table[f][s]++
		}
	}
	for _, row := range table {
		sum := prior
		for _, n := range row {
			sum += n
		}
		for c := range row {
			row[c] = (row[c] + prior*(all[c]+0.1)/(total+0.1*float64(columns))) / sum
		}
	}
	return table
}
