package desk

import (
	"net/url"
	"slices"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
)

// boardPage is the data of desk/board.
type boardPage struct {
	Total   []boardCell
	Tables  []boardTable
	Nothing bool
	Tabs    []sheetTab
}

// boardTable is one way to look at the same cases.
type boardTable struct {
	Title string
	Lines []boardRow
	// More is how many lines are not shown, Rest the address that shows them.
	More int
	Rest string
}

type boardRow struct {
	Name, Under string
	Cells       []boardCell
}

// boardCell is a number that leads to its cases.
type boardCell struct {
	Name, Kind, Href string
	N                int
}

const (
	// boardLines is how many lines a table of the board shows at first.
	boardLines = 30
	// boardAll is how many the one shows that is asked for whole.
	boardAll = 2000
)

// showBoard is the supervisor's board, computed when it is asked for.
func (d *Desk) showBoard(v *visit) error {
	b, err := d.Office.Board(v.ctx, v.by)
	if err != nil {
		return err
	}
	page := boardPage{Total: v.cells(b.Total, url.Values{}), Nothing: b.Total.All == 0}
	if len(b.Bodies) > 1 || len(b.Bodies) == 1 && b.Bodies[0].Place.Body == "" {
		page.Tables = append(page.Tables, v.boardTable("body", b.Bodies))
	}
	page.Tables = append(page.Tables, v.boardTable("unit", b.Units), v.boardTable("officer", b.Officers))
	if d.Figures != nil {
		page.Tabs = v.sheetTabs("")
	}
	return v.Kit.Render(v.c, 200, "desk/board", "desk", "desk.board.title", page)
}

func (v *visit) boardTable(by string, lines []casework.BoardLine) boardTable {
	table := boardTable{Title: v.t("desk.board.by_" + by), Rest: "/desk/board?all=" + by}
	most := boardLines
	if v.c.Query("all") == by {
		most = boardAll
	}
	table.More = max(0, len(lines)-most)
	for _, line := range lines[:min(len(lines), most)] {
		p := line.Place
		values := url.Values{"body": {orNone(p.Body)}}
		row := boardRow{Name: v.orNo(v.bodyName(p.Body), "desk.board.no_body")}
		switch by {
		case "unit":
			values.Set("unit", orNone(p.Unit))
			row.Under, row.Name = row.Name, v.orNo(v.unitName(p.Body, p.Unit), "desk.board.no_unit")
		case "officer":
			values.Set("officer", orNone(p.Officer))
			row.Under, row.Name = row.Name, v.orNo(v.personName(p.Body, p.Officer), "desk.board.no_officer")
		}
		row.Cells = v.cells(line.BoardTally, values)
		table.Lines = append(table.Lines, row)
	}
	return table
}

func (v *visit) orNo(name, key string) string {
	if name == "" {
		return v.t(key)
	}
	return name
}

// none stands in an address for what a case has not got; no ID is like it.
const none = "-"

func orNone(id string) string {
	if id == "" {
		return none
	}
	return id
}

func (v *visit) cells(t casework.BoardTally, place url.Values) []boardCell {
	cell := func(name, kind string, n int, due casework.BoardDue, nobody bool) boardCell {
		values := url.Values{}
		for key, list := range place {
			values[key] = list
		}
		if due != casework.BoardAll {
			values.Set("due", string(due))
		}
		if nobody {
			values.Set("officer", none)
		}
		if n == 0 {
			kind = ""
		}
		return boardCell{Name: v.t("desk.board." + name), Kind: kind, N: n, Href: "/desk/board/cases?" + values.Encode()}
	}
	return []boardCell{cell("overdue", "late", t.Overdue, casework.BoardOverdue, false),
		cell("three", "soon", t.Three, casework.BoardThree, false), cell("seven", "", t.Seven, casework.BoardSeven, false),
		cell("nobody", "soon", t.Nobody, casework.BoardAll, true), cell("all", "", t.All, casework.BoardAll, false)}
}

// boardCasesPage is the data of desk/board_cases.
type boardCasesPage struct {
	Rows       []rowView
	What       []string
	Prev, Next string
	Number     int
}

// showBoardCases lists the cases behind a number of the board.
func (d *Desk) showBoardCases(v *visit) error {
	q := casework.BoardQuery{Due: casework.BoardDue(v.c.Query("due")), Window: casework.Window{After: v.c.Query("after"), Limit: pageRows}}
	base := url.Values{}
	page := boardCasesPage{}
	switch q.Due {
	case casework.BoardOverdue, casework.BoardThree, casework.BoardSeven:
		base.Set("due", string(q.Due))
		page.What = append(page.What, v.label("desk.board.due", string(q.Due)))
	default:
		q.Due = casework.BoardAll
	}
	body := v.c.Query("body")
	take := func(name string, into **string, shown func(string) string) {
		id := v.c.Query(name)
		if id == "" {
			return
		}
		base.Set(name, id)
		text := v.t("desk.board.no_" + name)
		if id == none {
			id = ""
		} else {
			text = shown(id)
		}
		*into = &id
		page.What = append(page.What, text)
	}
	take("body", &q.Body, v.bodyName)
	take("unit", &q.Unit, func(id string) string { return v.unitName(body, id) })
	take("officer", &q.Officer, func(id string) string { return v.personName(body, id) })
	take("topic", &q.Topic, func(code string) string {
		// A group is written without the parts below it.
		return v.topicName(code + strings.Repeat(".0000", max(0, 3-strings.Count(code, "."))))
	})
	found, err := d.Office.BoardCases(v.ctx, v.by, q)
	if casework.CodeOf(err) == casework.Invalid && q.After != "" {
		return v.Kit.Redirect(v.c, "/desk/board/cases?"+base.Encode())
	}
	if err != nil {
		return err
	}
	page.Rows = v.rows(found.Rows)
	page.Prev, page.Next, page.Number = v.pager("/desk/board/cases", base, found.Next)
	return v.Kit.Render(v.c, 200, "desk/board_cases", "desk", "desk.board.cases", page)
}

// warningsPage is the data of desk/warnings.
type warningsPage struct {
	Asks  []askLine
	Lines []warningLine
	More  bool
}

type warningLine struct {
	Row   rowView
	Level string
	Kind  string
	Told  templates.Event
}

// showWarnings lists what the watch has told the reader of running terms.
func (d *Desk) showWarnings(v *visit) error {
	list, more, err := d.Office.WarningsOf(v.ctx, v.by)
	if err != nil {
		return err
	}
	page := warningsPage{More: more}
	if page.Asks, err = v.asks(); err != nil {
		return err
	}
	for _, w := range list {
		row := v.rows([]casework.Row{w.Row})[0]
		row.Term = v.chip(w.Term, w.Due, v.today(w.Row.Place.Body))
		kind := "warn"
		if slices.Contains([]casework.WarnLevel{casework.WarnOverdue, casework.WarnSuperior}, w.Level) {
			kind = "bad"
		}
		page.Lines = append(page.Lines, warningLine{Row: row, Level: v.label("desk.level", string(w.Level)), Kind: kind,
			Told: templates.Event{At: w.Told.QueuedAt}})
	}
	return v.Kit.Render(v.c, 200, "desk/warnings", "desk", "desk.warnings.title", page)
}
