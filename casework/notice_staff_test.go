package casework_test

import (
	"slices"
	"testing"

	"priemnaya/casework"
)

// toldStaff are the keys' kinds and persons of notices to staff about drafts.
func toldStaff(c casework.Case) []string {
	var out []string
	for _, n := range c.Outbox {
		if n.Medium == casework.MediumStaff && n.Kind != casework.NoticeWarn {
			out = append(out, string(n.Kind)+" "+n.To)
		}
	}
	return out
}

func (b *bench) waiting(t *testing.T, by casework.Actor) []casework.NoticeKind {
	t.Helper()
	list, err := b.AsksOf(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	var out []casework.NoticeKind
	for _, a := range list {
		out = append(out, a.Kind)
	}
	return out
}

func TestWhoIsAskedToAgreeIsToldWhenItIsHisTurnAndOnce(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.drafted(t, casework.RegimeAppeal)
	asking := casework.VisaAsking{Revision: 1, Persons: []casework.Visa{{By: lawyer.ID, Name: "Юрист", Step: 1}, {By: deputy.ID, Name: "Заместитель", Step: 2}}}
	check := func(when string, c casework.Case, want ...string) {
		t.Helper()
		if got := toldStaff(c); !slices.Equal(got, want) {
			t.Fatalf("%s: %q, want %q", when, got, want)
		}
	}
	first, second := "visa_asked "+lawyer.ID, "visa_asked "+deputy.ID
	c = b.do(t, officer, c.ID, asking)
	check("asked", c, first)
	check("asked again on the same text", b.do(t, officer, c.ID, asking), first)
	if got := b.waiting(t, lawyer); !slices.Equal(got, []casework.NoticeKind{casework.NoticeVisa}) {
		t.Errorf("the first one's list: %q", got)
	}
	if got := b.waiting(t, deputy); len(got) != 0 {
		t.Errorf("the second one's list before his turn: %q", got)
	}
	if got := b.waiting(t, standing(colleague, lawyer)); !slices.Equal(got, []casework.NoticeKind{casework.NoticeVisa}) {
		t.Errorf("the list of who stands in: %q", got)
	}
	c = b.do(t, lawyer, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Agreed: true})
	check("the first has agreed", c, first, second)
	if got := b.waiting(t, lawyer); len(got) != 0 {
		t.Errorf("his list after he has agreed: %q", got)
	}
	c = b.do(t, deputy, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Remarks: "Добавьте срок."})
	returned := "draft_returned " + officer.ID
	check("remarks", c, first, second, returned)
	if got := b.waiting(t, officer); !slices.Equal(got, []casework.NoticeKind{casework.NoticeReturned}) {
		t.Errorf("the officer's list: %q", got)
	}
	// Another text asks anew, those who are asked hear of it again.
	c = b.do(t, officer, c.ID, casework.Drafting{Text: "Срок указан.", Outcome: casework.OutcomeMeasures, Revision: 1})
	asking.Revision = 2
	c = b.do(t, officer, c.ID, asking)
	check("another text", c, first, second, returned, first)
	if got := b.waiting(t, officer); len(got) != 0 {
		t.Errorf("the officer's list after he has mended it: %q", got)
	}
	c = b.do(t, officer, c.ID, casework.VisaAsking{Revision: 2})
	c = b.do(t, officer, c.ID, casework.Submission{Revision: 2})
	check("to sign", c, first, second, returned, first, "to_sign ")
	if got := b.waiting(t, head); !slices.Equal(got, []casework.NoticeKind{casework.NoticeToSign}) {
		t.Errorf("the head's list: %q", got)
	}
	c = b.do(t, head, c.ID, casework.SendingBack{Remarks: "Не подписано: нет срока."})
	check("sent back", c, first, second, returned, first, "to_sign ", returned)
	if got := b.waiting(t, head); len(got) != 0 {
		t.Errorf("the head's list after that: %q", got)
	}
}

func TestNoticesToStaffSayNothingOfTheApplicantAndLeaveNobodyElseTold(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.drafted(t, casework.RegimeAppeal)
	c = b.do(t, officer, c.ID, casework.Submission{Revision: 1})
	n := c.Outbox[len(c.Outbox)-1]
	if n.Kind != casework.NoticeToSign || n.Medium != casework.MediumStaff || n.Staff != casework.RoleHead || len(n.Data) != 1 || n.Data["Number"] != c.Number {
		t.Errorf("%+v", n)
	}
	// Who returns his own draft is not told of it.
	c = b.do(t, head, c.ID, casework.SendingBack{Remarks: "Дополнить."})
	b.do(t, head, c.ID, casework.Assignment{Officer: deputy})
	c = b.do(t, deputy, c.ID, casework.Submission{Revision: 1})
	before := len(toldStaff(c))
	if c = b.do(t, deputy, c.ID, casework.SendingBack{Remarks: "Передумал."}); len(toldStaff(c)) != before {
		t.Errorf("told himself: %q", toldStaff(c))
	}
	// A list that a crash has left out is made up when the notice leaves.
	for _, told := range c.Outbox {
		if told.Kind == casework.NoticeReturned {
			if err := b.store.Remove(t.Context(), casework.KindAsked, c.ID+"."+told.Key); err != nil {
				t.Fatal(err)
			}
			c.Place.Officer = told.To
			for range 2 {
				if err := b.ListAsk(t.Context(), &c, told); err != nil {
					t.Fatal(err)
				}
			}
			if list, _, _ := b.store.List(t.Context(), casework.KindAsked, told.To, casework.Window{Limit: 5}); len(list) != 1 {
				t.Errorf("%d on the list", len(list))
			}
		}
	}
}
