package desk

import (
	"slices"
	"strings"

	"priemnaya/casework"
)

// termPage is the data of desk/term: how a date came about, day by day.
type termPage struct {
	Case caseView
	// JSON is the address of the same explanation for programs.
	JSON  string
	Term  termLine
	Rule  casework.TermRule
	Unit  string
	Roll  string
	Start casework.Date
	Days  []dayView
	// Calendar and Revision are those by which the term was computed.
	Calendar, Revision string
	// Moved is the date by today's calendar, where that is another one.
	Moved casework.Date
	// Missing is the year of which there is no calendar now.
	Missing bool
}

// dayView is one day of a reckoning.
type dayView struct {
	Date      casework.Date
	Weekday   string
	Kind, Why string
	Counted   int
	Off, Due  bool
}

// showTerm explains a term.
func (d *Desk) showTerm(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c.Terms, func(t casework.Term) bool { return t.ID == v.c.Params("term") })
	if i < 0 {
		return casework.Fail(casework.NotFound, "desk.showTerm", "case.none")
	}
	t := c.Terms[i]
	page := termPage{Case: v.caseView(&c), JSON: v.casePath("/term/" + t.ID + ".json"), Rule: t.Rule, Unit: v.label("desk.unit", string(t.Rule.Unit)),
		Roll: v.label("desk.roll", string(t.Rule.Roll)), Start: t.Start, Calendar: t.Calendar, Revision: t.Revision}
	running, past := v.terms(&c)
	for _, line := range append(running, past...) {
		if line.Href == page.Case.Path+"/term/"+t.ID {
			page.Term = line
		}
	}
	r, err := v.reckon(t)
	page.Missing = err != nil
	if err == nil && r.Due != t.Due {
		page.Moved = r.Due
	}
	for _, step := range r.Steps {
		page.Days = append(page.Days, dayView{Date: step.Date, Weekday: v.t("desk.weekday.d" + string('0'+rune(step.Date.Weekday()))),
			Kind: v.label("desk.day", string(step.Kind)), Why: v.label("desk.why", step.Why),
			Counted: step.Counted, Off: !step.Kind.Working(), Due: step.Date == r.Due})
	}
	return v.Kit.Render(v.c, 200, "desk/term", "desk", "desk.termpage.title", page)
}

// sendTerm gives the explanation of a term to a program.
func (d *Desk) sendTerm(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	e, err := d.Office.Explain(&c, strings.TrimSuffix(v.c.Params("file"), ".json"))
	if err != nil && e.Term.ID == "" {
		return casework.Fail(casework.NotFound, "desk.sendTerm", "case.none")
	}
	if err != nil {
		return err
	}
	return v.sendJSON(e)
}

// reckon repeats the reckoning of a term with its own edition of the calendar,
// or with the present one where that edition is gone.
func (v *visit) reckon(t casework.Term) (casework.Reckoning, error) {
	calendar, _ := v.Office.Laws().Edition(t.Calendar, t.Revision)
	return casework.Reckon(t.Rule, t.Start, calendar, t.Pauses...)
}
