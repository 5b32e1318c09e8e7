package desk

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// Figures make the sheets of a supervisor. What a sheet holds is decided by the
// reader's rights.
type Figures interface {
	// List names the sheets, Periods the days they may look back.
	List() []string
	Periods() []int
	// Sheet makes a sheet. Errors: Forbidden, NotFound for an unknown one and
	// while figures are counted for the first time (message report.counting).
	Sheet(ctx context.Context, by casework.Actor, ask SheetAsk) (Sheet, error)
	// Write writes its tables as "csv" or "xlsx".
	Write(ctx context.Context, by casework.Actor, ask SheetAsk, format string, w io.Writer) error
}

// SheetAsk says which sheet is asked for, in which language and for how many
// days back.
type SheetAsk struct {
	Name, Lang string
	Days       int
}

// Sheet is a sheet in the reader's language.
type Sheet struct {
	How    []string
	Plots  []templates.Plot
	Tables []SheetTable
	AsOf   time.Time
}

// SheetTable is one table of a sheet or a report.
type SheetTable struct {
	Title   string
	Columns []string
	Rows    []SheetRow
	Notes   []string
}

// SheetRow is a line; Level indents a part of the line above.
type SheetRow struct {
	Head  string
	Level int
	Cells []SheetCell
}

// SheetCell is a figure; Href leads to the cases behind it.
type SheetCell struct{ Text, Href string }

// sheetPage is the data of desk/sheet.
type sheetPage struct {
	Sheet
	Name, Title string
	Tabs        []sheetTab
	Periods     []sheetTab
	CSV, XLSX   string
	// Counting is true while there are no figures yet.
	Counting bool
}

type sheetTab struct {
	Text, Href string
	Current    bool
}

// timeless are the sheets that look at now only.
var timeless = []string{"topics", "forecast", "growth"}

// boardRoutes are the pages of supervisors that this installation has.
func (d *Desk) boardRoutes() []route {
	var out []route
	if d.Figures != nil {
		out = append(out, route{fiber.MethodGet, "/desk/board/sheet/:sheet", d.showSheet})
		if d.Quality {
			out = append(out, route{fiber.MethodGet, "/desk/quality", d.showQuality}, route{fiber.MethodPost, "/desk/quality", d.drawSample},
				route{fiber.MethodGet, "/desk/quality/:id", d.showSample}, route{fiber.MethodPost, "/desk/quality/:id", d.checkSample})
		}
	}
	if d.Reports != nil {
		out = append(out, route{fiber.MethodGet, "/desk/reports", d.showReports}, route{fiber.MethodPost, "/desk/reports", d.orderReport},
			route{fiber.MethodGet, "/desk/reports/:id", d.showOrder}, route{fiber.MethodGet, "/desk/reports/:id/file", d.sendReport})
	}
	return out
}

// sheetAsk reads the address of a sheet.
func (v *visit) sheetAsk() (ask SheetAsk, format string) {
	ask.Name, format, _ = strings.Cut(v.c.Params("sheet"), ".")
	ask.Lang = v.lang
	ask.Days, _ = strconv.Atoi(v.c.Query("days"))
	if periods := v.Figures.Periods(); !slices.Contains(periods, ask.Days) {
		ask.Days = periods[0]
	}
	return ask, format
}

// showSheet shows one sheet or sends it as a file.
func (d *Desk) showSheet(v *visit) error {
	ask, format := v.sheetAsk()
	if !v.by.MayWatch() {
		return casework.Fail(casework.Forbidden, "desk.showSheet", "act.forbidden")
	}
	if format != "" {
		return v.sendSheet(ask, format)
	}
	if !slices.Contains(d.Figures.List(), ask.Name) {
		return casework.Fail(casework.NotFound, "desk.showSheet", "")
	}
	page := sheetPage{Name: ask.Name, Title: v.t("desk_reports.sheet." + ask.Name), Tabs: v.sheetTabs(ask.Name)}
	sheet, err := d.Figures.Sheet(v.ctx, v.by, ask)
	switch {
	case casework.CodeOf(err) == casework.NotFound:
		page.Counting = true
	case err != nil:
		return err
	}
	page.Sheet = sheet
	address := "/desk/board/sheet/" + ask.Name
	tail := ""
	if !slices.Contains(timeless, ask.Name) {
		tail = "?days=" + strconv.Itoa(ask.Days)
		for _, days := range d.Figures.Periods() {
			page.Periods = append(page.Periods, sheetTab{v.Kit.Set().T(v.lang, "desk_reports.days", nil, days),
				address + "?days=" + strconv.Itoa(days), days == ask.Days})
		}
	}
	page.CSV, page.XLSX = address+".csv"+tail, address+".xlsx"+tail
	return v.Kit.Render(v.c, 200, "desk/sheet", "desk", page.Title, page)
}

// sheetTabs leads from sheet to sheet.
func (v *visit) sheetTabs(current string) []sheetTab {
	tabs := []sheetTab{{v.t("desk_reports.sheet.board"), "/desk/board", current == ""}}
	for _, name := range v.Figures.List() {
		tabs = append(tabs, sheetTab{v.t("desk_reports.sheet." + name), "/desk/board/sheet/" + name, name == current})
	}
	if v.Reports != nil {
		tabs = append(tabs, sheetTab{v.t("desk_reports.sheet.reports"), "/desk/reports", current == "reports"})
	}
	if v.Quality {
		tabs = append(tabs, sheetTab{v.t("desk_reports.sheet.quality"), "/desk/quality", current == "quality"})
	}
	return tabs
}

// fileTypes are the types of tables that are sent.
var fileTypes = map[string]string{"csv": "text/csv; charset=utf-8",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "json": "application/json; charset=utf-8", "zip": "application/zip"}

func (v *visit) sendSheet(ask SheetAsk, format string) error {
	var out bytes.Buffer
	if err := v.Figures.Write(v.ctx, v.by, ask, format, &out); err != nil {
		return err
	}
	v.c.Set("Content-Type", fileTypes[format])
	v.c.Set("Cache-Control", "no-store")
	v.c.Set("Content-Disposition", `attachment; filename="`+ask.Name+"-"+v.today("").String()+"."+format+`"`)
	return v.c.Send(out.Bytes())
}
