package flow

import (
	"slices"

	"priemnaya/casework"
)

// MarksLeast is the least number of marks that is shown together.
const MarksLeast = 5

// Marks counts marks: Marks[0] is how many gave 1.
type Marks [5]int

// Count is how many marks there are, Mean what they come to.
func (m Marks) Count() int { return m[0] + m[1] + m[2] + m[3] + m[4] }

// Mean is the mean mark, zero without any.
func (m Marks) Mean() float64 {
	sum := 0
	for i, n := range m {
		sum += (i + 1) * n
	}
	return float64(sum) / float64(max(1, m.Count()))
}

// Marks sums the marks of a span by unit. They come out in lots: those of whole
// past days, as soon as there are five together; so nobody can find a single
// mark by looking today and again tomorrow. What a body got is the sum of what
// its units show.
func (f *Figures) Marks(scope Scope, span Span) (map[casework.Placement]Marks, error) {
	all, now := map[casework.Placement][]cell{}, f.Today()
	err := f.walk(f.parts(tableMarks, "", month(span.To)), func(_ string, s *series) {
		p := casework.Placement{Body: s.key[0], Unit: s.key[1]}
		if !scope(p) {
			return
		}
		for _, c := range s.cells {
			if c.day.Before(now) {
				all[p] = append(all[p], c)
			}
		}
	})
	out := map[casework.Placement]Marks{}
	for p, list := range all {
		slices.SortFunc(list, func(a, b cell) int { return a.day.Compare(b.day) })
		var lot, shown Marks
		for _, g := range list {
			for i, n := range g.numbers {
				lot[i] += n
			}
			if lot.Count() < MarksLeast {
				continue
			}
			// A lot counts for the day on which it came out.
			if span.holds(g.day) {
				for i, n := range lot {
					shown[i] += n
				}
			}
			lot = Marks{}
		}
		if shown.Count() > 0 {
			out[p] = shown
		}
	}
	return out, err
}
