package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/casework/desk"
	"priemnaya/casework/report"
	"priemnaya/casework/report/board"
	"priemnaya/casework/report/flow"
	"priemnaya/casework/report/order"
	"priemnaya/templates"
)

// reportsEvery is how often the figures follow the cases and orders of reports
// are looked for.
const reportsEvery = 20 * time.Second

// openBook opens the books of figures over the stores of the program.
func (a *App) openBook() (*flow.Book, error) {
	return flow.New(flow.Config{Source: a.storage, Shelf: a.storage, Registry: a.office.Registry, Now: a.now})
}

// openOrders opens the desk of reports.
func (a *App) openOrders() (*order.Desk, error) {
	return order.New(order.Config{Shelf: a.storage, Source: a.storage, Parts: a.files, Registry: a.office.Registry, Now: a.now,
		SSTU: a.sstu, Words: a.reportWords, Grounds: a.serviceGrounds})
}

// sstu makes the appeals of an export; answers go with their printed letters.
func (a *App) sstu(context.Context) (*report.SSTU, error) {
	if _, err := a.texts(); err != nil {
		return nil, err
	}
	tree := classifier.Official()
	return &report.SSTU{Registry: a.office.Registry(), Letters: a.sentLetter, Assignable: func(code string) bool {
		x, ok := tree.Topic(code)
		return ok && x.Leaf
	}}, nil
}

// sentLetter gives the letter of an answer as it was signed, or as it is set
// anew where it was sent before letters were files.
func (a *App) sentLetter(ctx context.Context, c *casework.Case, answer casework.Answer) (string, []byte, error) {
	if answer.Paper != nil {
		file, err := a.files.Open(ctx, answer.Paper.Letter)
		if err != nil {
			return "", nil, err
		}
		defer file.Close()
		data, err := io.ReadAll(file)
		return answer.Paper.Letter.Name, data, err
	}
	set, err := a.texts()
	if err != nil {
		return "", nil, err
	}
	sheet := a.sheet(ctx, set, *c, casework.Actor{ID: answer.Signature.By, Name: answer.Signature.Name})
	data, err := report.PrintLetter(report.AnswerLetter(c, answer, sheet))
	return fileSafe(set.T("ru", "letterform.name", map[string]any{"Number": answer.Number})) + ".pdf", data, err
}

// reportWords translates the ids of tables; grounds of complaints are named by
// the regulation.
func (a *App) reportWords(lang string) report.Words {
	set, err := a.texts()
	grounds := map[string]string{}
	for _, r := range a.office.Laws().Regulations {
		for _, g := range r.Complaints {
			grounds["report.ground."+g.Key] = g.Title[lang]
		}
	}
	return func(id string) string {
		switch {
		case grounds[id] != "":
			return grounds[id]
		case err == nil && set.Has(lang, id):
			return set.T(lang, id, nil)
		}
		return id
	}
}

// serviceGrounds are the grounds of complaints about services in force.
func (a *App) serviceGrounds() []string {
	var out []string
	for _, r := range a.office.Laws().Regulations {
		if r.Regime == casework.RegimeServices {
			out = out[:0]
			for _, g := range r.Complaints {
				out = append(out, g.Key)
			}
		}
	}
	return out
}

// startReports keeps the figures and makes reports until Close.
func (a *App) startReports(ctx context.Context) error {
	book, err := a.openBook()
	if err != nil {
		return err
	}
	orders, err := a.openOrders()
	if err != nil {
		return err
	}
	a.figuresBook, a.orders = book, orders
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	a.orderAsked = make(chan struct{}, 1)
	go func() {
		defer close(done)
		tick := time.NewTicker(reportsEvery)
		defer tick.Stop()
		for {
			a.keepFigures(ctx)
			if err := a.orders.Run(ctx); err != nil && ctx.Err() == nil {
				a.log.Warn("orders of reports were not all looked at", "code", casework.CodeOf(err))
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			case <-a.orderAsked:
			}
		}
	}()
	a.onClose(func(context.Context) error { stop(); <-done; return nil })
	return nil
}

