package portal

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

const (
	// otherBody as an answer to "whose decision" means one not in the registry.
	otherBody = "other"
	// maxLine is the longest one-line answer in characters, maxPetition the
	// longest answer in several lines.
	maxLine     = 300
	maxPetition = 5000
)

// complaintLines and complaintTexts are the typed fields of a complaint.
var (
	complaintLines = []string{"against_name", "service", "decided_on", "decision_number", "register", "knew"}
	complaintTexts = []string{"decision", "demands", "restore", "suspend"}
)

type complaintPage struct {
	stepPage
	Regime string
	// Bodies are those to choose from, Kinds who exactly is complained of.
	Bodies, Kinds, Grounds []templates.Option
	Query                  string
	Found, More            int
	// Filing is the term within which to complain, nil where there is none.
	Filing *filingTerm
	// Required says which fields the regulation asks for.
	Required map[string]bool
	Max      int
}

// filingTerm is the term of filing a complaint, as reckoned for this person.
type filingTerm struct {
	Length, Norm string
	Due          casework.Date
	// Known is true once the day is known, Late once the term has passed.
	Known, Late bool
}

func (p *Portal) takeComplaint(_ *visit, d *casework.FilingDraft, form *web.Form) error {
	for _, name := range complaintLines {
		if x, ok := line(form, name, 4*maxLine); ok {
			d.Fields[name] = x
		}
	}
	for _, name := range complaintTexts {
		if form.Values[name] != nil && utf8.RuneCountInString(form.Value(name)) <= 4*maxPetition {
			d.Fields[name] = form.Value(name)
		}
	}
	switch kind := form.Value("against_kind"); kind {
	case "body", "official", "mfc":
		d.Fields["against_kind"] = kind
	}
	if id := form.Value("against"); id == otherBody || p.openBody(id) {
		d.Fields["against"] = id
	}
	// Unchecked boxes are not sent, so the form says that it had them.
	if form.Values["grounds_asked"] != nil {
		var keys []string
		for _, key := range form.All("grounds") {
			if p.knownGround(d.Regime, key) && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
		d.Fields["grounds"] = strings.Join(keys, " ")
	}
	return nil
}

func (p *Portal) knownGround(r casework.Regime, key string) bool {
	reg, err := p.law(r)
	return err == nil && slices.ContainsFunc(reg.Complaints, func(g casework.ComplaintGround) bool { return g.Key == key })
}

func (p *Portal) actComplaint(v *visit, form *web.Form) (bool, error) {
	if !form.Is("do", "search") {
		return false, nil
	}
	q, _ := templates.CleanLine(form.Value("q"), 0)
	to := v.stepPath("complaint") + "?q=" + url.QueryEscape(cut(q, 200))
	if form.Is("back", "check") {
		to += "&back=check"
	}
	return true, p.Kit.Redirect(v.c, to+"#f-against")
}

func (p *Portal) checkComplaint(v *visit, form *web.Form) {
	for _, name := range complaintLines {
		if x, _ := line(form, name, 0); utf8.RuneCountInString(x) > maxLine {
			form.Fail(name, "portal.complaint.long", "Max", maxLine)
		}
	}
	for _, name := range complaintTexts {
		if utf8.RuneCountInString(form.Value(name)) > maxPetition {
			form.Fail(name, "portal.complaint.long", "Max", maxPetition)
		}
	}
	for _, x := range p.complaintFaults(v) {
		form.Fail(x.Field, x.Key, pairsOf(x.Data)...)
	}
}

func (p *Portal) formComplaint(v *visit) *web.Form {
	pairs := []string{"against", v.draft.Fields["against"], "against_kind", orElse(v.draft.Fields["against_kind"], "body"), "q", v.c.Query("q")}
	for _, name := range slices.Concat(complaintLines, complaintTexts) {
		pairs = append(pairs, name, v.draft.Fields[name])
	}
	form := templates.NewForm(pairs...)
	form.Values["grounds"] = strings.Fields(v.draft.Fields["grounds"])
	return form
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (p *Portal) showComplaint(v *visit, status int, form *web.Form) error {
	reg, err := p.law(v.draft.Regime)
	if err != nil || !complains(v.draft.Regime) {
		return p.Kit.Redirect(v.c, v.stepPath("what"))
	}
	page := complaintPage{stepPage: p.page(v, "complaint", form), Regime: slugs[v.draft.Regime], Max: maxPetition,
		Required: map[string]bool{}, Filing: p.filingTerm(v)}
	for _, name := range reg.Required {
		page.Required[name] = true
	}
	lang := p.Kit.Lang(v.c)
	for _, g := range reg.Complaints {
		o := templates.Option{Value: g.Key, Text: g.Title[lang], Hint: templates.FormatNorm(lang, g.Norm)}
		if rule, ok := reg.Terms[casework.TermConsider+casework.TermKind("@"+g.Variant)]; ok && g.Variant != "" {
			o.Hint = p.Kit.T(v.c, "portal.complaint.short", "Length", p.lengthOf(v.c, rule), "Norm", g.Norm)
		}
		page.Grounds = append(page.Grounds, o)
	}
	kinds := []string{"body", "official"}
	if v.draft.Regime == casework.RegimeServices {
		kinds = append(kinds, "mfc")
	}
	for _, kind := range kinds {
		page.Kinds = append(page.Kinds, templates.Option{Value: kind, Text: p.Kit.T(v.c, "portal.complaint.kind_"+kind)})
	}
	p.bodiesToComplainOf(v, form, &page)
	return p.render(v.c, status, "complaint", page)
}

// fewBodies is how many bodies are shown without a search.
const fewBodies = 8

func (p *Portal) bodiesToComplainOf(v *visit, form *web.Form, page *complaintPage) {
	page.Query, _ = templates.CleanLine(form.Value("q"), 0)
	reg := p.Office.Registry()
	var open []casework.Body
	for _, b := range reg.Bodies() {
		if !b.Closed {
			open = append(open, b)
		}
	}
	found := open
	if page.Query != "" {
		found = findBodies(reg, page.Query)
		page.Found = len(found)
		page.More = max(0, page.Found-maxFound)
		found = found[:min(len(found), maxFound)]
	} else if len(open) > maxFound {
		found = open[:fewBodies]
	}
	if chosen := v.draft.Fields["against"]; chosen != "" && chosen != otherBody &&
		!slices.ContainsFunc(found, func(b casework.Body) bool { return b.ID == chosen }) {
		if b, err := reg.Body(chosen); err == nil {
			found = append([]casework.Body{b}, found...)
		}
	}
	for _, b := range found {
		page.Bodies = append(page.Bodies, templates.Option{Value: b.ID, Text: b.Name})
	}
	page.Bodies = append(page.Bodies, templates.Option{Value: otherBody, Text: p.Kit.T(v.c, "portal.complaint.other_body"),
		Hint: p.Kit.T(v.c, "portal.complaint.other_hint")})
}

// complaintRows are the answers of the step, for the check page.
func (p *Portal) complaintRows(v *visit) []templates.SummaryRow {
	d := v.draft
	if !complains(d.Regime) {
		return nil
	}
	var rows []templates.SummaryRow
	add := func(field, text string, always bool) {
		if text != "" || always {
			rows = append(rows, templates.SummaryRow{Label: p.Kit.T(v.c, "portal.complaint.row_"+field), Text: text,
				Href: v.stepPath("complaint") + "?back=check#" + templates.FieldID(field)})
		}
	}
	var against, grounds []string
	for _, a := range p.complaintOf(d).Against {
		against = append(against, strings.TrimSpace(p.bodyName(a.Body)+"\n"+a.Official))
	}
	if reg, err := p.law(d.Regime); err == nil {
		for _, g := range reg.Complaints {
			if slices.Contains(strings.Fields(d.Fields["grounds"]), g.Key) {
				grounds = append(grounds, g.Title[p.Kit.Lang(v.c)])
			}
		}
	}
	add("against", strings.Join(against, "\n"), true)
	add("decision", p.complaintOf(d).Decision, true)
	add("grounds", strings.Join(grounds, "\n"), true)
	knew := d.Fields["knew"]
	if on, err := readDate(knew); err == nil {
		knew = templates.FormatDate(p.Kit.Lang(v.c), on.Time(casework.Settings{}.Location()))
	}
	add("knew", knew, d.Regime == casework.RegimeControl)
	for _, name := range []string{"register", "demands", "restore", "suspend"} {
		add(name, cut(d.Fields[name], excerptRunes), name == "demands")
	}
	return rows
}
