package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"priemnaya/casework"
)

func same(id string) string { return id }

// figure looks a row's first cell up.
func figure(t *testing.T, table Table, row string, column int) int {
	t.Helper()
	for _, r := range table.Rows {
		if r.Head == row {
			return r.Cells[column].N
		}
	}
	t.Fatalf("no row %s", row)
	return 0
}

func TestTheFormCountsAppealsOnceAndQuestionsByTheirResult(t *testing.T) {
	w := newWorld(t)
	w.answered(1, "roads", casework.OutcomeMeasures, 1)
	w.answered(2, "roads", casework.OutcomeExplained, 45)
	w.registered(3, "roads")
	c := w.registered(4, "roads")
	w.do(staff(casework.RoleRegistrar), c.ID, casework.Forwarding{Body: "admin", Why: "Дорога не наша."})
	ask := year()
	ask.Bodies = []string{"roads"}
	var own []Stay
	for _, s := range w.all(ask) {
		if ask.covers(&s) {
			own = append(own, s)
		}
	}
	form := Form(own, ask)
	for row, want := range map[string]int{"appeals": 4, "complaints": 4, "electronic": 4, "paper": 0, "questions": 4, "considered": 3,
		"supported": 1, "measures": 1, "explained": 1, "transferred": 1, "late": 1, "open": 1, "left": 0, "not_supported": 0} {
		if got := figure(t, form, "report.form."+row, 0); got != want {
			t.Errorf("%s: %d, want %d", row, got, want)
		}
	}
	if figure(t, form, "report.form.appeals", 3) != 4 {
		t.Error("the appeals are not in the section of the economy")
	}
	monthly := Monthly(own, ask, func(b string) string { return b })
	if line := monthly.Rows[0]; line.Head != "roads" || line.Cells[0].N != 4 || line.Cells[1].N != 2 || line.Cells[2].N != 1 || line.Cells[4].N != 1 || line.Cells[5].N != 1 {
		t.Errorf("monthly %+v", line)
	}
}

func TestAnOpenCaseIsOverdueAtTheEndOfThePeriodOnlyAfterItsDay(t *testing.T) {
	stay := Stay{Body: "roads", Received: casework.NewDate(2026, 4, 1), Due: casework.NewDate(2026, 4, 30)}
	for to, want := range map[int]int{29: 0, 30: 0} {
		ask := Asking{From: casework.NewDate(2026, 4, 1), To: casework.NewDate(2026, 4, to)}
		if got := Monthly([]Stay{stay}, ask, same).Rows[0].Cells[6].N; got != want {
			t.Errorf("on 04-%d: %d overdue", to, got)
		}
	}
	ask := Asking{From: casework.NewDate(2026, 4, 1), To: casework.NewDate(2026, 5, 1)}
	if Monthly([]Stay{stay}, ask, same).Rows[0].Cells[6].N != 1 {
		t.Error("the day after the term is not overdue")
	}
}

func TestComplaintsAboutServicesAreCountedByGround(t *testing.T) {
	day := casework.NewDate(2026, 4, 1)
	stays := []Stay{
		{Regime: casework.RegimeServices, Received: day, EndedOn: day, End: EndAnswered, Grounds: []string{"late_service"}, Questions: []Asked{{Outcome: casework.OutcomeSatisfied}}},
		{Regime: casework.RegimeServices, Received: day, EndedOn: day, End: EndAnswered, Late: true, Grounds: []string{"fee"}, Questions: []Asked{{Outcome: casework.OutcomeRefused}}},
		{Regime: casework.RegimeServices, Received: day, Grounds: []string{"fee"}},
		{Regime: casework.RegimeAppeal, Received: day},
	}
	table := Services(stays, year(), []string{"fee", "late_service"})
	got := [][]Cell{table.Rows[0].Cells, table.Rows[1].Cells, table.Rows[2].Cells}
	want := [][]int{{3, 1, 1, 0, 1, 1}, {2, 0, 1, 0, 1, 1}, {1, 1, 0, 0, 0, 0}}
	for i := range want {
		for j, n := range want[i] {
			if got[i][j].N != n {
				t.Errorf("row %d column %d: %d, want %d", i, j, got[i][j].N, n)
			}
		}
	}
}

