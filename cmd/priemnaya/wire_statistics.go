package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/report"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// openData is the public statistics of a day, as docs/open-data.md describes
// them.
type openData struct {
	Schema string    `json:"schema"`
	AsOf   time.Time `json:"as_of"`
	// From and To are months of receipt, both included.
	From string `json:"from"`
	To   string `json:"to"`
	// Smallest is the least number that is published.
	Smallest int         `json:"smallest"`
	Bodies   []string    `json:"bodies"`
	Tables   []openTable `json:"tables"`
}

type openTable struct {
	Table string    `json:"table"`
	Rows  []openRow `json:"rows"`
}

// openRow is a row; a hidden number is null.
type openRow struct {
	Row       string `json:"row"`
	Name      string `json:"name"`
	Came      *int   `json:"came"`
	Answered  *int   `json:"answered"`
	Supported *int   `json:"supported"`
	InTime    *int   `json:"in_time"`
}

// openSchema names the format; it changes when a field is taken away.
const openSchema = "priemnaya.open-data/1"

// statistics keep the public figures of a day: they are made once and shown to
// everybody, so that nobody can watch single cases by asking again.
type statistics struct {
	app *App
	mu  sync.Mutex
	day casework.Date
	// made is by language.
	made map[string]openData
}

// statisticsMonths is how many whole months are published.
const statisticsMonths = 12

func (s *statistics) of(ctx context.Context, lang string) (openData, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	today := casework.DateOf(s.app.now(), casework.Settings{}.Location())
	if s.day != today || s.made == nil {
		s.day, s.made = today, map[string]openData{}
	}
	if d, ok := s.made[lang]; ok {
		return d, nil
	}
	d, err := s.make(ctx, lang, today)
	if err == nil {
		s.made[lang] = d
	}
	return d, err
}

func (s *statistics) make(ctx context.Context, lang string, today casework.Date) (openData, error) {
	last := casework.NewDate(today.Year, today.Month, 1).AddDays(-1)
	first := casework.NewDate(last.Year, last.Month-statisticsMonths+1, 1)
	d := openData{Schema: openSchema, From: first.String()[:7], To: last.String()[:7], Smallest: 5, Bodies: []string{}, Tables: []openTable{}}
	figures, err := s.app.figuresBook.Figures(ctx)
	if err != nil {
		return d, err
	}
	d.AsOf = figures.AsOf
	for _, b := range s.app.office.Registry().Bodies() {
		if b.Settings.Publish {
			d.Bodies = append(d.Bodies, b.ID)
		}
	}
	tables, err := figures.Public(d.Bodies, d.From, d.To, func(id string) string { return id })
	words := s.app.reportWords(lang)
	for _, t := range tables {
		o := openTable{Table: strings.TrimPrefix(t.Name, "public_"), Rows: []openRow{}}
		for _, line := range t.Rows {
			o.Rows = append(o.Rows, s.row(line, words))
		}
		d.Tables = append(d.Tables, o)
	}
	return d, err
}

func (s *statistics) row(line report.Line, words report.Words) openRow {
	row := openRow{Row: line.Head, Name: words(line.Head)}
	if code, ok := strings.CutPrefix(line.Head, "report."); ok {
		_, row.Row, _ = strings.Cut(code, ".")
	} else if b, err := s.app.office.Registry().Body(line.Head); err == nil {
		row.Name = b.Name
	}
	for i, into := range []**int{&row.Came, &row.Answered, &row.Supported, &row.InTime} {
		if c := line.Cells[i]; !c.Hidden {
			*into = &c.N
		}
	}
	return row
}

func (r openRow) numbers() []*int { return []*int{r.Came, r.Answered, r.Supported, r.InTime} }

// statisticsPage is the data of portal/statistics.
type statisticsPage struct {
	openData
	Counting bool
	Sheets   []statisticsTable
}

type statisticsTable struct {
	desk.SheetTable
	CSV string
}

// mountStatistics puts the public statistics and the open data on the portal.
func (a *App) mountStatistics(r fiber.Router, kit *web.Kit) {
	s := &statistics{app: a}
	r.Get("/statistics", func(c *fiber.Ctx) error {
		page := statisticsPage{}
		d, err := s.of(c.UserContext(), kit.Lang(c))
		switch {
		case casework.CodeOf(err) == casework.NotFound:
			page.Counting = true
		case err != nil:
			return err
		}
		page.openData = d
		page.From, page.To = templates.FormatMonth(kit.Lang(c), d.From), templates.FormatMonth(kit.Lang(c), d.To)
		for _, t := range d.Tables {
			page.Sheets = append(page.Sheets, shownTable(kit, c, t))
		}
		return kit.Render(c, fiber.StatusOK, "portal/statistics", "portal", "statistics.title", page)
	})
	r.Get("/statistics/data.json", func(c *fiber.Ctx) error {
		d, err := s.of(c.UserContext(), "ru")
		if err != nil {
			return err
		}
		body, err := json.Marshal(d)
		if err != nil {
			return err
		}
		return sendOpen(c, "application/json; charset=utf-8", body)
	})
	r.Get("/statistics/:table.csv", func(c *fiber.Ctx) error {
		d, err := s.of(c.UserContext(), "ru")
		if err != nil {
			return err
		}
		for _, t := range d.Tables {
			if t.Table == c.Params("table") {
				body, err := t.csv()
				if err != nil {
					return err
				}
				return sendOpen(c, "text/csv; charset=utf-8", body)
			}
		}
		return casework.Fail(casework.NotFound, "main.statistics", "")
	})
}

// sendOpen sends data that anybody may keep for an hour and use anywhere.
func sendOpen(c *fiber.Ctx, kind string, body []byte) error {
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	return c.Send(body)
}

func shownTable(kit *web.Kit, c *fiber.Ctx, t openTable) statisticsTable {
	out := statisticsTable{CSV: "/statistics/" + t.Table + ".csv"}
	out.Title = kit.T(c, "report.public_"+t.Table+".title")
	for _, column := range []string{"came", "answered", "supported", "in_time"} {
		out.Columns = append(out.Columns, kit.T(c, "report.column."+column))
	}
	for _, r := range t.Rows {
		row := desk.SheetRow{Head: templates.FormatMonth(kit.Lang(c), r.Name)}
		for _, n := range r.numbers() {
			text := kit.T(c, "statistics.hidden")
			if n != nil {
				text = strconv.Itoa(*n)
			}
			row.Cells = append(row.Cells, desk.SheetCell{Text: text})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// csv writes a table; a hidden number is an empty field.
func (t openTable) csv() ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	rows := [][]string{{"row", "name", "came", "answered", "supported", "in_time"}}
	for _, r := range t.Rows {
		line := []string{r.Row, r.Name}
		for _, n := range r.numbers() {
			field := ""
			if n != nil {
				field = strconv.Itoa(*n)
			}
			line = append(line, field)
		}
		rows = append(rows, line)
	}
	err := w.WriteAll(rows)
	return out.Bytes(), err
}
