package casework_test

import (
	"testing"

	"priemnaya/casework"
)

// standing is an actor who stands in for another one at the roads.
func standing(a, absent casework.Actor) casework.Actor {
	return a.StandIn(casework.Absence{Body: "roads", Absent: absent.ID, AbsentName: absent.Name, Post: "И.о. начальника отдела",
		To: casework.NewDate(2026, 4, 10)}, absent.Grants)
}

// replaced is somebody for whom another one stands in.
func replaced(a, stands casework.Actor) casework.Actor {
	a.Deputies = append(a.Deputies, stands.ID)
	return a
}

func TestADeputyDraftsAgreesAndSignsForTheAbsentAndTheJournalNamesBoth(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	signs, writes := standing(lawyer, head), standing(colleague, officer)
	b.stopped(t, colleague, c.ID, casework.Drafting{Text: "Ответ."}, "draft.not_yours")
	c = b.do(t, writes, c.ID, casework.Drafting{Text: "Асфальт восстановлен.", Outcome: casework.OutcomeMeasures})
	if c.Draft.Author != colleague.ID || c.Draft.AuthorFor != officer.ID {
		t.Errorf("written by %q for %q", c.Draft.Author, c.Draft.AuthorFor)
	}
	b.do(t, writes, c.ID, casework.VisaAsking{Revision: 1, Persons: []casework.Visa{{By: deputy.ID, Name: "Заместитель", Step: 1}}})
	agrees := standing(repairer, deputy)
	c = b.do(t, agrees, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Agreed: true})
	if v := c.Draft.Visas[0]; v.By != deputy.ID || v.Deputy != repairer.ID || v.DeputyName != repairer.Name {
		t.Errorf("visa %+v", v)
	}
	b.do(t, writes, c.ID, casework.Submission{Revision: 1})
	b.stopped(t, lawyer, c.ID, casework.Signing{}, "act.forbidden")
	c = b.do(t, signs, c.ID, casework.Signing{})
	if s := c.Draft.Signature; s.By != lawyer.ID || s.Name != lawyer.Name || s.For != head.ID || s.ForName != head.Name || s.Post != "И.о. начальника отдела" {
		t.Errorf("signature %+v", s)
	}
	c = b.do(t, writes, c.ID, casework.Answering{})
	want := map[casework.ActKind][2]string{casework.ActDraft: {colleague.ID, officer.ID}, casework.ActVisa: {repairer.ID, deputy.ID},
		casework.ActSubmit: {colleague.ID, officer.ID}, casework.ActSign: {lawyer.ID, head.ID}, casework.ActAssign: {head.ID, ""}}
	for _, e := range c.Journal {
		if w, ok := want[e.Act]; ok && (e.Actor != w[0] || e.For != w[1]) {
			t.Errorf("%s by %q for %q", e.Act, e.Actor, e.For)
		}
	}
	if err := casework.VerifyJournal(&c); err != nil {
		t.Error(err)
	}
}

// repairer has no rights at the roads of his own.
var repairer = casework.Actor{ID: "staff:repairer", Name: "repairer", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "admin"}}}

func TestOwnRightsGoBeforeThoseOfTheAbsent(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	c = b.do(t, standing(deputy, head), c.ID, casework.Assignment{Officer: officer})
	if e := c.Journal[len(c.Journal)-1]; e.For != "" {
		t.Errorf("a head acts in his own right: %+v", e)
	}
}

func TestWhoIsComplainedOfHasNoPartAlsoNotThroughADeputy(t *testing.T) {
	for name, x := range map[string]struct {
		by      casework.Actor
		against string
		want    string
	}{
		"himself":                          {head, head.ID, "act.complained_of"},
		"his deputy in his place":          {standing(lawyer, head), head.ID, "act.complained_of"},
		"his deputy, a head himself":       {standing(deputy, head), head.ID, "act.complained_of"},
		"a deputy who is complained of":    {standing(lawyer, head), lawyer.ID, "act.complained_of"},
		"another head":                     {deputy, head.ID, ""},
		"a deputy of somebody else":        {standing(lawyer, deputy), head.ID, ""},
		"the same official of another one": {deputy, officer.ID, ""},
	} {
		b := newBench(t, "2026-04-01 10:00:00")
		c := b.drafted(t, casework.RegimeAppeal)
		b.do(t, registrar, c.ID, casework.Marking{Against: []casework.Against{{Body: "roads", Official: x.against}}})
		b.do(t, deputy, c.ID, casework.Submission{Revision: 1})
		for _, act := range []casework.Act{casework.Signing{}, casework.SendingBack{Remarks: "Переделать."}} {
			_, err := b.Do(t.Context(), x.by, c.ID, casework.AnyState, act)
			if got := keyOf(err); got != x.want {
				t.Errorf("%s: %s: %v", name, act.Kind(), err)
			}
			if x.want == "" {
				break
			}
		}
	}
	// The case is not given to a deputy of the one complained of either.
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	b.do(t, registrar, c.ID, casework.Marking{Against: []casework.Against{{Body: "roads", Official: head.ID}}})
	b.stopped(t, deputy, c.ID, casework.Assignment{Officer: standing(officer, head)}, "assign.complained_of")
	b.do(t, deputy, c.ID, casework.Assignment{Officer: officer})
}

