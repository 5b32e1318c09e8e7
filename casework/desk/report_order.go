package desk

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// Reports take orders of reports and keep what was made.
type Reports interface {
	// Kinds lists the kinds of reports, Formats the formats of one.
	Kinds() []string
	Formats(kind string) []string
	// Bodies lists the bodies of which the actor may have reports.
	Bodies(by casework.Actor) []casework.Body
	// Ask takes an order and gives its ID. Errors: Forbidden, Invalid with
	// fields, TooMany.
	Ask(ctx context.Context, by casework.Actor, o ReportOrder) (string, error)
	// List lists the actor's orders, Get finds one. Errors: NotFound.
	List(ctx context.Context, by casework.Actor) ([]ReportOrder, error)
	Get(ctx context.Context, by casework.Actor, id string) (ReportOrder, error)
	// Open opens the file of an order that is done. Errors: NotFound.
	Open(ctx context.Context, by casework.Actor, id string) (io.ReadCloser, error)
}

// ReportOrder is an order as the desk shows it.
type ReportOrder struct {
	ID, Kind, Format, Lang string
	Bodies                 []string
	From, To               casework.Date
	Asked, Finished        time.Time
	// State is waiting, running, done or failed.
	State      string
	Read, Made int
	Missing    []ReportMissing
	// Lacking is how many missing things there are in all.
	Lacking int
}

// ReportMissing is why a case is not in an export; Key is a text id.
type ReportMissing struct{ Case, Number, Body, What, Key string }

// reportsPage is the data of desk/reports.
type reportsPage struct {
	Form                   *web.Form
	Kinds, Bodies, Formats []templates.Option
	Orders                 []orderView
	Tabs                   []sheetTab
}

type orderView struct {
	ReportOrder
	Name, Where, Period, StateText, StateKind string
	Path                                      string
	Lines                                     []missingView
	More                                      int
}

type missingView struct{ Number, Body, Text, Href string }

func (d *Desk) showReports(v *visit) error {
	today := v.today("")
	first := casework.NewDate(today.Year, today.Month, 1)
	before := first.AddDays(-1)
	return v.reports(fiber.StatusOK, templates.NewForm("kind", v.c.Query("kind", "sstu"), "format", "xlsx",
		"from", casework.NewDate(before.Year, before.Month, 1).String(), "to", before.String()))
}

func (v *visit) reports(status int, form *web.Form) error {
	if !v.by.MayWatch() {
		return casework.Fail(casework.Forbidden, "desk.reports", "act.forbidden")
	}
	orders, err := v.Reports.List(v.ctx, v.by)
	if err != nil {
		return err
	}
	page := reportsPage{Form: form, Bodies: []templates.Option{{Text: v.t("desk_reports.order.all_bodies")}}}
	if v.Figures != nil {
		page.Tabs = v.sheetTabs("reports")
	}
	for _, k := range v.Reports.Kinds() {
		page.Kinds = append(page.Kinds, templates.Option{Value: k, Text: v.t("desk_reports.kind." + k), Hint: v.t("desk_reports.kind_hint." + k)})
	}
	for _, f := range v.Reports.Formats("monthly") {
		page.Formats = append(page.Formats, templates.Option{Value: f, Text: v.t("desk_reports.format." + f)})
	}
	for _, b := range v.Reports.Bodies(v.by) {
		page.Bodies = append(page.Bodies, templates.Option{Value: b.ID, Text: v.bodyName(b.ID)})
	}
	for _, o := range orders {
		page.Orders = append(page.Orders, v.orderView(o))
	}
	return v.Kit.Render(v.c, status, "desk/reports", "desk", "desk_reports.order.title", page)
}

// stateKinds are the colours of states.
var stateKinds = map[string]string{"waiting": "plain", "running": "act", "done": "good", "failed": "bad"}

func (v *visit) orderView(o ReportOrder) orderView {
	view := orderView{ReportOrder: o, Name: v.t("desk_reports.kind." + o.Kind), Period: o.From.String() + " — " + o.To.String(),
		StateText: v.t("desk_reports.state." + o.State), StateKind: stateKinds[o.State], Path: "/desk/reports/" + o.ID}
	view.Where = v.Kit.Set().T(v.lang, "desk_reports.order.bodies", nil, len(o.Bodies))
	if len(o.Bodies) == 1 {
		view.Where = v.bodyName(o.Bodies[0])
	}
	return view
}

// orderReport takes an order.
func (d *Desk) orderReport(v *visit) error {
	form := web.ReadForm(v.c)
	o := ReportOrder{Kind: form.Value("kind"), Format: form.Value("format"), Lang: v.lang}
	o.From, _ = casework.ParseDate(form.Value("from"))
	o.To, _ = casework.ParseDate(form.Value("to"))
	if body := form.Value("body"); body != "" {
		o.Bodies = []string{body}
	}
	id, err := d.Reports.Ask(v.ctx, v.by, o)
	if v.blame(form, err) {
		return v.reports(fiber.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return v.Kit.Redirect(v.c, "/desk/reports/"+id)
}

// showOrder shows how far a report is and what is missing in an export.
func (d *Desk) showOrder(v *visit) error {
	o, err := d.Reports.Get(v.ctx, v.by, v.c.Params("id"))
	if err != nil {
		return err
	}
	view := v.orderView(o)
	for _, m := range o.Missing {
		view.Lines = append(view.Lines, missingView{Number: m.Number, Body: v.bodyName(m.Body), Text: v.t(m.Key), Href: "/desk/case/" + m.Case})
	}
	view.More = o.Lacking - len(o.Missing)
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/report", "desk", view.Name, view)
}

// sendReport sends the file of an order.
func (d *Desk) sendReport(v *visit) error {
	o, err := d.Reports.Get(v.ctx, v.by, v.c.Params("id"))
	if err != nil {
		return err
	}
	file, err := d.Reports.Open(v.ctx, v.by, o.ID)
	if err != nil {
		return err
	}
	v.c.Set("Content-Type", fileTypes[o.Format])
	v.c.Set("Cache-Control", "no-store")
	v.c.Set("Content-Disposition", `attachment; filename="`+o.Kind+"-"+o.From.String()+"-"+o.To.String()+"."+o.Format+`"`)
	return v.c.SendStream(file)
}

// blame puts the field errors of a refused order at their fields; false if it
// was refused for another reason.
func (v *visit) blame(form *web.Form, err error) bool {
	code := casework.CodeOf(err)
	if !slices.Contains([]casework.Code{casework.Invalid, casework.TooMany}, code) {
		return false
	}
	var e *casework.Error
	if errors.As(err, &e) {
		failFields(form, e)
	}
	return true
}
