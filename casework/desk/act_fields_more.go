package desk

import (
	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

func requestFields(v *visit, c *casework.Case, f *web.Form) ([]actField, error) {
	return []actField{{Name: "find", Kind: "find", Label: v.t("desk.choose.find")},
		{Name: "body", Kind: "radios", Options: v.bodyList(c, f, "body")},
		{Name: "to", Kind: "text", Hint: v.t("desk.request.to_hint"), Optional: true},
		{Name: "what", Kind: "textarea", Max: 5000}}, nil
}

// waitingFor are the requests for documents that have no answer yet.
func waitingFor(c *casework.Case) []casework.Request {
	var out []casework.Request
	for _, r := range c.Procedure.Requests {
		if r.Waiting() && r.To != casework.ToApplicant {
			out = append(out, r)
		}
	}
	return out
}

// asked reports whether a question to the applicant waits for its answer.
func asked(c *casework.Case) bool {
	for _, r := range c.Procedure.Requests {
		if r.Waiting() && r.To == casework.ToApplicant {
			return true
		}
	}
	return false
}

func receiveFields(v *visit, c *casework.Case, f *web.Form) ([]actField, error) {
	var options []templates.Option
	for _, r := range waitingFor(c) {
		options = append(options, templates.Option{Value: r.ID, Text: v.requestTo(r), Hint: casework.Summarise(r.Text)})
	}
	if len(options) == 1 && f.Value("request") == "" {
		f.Values["request"] = []string{options[0].Value}
	}
	return []actField{{Name: "request", Kind: "radios", Options: options},
		{Name: "answer", Kind: "textarea", Max: 5000, Optional: true}}, nil
}

func makeReceipt(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
	if f.Value("request") == "" {
		f.Fail("request", "desk.receive.needed")
	}
	return casework.DocumentReceipt{Request: f.Value("request"), Answer: f.Value("answer")}
}

func (v *visit) requestTo(r casework.Request) string {
	if r.To == casework.ToApplicant {
		return v.t("desk.request.applicant")
	}
	return v.bodyFull(r.To)
}

// mayExtend reports whether an extension can still be decided: once, and before
// the last day.
func mayExtend(v *visit, c *casework.Case) bool {
	_, known := v.regulation(c).Rule(casework.TermExtend, c.Procedure.Variant)
	t, running := c.Term(casework.TermConsider)
	return known && running && t.Rule.Start != casework.StartDue && v.today(c.Place.Body).Before(t.Due)
}

func fillDays(v *visit, c *casework.Case, f *web.Form) {
	if p := c.Procedure.Proposal; p != nil {
		f.Values["days"], f.Values["reason"] = []string{itoa(p.Days)}, []string{p.Reason}
		return
	}
	rule, _ := v.regulation(c).Rule(casework.TermExtend, c.Procedure.Variant)
	f.Values["days"] = []string{itoa(rule.N)}
}

func extendFields(v *visit, c *casework.Case, f *web.Form) ([]actField, error) {
	rule, _ := v.regulation(c).Rule(casework.TermExtend, c.Procedure.Variant)
	if f.Value("do") == "preview" && v.previewExtension(c, f) == "" {
		f.Fail("days", "extend.days", "Max", rule.N)
	}
	return []actField{{Name: "days", Kind: "number", Max: rule.N,
		Hint: v.t("desk.extend.days_hint", "Max", rule.N, "Unit", v.label("desk.unit", string(rule.Unit)))},
		{Name: "reason", Kind: "textarea", Max: 2000, Hint: v.t("desk.forward.why_hint")}}, nil
}

func decisionFields(v *visit, c *casework.Case, _ *web.Form) ([]actField, error) {
	return []actField{{Name: "granted", Kind: "radios", Options: []templates.Option{
		v.option("yes", v.t("desk.decision.yes")), v.option("no", v.t("desk.decision.no"))}},
		{Name: "reason", Kind: "textarea", Max: 5000, Hint: v.t("desk.forward.why_hint")}}, nil
}

func oralFields(v *visit, c *casework.Case, _ *web.Form) ([]actField, error) {
	return []actField{{Name: "summary", Kind: "textarea", Max: 5000}, {Name: "outcome", Kind: "radios", Options: v.outcomes(c)},
		{Name: "consent", Kind: "tick", Hint: v.t("desk.oral.consent_hint")}}, nil
}

func withdrawFields(v *visit, c *casework.Case, _ *web.Form) ([]actField, error) {
	fields := []actField{{Name: "reason", Kind: "textarea", Max: 5000, Optional: true, Hint: v.t("desk.withdraw.hint")}}
	if c.Procedure.Regime == casework.RegimeControl {
		fields = append(fields, actField{Name: "part", Kind: "textarea", Max: 2000, Optional: true, Hint: v.t("desk.withdraw.part_hint")})
	}
	return fields, nil
}
