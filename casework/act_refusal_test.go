package casework_test

import (
	"context"
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestEveryRefusalOfAnActIsSaid(t *testing.T) {
	laws := embeddedLaws(t)
	law, err := laws.InForce(casework.RegimeAppeal, casework.NewDate(2026, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	b := newActBench(t, law, laws)
	other := staff("other", casework.RoleOfficer, "roads")
	long := strings.Repeat("ж", casework.MaxLetter+1)
	many := make([]casework.File, casework.MaxFiles+1)
	change := func(f func(*casework.Case)) func(*casework.Case) { return f }
	for _, x := range []struct {
		name   string
		stage  casework.Stage
		by     casework.Actor
		act    casework.Act
		want   casework.Code
		change func(*casework.Case)
	}{
		{"a registration without a number", casework.StageRouted, registrar, casework.Registration{}, casework.Internal, nil},
		{"a case sent to a closed body", casework.StageInWork, registrar, casework.Forwarding{Body: "closed", Why: "Ваше."}, casework.Invalid, nil},
		{"an officer of nothing", casework.StageInWork, head, casework.Assignment{Officer: casework.Actor{ID: "staff:x"}}, casework.Invalid, nil},
		{"an officer without a name", casework.StageInWork, head, casework.Assignment{Officer: casework.Actor{Grants: officer.Grants}}, casework.Invalid, nil},
		{"somebody else's draft", casework.StageInWork, other, casework.Drafting{Text: "Моё.", Revision: 1}, casework.Forbidden, nil},
		{"a draft without end", casework.StageInWork, officer, casework.Drafting{Text: long, Revision: 1}, casework.Invalid, nil},
		{"a draft with eleven files", casework.StageInWork, officer, casework.Drafting{Files: many, Revision: 1}, casework.Invalid, nil},
		{"an outcome of another law", casework.StageInWork, officer, casework.Drafting{Outcome: casework.OutcomeSatisfied, Revision: 1}, casework.Invalid, nil},
		{"a part with a control", casework.StageInWork, officer, casework.Drafting{Parts: map[string]string{"x": "\x00"}, Revision: 1}, casework.Invalid, nil},
		{"somebody else's submission", casework.StageInWork, other, casework.Submission{Revision: 1}, casework.Forbidden, nil},
		{"a submission of nothing", casework.StageInWork, officer, casework.Submission{Revision: 1}, casework.Invalid, change(func(c *casework.Case) { c.Draft.Text = " " })},
		{"a submission without outcome", casework.StageInWork, officer, casework.Submission{Revision: 1}, casework.Invalid, change(func(c *casework.Case) { c.Draft.Outcome = "" })},
		{"a submission of an old draft", casework.StageInWork, officer, casework.Submission{Revision: 7}, casework.Conflict, nil},
		{"sent back without remarks", casework.StageOnSigning, head, casework.SendingBack{}, casework.Invalid, nil},
		{"a signature under another text", casework.StageOnSigning, head, casework.Signing{Signature: casework.Signature{Digest: "x", Value: []byte("s")}}, casework.Conflict, nil},
		{"copies without a reason", casework.StageInWork, registrar, casework.Copying{Bodies: []string{"admin"}}, casework.Invalid, nil},
		{"the thousand and first signer", casework.StageInWork, citizen, casework.Joining{Applicant: casework.Applicant{Key: "esia:7", Assurance: casework.AssuranceConfirmed}}, casework.TooLarge,
			change(func(c *casework.Case) {
				for len(c.Parties.Applicants) < casework.MaxSigners {
					c.Parties.Applicants = append(c.Parties.Applicants, ivanova())
				}
			})},
		{"an oral answer of nothing", casework.StageInWork, head, casework.OralAnswer{Consent: true, Outcome: casework.OutcomeExplained}, casework.Invalid,
			change(func(c *casework.Case) { c.Origin.Channel = casework.ChannelOral })},
		{"a question of nothing", casework.StageInWork, officer, casework.Asking{}, casework.Invalid, nil},
		{"a clarification of nothing", casework.StageInWork, citizen, casework.Clarification{}, casework.Invalid, change(asked)},
		{"a clarification with eleven files", casework.StageInWork, citizen, casework.Clarification{Text: "Вот.", Files: many}, casework.Invalid, change(asked)},
		{"a recomputation of nothing", casework.StageInWork, casework.SystemActor(), casework.Recomputation{}, casework.Conflict, nil},
		{"a warning of nothing", casework.StageInWork, casework.SystemActor(), casework.Warning{}, casework.Conflict, nil},
	} {
		c := b.prepared(actRow{act: string(x.act.Kind())}, x.stage)
		if x.change != nil {
			x.change(&c)
		}
		if x.act.Kind() == casework.ActRecompute || x.act.Kind() == casework.ActWarn {
			c = b.sample.Clone()
		}
		if _, err := casework.Perform(b.env(), c, x.by, x.act); casework.CodeOf(err) != x.want {
			t.Errorf("%s: %v, want %s", x.name, err, x.want)
		}
	}
}

func asked(c *casework.Case) {
	c.Procedure.Requests = []casework.Request{{ID: "r1", To: casework.ToApplicant, Text: "?"}}
}

func TestEveryRefusalOfAFilingReachesTheApplicant(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	f := filing()
	f.Text = ""
	if _, err := b.File(context.Background(), citizen, f); !hasField(err, "text") {
		t.Errorf("an empty appeal: %v", err)
	}
	f = complaintFiling(casework.RegimeControl)
	f.Knew = casework.NewDate(2020, 1, 5)
	if _, err := b.File(context.Background(), citizen, f); casework.CodeOf(err) != casework.NoCalendar {
		t.Errorf("known in a year without calendar: %v", err)
	}
	if len(b.store.cases) != 0 {
		t.Errorf("%d cases stored", len(b.store.cases))
	}
}

func TestAnExtensionIntoAYearWithoutCalendarIsRefused(t *testing.T) {
	b := newBench(t, "2027-11-20 10:00:00")
	c := b.registered(t, filing())
	_, err := b.Do(context.Background(), staff("boss", casework.RoleHead, "roads"), c.ID, casework.AnyState, casework.Extension{Days: 30, Reason: "Надо."})
	after, _ := b.store.Get(context.Background(), c.ID)
	if casework.CodeOf(err) != casework.NoCalendar || len(after.Journal) != len(c.Journal) {
		t.Errorf("extended into 2028: %v", err)
	}
}
