package report

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Table is a report. Texts are text ids of templates/locales/report.*; a
// heading that is no id, such as the name of a body, is shown as it is.
type Table struct {
	// Name is the id of the report ("monthly"), Title that of its heading.
	Name, Title string
	Columns     []string
	Rows        []Line
	// Notes are ids of what a reader must know.
	Notes []string
}

// Line is a row: its heading and its figures.
type Line struct {
	Head  string
	Cells []Cell
	// Level indents a "of these" row; 0 is a row of its own.
	Level int
}

// Cell is a figure. Hidden cells are too small to be published.
type Cell struct {
	N      int
	Hidden bool
	// Text stands in place of the figure, if it is set.
	Text string
	// Href leads to the cases behind the figure, on pages only.
	Href string
}

func (c Cell) String() string {
	switch {
	case c.Hidden:
		return "<5"
	case c.Text != "":
		return c.Text
	}
	return strconv.Itoa(c.N)
}

// Words translates an id; what it does not know it gives back.
type Words func(id string) string

// WriteCSV writes the table in UTF-8 with a mark for Excel.
func (t Table) WriteCSV(w io.Writer, words Words) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range t.grid(words) {
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// grid is the table as texts, the heading first.
func (t Table) grid(words Words) [][]string {
	head := []string{words(t.Title)}
	for _, c := range t.Columns {
		head = append(head, plain(words(c)))
	}
	grid := [][]string{head}
	for _, line := range t.Rows {
		row := []string{plain(words(line.Head))}
		for _, c := range line.Cells {
			row = append(row, plain(c.String()))
		}
		grid = append(grid, row)
	}
	return grid
}

// plain keeps a program from taking a text for a formula.
func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// WriteJSON writes the table for machines: names of columns and rows are ids.
func (t Table) WriteJSON(w io.Writer) error {
	type line struct {
		Row   string         `json:"row"`
		Cells map[string]any `json:"cells"`
	}
	out := struct {
		Report string   `json:"report"`
		Notes  []string `json:"notes,omitempty"`
		Rows   []line   `json:"rows"`
	}{t.Name, t.Notes, []line{}}
	for _, r := range t.Rows {
		l := line{r.Head, map[string]any{}}
		for i, c := range r.Cells {
			switch {
			case c.Hidden:
				l.Cells[t.Columns[i]] = nil
			case c.Text != "":
				l.Cells[t.Columns[i]] = c.Text
			default:
				l.Cells[t.Columns[i]] = c.N
			}
		}
		out.Rows = append(out.Rows, l)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

// WriteXLSX writes a workbook with one sheet per table; figures are numbers.
func WriteXLSX(w io.Writer, tables []Table, words Words) error {
	f := excelize.NewFile()
	defer f.Close()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	for i, t := range tables {
		sheet := strconv.Itoa(i + 1)
		if i == 0 {
			err = f.SetSheetName("Sheet1", sheet)
		} else {
			_, err = f.NewSheet(sheet)
		}
		if err == nil {
			err = t.fill(f, sheet, bold, words)
		}
		if err != nil {
			return err
		}
	}
	return f.Write(w)
}

func (t Table) fill(f *excelize.File, sheet string, bold int, words Words) error {
	for y, row := range t.grid(words) {
		for x, text := range row {
			at, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				return err
			}
			var value any = text
			if y > 0 && x > 0 {
				if c := t.Rows[y-1].Cells[x-1]; !c.Hidden && c.Text == "" {
					value = c.N
				}
			}
			if err := f.SetCellValue(sheet, at, value); err != nil {
				return err
			}
		}
	}
	last, err := excelize.CoordinatesToCellName(len(t.Columns)+1, 1)
	if err != nil {
		return err
	}
	if err := f.SetCellStyle(sheet, "A1", last, bold); err != nil {
		return err
	}
	return f.SetColWidth(sheet, "A", "A", 60)
}
