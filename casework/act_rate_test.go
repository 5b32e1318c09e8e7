package casework_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

func TestOnlyAnAnswerIsRatedOnceAndByItsApplicant(t *testing.T) {
	laws := embeddedLaws(t)
	who := casework.Applicant{Key: "esia:7", Assurance: casework.AssuranceConfirmed}
	by, officer := casework.Citizen(who), casework.Actor{ID: "staff:x", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: casework.Everywhere}}}
	regs := laws.Regulations
	for i := range regs {
		reg := &regs[i]
		registry, err := casework.NewRegistry("r", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		env := &casework.Env{Now: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC), Regulation: reg, Laws: laws, Registry: registry}
		c := casework.Case{ID: "x", Stage: casework.StageAnswered, Parties: casework.Parties{Applicants: []casework.Applicant{who}},
			Journal: []casework.Event{{Seq: 1}}}
		c.Procedure.Regime, c.Procedure.Version = reg.Regime, reg.Version
		if _, err := casework.Perform(env, c, by, casework.Rating{Mark: 5}); casework.CodeOf(err) != casework.Conflict {
			t.Errorf("%s: a mark without an answer: %v", reg.Regime, err)
		}
		c.Answers = []casework.Answer{{ID: "a1"}}
		if _, err := casework.Perform(env, c, officer, casework.Rating{Mark: 5}); casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("%s: an officer may rate: %v", reg.Regime, err)
		}
		for _, bad := range []casework.Rating{{Mark: 0}, {Mark: 6}, {Mark: 3, Comment: strings.Repeat("я", casework.MaxRemark+1)}} {
			if _, err := casework.Perform(env, c, by, bad); casework.CodeOf(err) != casework.Invalid {
				t.Errorf("%s: mark %d: %v", reg.Regime, bad.Mark, err)
			}
		}
		rated, err := casework.Perform(env, c, by, casework.Rating{Mark: 2, Comment: " медленно "})
		if err != nil || !rated.Rated() || rated.Answers[0].Mark.Remark != "медленно" {
			t.Fatalf("%s: %v %+v", reg.Regime, err, rated.Answers)
		}
		if c.Rated() {
			t.Errorf("%s: the case handed in was changed", reg.Regime)
		}
		if _, err := casework.Perform(env, rated, by, casework.Rating{Mark: 5}); casework.CodeOf(err) != casework.Conflict {
			t.Errorf("%s: a second mark: %v", reg.Regime, err)
		}
		facts, err := json.Marshal(rated.Journal)
		if err != nil || strings.Contains(string(facts), "медленно") || strings.Contains(string(facts), "mark") {
			t.Errorf("%s: the journal, which the desk reads, tells the mark: %s", reg.Regime, facts)
		}
	}
}
