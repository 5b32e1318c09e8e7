package portal

import (
	"regexp"
	"slices"
	"strings"

	"priemnaya/casework"
)

// complaintOf makes the complaint from the draft's fields.
func (p *Portal) complaintOf(d casework.FilingDraft) *casework.Complaint {
	f := func(name string) string { return strings.TrimSpace(d.Fields[name]) }
	c := casework.Complaint{Grounds: strings.Fields(d.Fields["grounds"]), Demands: f("demands"),
		Register: f("register"), Suspend: f("suspend"), Decision: decisionOf(d)}
	if d.Regime == casework.RegimeControl {
		c.Order = slices.Contains(c.Grounds, "order")
		c.Restore = f("restore")
	}
	against := casework.Against{Body: f("against")}
	if against.Body == otherBody {
		against.Body = ""
	}
	if f("against_kind") != "body" || against.Body == "" {
		// A complaint about an official may be considered by his own body, but
		// not by himself (210-FZ art. 11.2 p. 1, 59-FZ art. 8 p. 6).
		against.Official = f("against_name")
	}
	if against != (casework.Against{}) {
		c.Against = []casework.Against{against}
	}
	return &c
}

// decisionOf joins the service, what was decided, its number and its date.
func decisionOf(d casework.FilingDraft) string {
	var out []string
	for _, name := range []string{"service", "decision"} {
		if x := strings.TrimSpace(d.Fields[name]); x != "" {
			out = append(out, x)
		}
	}
	number, on := strings.TrimSpace(d.Fields["decision_number"]), strings.TrimSpace(d.Fields["decided_on"])
	if number != "" {
		number = "№ " + strings.TrimPrefix(number, "№")
	}
	if day, err := readDate(on); err == nil {
		on = day.String()
	}
	if tail := strings.TrimSpace(number + " " + on); tail != "" {
		out = append(out, tail)
	}
	return strings.Join(out, "\n")
}

