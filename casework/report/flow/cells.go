package flow

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/casework/report"
)

// The tables. A chunk is called table/part.
const (
	tableFlow   = "flow"   // by month: day|body|unit
	tableTopics = "topics" // by month: day|body|group|territory
	tableOwed   = "owed"   // by body: unit|group|due
	tableLife   = "life"   // by body: b|offset|month, e|offset|month, o|due|month
	tableWork   = "work"   // by month: day|body|unit|officer
	tableMarks  = "marks"  // by month: day|body|unit
	tableOpen   = "open"   // by month of receipt: kind|body|value
)

// The places of a cell of the flow.
const (
	came = iota
	ended
	answered
	late
	forwarded
	repeated
	reopened
	flowSize
)

// The places of a cell of work.
const (
	workEnded = iota
	workLate
	workDays
	workSize
)

// The places of a cell of open data, as report.Public has them.
const (
	openCame = iota
	openAnswered
	openSupported
	openInTime
	openSize
)

// Cells are figures by their key.
type Cells map[string][]int

// Sums are the cells of chunks.
type Sums map[string]Cells

// add adds n to one place of a cell of the given size.
func (s Sums) add(chunk, key string, size, place, n int) {
	cells := s[chunk]
	if cells == nil {
		cells = Cells{}
		s[chunk] = cells
	}
	if cells[key] == nil {
		cells[key] = make([]int, size)
	}
	cells[key][place] += n
}

// merge adds other cells and drops those that came to nothing, so that the same
// cases always give the same cells.
func (c Cells) merge(other Cells) {
	for key, numbers := range other {
		if c[key] == nil {
			c[key] = make([]int, len(numbers))
		} else {
			c[key] = slices.Clone(c[key])
		}
		for i, n := range numbers {
			c[key][i] += n
		}
		if !slices.ContainsFunc(c[key], func(n int) bool { return n != 0 }) {
			delete(c, key)
		}
	}
}

// tidy drops cells and chunks that came to nothing.
func (s Sums) tidy() {
	for chunk, cells := range s {
		maps.DeleteFunc(cells, func(_ string, numbers []int) bool {
			return !slices.ContainsFunc(numbers, func(n int) bool { return n != 0 })
		})
		if len(cells) == 0 {
			delete(s, chunk)
		}
	}
}

func key(parts ...string) string { return strings.Join(parts, "|") }

func month(d casework.Date) string { return d.String()[:7] }

func chunk(table, part string) string { return table + "/" + part }

// count adds the facts to the sums, or takes them out where sign is -1.
func (s Sums) count(f Facts, sign int) {
	if o := f.Owed; o != nil {
		s.add(chunk(tableOwed, o.Place.Body), key(o.Place.Unit, o.Topic, o.Due.String()), 1, 0, sign)
	}
	for i := range f.Stays {
		s.countStay(&f.Stays[i], sign)
	}
}

func (s Sums) countStay(f *Stay, sign int) {
	flowCell := func(d casework.Date, place int) {
		s.add(chunk(tableFlow, month(d)), key(d.String(), f.Body, f.Unit), flowSize, place, sign)
	}
	flowCell(f.Received, came)
	if f.Repeat {
		flowCell(f.Received, repeated)
	}
	for _, d := range f.Reopened {
		flowCell(d, reopened)
	}
	s.add(chunk(tableTopics, month(f.Received)), key(f.Received.String(), f.Body, f.Topic, f.Territory), 1, 0, sign)
	for _, m := range f.Marks {
		s.add(chunk(tableMarks, month(m.Day)), key(m.Day.String(), f.Body, f.Unit), 5, m.Value-1, sign)
	}
	if !f.Ended.IsZero() {
		flowCell(f.Ended, ended)
		switch f.End {
		case report.EndAnswered:
			flowCell(f.Ended, answered)
		case report.EndForwarded:
			flowCell(f.Ended, forwarded)
		}
		if f.Late {
			flowCell(f.Ended, late)
		}
		s.countWork(f, sign)
	}
	s.countLife(f, sign)
	s.countOpen(f, sign)
}

func (s Sums) countWork(f *Stay, sign int) {
	add := func(place, n int) {
		s.add(chunk(tableWork, month(f.Ended)), key(f.Ended.String(), f.Body, f.Unit, f.Officer), workSize, place, sign*n)
	}
	add(workEnded, 1)
	add(workDays, f.Received.DaysUntil(f.Ended))
	if f.Late {
		add(workLate, 1)
	}
}

// farthest is how far from the term a day is told from others.
const farthest = 120

func offset(due, day casework.Date) int {
	return min(farthest, max(-farthest, due.DaysUntil(day)))
}

// countLife counts how long stays lived beside their term.
func (s Sums) countLife(f *Stay, sign int) {
	if f.Due.IsZero() {
		return
	}
	add := func(kind, at string) {
		s.add(chunk(tableLife, f.Body), key(kind, at, month(f.Received)), 1, 0, sign)
	}
	add("b", strconv.Itoa(offset(f.Due, f.Began)))
	if f.Ended.IsZero() {
		add("o", f.Due.String())
		return
	}
	add("e", strconv.Itoa(offset(f.Due, f.Ended)))
}

// countOpen counts what everybody may know, as report.Public does.
func (s Sums) countOpen(f *Stay, sign int) {
	if f.End == report.EndWithdrawn {
		return
	}
	section, _, _ := strings.Cut(f.Topic, ".")
	for _, k := range []string{key("m", f.Body, ""), key("s", f.Body, section), key("c", f.Body, string(f.Channel)), key("r", f.Body, string(f.Regime))} {
		add := func(place int) { s.add(chunk(tableOpen, month(f.Received)), k, openSize, place, sign) }
		add(openCame)
		if f.End != report.EndAnswered {
			continue
		}
		add(openAnswered)
		if f.Supported {
			add(openSupported)
		}
		if !f.Late {
			add(openInTime)
		}
	}
}
