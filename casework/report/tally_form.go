package report

import (
	"slices"
	"strings"

	"priemnaya/casework"
)

// Form is the statistical form of a period (law.md section 7.3): appeals by
// source and kind, questions by their result, in columns by section of the
// classifier.
func Form(stays []Stay, ask Asking) Table {
	t := Table{Name: "form", Title: "report.form.title", Columns: []string{"report.column.all"},
		Notes: []string{"report.form.note.question", "report.form.note.visit"}}
	sections := []string{"0001", "0002", "0003", "0004", "0005"}
	for _, s := range sections {
		t.Columns = append(t.Columns, "report.section."+s)
	}
	t.Columns = append(t.Columns, "report.section.none")
	for _, row := range formRows {
		line := Line{Head: "report.form." + row.name, Level: row.level, Cells: make([]Cell, len(t.Columns))}
		for i := range stays {
			s := &stays[i]
			for j, q := range s.Questions {
				if !row.counts(s, q, j, ask) {
					continue
				}
				line.Cells[0].N++
				column := len(t.Columns) - 1
				if at := slices.Index(sections, section(q.Topic)); at >= 0 {
					column = at + 1
				}
				line.Cells[column].N++
			}
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// section is the first group of a code.
func section(topic string) string {
	first, _, _ := strings.Cut(topic, ".")
	return first
}

// formRow is one row of the form: which questions it counts. Rows about
// appeals count the first question of each.
type formRow struct {
	name   string
	level  int
	counts func(s *Stay, q Asked, n int, ask Asking) bool
}

// arrived makes a row that counts appeals received in the period.
func arrived(name string, level int, is func(*Stay) bool) formRow {
	return formRow{name, level, func(s *Stay, _ Asked, n int, ask Asking) bool {
		return n == 0 && ask.within(s.Received) && is(s)
	}}
}

// decided makes a row that counts questions whose stay ended in the period.
func decided(name string, level int, is func(*Stay, Asked) bool) formRow {
	return formRow{name, level, func(s *Stay, q Asked, _ int, ask Asking) bool {
		return ask.within(s.EndedOn) && is(s, q)
	}}
}

func answeredBy(status Status) func(*Stay, Asked) bool {
	return func(s *Stay, q Asked) bool { return s.End == EndAnswered && statusOf(q.Outcome) == status }
}

func ofKind(kinds ...casework.Kind) func(*Stay) bool {
	return func(s *Stay) bool { return slices.Contains(kinds, s.Kind) }
}

var electronic = []casework.Channel{casework.ChannelWeb, casework.ChannelBot, casework.ChannelSite}

var formRows = []formRow{
	arrived("appeals", 0, func(*Stay) bool { return true }),
	arrived("repeated", 1, func(s *Stay) bool { return s.Repeat }),
	arrived("collective", 1, func(s *Stay) bool { return s.Collective }),
	arrived("from_bodies", 1, func(s *Stay) bool { return s.From != "" }),
	arrived("electronic", 1, func(s *Stay) bool { return slices.Contains(electronic, s.Channel) }),
	arrived("paper", 1, func(s *Stay) bool { return s.Channel == casework.ChannelPaper || s.Channel == casework.ChannelMFC }),
	arrived("oral", 1, func(s *Stay) bool { return s.Channel == casework.ChannelOral }),
	arrived("statements", 1, ofKind(casework.KindStatement)),
	arrived("proposals", 1, ofKind(casework.KindProposal)),
	arrived("complaints", 1, ofKind(casework.KindComplaint)),
	arrived("unsorted", 1, ofKind("")),
	{"questions", 0, func(s *Stay, _ Asked, _ int, ask Asking) bool { return ask.within(s.Received) }},
	decided("considered", 0, func(s *Stay, _ Asked) bool { return s.End != EndWithdrawn && s.End != EndRejected }),
	decided("supported", 1, answeredBy(StatusSupported)),
	decided("measures", 2, func(s *Stay, q Asked) bool {
		return answeredBy(StatusSupported)(s, q) && q.Outcome != casework.OutcomeSupported
	}),
	decided("not_supported", 1, answeredBy(StatusNotSupported)),
	decided("explained", 1, answeredBy(StatusExplained)),
	decided("answered", 1, answeredBy(StatusAnswered)),
	decided("left", 1, func(s *Stay, _ Asked) bool { return s.End == EndLeft || s.End == EndReturned }),
	decided("transferred", 1, func(s *Stay, _ Asked) bool { return s.End == EndForwarded }),
	decided("late", 1, func(s *Stay, _ Asked) bool { return s.Late }),
	{"open", 0, func(s *Stay, _ Asked, _ int, ask Asking) bool {
		return !s.Received.After(ask.To) && (s.Open() || s.EndedOn.After(ask.To))
	}},
}

// Services is the quarterly summary of complaints about services (decree 840
// p. 14): how many came, on which ground of 210-FZ art. 11.1, with what result.
func Services(stays []Stay, ask Asking, grounds []string) Table {
	t := Table{Name: "services", Title: "report.services.title",
		Columns: []string{"report.column.came", "report.column.satisfied", "report.column.refused", "report.column.other_end", "report.column.open", "report.column.late"}}
	count := func(is func(*Stay) bool) []Cell {
		cells := make([]Cell, len(t.Columns))
		for i := range stays {
			s := &stays[i]
			if s.Regime == casework.RegimeServices && is(s) {
				servicesCell(s, ask, cells)
			}
		}
		return cells
	}
	t.Rows = append(t.Rows, Line{Head: "report.row.all", Cells: count(func(*Stay) bool { return true })})
	for _, g := range grounds {
		t.Rows = append(t.Rows, Line{Head: "report.ground." + g, Level: 1,
			Cells: count(func(s *Stay) bool { return slices.Contains(s.Grounds, g) })})
	}
	return t
}

func servicesCell(s *Stay, ask Asking, cells []Cell) {
	if ask.within(s.Received) {
		cells[0].N++
	}
	if !s.Received.After(ask.To) && (s.Open() || s.EndedOn.After(ask.To)) {
		cells[4].N++
	}
	if !ask.within(s.EndedOn) {
		return
	}
	outcome := casework.Outcome("")
	if len(s.Questions) > 0 {
		outcome = s.Questions[0].Outcome
	}
	switch {
	case s.End == EndAnswered && statusOf(outcome) == StatusSupported:
		cells[1].N++
	case s.End == EndAnswered && statusOf(outcome) == StatusNotSupported:
		cells[2].N++
	default:
		cells[3].N++
	}
	if s.Late {
		cells[5].N++
	}
}

// Monthly is the table of bodies for a period: what came, what was answered,
// what was late, what is open and overdue at its end.
func Monthly(stays []Stay, ask Asking, names func(body string) string) Table {
	t := Table{Name: "monthly", Title: "report.monthly.title", Columns: []string{"report.column.came", "report.column.answered",
		"report.column.forwarded", "report.column.ended", "report.column.late", "report.column.open", "report.column.overdue"}}
	cells, order := map[string][]Cell{}, []string{}
	for i := range stays {
		s := &stays[i]
		if cells[s.Body] == nil {
			cells[s.Body] = make([]Cell, len(t.Columns))
			order = append(order, s.Body)
		}
		monthlyCell(s, ask, cells[s.Body])
	}
	slices.SortFunc(order, func(a, b string) int { return strings.Compare(names(a), names(b)) })
	all := make([]Cell, len(t.Columns))
	for _, body := range order {
		t.Rows = append(t.Rows, Line{Head: names(body), Cells: cells[body]})
		for i, c := range cells[body] {
			all[i].N += c.N
		}
	}
	t.Rows = append(t.Rows, Line{Head: "report.row.all", Cells: all})
	return t
}

func monthlyCell(s *Stay, ask Asking, cells []Cell) {
	add := func(i int, is bool) {
		if is {
			cells[i].N++
		}
	}
	ended, open := ask.within(s.EndedOn), !s.Received.After(ask.To) && (s.Open() || s.EndedOn.After(ask.To))
	add(0, ask.within(s.Received))
	add(1, ended && s.End == EndAnswered)
	add(2, ended && s.End == EndForwarded)
	add(3, ended && s.End != EndAnswered && s.End != EndForwarded)
	add(4, ended && s.Late)
	add(5, open)
	add(6, open && s.Open() && !s.Due.IsZero() && s.Due.Before(ask.To))
}
