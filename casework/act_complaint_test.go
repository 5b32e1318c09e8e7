package casework_test

import (
	"context"
	"testing"

	"priemnaya/casework"
)

func TestTheTenGroundsOf210FZHaveTheirTerms(t *testing.T) {
	for ground, want := range map[string]string{"late_registration": "2026-04-22", "late_service": "2026-04-22", "excess_documents": "2026-04-22",
		"refused_documents": "2026-04-08", "refused_service": "2026-04-22", "unlawful_fee": "2026-04-22", "misprints": "2026-04-08",
		"late_documents": "2026-04-22", "suspended_service": "2026-04-22", "new_demands": "2026-04-22"} {
		b := newBench(t, "2026-04-01 10:00:00")
		f := complaintFiling(casework.RegimeServices)
		f.Complaint.Grounds = []string{ground}
		c := b.file(t, f)
		if d := due(t, c, casework.TermRegister); d != "2026-04-02" {
			t.Errorf("decree 840 p. 15: registration due %s", d)
		}
		c = b.registered(t, f)
		if d := due(t, c, casework.TermConsider); d != want {
			t.Errorf("art. 11.2 p. 6, %s: decision due %s, want %s", ground, d, want)
		}
		if d := due(t, c, casework.TermForward); d != "2026-04-06" {
			t.Errorf("passing on within three working days: %s", d)
		}
	}
}

func TestAComplaintFiledAtACounterIsPassedOnTheNextWorkingDay(t *testing.T) {
	b := newBench(t, "2026-04-03 18:00:00")
	f := complaintFiling(casework.RegimeServices)
	f.Channel, f.Applicant.Assurance = casework.ChannelMFC, casework.AssuranceInPerson
	c := b.file(t, f)
	if d := due(t, c, "pass_on"); d != "2026-04-06" {
		t.Errorf("decree 840: passed on by %s", d)
	}
	c = b.registered(t, f)
	if fateOf(c, "pass_on") != casework.FateMet {
		t.Errorf("the body has it: %s", fateOf(c, "pass_on"))
	}
}

// decided takes a complaint to the signature of an outcome.
func (b *bench) decided(t *testing.T, f casework.Filing, outcome casework.Outcome) casework.Case {
	t.Helper()
	c := b.registered(t, f)
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	d := b.drafting(f.Regime)
	d.Outcome = outcome
	b.do(t, officer, c.ID, d)
	b.do(t, officer, c.ID, casework.Submission{Revision: 1})
	return b.do(t, head, c.ID, casework.Signing{})
}

func TestADecisionOf210FZIsAnsweredAndItsRemedyWatched(t *testing.T) {
	// Friday: the next day is off, so the answer goes on the day of the decision.
	b := newBench(t, "2026-04-03 10:00:00")
	c := b.decided(t, complaintFiling(casework.RegimeServices), casework.OutcomeSatisfied)
	if d := due(t, c, "answer"); d != "2026-04-03" {
		t.Errorf("art. 11.2 p. 8: decided on Friday, answered by %s", d)
	}
	if d := due(t, c, casework.TermRemedy); d != "2026-04-10" || fateOf(c, casework.TermConsider) != casework.FateMet {
		t.Errorf("decree 840 p. 16: remedy by %s", d)
	}
	c = b.do(t, officer, c.ID, casework.Answering{})
	if term, owed := c.NextTerm(); !owed || term.Kind != casework.TermRemedy {
		t.Errorf("after the answer %v is watched", term.Kind)
	}
	b.now = at("2026-04-13 10:00:00")
	if !c.Overdue(casework.NewDate(2026, 4, 13)) {
		t.Error("an overdue remedy is not seen after the answer")
	}
	b.refuse(t, officer, c.ID, casework.Remedy{}, "what.invalid")
	c = b.do(t, officer, c.ID, casework.Remedy{What: "Деньги возвращены."})
	if fateOf(c, casework.TermRemedy) != casework.FateMissed {
		t.Errorf("remedied late: %s", fateOf(c, casework.TermRemedy))
	}
	b.refuse(t, officer, c.ID, casework.Remedy{What: "Ещё раз."}, "remedy.none")
	b = newBench(t, "2026-04-06 10:00:00")
	c = b.decided(t, complaintFiling(casework.RegimeServices), casework.OutcomeRefused)
	if d := due(t, c, "answer"); d != "2026-04-07" {
		t.Errorf("decided on Monday, answered by %s", d)
	}
	if _, owed := c.Term(casework.TermRemedy); owed {
		t.Error("a refusal promises no remedy")
	}
}