func TestSmallCellsCannotBeFoundOut(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	hidden := 0
	for range 3000 {
		table := Table{Columns: make([]string, 4)}
		var truth [][]int
		for range 1 + random.IntN(6) {
			came := random.IntN(30)
			answered := random.IntN(came + 1)
			cells := []int{came, answered, random.IntN(answered + 1), random.IntN(answered + 1)}
			truth = append(truth, cells)
			line := Line{}
			for _, n := range cells {
				line.Cells = append(line.Cells, Cell{N: n})
			}
			table.Rows = append(table.Rows, line)
		}
		table = gate(table)
		for i, row := range table.Rows {
			shown := func(j int) bool { return !row.Cells[j].Hidden }
			for j, c := range row.Cells {
				if c.Hidden {
					hidden++
					if c.N != 0 {
						t.Fatal("a hidden cell keeps its figure")
					}
				} else if small(truth[i][j]) {
					t.Fatalf("%d is shown", truth[i][j])
				}
			}
			for _, nested := range [][2]int{{0, 1}, {1, 2}, {1, 3}} {
				if shown(nested[0]) && shown(nested[1]) && small(truth[i][nested[0]]-truth[i][nested[1]]) {
					t.Fatalf("a difference of %d is shown", truth[i][nested[0]]-truth[i][nested[1]])
				}
			}
		}
		for j := range table.Columns {
			alone, others := 0, 0
			for _, row := range table.Rows {
				if row.Cells[j].Hidden {
					alone++
				} else if row.Cells[j].N > 0 {
					others++
				}
			}
			if alone == 1 && others > 0 {
				t.Fatal("one hidden cell can be found by subtraction")
			}
		}
	}
	if hidden == 0 {
		t.Fatal("nothing was hidden: the test says nothing")
	}
}

func TestPublicTablesHoldNoNameAndNoSmallFigure(t *testing.T) {
	w := newWorld(t)
	for n := range 7 {
		w.answered(n, "roads", casework.OutcomeExplained, 0)
	}
	w.registered(8, "admin")
	tables := Public(w.all(year()), year(), func(b string) string { return b })
	var buf bytes.Buffer
	for _, table := range tables {
		if err := table.WriteJSON(&buf); err != nil {
			t.Fatal(err)
		}
	}
	text := buf.String()
	if strings.Contains(text, "Осокина") || strings.Contains(text, "nina@") || strings.Contains(text, ":1,") || strings.Contains(text, ":1}") {
		t.Error(text)
	}
	if !strings.Contains(text, `"report.column.came":7`) && !strings.Contains(text, `"report.column.came":8`) {
		t.Errorf("nothing is published:\n%s", text)
	}
}

func TestTablesAreWrittenForPeopleAndMachines(t *testing.T) {
	table := Table{Name: "monthly", Title: "report.monthly.title", Columns: []string{"report.column.came", "report.column.late"},
		Rows: []Line{{Head: "=HYPERLINK(\"http://x\")", Cells: []Cell{{N: 12}, {Hidden: true}}}, {Head: "Комитет, «дорог»", Cells: []Cell{{N: 3}, {Text: "-5"}}}}}
	var buf bytes.Buffer
	if err := table.WriteCSV(&buf, same); err != nil {
		t.Fatal(err)
	}
	grid, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(buf.String(), "\ufeff"))).ReadAll()
	if err != nil || len(grid) != 3 || grid[1][0] != `'=HYPERLINK("http://x")` || grid[1][1] != "12" || grid[1][2] != "<5" || grid[2][0] != "Комитет, «дорог»" || grid[2][2] != "'-5" {
		t.Errorf("csv %v %v", grid, err)
	}
	buf.Reset()
	if err := table.WriteJSON(&buf); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Rows []struct{ Cells map[string]any }
	}
	if err := json.Unmarshal(buf.Bytes(), &read); err != nil || read.Rows[0].Cells["report.column.came"] != 12.0 || read.Rows[0].Cells["report.column.late"] != nil {
		t.Errorf("json %s %v", buf.String(), err)
	}
	buf.Reset()
	if err := WriteXLSX(&buf, []Table{table, table}, same); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	number, _ := f.GetCellType("2", "B2")
	formula, _ := f.GetCellFormula("1", "A2")
	value, _ := f.GetCellValue("2", "B2")
	if value != "12" || formula != "" || number == excelize.CellTypeSharedString {
		t.Errorf("workbook: %q of type %v, formula %q", value, number, formula)
	}
}