func TestADeputyAndTheAbsentAreOnePersonToAgree(t *testing.T) {
	ask := func(b *bench, t *testing.T, persons ...casework.Actor) casework.Case {
		c := b.drafted(t, casework.RegimeAppeal)
		act := casework.VisaAsking{Revision: 1}
		for _, p := range persons {
			act.Persons = append(act.Persons, casework.Visa{By: p.ID, Name: p.Name, Step: 1})
		}
		return b.do(t, officer, c.ID, act)
	}
	for name, x := range map[string]struct {
		asked []casework.Actor
		first casework.Actor
		by    casework.Actor
		want  string
	}{
		"the author for whom he stands in":         {[]casework.Actor{deputy}, casework.Actor{}, standing(officer, deputy), "visa.own_draft"},
		"a deputy of the author in his own right":  {[]casework.Actor{deputy}, casework.Actor{}, standing(deputy, officer), "visa.own_draft"},
		"somebody whose deputy is the author":      {[]casework.Actor{deputy}, casework.Actor{}, replaced(deputy, officer), "visa.own_draft"},
		"a second visa of the same":                {[]casework.Actor{deputy, lawyer}, lawyer, standing(lawyer, deputy), "visa.one_person"},
		"the absent one after his deputy":          {[]casework.Actor{deputy, lawyer}, lawyer, replaced(deputy, lawyer), "visa.one_person"},
		"a deputy who has agreed for the other":    {[]casework.Actor{deputy, lawyer}, standing(lawyer, deputy), lawyer, "visa.one_person"},
		"somebody not asked":                       {[]casework.Actor{deputy}, casework.Actor{}, standing(lawyer, colleague), "visa.not_asked"},
		"an honest deputy":                         {[]casework.Actor{deputy, lawyer}, lawyer, standing(colleague, deputy), ""},
		"the absent one himself before his deputy": {[]casework.Actor{deputy}, casework.Actor{}, replaced(deputy, lawyer), ""},
	} {
		b := newBench(t, "2026-04-01 10:00:00")
		c := ask(b, t, x.asked...)
		visa := casework.VisaGiving{Digest: draftDigestOf(c), Agreed: true}
		if x.first.ID != "" {
			b.do(t, x.first, c.ID, visa)
			if len(x.first.Standings) > 0 {
				// His own turn came first; now he takes that of the absent one.
				if _, err := b.Do(t.Context(), x.first, c.ID, casework.AnyState, visa); keyOf(err) != "visa.one_person" {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
		}
		_, err := b.Do(t.Context(), x.by, c.ID, casework.AnyState, visa)
		if keyOf(err) != x.want || (err == nil) != (x.want == "") {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
	// Nor does anybody ask his own deputy.
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.drafted(t, casework.RegimeAppeal)
	_, err := b.Do(t.Context(), replaced(officer, lawyer), c.ID, casework.AnyState, casework.VisaAsking{Revision: 1, Persons: []casework.Visa{{By: lawyer.ID, Step: 1}}})
	if !wrongAt(err, "persons", "visa.person") {
		t.Errorf("asks his deputy: %v", err)
	}
}

func TestADeputyAndTheAbsentAreOnePersonToOpenASealedName(t *testing.T) {
	for name, x := range map[string]struct {
		asks, decides casework.Actor
		want          string
	}{
		"the deputy of the head decides his own request":  {standing(officer, head), standing(officer, head), "shield.own_request"},
		"the head whose deputy has asked":                 {officer, replaced(head, officer), "shield.own_request"},
		"a head who stands in for who has asked":          {officer, standing(head, officer), "shield.own_request"},
		"the one for whom it was asked, after his return": {standing(casework.Actor{ID: "staff:other", Name: "other"}, officer), both(officer, head), "shield.own_request"},
		"two persons": {officer, head, ""},
	} {
		b := newShieldBench(t)
		c := b.shieldedInWork(t)
		if _, err := b.AskName(t.Context(), x.asks, c.ID, need); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err := b.DecideName(t.Context(), x.decides, c.ID, "o1", true)
		if keyOf(err) != x.want || (err == nil) != (x.want == "") {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
		if stored := b.stored(t, c.ID); x.want != "" {
			if rights := b.NameRights(&stored, x.decides); len(rights.Decide) != 0 {
				t.Errorf("%s: the page offers it", name)
			}
		}
	}
}

// both is somebody with the grants of another one besides his own.
func both(a, other casework.Actor) casework.Actor {
	a.Grants = append(append([]casework.Grant(nil), a.Grants...), other.Grants...)
	return a
}

func TestADeputyAndTheAbsentAreOnePersonToJudgeAnAnswer(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.answered(t)
	b.do(t, citizen, c.ID, casework.Reopening{Reason: "Яма на месте."})
	review := casework.Reviewing{Outcome: casework.ReviewUpheld, Explanation: "Ответ полный."}
	for name, by := range map[string]casework.Actor{"a supervisor who stands in for the signer": standing(supervisor, head),
		"a head for whom the officer stands in": replaced(deputy, officer)} {
		if _, err := b.Do(t.Context(), by, c.ID, casework.AnyState, review); keyOf(err) != "review.own_work" {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.do(t, deputy, c.ID, review)
}

func TestNobodyGivesRolesToTheOneForWhomHeStandsIn(t *testing.T) {
	by := both(standing(officer, head), keeper)
	more := append([]casework.Grant{{Role: casework.RoleSupervisor, Body: "roads"}}, head.Grants...)
	if err := by.MayGrant(head.ID, head.Grants, more); keyOf(err) != "staff.self" {
		t.Errorf("%v", err)
	}
	if err := by.MayGrant(lawyer.ID, lawyer.Grants, more); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}