// keepFigures follows the cases once. Another process that was quicker is none
// of our business.
func (a *App) keepFigures(ctx context.Context) {
	err := a.figuresBook.Follow(ctx, nil)
	if code := casework.CodeOf(err); err != nil && ctx.Err() == nil && code != casework.Conflict && code != casework.Exists {
		a.log.Warn("figures were not brought up to date", "code", code)
	}
}

// figures make the desk's sheets.
type figures struct{ *App }

// List names the sheets.
func (f figures) List() []string { return board.List() }

// Periods are the days that a sheet may look back.
func (f figures) Periods() []int { return board.Periods() }

func (f figures) make(ctx context.Context, by casework.Actor, ask desk.SheetAsk) (board.Sheet, error) {
	now, err := f.figuresBook.Figures(ctx)
	if err != nil {
		return board.Sheet{}, err
	}
	return board.Make(now, ask.Name, board.Ask{By: by, Days: ask.Days, Names: f.names(ctx, ask.Lang),
		Board: func() (casework.Board, error) { return f.office.Board(ctx, by) }})
}

// Sheet makes a sheet for the desk.
func (f figures) Sheet(ctx context.Context, by casework.Actor, ask desk.SheetAsk) (desk.Sheet, error) {
	s, err := f.make(ctx, by, ask)
	if err != nil {
		return desk.Sheet{}, err
	}
	out := desk.Sheet{How: s.How, Plots: s.Plots, AsOf: s.AsOf}
	for _, t := range s.Tables {
		out.Tables = append(out.Tables, sheetTable(t))
	}
	for _, t := range out.Tables {
		for i := range t.Rows {
			t.Rows[i].Head = shownDay(ask.Lang, t.Rows[i].Head)
		}
	}
	return out, nil
}

// shownDay writes a head that is a day or a month as people write it; a file
// of figures keeps it as it is.
func shownDay(lang, head string) string {
	if day, err := time.Parse(time.DateOnly, head); err == nil {
		return templates.FormatDateShort(lang, day)
	}
	return templates.FormatMonth(lang, head)
}

func sheetTable(t report.Table) desk.SheetTable {
	out := desk.SheetTable{Title: t.Title, Columns: t.Columns}
	for _, line := range t.Rows {
		row := desk.SheetRow{Head: line.Head, Level: line.Level}
		for _, c := range line.Cells {
			row.Cells = append(row.Cells, desk.SheetCell{Text: c.String(), Href: c.Href})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// Write writes the tables of a sheet.
func (f figures) Write(ctx context.Context, by casework.Actor, ask desk.SheetAsk, format string, w io.Writer) error {
	s, err := f.make(ctx, by, ask)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := s.Write(&out, format); err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

// names says what codes are called in a language.
func (a *App) names(ctx context.Context, lang string) board.Names {
	reg, tree := a.office.Registry(), classifier.Official()
	body := func(id string) casework.Body {
		b, err := reg.Body(id)
		if err != nil {
			return casework.Body{ID: id, Name: id}
		}
		return b
	}
	return board.Names{T: func(id string, pairs ...any) string { return a.set.T(lang, id, pairsOf(pairs)) },
		Body: func(id string) string {
			if b := body(id); b.Short != "" {
				return b.Short
			}
			return body(id).Name
		},
		Unit: func(id, unit string) string {
			for _, u := range body(id).Units {
				if u.ID == unit {
					return u.Name
				}
			}
			return unit
		},
		Officer: func(_, id string) string {
			if name := a.staffName(ctx, id); name != "" {
				return name
			}
			if account, ok := strings.CutPrefix(id, "staff:"); ok {
				return a.set.T(lang, "desk.nameless", map[string]any{"Account": account})
			}
			return id
		},
		Topic: func(code string) string {
			// A group is written without the parts below it.
			if x, ok := tree.Topic(code + strings.Repeat(".0000", max(0, 3-strings.Count(code, ".")))); ok {
				return x.Name
			}
			return code
		},
		Territory: reg.TerritoryName}
}

func pairsOf(pairs []any) map[string]any {
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			out[name] = pairs[i+1]
		}
	}
	return out
}
