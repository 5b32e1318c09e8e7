package counter

import (
	"regexp"
	"slices"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// A complaint about a service may be handed in on paper at the body or at an
// MFC (210-FZ art. 11.2 p. 2), so the counter takes it. A complaint about state
// control is filed electronically only (248-FZ art. 40 p. 1): the counter says
// how, and enters it as nothing else.

// complaintFields are those of a complaint that a draft keeps beside the others.
var complaintFields = []string{"against", "against_kind", "against_name", "service", "decision", "decision_number", "decided_on", "demands"}

// regimes are those the form lets choose, in its order.
var regimes = []casework.Regime{casework.RegimeAppeal, casework.RegimeServices, casework.RegimeControl}

// takeComplaint writes what was typed of a complaint into the draft.
func takeComplaint(d *casework.FilingDraft, form *web.Form) {
	if r := casework.Regime(form.Value("regime")); slices.Contains(regimes, r) {
		d.Regime = r
	}
	for _, name := range complaintFields {
		d.Fields[name] = form.Value(name)
	}
	d.Fields["grounds"] = strings.Join(form.All("grounds"), " ")
}

func showComplaint(d casework.FilingDraft, form *web.Form) {
	form.Values["regime"] = []string{string(d.Regime)}
	for _, name := range complaintFields {
		form.Values[name] = []string{d.Fields[name]}
	}
	form.Values["grounds"] = strings.Fields(d.Fields["grounds"])
}

var dotted = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4})$`)

// dayOf reads 2026-12-18 and 18.12.2026. Errors: Invalid.
func dayOf(s string) (casework.Date, error) {
	if m := dotted.FindStringSubmatch(strings.TrimSpace(s)); m != nil {
		two := func(x string) string { return ("0" + x)[len(x)-1:] }
		s = m[3] + "-" + two(m[2]) + "-" + two(m[1])
	}
	return casework.ParseDate(strings.TrimSpace(s))
}

// complain gives the filing what its regime asks for beyond an appeal.
func (v *visit) complain(f *casework.Filing, d casework.FilingDraft, form *web.Form) {
	switch d.Regime {
	case casework.RegimeControl:
		form.Fail("regime", "counter.error.control")
		return
	case casework.RegimeServices:
	default:
		return
	}
	c := &casework.Complaint{Grounds: strings.Fields(d.Fields["grounds"]), Demands: strings.TrimSpace(d.Fields["demands"]), Decision: v.decision(d, form)}
	against := casework.Against{Body: d.Fields["against"]}
	if against.Body != "" {
		if _, err := v.Office.Registry().Body(against.Body); err != nil {
			form.Fail("against", "filing.addressee_unknown")
		}
	}
	if kind := d.Fields["against_kind"]; kind == "official" || kind == "mfc" || against.Body == "" {
		// A complaint about an official may be considered by his own body, but
		// not by himself (210-FZ art. 11.2 p. 1).
		if against.Official = strings.TrimSpace(d.Fields["against_name"]); against.Official == "" && kind != "" && kind != "body" {
			form.Fail("against_name", "portal.complaint.name_needed")
		}
	}
	if against != (casework.Against{}) {
		c.Against = []casework.Against{against}
	}
	if strings.TrimSpace(d.Fields["service"]) == "" {
		form.Fail("service", "portal.complaint.service_needed")
	}
	f.Complaint = c
}

// decision joins the service, what was decided, its number and its day.
func (v *visit) decision(d casework.FilingDraft, form *web.Form) string {
	if strings.TrimSpace(d.Fields["decision"]) == "" {
		return ""
	}
	var out []string
	for _, name := range []string{"service", "decision"} {
		if x := strings.TrimSpace(d.Fields[name]); x != "" {
			out = append(out, x)
		}
	}
	number, on := strings.TrimSpace(d.Fields["decision_number"]), strings.TrimSpace(d.Fields["decided_on"])
	if number != "" {
		number = "№ " + strings.TrimSpace(strings.TrimPrefix(number, "№"))
	}
	if on != "" {
		day, err := dayOf(on)
		b, _ := v.Office.Registry().Body(d.Addressee)
		switch {
		case err != nil:
			form.Fail("decided_on", "portal.complaint.date")
		case day.After(casework.DateOf(v.Office.Now(), b.Settings.Location())):
			form.Fail("decided_on", "portal.complaint.future")
		}
		on = day.String()
	}
	if tail := strings.TrimSpace(number + " " + on); tail != "" {
		out = append(out, tail)
	}
	return strings.Join(out, "\n")
}

// complaintChoices are the options of the fields of a complaint.
type complaintChoices struct {
	Regimes, Against, Kinds, Grounds []templates.Option
	// Open is true if the fields of a complaint are needed.
	Open bool
}

func (v *visit) complaintChoices(form *web.Form) (complaintChoices, error) {
	x := complaintChoices{Open: form.Is("regime", string(casework.RegimeServices))}
	for i, name := range []string{"appeal", "services", "control"} {
		x.Regimes = append(x.Regimes, templates.Option{Value: string(regimes[i]), Text: v.t("counter.regime." + name)})
	}
	x.Against = []templates.Option{{Text: v.t("counter.entry.against_none")}}
	for _, b := range v.Office.Registry().Bodies() {
		if !b.Closed {
			x.Against = append(x.Against, templates.Option{Value: b.ID, Text: b.Name})
		}
	}
	for _, kind := range []string{"body", "official", "mfc"} {
		x.Kinds = append(x.Kinds, templates.Option{Value: kind, Text: v.t("portal.complaint.kind_" + kind)})
	}
	law, err := v.Office.Laws().InForce(casework.RegimeServices, casework.DateOf(v.Office.Now(), casework.Settings{}.Location()))
	if err != nil {
		return x, err
	}
	for _, g := range law.Complaints {
		x.Grounds = append(x.Grounds, templates.Option{Value: g.Key, Text: g.Title[v.Kit.Lang(v.c)], Hint: templates.FormatNorm(v.Kit.Lang(v.c), g.Norm)})
	}
	return x, nil
}