func TestABodysFirstDaySettingLeavesTheDayAfterTheDecision(t *testing.T) {
	rule := honestRule(t, casework.RegimeServices, "answer")
	if got := casework.ApplySettings(casework.Settings{IncludeStartDay: true, Roll: casework.RollFollowing}, rule); got != rule {
		t.Errorf("210-FZ art. 11.2 p. 8 became %+v", got)
	}
	consider := honestRule(t, casework.RegimeAppeal, casework.TermConsider)
	got := casework.ApplySettings(casework.Settings{IncludeStartDay: true, Roll: casework.RollFollowing}, consider)
	if !got.IncludeStart || got.Roll != casework.RollFollowing {
		t.Errorf("59-FZ art. 12 p. 1 became %+v", got)
	}
}

func honestRule(t *testing.T, regime casework.Regime, kind casework.TermKind) casework.TermRule {
	t.Helper()
	return embeddedRule(regime, kind)
}

func TestSignsOfACrimeGoToTheProsecutorAtOnce(t *testing.T) {
	b := newBench(t, "2026-04-03 10:00:00")
	c := b.registered(t, complaintFiling(casework.RegimeServices))
	b.refuse(t, head, c.ID, casework.Prosecution{Letter: "1"}, "find.none")
	b.refuse(t, head, c.ID, casework.Finding{}, "what.invalid")
	b.now = at("2026-04-04 10:00:00")
	c = b.do(t, head, c.ID, casework.Finding{What: "Поборы."})
	if d := due(t, c, casework.TermProsecutor); d != "2026-04-04" {
		t.Errorf("art. 11.2 p. 9: at once, also on Saturday: %s", d)
	}
	b.refuse(t, head, c.ID, casework.Finding{What: "Ещё."}, "find.already")
	b.refuse(t, head, c.ID, casework.Prosecution{}, "letter.invalid")
	b.now = at("2026-04-05 00:00:00")
	c = b.do(t, head, c.ID, casework.Prosecution{Letter: "12-исх"})
	if fateOf(c, casework.TermProsecutor) != casework.FateMissed {
		t.Errorf("a day later: %s", fateOf(c, casework.TermProsecutor))
	}
}

func TestOneEarlierDecisionIsEnoughForDecree840(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.decided(t, complaintFiling(casework.RegimeServices), casework.OutcomeRefused)
	f := complaintFiling(casework.RegimeServices)
	f.Key = "the-same-complaint-again"
	again := b.registered(t, f)
	end := casework.Ending{Act: casework.ActLeave, Ground: "decided_before", Explanation: "Решение принято."}
	b.refuse(t, registrar, again.ID, end, "ending.decided_before")
	b.do(t, officer, c.ID, casework.Answering{})
	again = b.do(t, registrar, again.ID, end)
	if again.Stage != casework.StageRejected || fateOf(again, "noanswer") != casework.FateMet {
		t.Errorf("%s", again.Stage)
	}
}

func TestDocumentsMayBeAskedForWhereTheRegimeSetsNoTerm(t *testing.T) {
	for _, regime := range []casework.Regime{casework.RegimeServices, casework.RegimeControl} {
		b := newBench(t, "2026-04-01 10:00:00")
		c := b.registered(t, complaintFiling(regime))
		c = b.do(t, head, c.ID, casework.DocumentRequest{To: "admin", What: "Дело"})
		if c = b.do(t, head, c.ID, casework.DocumentReceipt{Request: "r1"}); c.Procedure.Requests[0].Waiting() {
			t.Errorf("%s: the answer is not noted", regime)
		}
	}
}

func TestALateComplaintOf248FZIsRefusedUnlessRestored(t *testing.T) {
	for _, x := range []struct {
		name, now string
		knew      casework.Date
		order     bool
		late      bool
	}{
		{"30 days end on Friday 1 May, a holiday: Monday is in time", "2026-05-04 23:59:59", casework.NewDate(2026, 4, 1), false, false},
		{"the day after", "2026-05-05 00:00:00", casework.NewDate(2026, 4, 1), false, true},
		{"an order: ten working days", "2026-04-15 23:59:59", casework.NewDate(2026, 4, 1), true, false},
		{"an order: the eleventh", "2026-04-16 00:00:00", casework.NewDate(2026, 4, 1), true, true},
	} {
		b := newBench(t, x.now)
		f := complaintFiling(casework.RegimeControl)
		f.Knew, f.Complaint.Order = x.knew, x.order
		if c := b.file(t, f); c.Procedure.Complaint.LateFiled != x.late {
			t.Errorf("art. 40 p. 5, 6, %s: late %v", x.name, !x.late)
		}
	}
	b := newBench(t, "2026-06-01 10:00:00")
	f := complaintFiling(casework.RegimeControl)
	c := b.registered(t, f)
	b.refuse(t, head, c.ID, casework.Restoration{Granted: true, Reason: "Болел."}, "restore.none")
	late := casework.Ending{Act: casework.ActReject, Ground: "late", Explanation: "Срок пропущен."}
	c = b.do(t, head, c.ID, late)
	if c.Stage != casework.StageRejected || fateOf(c, "refuse") != casework.FateMet {
		t.Errorf("art. 42: %s", c.Stage)
	}
	f.Key, f.Complaint.Restore = "with-a-petition-to-restore", "Болел."
	c = b.registered(t, f)
	b.refuse(t, officer, c.ID, casework.Restoration{Granted: true, Reason: "Болел."}, "act.forbidden")
	b.refuse(t, head, c.ID, casework.Restoration{Granted: true}, "reason.invalid")
	b.do(t, head, c.ID, casework.Restoration{Granted: true, Reason: "Болел."})
	b.refuse(t, head, c.ID, late, "ending.late")
}

