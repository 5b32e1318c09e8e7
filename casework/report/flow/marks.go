package flow

import (
	"cmp"
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
	type given struct {
		day casework.Date
		m   Marks
	}
	all := map[casework.Placement][]given{}
	err := f.walk(f.parts(tableMarks, "", month(span.To)), func(_ string, k []string, n []int) {
		p := casework.Placement{Body: k[1], Unit: k[2]}
		if d := day(k[0]); d.Before(f.Today()) && scope(p) {
			all[p] = append(all[p], given{d, Marks(n)})
		}
	})
	out := map[casework.Placement]Marks{}
	for p, list := range all {
		slices.SortFunc(list, func(a, b given) int { return cmp.Compare(a.day.String(), b.day.String()) })
		var lot, shown Marks
		for _, g := range list {
			for i, n := range g.m {
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
