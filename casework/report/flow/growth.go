package flow

import (
	"cmp"
	"math"
	"slices"

	"priemnaya/casework"
)

// The rule of sudden growth.
const (
	// GrowthWeeks is with how many weeks before the last seven days are compared.
	GrowthWeeks = 12
	// GrowthLeast is the least number of appeals that is worth a look.
	GrowthLeast = 5
	// GrowthChance is how unlikely so many must be by chance alone.
	GrowthChance = 0.001
	// growthKnown is how many of the weeks must have had any appeal of the body.
	growthKnown = 4
)

// Growth is a group of topics of which suddenly more comes in a territory.
type Growth struct {
	Body, Topic, Territory string
	// Week is how many came in the last seven days, Usual the median of the
	// weeks before.
	Week  int
	Usual float64
	// Chance is how likely so many or more are if nothing has changed.
	Chance float64
}

// Growing finds what grows: in the last seven days at least five came, at least
// twice as many as usual, and by Poisson's law so many come by chance less than
// once in a thousand. Usual is the median of twelve weeks, at least one: one wild
// week before does not hide the next.
func (f *Figures) Growing(scope Scope) ([]Growth, error) {
	type place struct{ body, topic, territory string }
	now := f.Today()
	first := now.AddDays(-7*(GrowthWeeks+1) + 1)
	weeks := map[place]*[GrowthWeeks + 1]int{}
	known := map[string]*[GrowthWeeks + 1]int{}
	err := f.walk(f.parts(tableTopics, month(first), month(now)), func(_ string, s *series) {
		at := place{s.key[0], s.key[1], s.key[2]}
		if at.topic == "" || !scope(casework.Placement{Body: at.body}) {
			return
		}
		if weeks[at] == nil {
			weeks[at] = new([GrowthWeeks + 1]int)
		}
		if known[at.body] == nil {
			known[at.body] = new([GrowthWeeks + 1]int)
		}
		week, body := weeks[at], known[at.body]
		for _, c := range s.cells {
			if back := c.day.DaysUntil(now); back >= 0 && back < 7*(GrowthWeeks+1) {
				week[back/7] += c.numbers[0]
				body[back/7] += c.numbers[0]
			}
		}
	})
	var out []Growth
	for at, w := range weeks {
		if w[0] < GrowthLeast {
			continue
		}
		had := 0
		for _, n := range known[at.body][1:] {
			had += min(n, 1)
		}
		g := Growth{at.body, at.topic, at.territory, w[0], median(w[1:]), 0}
		g.Chance = atLeast(g.Week, max(1, g.Usual))
		if had >= growthKnown && float64(g.Week) >= 2*g.Usual && g.Chance < GrowthChance {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b Growth) int {
		return cmp.Or(cmp.Compare(a.Chance, b.Chance), cmp.Compare(a.Body, b.Body), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Territory, b.Territory))
	})
	return out, err
}

func median(numbers []int) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	n := len(sorted)
	return float64(sorted[(n-1)/2]+sorted[n/2]) / 2
}

// atLeast is the chance of n or more where mean are expected (Poisson).
func atLeast(n int, mean float64) float64 {
	term, below := math.Exp(-mean), 0.0
	for i := range n {
		below += term
		term *= mean / float64(i+1)
	}
	return max(0, 1-below)
}