func TestASuspensionPetitionIsDecidedInTwoWorkingDays(t *testing.T) {
	b := newBench(t, "2026-04-03 10:00:00")
	f := complaintFiling(casework.RegimeControl)
	c := b.registered(t, f)
	b.refuse(t, head, c.ID, casework.Suspension{Granted: true, Reason: "Да."}, "suspend.none")
	f.Key, f.Complaint.Suspend = "with-a-suspension-petition", "Вред необратим."
	c = b.registered(t, f)
	if d := due(t, c, casework.TermSuspend); d != "2026-04-07" {
		t.Errorf("art. 40 p. 11: %s", d)
	}
	b.refuse(t, head, c.ID, casework.Suspension{Granted: true}, "reason.invalid")
	c = b.do(t, head, c.ID, casework.Suspension{Reason: "Вреда нет."})
	if c.Procedure.Complaint.Suspended != "refused" || fateOf(c, casework.TermSuspend) != casework.FateMet {
		t.Errorf("%+v", c.Procedure.Complaint)
	}
	b.refuse(t, head, c.ID, casework.Suspension{Granted: true, Reason: "Да."}, "suspend.decided")
}

func TestAQuestionStopsTheClockOf248FZUntilTheAnswer(t *testing.T) {
	// Registered on Wednesday 1 April: 15 working days end on 22 April.
	for _, x := range []struct{ name, ask, answer, asked, due string }{
		{"answered in two working days", "2026-04-06 10:00:00", "2026-04-08 10:00:00", "2026-04-29", "2026-04-24"},
		{"never answered", "2026-04-06 10:00:00", "", "2026-04-29", "2026-04-29"},
		{"answered after its five days", "2026-04-06 10:00:00", "2026-04-17 10:00:00", "2026-04-29", "2026-04-29"},
		{"answered on the same day", "2026-04-06 10:00:00", "2026-04-06 18:00:00", "2026-04-29", "2026-04-22"},
		{"answered on the last of the five", "2026-04-06 10:00:00", "2026-04-13 10:00:00", "2026-04-29", "2026-04-29"},
	} {
		b := newBench(t, "2026-04-01 10:00:00")
		c := b.registered(t, complaintFiling(casework.RegimeControl))
		b.now = at(x.ask)
		c = b.do(t, head, c.ID, casework.Asking{Text: "Дайте сведения."})
		if d := due(t, c, casework.TermConsider); d != x.asked || due(t, c, casework.TermInfo) != "2026-04-13" {
			t.Errorf("%s: asked, due %s, info %s", x.name, d, due(t, c, casework.TermInfo))
		}
		if x.answer != "" {
			b.now = at(x.answer)
			c = b.do(t, citizen, c.ID, casework.Clarification{Text: "Вот."})
		}
		if d := due(t, c, casework.TermConsider); d != x.due {
			t.Errorf("%s: due %s, want %s", x.name, d, x.due)
		}
	}
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, complaintFiling(casework.RegimeControl))
	for _, days := range [][2]string{{"2026-04-02 10:00:00", "2026-04-03 10:00:00"}, {"2026-04-06 10:00:00", "2026-04-07 10:00:00"}} {
		b.now = at(days[0])
		b.do(t, head, c.ID, casework.Asking{Text: "Дайте сведения."})
		b.now = at(days[1])
		c = b.do(t, citizen, c.ID, casework.Clarification{Text: "Вот."})
	}
	if d := due(t, c, casework.TermConsider); d != "2026-04-24" {
		t.Errorf("two questions of a day each: due %s", d)
	}
}

