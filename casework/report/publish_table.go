package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// smallest is the least figure that is published: a smaller one could point
// at a person (k-anonymity).
const smallest = 5

// Public are the tables for everybody: what came and what became of it, by
// month, by body, by section of the classifier and by channel. Each table has
// one dimension only, so no two of them can be crossed to find out a small
// cell. They hold counts and no personal data.
func Public(stays []Stay, ask Asking, names func(body string) string) []Table {
	var own []Stay
	for _, s := range stays {
		// A shielded or withdrawn appeal is nobody's business.
		if s.End != EndWithdrawn {
			own = append(own, s)
		}
	}
	return []Table{
		publicTable("public_months", own, ask, func(s *Stay) string { return fmt.Sprintf("%04d-%02d", s.Received.Year, s.Received.Month) }),
		publicTable("public_bodies", own, ask, func(s *Stay) string { return names(s.Body) }),
		publicTable("public_sections", own, ask, func(s *Stay) string {
			if len(s.Questions) == 0 || s.Questions[0].Topic == "" {
				return "report.section.none"
			}
			return "report.section." + section(s.Questions[0].Topic)
		}),
		publicTable("public_channels", own, ask, func(s *Stay) string { return "report.channel." + string(s.Channel) }),
		publicTable("public_regimes", own, ask, func(s *Stay) string { return "report.regime." + string(s.Regime) }),
	}
}

func publicTable(name string, stays []Stay, ask Asking, group func(*Stay) string) Table {
	t := newPublicTable(name)
	cells := map[string][]Cell{}
	var order []string
	for i := range stays {
		s := &stays[i]
		if !ask.within(s.Received) {
			continue
		}
		key := group(s)
		if cells[key] == nil {
			cells[key] = make([]Cell, len(t.Columns))
			order = append(order, key)
		}
		c := cells[key]
		c[0].N++
		if s.End == EndAnswered {
			c[1].N++
			if s.Supported() {
				c[2].N++
			}
			if !s.Late {
				c[3].N++
			}
		}
	}
	slices.SortFunc(order, strings.Compare)
	for _, key := range order {
		t.Rows = append(t.Rows, Line{Head: key, Cells: cells[key]})
	}
	return gate(t)
}

// gate hides small cells. A figure that is told by the others of its row or by
// the published total of its column is hidden too: the counts of a row nest
// (answered of came, in time of answered), so a difference of one to four is
// as telling as such a figure itself; and a single hidden cell of a column
// could be found by subtraction, so the next smallest goes with it.
func gate(t Table) Table {
	for _, row := range t.Rows {
		for i := range row.Cells {
			row.Cells[i].Hidden = small(row.Cells[i].N)
		}
		hideDifferences(row.Cells)
	}
	for i := range t.Columns {
		hideAlone(t.Rows, i)
	}
	for _, row := range t.Rows {
		for i, c := range row.Cells {
			if c.Hidden {
				row.Cells[i].N = 0
			}
		}
	}
	return t
}

func small(n int) bool { return n > 0 && n < smallest }

// hideDifferences hides the smaller of two nested counts that differ by little.
func hideDifferences(cells []Cell) {
	for _, nested := range [][2]int{{0, 1}, {1, 2}, {1, 3}} {
		whole, part := cells[nested[0]], &cells[nested[1]]
		if small(whole.N - part.N) {
			part.Hidden = true
		}
	}
}

// hideAlone hides a second cell of a column where one is hidden alone.
func hideAlone(rows []Line, column int) {
	hidden, next := 0, -1
	for i, row := range rows {
		switch c := row.Cells[column]; {
		case c.Hidden:
			hidden++
		case c.N > 0 && (next < 0 || c.N < rows[next].Cells[column].N):
			next = i
		}
	}
	if hidden == 1 && next >= 0 {
		rows[next].Cells[column].Hidden = true
	}
}

// PublicTables names the tables of Public in their order.
func PublicTables() []string {
	return []string{"public_months", "public_bodies", "public_sections", "public_channels", "public_regimes"}
}

// PublicTable makes one of the tables of Public out of sums that were counted
// elsewhere, by head: what came, was answered, supported and answered in time.
func PublicTable(name string, sums map[string][]int) Table {
	t := newPublicTable(name)
	for _, head := range slices.Sorted(maps.Keys(sums)) {
		line := Line{Head: head}
		for _, n := range sums[head] {
			line.Cells = append(line.Cells, Cell{N: n})
		}
		t.Rows = append(t.Rows, line)
	}
	return gate(t)
}

func newPublicTable(name string) Table {
	return Table{Name: name, Title: "report." + name + ".title", Notes: []string{"report.public.note"},
		Columns: []string{"report.column.came", "report.column.answered", "report.column.supported", "report.column.in_time"}}
}
