// Package board makes the sheets of a supervisor: what is owed by topic, what
// comes and leaves, who has how much, what will be overdue, how answers are
// rated and what grows. A sheet is made for one reader: figures of places that
// he does not watch are never in it. It is shown on a page, printed, or written
// as CSV or Excel; each drawing has a table beside it.
package board

import (
	"io"
	"net/url"
	"strconv"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/report"
	"priemnaya/casework/report/flow"
	"priemnaya/templates"
)

// Sheet is one sheet, in the reader's language.
type Sheet struct {
	Name string
	// How explains the sheet, a paragraph a line.
	How    []string
	Plots  []templates.Plot
	Tables []report.Table
	// AsOf is when the figures were counted.
	AsOf time.Time
}

// Names says what codes are called.
type Names struct {
	T                func(id string, pairs ...any) string
	Body             func(id string) string
	Unit, Officer    func(body, id string) string
	Topic, Territory func(code string) string
}

// Ask is who asks for what.
type Ask struct {
	By    casework.Actor
	Names Names
	// Days is how far back a sheet looks: 30, 90 or 365.
	Days int
	// Board is what is owed now, for the sheet of workload.
	Board func() (casework.Board, error)
}

// sheets are the sheets by name, in the order of List.
var sheets = map[string]func(*flow.Figures, *Ask, *Sheet) error{
	"topics": topics, "flow": flowOf, "workload": workload, "forecast": forecast, "ratings": ratings, "growth": growth,
}

// List names the sheets.
func List() []string { return []string{"topics", "workload", "flow", "forecast", "ratings", "growth"} }

// Periods are the days that a sheet may look back.
func Periods() []int { return []int{30, 90, 365} }

// Make makes a sheet. Errors: Forbidden for actors without a board, NotFound for
// an unknown sheet and before figures were counted.
func Make(f *flow.Figures, name string, ask Ask) (Sheet, error) {
	s := Sheet{Name: name, AsOf: f.AsOf}
	make, ok := sheets[name]
	switch {
	case !ask.By.MayWatch():
		return s, casework.Fail(casework.Forbidden, "board.Make", "act.forbidden")
	case !ok:
		return s, casework.Fail(casework.NotFound, "board.Make", "")
	}
	return s, make(f, &ask, &s)
}

func (a *Ask) scope(p casework.Placement) bool { return a.By.Watches(p) }

func (a *Ask) span(f *flow.Figures) flow.Span { return flow.Last(a.Days, f.Today()) }

// t is a text of this part.
func (a *Ask) t(id string, pairs ...any) string { return a.Names.T("report.board."+id, pairs...) }

// table begins a table; columns are the last parts of text ids.
func (a *Ask) table(name string, columns ...string) report.Table {
	t := report.Table{Name: name, Title: a.t(name + ".title")}
	for _, c := range columns {
		t.Columns = append(t.Columns, a.t("col."+c))
	}
	return t
}

func (a *Ask) body(id string) string {
	if id == "" {
		return a.t("no_body")
	}
	return a.Names.Body(id)
}

func (a *Ask) unit(p casework.Placement) string {
	if p.Unit == "" {
		return a.body(p.Body) + ", " + a.t("no_unit")
	}
	return a.body(p.Body) + ", " + a.Names.Unit(p.Body, p.Unit)
}

func (a *Ask) topic(code string) string {
	if code == "" {
		return a.t("no_topic")
	}
	return a.Names.Topic(code)
}

func number(n int) report.Cell { return report.Cell{N: n} }

func text(s string) report.Cell { return report.Cell{Text: s} }

// decimal writes a number with one digit in the reader's language.
func (a *Ask) decimal(v float64) report.Cell {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	if a.t("comma") == "," && len(s) > 2 {
		s = s[:len(s)-2] + "," + s[len(s)-1:]
	}
	return text(s)
}

// casesHref leads to the cases behind a number.
func casesHref(due casework.BoardDue, pairs ...string) string {
	q := url.Values{}
	if due != "" {
		q.Set("due", string(due))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], orDash(pairs[i+1]))
	}
	return "/desk/board/cases?" + q.Encode()
}

func orDash(id string) string {
	if id == "" {
		return "-"
	}
	return id
}

// Write writes the tables of a sheet as "csv" or "xlsx"; words are not needed
// any more, the texts are there. Errors: NotFound for another format.
func (s Sheet) Write(w io.Writer, format string) error {
	same := func(id string) string { return id }
	switch format {
	case "csv":
		for i, t := range s.Tables {
			if i > 0 {
				if _, err := io.WriteString(w, "\r\n"); err != nil {
					return err
				}
			}
			if err := t.WriteCSV(w, same); err != nil {
				return err
			}
		}
		return nil
	case "xlsx":
		return report.WriteXLSX(w, s.Tables, same)
	}
	return casework.Fail(casework.NotFound, "board.Write", "")
}