func TestAQuestionBeforeTheFirstDueDateMovesAnExtensionToo(t *testing.T) {
	// 15 working days to 22 April and 10 more to 7 May; a pause of 7–13 April.
	for name, extendFirst := range map[string]bool{"extended, then asked": true, "asked, then extended": false} {
		b := newBench(t, "2026-04-01 10:00:00")
		c := b.registered(t, complaintFiling(casework.RegimeControl))
		b.now = at("2026-04-06 10:00:00")
		steps := []func(){
			func() { b.do(t, head, c.ID, casework.Extension{Days: 10, Reason: "Экспертиза."}) },
			func() { b.do(t, head, c.ID, casework.Asking{Text: "Дайте сведения."}) },
		}
		if !extendFirst {
			steps[0], steps[1] = steps[1], steps[0]
		}
		for _, step := range steps {
			step()
		}
		got, _ := b.store.Get(context.Background(), c.ID)
		if d := due(t, got, casework.TermConsider); d != "2026-05-15" {
			t.Errorf("%s: due %s", name, d)
		}
		b.now = at("2026-04-08 10:00:00")
		got = b.do(t, citizen, c.ID, casework.Clarification{Text: "Вот."})
		if d := due(t, got, casework.TermConsider); d != "2026-05-12" {
			t.Errorf("%s, answered after two days: due %s", name, d)
		}
	}
}

func TestDecisionsMoratoriumAndPartialWithdrawalOf248FZ(t *testing.T) {
	for _, o := range []casework.Outcome{casework.OutcomeRefused, casework.OutcomeCancelled, casework.OutcomeNewDecision, casework.OutcomeUnlawful} {
		b := newBench(t, "2026-04-03 10:00:00")
		c := b.decided(t, complaintFiling(casework.RegimeControl), o)
		if d := due(t, c, "publish"); d != "2026-04-06" {
			t.Errorf("art. 43, %s: published by %s", o, d)
		}
		if c = b.do(t, officer, c.ID, casework.Answering{}); fateOf(c, "publish") != casework.FateMet {
			t.Errorf("%s: %s", o, fateOf(c, "publish"))
		}
	}
	b := newBench(t, "2026-04-03 10:00:00")
	f := complaintFiling(casework.RegimeControl)
	f.Complaint.Grounds = []string{"moratorium"}
	c := b.registered(t, f)
	if d := due(t, c, casework.TermConsider); d != "2026-04-06" {
		t.Errorf("decree 336: %s", d)
	}
	b.refuse(t, citizen, c.ID, casework.Withdrawal{Part: "\x00"}, "part.invalid")
	c = b.do(t, citizen, c.ID, casework.Withdrawal{Part: "Пункт 2"})
	if _, owed := c.Term(casework.TermConsider); !owed || c.Stage != casework.StageRegistered || c.Procedure.Complaint.Withdrawn == "" {
		t.Errorf("the rest goes on: %s", c.Stage)
	}
	for _, n := range c.Outbox[len(c.Outbox)-1:] {
		if n.Data["Part"] != "Пункт 2" {
			t.Errorf("the notice does not say what was withdrawn: %v", n.Data)
		}
	}
}

func TestRefusalOf248FZIsCountedFromReceiptAtTheBody(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, complaintFiling(casework.RegimeControl))
	b.do(t, registrar, c.ID, casework.Forwarding{Body: "admin", Why: "Ваше."})
	b.do(t, central, c.ID, casework.Registration{})
	b.now = at("2026-04-09 10:00:00")
	c = b.do(t, central, c.ID, casework.Ending{Act: casework.ActReject, Ground: "court", Explanation: "Суд решил."})
	if got := fateOf(c, "refuse"); got != casework.FateMissed {
		t.Errorf("art. 42: refused on the sixth working day: %s", got)
	}
}

func TestThePlatformCountsFromItsNumberAndExtendsAppealsOnce(t *testing.T) {
	for regime, want := range map[casework.Regime]string{casework.RegimeMessage: "2026-04-10", casework.RegimePlatform: "2026-04-30"} {
		b := newBench(t, "2026-04-01 23:30:00")
		c := b.file(t, complaintFiling(regime))
		b.now = at("2026-04-03 10:00:00")
		c = b.registered(t, complaintFiling(regime))
		if d := due(t, c, casework.TermConsider); d != want {
			t.Errorf("%s: due %s, want %s", regime, d, want)
		}
		b.now = at("2026-04-06 10:00:00")
		b.do(t, registrar, c.ID, casework.Forwarding{Body: "admin", Why: "Ваше."})
		c = b.do(t, central, c.ID, casework.Registration{})
		if d := due(t, c, casework.TermConsider); d != want {
			t.Errorf("%s: forwarding moved the date to %s", regime, d)
		}
		chief := staff("chief", casework.RoleHead, "admin")
		if regime == casework.RegimeMessage {
			_, err := b.Do(context.Background(), chief, c.ID, casework.AnyState, casework.Extension{Days: 1, Reason: "Долго."})
			if casework.CodeOf(err) != casework.NotAllowed {
				t.Errorf("a message was extended: %v", err)
			}
			continue
		}
		b.do(t, chief, c.ID, casework.Extension{Days: 30, Reason: "Долго."})
		b.refuse(t, chief, c.ID, casework.Extension{Days: 1, Reason: "Долго."}, "extend.once")
	}
}
