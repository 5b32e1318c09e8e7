package casework_test

import (
	"testing"
	"time"

	"priemnaya/casework"
)

func TestACaseTellsWhatItWaitsFor(t *testing.T) {
	ask := func(to string, answered bool) casework.Case {
		r := casework.Request{To: to}
		if answered {
			r.AnsweredAt = time.Unix(1, 0)
		}
		return casework.Case{Stage: casework.StageInWork, Procedure: casework.Procedure{Requests: []casework.Request{r}}}
	}
	both := ask(casework.ToApplicant, false)
	both.Procedure.Requests = append(both.Procedure.Requests, casework.Request{To: "water"})
	ended := both
	ended.Stage = casework.StageAnswered
	for name, line := range map[string]struct {
		c    casework.Case
		want casework.Waiting
	}{
		"a question to the applicant":   {ask(casework.ToApplicant, false), casework.WaitsApplicant},
		"a question that was answered":  {ask(casework.ToApplicant, true), 0},
		"documents of another body":     {ask("water", false), casework.WaitsBody},
		"both at once":                  {both, casework.WaitsApplicant | casework.WaitsBody},
		"nothing after the end":         {ended, 0},
		"a draft with the head":         {casework.Case{Stage: casework.StageOnSigning}, casework.WaitsApproval},
		"a proposed extension":          {casework.Case{Stage: casework.StageInWork, Procedure: casework.Procedure{Proposal: &casework.Proposal{}}}, casework.WaitsApproval},
		"a draft that came back":        {casework.Case{Stage: casework.StageInWork, Draft: &casework.Draft{Remarks: "дописать"}}, casework.WaitsRework},
		"a draft nobody has looked at":  {casework.Case{Stage: casework.StageInWork, Draft: &casework.Draft{}}, 0},
		"a draft that is with the head": {casework.Case{Stage: casework.StageOnSigning, Draft: &casework.Draft{Remarks: "дописать"}}, casework.WaitsApproval},
	} {
		if got := line.c.Waits(); got != line.want {
			t.Errorf("%s: %b, want %b", name, got, line.want)
		}
	}
}