var dotted = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4})$`)

// readDate reads what a date field sends and what people type: 2026-12-18 and
// 18.12.2026. Errors: Invalid.
func readDate(s string) (casework.Date, error) {
	s = strings.TrimSpace(s)
	if m := dotted.FindStringSubmatch(s); m != nil {
		two := func(x string) string { return ("0" + x)[len(x)-1:] }
		s = m[3] + "-" + two(m[2]) + "-" + two(m[1])
	}
	return casework.ParseDate(s)
}

// settingsOf are the settings of a body, the defaults for none.
func (p *Portal) settingsOf(body string) casework.Settings {
	b, err := p.Office.Registry().Body(body)
	if err != nil {
		return casework.Settings{}
	}
	return b.Settings
}

// today is the day at a body now.
func (p *Portal) today(body string) casework.Date {
	return casework.DateOf(p.Office.Now(), p.settingsOf(body).Location())
}

// filingTerm reckons the term of filing a complaint by the draft's answers.
func (p *Portal) filingTerm(v *visit) *filingTerm {
	reg, err := p.law(v.draft.Regime)
	if err != nil {
		return nil
	}
	kind := casework.TermFile
	if p.complaintOf(v.draft).Order {
		kind = casework.TermFileOrder
	}
	rule, ok := reg.Rule(kind, "")
	if !ok {
		return nil
	}
	term := &filingTerm{Length: p.lengthOf(v.c, rule), Norm: rule.Norm}
	knew, err := readDate(v.draft.Fields["knew"])
	if err != nil {
		return term
	}
	r, err := p.reckon(rule, knew, v.draft.Addressee)
	if err != nil {
		return term
	}
	term.Due, term.Known = r.Due, true
	term.Late = p.today(v.draft.Addressee).After(r.Due)
	return term
}

// reckon counts a term by the calendar of a body.
func (p *Portal) reckon(rule casework.TermRule, start casework.Date, body string) (casework.Reckoning, error) {
	cal, err := p.Office.Laws().Calendar(p.settingsOf(body).Calendar)
	if err != nil {
		return casework.Reckoning{}, err
	}
	return casework.Reckon(rule, start, cal)
}

// complaintFaults are the mistakes of the complaint's fields, in the order of
// the page. They are asked for again on the check page.
func (p *Portal) complaintFaults(v *visit) []casework.FieldError {
	d := v.draft
	if !complains(d.Regime) {
		return nil
	}
	var out []casework.FieldError
	bad := func(field, key string, pairs ...any) {
		data := map[string]any{}
		for i := 0; i+1 < len(pairs); i += 2 {
			data[pairs[i].(string)] = pairs[i+1]
		}
		out = append(out, casework.FieldError{Field: field, Key: key, Data: data})
	}
	empty := func(name string) bool { return strings.TrimSpace(d.Fields[name]) == "" }
	if empty("against") {
		bad("against", "filing.against_needed")
	}
	if empty("against_name") && (d.Fields["against"] == otherBody || d.Fields["against_kind"] == "mfc") {
		bad("against_name", "portal.complaint.name_needed")
	}
	services := d.Regime == casework.RegimeServices
	if services && empty("service") {
		bad("service", "portal.complaint.service_needed")
	}
	if empty("decision") {
		bad("decision", "filing.decision_needed")
	}
	if empty("grounds") {
		bad("grounds", "portal.complaint.grounds_needed")
	}
	decided := p.dayFault(v, "decided_on", bad)
	if !services {
		p.controlFaults(v, decided, bad)
	}
	return out
}

func (p *Portal) controlFaults(v *visit, decided casework.Date, bad func(string, string, ...any)) {
	d := v.draft
	knew := p.dayFault(v, "knew", bad)
	switch {
	case strings.TrimSpace(d.Fields["knew"]) == "":
		bad("knew", "filing.knew_needed")
	case !knew.IsZero() && !decided.IsZero() && knew.Before(decided):
		bad("knew", "portal.complaint.knew_before")
	case !knew.IsZero():
		if term := p.filingTerm(v); term != nil && term.Late && strings.TrimSpace(d.Fields["restore"]) == "" {
			bad("restore", "portal.complaint.restore_needed", "Date", term.Due.String())
		}
	}
	if strings.TrimSpace(d.Fields["demands"]) == "" {
		bad("demands", "filing.demands_needed")
	}
}

// dayFault reads a day of the past in a year that a calendar is loaded for; a
// zero date is a mistake or none given.
func (p *Portal) dayFault(v *visit, field string, bad func(string, string, ...any)) casework.Date {
	typed := strings.TrimSpace(v.draft.Fields[field])
	if typed == "" {
		return casework.Date{}
	}
	day, err := readDate(typed)
	if err != nil {
		bad(field, "portal.complaint.date")
		return casework.Date{}
	}
	if day.After(p.today(v.draft.Addressee)) {
		bad(field, "portal.complaint.future")
		return casework.Date{}
	}
	if field != "knew" {
		return day
	}
	rule := casework.TermRule{N: 1, Unit: casework.CalendarDays, Roll: casework.RollNone}
	if _, err := p.reckon(rule, day, v.draft.Addressee); err != nil {
		bad(field, "portal.complaint.no_year", "Year", day.Year)
		return casework.Date{}
	}
	return day
}

// complainedOf is the body that the draft complains of as a whole; "" if none.
func (p *Portal) complainedOf(d casework.FilingDraft) string {
	if !complains(d.Regime) {
		return d.Fields[fieldAboutBody]
	}
	for _, a := range p.complaintOf(d).Against {
		if a.Official == "" && a.Unit == "" {
			return a.Body
		}
	}
	return ""
}

// superiorOf is the next open body above a body, "" if there is none.
func (p *Portal) superiorOf(body string) string {
	reg := p.Office.Registry()
	b, err := reg.Body(body)
	for seen := 0; err == nil && b.Parent != "" && seen < 20; seen++ {
		if b, err = reg.Body(b.Parent); err == nil && !b.Closed {
			return b.ID
		}
	}
	return ""
}
