package desk

import (
	"slices"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// The groups of the menu of further acts.
const (
	groupCourse   = "course"
	groupRequests = "requests"
	groupTerm     = "term"
	groupFindings = "findings"
	groupEnd      = "end"
)

// actForms is the table of further acts in the order of the menu.
func actForms() []actForm {
	return slices.Concat(visaForms(), courseForms(), requestForms(), termForms(), findingForms(), endForms())
}

func courseForms() []actForm {
	return []actForm{
		{kind: casework.ActHold, group: groupCourse, fields: noFields,
			make: func(_ *visit, c *casework.Case, _ *web.Form) casework.Act { return casework.Holding{Route: c.Route} }},
		{kind: casework.ActMarkUp, group: groupCourse, kept: []string{"against", "variant"}, fill: fillMark, fields: markFields,
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Marking{Against: againstOf(f.All("against")), Variant: f.Value("variant")}
			}},
		{kind: casework.ActSplit, group: groupCourse, kept: []string{"topics"}, fill: fillSplit, fields: splitFields, make: makeSplit},
		{kind: casework.ActLink, group: groupCourse, kept: []string{"to", "case", "number"}, fields: linkFields, make: makeLink},
		{kind: casework.ActCopy, group: groupCourse, kept: []string{"bodies", "why", "redacted"}, fields: copyFields,
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Copying{Bodies: f.All("bodies"), Why: f.Value("why"), Redacted: f.Is("redacted", "yes")}
			}},
	}
}

func requestForms() []actForm {
	return []actForm{
		{kind: casework.ActRequest, group: groupRequests, kept: []string{"body", "to", "what"}, fields: requestFields,
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				to := f.Value("to")
				if to == "" {
					to = f.Value("body")
				}
				return casework.DocumentRequest{To: to, What: f.Value("what")}
			}},
		{kind: casework.ActReceive, group: groupRequests, kept: []string{"request", "answer"}, fields: receiveFields, files: true,
			offered: func(_ *visit, c *casework.Case) bool { return len(waitingFor(c)) > 0 }, make: makeReceipt},
		{kind: casework.ActAsk, group: groupRequests, kept: []string{"text"}, fields: only(actField{Name: "text", Kind: "textarea", Max: 5000}),
			offered: func(_ *visit, c *casework.Case) bool { return !asked(c) },
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Asking{Text: f.Value("text")}
			}},
	}
}

func termForms() []actForm {
	return []actForm{
		{kind: casework.ActPropose, group: groupTerm, kept: []string{"days", "reason"}, offered: mayExtend, fill: fillDays, fields: extendFields,
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.ExtensionProposal{Days: number(f, "days"), Reason: f.Value("reason")}
			}},
		{kind: casework.ActExtend, group: groupTerm, kept: []string{"days", "reason"}, offered: mayExtend, fill: fillDays, fields: extendFields,
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Extension{Days: number(f, "days"), Reason: f.Value("reason")}
			}},
		{kind: casework.ActRestore, group: groupTerm, kept: []string{"granted", "reason"}, fields: decisionFields,
			offered: func(_ *visit, c *casework.Case) bool {
				p := c.Procedure.Complaint
				return p != nil && p.LateFiled && p.Restore != ""
			},
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Restoration{Granted: decided(f), Reason: f.Value("reason")}
			}},
		{kind: casework.ActSuspend, group: groupTerm, kept: []string{"granted", "reason"}, fields: decisionFields,
			offered: func(_ *visit, c *casework.Case) bool {
				p := c.Procedure.Complaint
				return p != nil && p.Suspend != "" && p.Suspended == ""
			},
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Suspension{Granted: decided(f), Reason: f.Value("reason")}
			}},
	}
}

func findingForms() []actForm {
	running := func(kind casework.TermKind, want bool) func(*visit, *casework.Case) bool {
		return func(_ *visit, c *casework.Case) bool { _, ok := c.Term(kind); return ok == want }
	}
	return []actForm{
		{kind: casework.ActFind, group: groupFindings, kept: []string{"what"}, offered: running(casework.TermProsecutor, false),
			fields: only(actField{Name: "what", Kind: "textarea", Max: 5000}),
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Finding{What: f.Value("what")}
			}},
		{kind: casework.ActProsecute, group: groupFindings, kept: []string{"letter"}, offered: running(casework.TermProsecutor, true),
			fields: only(actField{Name: "letter", Kind: "text"}),
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Prosecution{Letter: f.Value("letter")}
			}},
		{kind: casework.ActRemedy, group: groupFindings, kept: []string{"what"}, offered: running(casework.TermRemedy, true),
			fields: only(actField{Name: "what", Kind: "textarea", Max: 5000}),
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Remedy{What: f.Value("what")}
			}},
	}
}

func endForms() []actForm {
	ending := func(kind casework.ActKind) actForm {
		return actForm{kind: kind, group: groupEnd, kept: []string{"ground", "explanation", "address", "nothing_new"},
			fields: func(v *visit, c *casework.Case, _ *web.Form) ([]actField, error) { return v.endingFields(c, kind), nil },
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Ending{Act: kind, Ground: f.Value("ground"), Explanation: f.Value("explanation"),
					Address: f.Value("address"), NothingNew: f.Is("nothing_new", "yes")}
			}}
	}
	return []actForm{
		{kind: casework.ActOral, group: groupEnd, kept: []string{"summary", "outcome", "consent"}, fields: oralFields,
			offered: func(_ *visit, c *casework.Case) bool { return c.Origin.Channel == casework.ChannelOral },
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.OralAnswer{Summary: f.Value("summary"), Outcome: casework.Outcome(f.Value("outcome")), Consent: f.Is("consent", "yes")}
			}},
		ending(casework.ActReject), ending(casework.ActLeave),
		{kind: casework.ActWithdraw, group: groupEnd, kept: []string{"reason", "part"}, fields: withdrawFields,
			make: func(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
				return casework.Withdrawal{Reason: f.Value("reason"), Part: f.Value("part")}
			}},
	}
}

func noFields(*visit, *casework.Case, *web.Form) ([]actField, error) { return nil, nil }

// only makes the fields of a form that are the same for every case.
func only(fields ...actField) func(*visit, *casework.Case, *web.Form) ([]actField, error) {
	return func(*visit, *casework.Case, *web.Form) ([]actField, error) { return slices.Clone(fields), nil }
}

// decided reads the choice between yes and no; none at all is a mistake.
func decided(f *web.Form) bool {
	if f.Value("granted") == "" {
		f.Fail("granted", "desk.decision.needed")
	}
	return f.Value("granted") == "yes"
}
