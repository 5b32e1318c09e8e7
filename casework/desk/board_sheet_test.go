package desk_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/templates"
)

// fakeFigures make one sheet; what is asked of them is written down.
type fakeFigures struct {
	asked    []desk.SheetAsk
	counting bool
}

func (f *fakeFigures) List() []string { return []string{"topics", "flow"} }
func (f *fakeFigures) Periods() []int { return []int{30, 90, 365} }
func (f *fakeFigures) Sheet(_ context.Context, _ casework.Actor, ask desk.SheetAsk) (desk.Sheet, error) {
	f.asked = append(f.asked, ask)
	if f.counting {
		return desk.Sheet{}, casework.Fail(casework.NotFound, "test", "report.counting")
	}
	return desk.Sheet{How: []string{"Как считается"}, AsOf: at("2026-11-16 09:58"),
		Plots:  []templates.Plot{templates.DrawPlot("p", "Поступило", "Линия", []string{"1", "2"}, []templates.PlotSeries{{Name: "a", Values: []float64{1, 2}}})},
		Tables: []desk.SheetTable{{Title: "Поступило", Columns: []string{"Всего"}, Rows: []desk.SheetRow{{Head: "Комитет", Cells: []desk.SheetCell{{Text: "7", Href: "/desk/board/cases?due=7"}}}}}}}, nil
}
func (f *fakeFigures) Write(_ context.Context, _ casework.Actor, ask desk.SheetAsk, format string, w io.Writer) error {
	if format != "csv" {
		return casework.Fail(casework.NotFound, "test", "")
	}
	_, err := io.WriteString(w, ask.Name)
	return err
}

// fakeReports keep orders in memory.
type fakeReports struct{ orders []desk.ReportOrder }

func (f *fakeReports) Kinds() []string                       { return []string{"sstu", "form"} }
func (f *fakeReports) Formats(string) []string               { return []string{"xlsx"} }
func (f *fakeReports) Bodies(casework.Actor) []casework.Body { return []casework.Body{{ID: "roads"}} }
func (f *fakeReports) Ask(_ context.Context, _ casework.Actor, o desk.ReportOrder) (string, error) {
	if o.From.IsZero() {
		return "", &casework.Error{Code: casework.Invalid, Message: "report.order.invalid",
			Fields: []casework.FieldError{{Field: "from", Key: "report.order.day_bad"}}}
	}
	o.ID, o.State, o.Asked = "ONE", "done", time.Now()
	o.Format, o.Bodies, o.Made, o.Lacking = "zip", []string{"roads"}, 3, 1
	o.Missing = []desk.ReportMissing{{Case: "C1", Number: "ОГ-1", Body: "roads", Key: "sstu.topic"}}
	f.orders = append(f.orders, o)
	return o.ID, nil
}
func (f *fakeReports) List(context.Context, casework.Actor) ([]desk.ReportOrder, error) {
	return f.orders, nil
}
func (f *fakeReports) Get(_ context.Context, _ casework.Actor, id string) (desk.ReportOrder, error) {
	for _, o := range f.orders {
		if o.ID == id {
			return o, nil
		}
	}
	return desk.ReportOrder{}, casework.Fail(casework.NotFound, "test", "")
}
func (f *fakeReports) Open(context.Context, casework.Actor, string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("PK")), nil
}

func TestASheetIsShownSentAndRefused(t *testing.T) {
	figures := &fakeFigures{}
	b := newBenchWith(t, func(c *desk.Config) { c.Figures, c.Quality = figures, true })
	page := b.get(t, supervisor, "/desk/board/sheet/flow?days=90")
	for _, want := range []string{"Как считается", "<svg", "<title id=\"p-t\">", "/desk/board/cases?due=7", "sheet/flow.csv?days=90", "/desk/quality"} {
		if page.status != 200 || !strings.Contains(page.body, want) {
			t.Errorf("status %d, no %s", page.status, want)
		}
	}
	if ask := figures.asked[0]; ask != (desk.SheetAsk{Name: "flow", Lang: "ru", Days: 90}) {
		t.Errorf("asked %+v", ask)
	}
	for address, want := range map[string]int{"/desk/board/sheet/flow.csv": 200, "/desk/board/sheet/flow.exe": 404, "/desk/board/sheet/other": 404} {
		if r := b.get(t, supervisor, address); r.status != want {
			t.Errorf("%s: %d, want %d", address, r.status, want)
		}
	}
	for _, address := range []string{"/desk/board/sheet/flow", "/desk/board/sheet/flow.csv", "/desk/quality"} {
		if r := b.get(t, officer, address); r.status != 403 {
			t.Errorf("an officer at %s: %d", address, r.status)
		}
	}
	figures.counting = true
	if r := b.get(t, supervisor, "/desk/board/sheet/topics"); r.status != 200 || !strings.Contains(r.body, "впервые") {
		t.Errorf("before the first count: %d", r.status)
	}
}

func TestAReportIsOrderedShownWithWhatIsMissingAndSent(t *testing.T) {
	reports := &fakeReports{}
	b := newBenchWith(t, func(c *desk.Config) { c.Reports = reports })
	if r := b.get(t, officer, "/desk/reports"); r.status != 403 {
		t.Errorf("an officer: %d", r.status)
	}
	blank := b.blank(t, supervisor, "/desk/reports")
	bad := b.submit(t, supervisor, blank, "kind", "form", "from", "вчера", "to", "2026-10-31", "body", "roads")
	if bad.status != 422 || !strings.Contains(bad.body, "Введите дату") || !strings.Contains(bad.body, "вчера") {
		t.Errorf("a bad day: %d, or what was typed is lost", bad.status)
	}
	if r := b.submit(t, supervisor, b.blank(t, supervisor, "/desk/reports"), "kind", "sstu", "from", "2026-10-01", "to", "2026-10-31"); r.status != 303 {
		t.Errorf("ordered: %d", r.status)
	}
	page := b.get(t, supervisor, "/desk/reports/ONE")
	for _, want := range []string{"/desk/case/C1", "ОГ-1", "классификатора", "/desk/reports/ONE/file"} {
		if page.status != 200 || !strings.Contains(page.body, want) {
			t.Errorf("status %d, no %s", page.status, want)
		}
	}
	if r := b.get(t, supervisor, "/desk/reports/ONE/file"); r.status != 200 || r.body != "PK" {
		t.Errorf("the file: %d %q", r.status, r.body)
	}
	if r := b.get(t, supervisor, "/desk/reports/OTHER"); r.status != 404 {
		t.Errorf("a foreign order: %d", r.status)
	}
}
