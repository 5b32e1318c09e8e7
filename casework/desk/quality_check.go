package desk

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// qualityPage is the data of desk/quality.
type qualityPage struct {
	Tabs   []sheetTab
	Own    []sampleView
	Result SheetTable
	Most   int
}

type sampleView struct {
	Href  string
	Drawn time.Time
}

// drawn is how many answers one press draws.
const drawn = 5

// showQuality lists the answers that the reader has drawn and what all checks
// found, by unit.
func (d *Desk) showQuality(v *visit) error {
	own, checked, err := d.Office.Samples(v.ctx, v.by)
	if err != nil {
		return err
	}
	page := qualityPage{Tabs: v.sheetTabs("quality"), Most: drawn,
		Result: SheetTable{Title: v.t("desk_reports.quality.results"), Columns: []string{v.t("desk_reports.quality.checked")}}}
	for _, s := range own {
		page.Own = append(page.Own, sampleView{Href: "/desk/quality/" + s.ID, Drawn: s.Drawn})
	}
	for _, check := range casework.SampleChecks() {
		page.Result.Columns = append(page.Result.Columns, v.t("desk_reports.quality.short."+check))
	}
	for _, t := range casework.TallySamples(checked) {
		row := SheetRow{Head: v.bodyName(t.Place.Body) + ", " + v.orNo(v.unitName(t.Place.Body, t.Place.Unit), "desk.board.no_unit"),
			Cells: []SheetCell{{Text: fmt.Sprint(t.Answers)}}}
		for _, check := range casework.SampleChecks() {
			text := "—"
			if of := t.Yes[check] + t.No[check]; of > 0 {
				text = v.t("desk_reports.quality.share", "Yes", t.Yes[check], "Of", of)
			}
			row.Cells = append(row.Cells, SheetCell{Text: text})
		}
		page.Result.Rows = append(page.Result.Rows, row)
	}
	return v.Kit.Render(v.c, 200, "desk/quality", "desk", "desk_reports.quality.title", page)
}

// drawSample draws answers for the reader.
func (d *Desk) drawSample(v *visit) error {
	n, err := d.Office.DrawSample(v.ctx, v.by, drawn)
	if err != nil {
		return err
	}
	flash := templates.Flash{Kind: "good", Key: "desk_reports.quality.drawn", Data: map[string]any{"N": n}}
	if n == 0 {
		flash = templates.Flash{Kind: "warn", Key: "desk_reports.quality.none"}
	}
	v.Kit.Flash(v.c, flash)
	return v.Kit.Redirect(v.c, "/desk/quality")
}

// samplePage is the data of desk/sample.
type samplePage struct {
	Path     string
	Text     casework.SampleText
	Form     *web.Form
	Checks   []sampleCheck
	Verdicts []templates.Option
	Max      int
}

type sampleCheck struct{ Name, Text, Hint string }

// showSample shows question and answer with the list.
func (d *Desk) showSample(v *visit) error { return v.sample(fiber.StatusOK, &web.Form{}) }

func (v *visit) sample(status int, form *web.Form) error {
	s, text, err := v.Office.ReadSample(v.ctx, v.by, v.c.Params("id"))
	if err != nil {
		return err
	}
	page := samplePage{Path: "/desk/quality/" + s.ID, Text: text, Form: form, Max: casework.MaxRemark}
	for _, check := range casework.SampleChecks() {
		page.Checks = append(page.Checks, sampleCheck{check, v.t("desk_reports.quality.check." + check), v.t("desk_reports.quality.hint." + check)})
	}
	for _, verdict := range casework.Verdicts() {
		page.Verdicts = append(page.Verdicts, templates.Option{Value: verdict, Text: v.t("desk_reports.quality.verdict." + verdict)})
	}
	return v.Kit.Render(v.c, status, "desk/sample", "desk", "desk_reports.quality.page", page)
}

// checkSample keeps what the reader found.
func (d *Desk) checkSample(v *visit) error {
	form := web.ReadForm(v.c)
	verdicts := map[string]string{}
	for _, check := range casework.SampleChecks() {
		verdicts[check] = form.Value(check)
	}
	err := d.Office.CheckSample(v.ctx, v.by, v.c.Params("id"), verdicts, form.Value("remark"))
	if v.blame(form, err) {
		return v.sample(fiber.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk_reports.quality.kept"})
	return v.Kit.Redirect(v.c, "/desk/quality")
}
