package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

var supervisor = staff("supervisor", casework.RoleSupervisor, casework.Everywhere)

// registered files a complaint or an appeal of a regime and registers it.
func (b *bench) registered(t testing.TB, f casework.Filing) casework.Case {
	t.Helper()
	c := b.file(t, f)
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	return b.do(t, central, c.ID, casework.Registration{})
}

// refuse checks that an act is refused with a message and names its norm.
func (b *bench) refuse(t testing.TB, by casework.Actor, id string, act casework.Act, message string) *casework.Error {
	t.Helper()
	before, _ := b.store.Get(context.Background(), id)
	_, err := b.Do(context.Background(), by, id, casework.AnyState, act)
	var e *casework.Error
	if !errors.As(err, &e) || e.Message != message || e.Code == casework.NotAllowed && e.Norm == "" {
		t.Errorf("%s: %v, want %s", act.Kind(), err, message)
		return &casework.Error{}
	}
	after, _ := b.store.Get(context.Background(), id)
	if after.Version != before.Version {
		t.Errorf("%s was refused and changed the case", act.Kind())
	}
	return e
}

func fateOf(c casework.Case, kind casework.TermKind) casework.Fate {
	fate := casework.Fate("none")
	for _, t := range c.Terms {
		if t.Kind == kind {
			fate = t.Fate
		}
	}
	return fate
}

func TestAComplaintNeverGoesToWhomItIsAbout(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	f := filing()
	f.Text, f.Key = "Прошу проверить дорожный комитет.", "complaint-about-roads"
	f.Complaint = &casework.Complaint{Against: []casework.Against{{Body: "roads"}}}
	c := b.file(t, f)
	held, err := b.Route(context.Background(), c.ID)
	if err != nil || held.Stage != casework.StageHeld || held.Route.Body != "admin" || held.Route.Sure {
		t.Fatalf("the router could not send it and left it %s with %+v, %v", held.Stage, held.Route, err)
	}
	e := b.refuse(t, central, c.ID, casework.Routing{Body: "roads"}, "route.complained_of")
	if e.Norm != "59-ФЗ ст. 8 ч. 6" || e.Data["Proposed"] != "admin" {
		t.Errorf("the ban says %q and proposes %v", e.Norm, e.Data["Proposed"])
	}
	b.do(t, central, c.ID, casework.Routing{Body: "admin"})
	b.do(t, central, c.ID, casework.Registration{})
	b.refuse(t, central, c.ID, casework.Forwarding{Body: "roads", Why: "Ваше."}, "route.complained_of")
	b.refuse(t, central, c.ID, casework.Copying{Bodies: []string{"roads"}, Why: "Ваше."}, "route.complained_of")
	// The superior body is complained of too: nobody is left to propose.
	b.do(t, central, c.ID, casework.Marking{Against: []casework.Against{{Body: "roads"}, {Body: "admin"}}})
	if e := b.refuse(t, central, c.ID, casework.Forwarding{Body: "roads", Why: "Ваше."}, "route.complained_of"); e.Data["Proposed"] != "" {
		t.Errorf("proposes %v, which is complained of", e.Data["Proposed"])
	}
	c = b.do(t, central, c.ID, casework.Ending{Act: casework.ActLeave, Ground: "complained_of", Explanation: "Вы вправе обратиться в суд."})
	if c.Stage != casework.StageReturned || fateOf(c, "return_ban") != casework.FateMet {
		t.Errorf("art. 8 p. 7: %s, term %s", c.Stage, fateOf(c, "return_ban"))
	}
}

func TestAUnitOrOfficialComplainedOfGetsNoCase(t *testing.T) {
	for name, against := range map[string]casework.Against{"unit": {Body: "roads", Unit: "repair"}, "official": {Body: "roads", Official: officer.ID}, "official of any body": {Official: officer.ID}} {
		b := newBench(t, "2026-04-01 10:00:00")
		c := b.registered(t, filing())
		b.do(t, registrar, c.ID, casework.Marking{Against: []casework.Against{against}})
		if e := b.refuse(t, head, c.ID, casework.Assignment{Unit: "repair", Officer: officer}, "assign.complained_of"); e.Norm != "59-ФЗ ст. 8 ч. 6" {
			t.Errorf("%s: norm %q", name, e.Norm)
		}
		b.do(t, head, c.ID, casework.Assignment{Unit: "signs", Officer: staff("other", casework.RoleOfficer, "roads")})
	}
}

func TestForwardingEndsWithAnArbiterAfterThree(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	for _, body := range []string{"admin", "roads", "admin"} {
		b.do(t, central, c.ID, casework.Forwarding{Body: body, Why: "Не наше."})
		b.do(t, central, c.ID, casework.Registration{})
	}
	b.refuse(t, central, c.ID, casework.Forwarding{Body: "roads", Why: "Не наше."}, "forward.arbiter")
	b.refuse(t, central, c.ID, casework.Forwarding{Body: "admin", Why: "Не наше."}, "route.same_body")
	b.refuse(t, central, c.ID, casework.Forwarding{Body: "roads", Why: " "}, "why.invalid")
	c = b.do(t, supervisor, c.ID, casework.Forwarding{Body: "roads", Why: "Решено: дорожный комитет."})
	if c.Route.Hops != 4 || len(c.Route.Reached) != 2 {
		t.Errorf("%+v", c.Route)
	}
}

func TestForwardingShowsWhetherItCameInTime(t *testing.T) {
	for _, x := range []struct {
		on     string
		assign bool
		want   casework.Fate
	}{{"2026-04-08 23:59:59", false, casework.FateMet}, {"2026-04-09 00:00:00", false, casework.FateMissed},
		{"2026-04-08 12:00:00", true, casework.FateMet}, {"2026-04-15 12:00:00", true, casework.FateMissed}} {
		b := newBench(t, "2026-04-01 10:00:00")
		c := b.registered(t, filing())
		if x.assign {
			b.do(t, head, c.ID, casework.Assignment{Officer: officer})
		}
		b.now = at(x.on)
		c = b.do(t, registrar, c.ID, casework.Forwarding{Body: "admin", Why: "Не наше."})
		if got := fateOf(c, casework.TermForward); got != x.want {
			t.Errorf("art. 8 p. 3, forwarded %s, assigned %v: %s, want %s", x.on, x.assign, got, x.want)
		}
		b.now = b.now.Add(48 * time.Hour)
		re := b.do(t, central, c.ID, casework.Routing{Body: "prosecutor"})
		if a, z := due(t, c, casework.TermRegister), due(t, re, casework.TermRegister); z > casework.DateOf(at(x.on), moscow).AddDays(5).String() {
			t.Errorf("sending on before registration restarted the three days: %s became %s", a, z)
		}
	}
}

func TestCopiesBecomeCasesOfTheirOwnAlsoAfterACrash(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	ctx := context.Background()
	c := b.registered(t, filing())
	b.now = at("2026-04-09 10:00:00")
	b.refuse(t, registrar, c.ID, casework.Copying{Why: "И вам."}, "act.invalid")
	c = b.do(t, registrar, c.ID, casework.Copying{Bodies: []string{"admin", "prosecutor"}, Why: "И вам."})
	if got := fateOf(c, casework.TermCopies); got != casework.FateMissed {
		t.Errorf("art. 8 p. 4: copies on the eighth day are %s", got)
	}
	// The program falls after the first child was made, before it was noted.
	env := &casework.Env{Now: b.now, Laws: b.Laws(), Registry: b.Office.Registry()}
	env.Regulation, _ = b.Laws().Version(c.Procedure.Regime, c.Procedure.Version)
	id := casework.CaseIDOf([]byte(strings.Repeat("s", 32)), "copy of "+c.ID, "admin")
	child, err := casework.Perform(env, casework.Case{ID: id, Receipt: "П-X"}, casework.SystemActor(), casework.CopyReceipt(&c, "admin"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.Create(ctx, child); err != nil {
		t.Fatal(err)
	}
	b.do(t, registrar, c.ID, casework.Forwarding{Body: "admin", Why: "Не наше."})
	for range 3 {
		if err := b.MakeCopies(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.store.cases) != 3 {
		t.Errorf("%d cases for one appeal and two copies", len(b.store.cases))
	}
	parent, _ := b.store.Get(ctx, c.ID)
	made := 0
	for _, l := range parent.Links {
		if l.Kind != casework.LinkCopied {
			t.Errorf("link %+v is not settled", l)
			continue
		}
		made++
		copyCase, err := b.store.Get(ctx, l.Case)
		if err != nil || copyCase.Stage != casework.StageRouted || !slices.Contains(copyCase.Links, casework.Link{Kind: casework.LinkParent, Case: c.ID}) {
			t.Errorf("copy %s: %v", l.Case, err)
		}
		registeredCopy := b.do(t, central, l.Case, casework.Registration{})
		if d := due(t, registeredCopy, casework.TermConsider); d != "2026-05-08" && d != "2026-05-12" {
			t.Errorf("the copy's own 30 days end on %s", d)
		}
		if err := casework.VerifyJournal(&registeredCopy); err != nil {
			t.Error(err)
		}
	}
	if made != 2 {
		t.Errorf("%d copies noted", made)
	}
	b.do(t, central, c.ID, casework.Registration{})
	b.refuse(t, central, c.ID, casework.Copying{Bodies: []string{"prosecutor"}, Why: "Ещё раз."}, "copy.already")
	b.refuse(t, central, c.ID, casework.Copying{Bodies: []string{"closed"}, Why: "И вам."}, "route.invalid")
}

func TestMigrationFactsShortenTheTerms(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	b.refuse(t, registrar, c.ID, casework.Marking{Variant: "short"}, "act.invalid")
	c = b.do(t, registrar, c.ID, casework.Marking{Variant: "migration"})
	if f, d := due(t, c, casework.TermForward), due(t, c, casework.TermConsider); f != "2026-04-06" || d != "2026-04-21" {
		t.Errorf("art. 8 p. 3.1 and art. 12 p. 1.1: forward %s, answer %s", f, d)
	}
	c = b.do(t, registrar, c.ID, casework.Marking{})
	if d := due(t, c, casework.TermConsider); d != "2026-04-30" {
		t.Errorf("back in the ordinary course: %s", d)
	}
}

func TestSeveralRequestsForDocumentsRunSideBySide(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	b.refuse(t, officer, c.ID, casework.DocumentRequest{What: "План"}, "to.invalid")
	b.refuse(t, officer, c.ID, casework.DocumentRequest{To: "admin"}, "what.invalid")
	b.do(t, officer, c.ID, casework.DocumentRequest{To: "admin", What: "План"})
	b.now = at("2026-04-03 10:00:00")
	c = b.do(t, officer, c.ID, casework.DocumentRequest{To: "Росреестр", What: "Выписка"})
	if a, z := due(t, c, "docs#r1"), due(t, c, "docs#r2"); a != "2026-04-16" || z != "2026-04-17" {
		t.Errorf("art. 10 p. 2: fifteen days each: %s, %s", a, z)
	}
	before := due(t, c, casework.TermConsider)
	b.now = at("2026-04-17 10:00:00")
	c = b.do(t, officer, c.ID, casework.DocumentReceipt{Request: "r1", Answer: "Вот план."})
	b.refuse(t, officer, c.ID, casework.DocumentReceipt{Request: "r1"}, "request.none")
	if fateOf(c, "docs#r1") != casework.FateMissed || fateOf(c, "docs#r2") != "" || due(t, c, casework.TermConsider) != before {
		t.Errorf("r1 %s, r2 %s, answer due %s", fateOf(c, "docs#r1"), fateOf(c, "docs#r2"), due(t, c, casework.TermConsider))
	}
	b.do(t, officer, c.ID, casework.Drafting{Text: "Готово.", Outcome: casework.OutcomeExplained})
	b.do(t, officer, c.ID, casework.Submission{Revision: 1})
	b.do(t, head, c.ID, casework.Signing{})
	c = b.do(t, officer, c.ID, casework.Answering{})
	if term, owed := c.NextTerm(); owed {
		t.Errorf("after the answer %s is still owed", term.Kind)
	}
}

func TestAClarificationDoesNotStopTheClockOf59FZ(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	before := due(t, c, casework.TermConsider)
	b.do(t, head, c.ID, casework.Asking{Text: "Где?"})
	b.refuse(t, head, c.ID, casework.Asking{Text: "И когда?"}, "ask.waiting")
	b.refuse(t, head, c.ID, casework.DocumentReceipt{Request: "r1"}, "request.none")
	b.now = at("2026-04-11 10:00:00")
	c = b.do(t, citizen, c.ID, casework.Clarification{Text: "У дома 5."})
	b.refuse(t, citizen, c.ID, casework.Clarification{Text: "Ещё."}, "request.none")
	if due(t, c, casework.TermConsider) != before || c.Procedure.Requests[0].Answer == "" {
		t.Errorf("due %s, was %s", due(t, c, casework.TermConsider), before)
	}
}

func TestAnExtensionIsOneDecisionBeforeTheFirstDueDate(t *testing.T) {
	why := "Нужна экспертиза."
	for _, x := range []struct {
		name, on, message string
		by                casework.Actor
		days              int
		reason            string
	}{
		{"by an officer", "2026-04-10 10:00:00", "act.forbidden", officer, 30, why},
		{"by a registrar", "2026-04-10 10:00:00", "act.forbidden", registrar, 30, why},
		{"31 days", "2026-04-10 10:00:00", "act.invalid", head, 31, why},
		{"no days", "2026-04-10 10:00:00", "act.invalid", head, 0, why},
		{"without a reason", "2026-04-10 10:00:00", "reason.invalid", head, 30, " "},
		{"on the due date", "2026-04-30 00:00:00", "extend.late", head, 30, why},
		{"after the due date", "2026-05-05 10:00:00", "extend.late", head, 30, why},
	} {
		b := newBench(t, "2026-04-01 10:00:00")
		c := b.registered(t, filing())
		b.do(t, head, c.ID, casework.Assignment{Officer: officer})
		b.now = at(x.on)
		b.refuse(t, x.by, c.ID, casework.Extension{Days: x.days, Reason: x.reason}, x.message)
	}
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	b.now = at("2026-04-29 23:59:59")
	b.do(t, officer, c.ID, casework.ExtensionProposal{Days: 30, Reason: why})
	c = b.do(t, head, c.ID, casework.Extension{Days: 30, Reason: why})
	if d := due(t, c, casework.TermConsider); d != "2026-05-29" || c.Procedure.Proposal != nil {
		t.Errorf("art. 12 p. 2: thirty days after 30 April end on %s", d)
	}
	b.refuse(t, head, c.ID, casework.Extension{Days: 1, Reason: why}, "extend.once")
	b.refuse(t, officer, c.ID, casework.ExtensionProposal{Days: 1, Reason: why}, "extend.once")
	facts := c.Journal[len(c.Journal)-1].Facts
	if facts["before"] != "2026-04-30" || facts["after"] != "2026-05-29" {
		t.Errorf("journal: %v", facts)
	}
}

func TestEachQuestionHasItsOwnTopicAndOutcome(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	b.refuse(t, registrar, c.ID, casework.Splitting{}, "act.invalid")
	b.refuse(t, registrar, c.ID, casework.Splitting{Questions: make([]casework.Question, 21)}, "act.invalid")
	b.refuse(t, registrar, c.ID, casework.Splitting{Questions: []casework.Question{{}}}, "act.invalid")
	b.do(t, registrar, c.ID, casework.Splitting{Questions: []casework.Question{{Topic: "0003.0009.0099.0742"}, {Topic: "0003.0009.0097.0690"}}})
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	b.do(t, officer, c.ID, casework.Drafting{Text: "Яма заделана, фонарь разъяснён.", Outcome: casework.OutcomeMeasures,
		Outcomes: map[string]casework.Outcome{"q2": casework.OutcomeExplained}})
	b.do(t, officer, c.ID, casework.Submission{Revision: 1})
	b.do(t, head, c.ID, casework.Signing{})
	c = b.do(t, officer, c.ID, casework.Answering{})
	if c.Questions[0].Outcome != casework.OutcomeMeasures || c.Questions[1].Outcome != casework.OutcomeExplained {
		t.Errorf("%+v", c.Questions)
	}
}

func TestCorrespondenceEndsOnAQuestionAndNeverOnAPerson(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	answered := func(n int, topic string) {
		f := filing()
		f.Key, f.Topic = fmt.Sprintf("earlier-appeal-%s-%d", topic, n), topic
		c := b.file(t, f)
		b.Route(context.Background(), c.ID)
		if got, _ := b.store.Get(context.Background(), c.ID); got.Stage == casework.StageHeld || got.Place.Body != "roads" {
			b.do(t, central, c.ID, casework.Routing{Body: "roads"})
		}
		b.do(t, registrar, c.ID, casework.Registration{})
		b.do(t, head, c.ID, casework.Assignment{Officer: officer})
		b.do(t, officer, c.ID, casework.Drafting{Text: "Ответ.", Outcome: casework.OutcomeExplained})
		b.do(t, officer, c.ID, casework.Submission{Revision: 1})
		b.do(t, head, c.ID, casework.Signing{})
		b.do(t, officer, c.ID, casework.Answering{})
	}
	end := casework.Ending{Act: casework.ActLeave, Ground: "terminate", Explanation: "Ответы даны.", NothingNew: true}
	same := "0003.0009.0099.0742"
	next := func(key, topic string) casework.Case {
		f := filing()
		f.Key, f.Topic = key, topic
		c := b.file(t, f)
		b.Route(context.Background(), c.ID)
		if got, _ := b.store.Get(context.Background(), c.ID); got.Place.Body != "roads" {
			b.do(t, central, c.ID, casework.Routing{Body: "roads"})
		}
		return b.do(t, registrar, c.ID, casework.Registration{})
	}
	answered(1, same)
	answered(1, "0003.0009.0097.0690")
	answered(1, "")
	answered(2, "")
	c := next("third-appeal-of-roads", same)
	// One answer on the same question, another on another one: not repeatedly.
	b.refuse(t, head, c.ID, end, "ending.answered_before")
	untold := next("an-appeal-without-topic", "")
	b.refuse(t, head, untold.ID, end, "ending.answered_before")
	answered(2, same)
	c = next("fourth-appeal-of-roads", same)
	b.refuse(t, officer, c.ID, end, "ending.head")
	c = b.do(t, head, c.ID, end)
	if c.Stage != casework.StageLeft || fateOf(c, "terminate") != casework.FateMet {
		t.Errorf("art. 11 p. 5: %s", c.Stage)
	}
	if other := next("another-question-of-hers", "0003.0009.0097.0690"); other.Stage != casework.StageRegistered {
		t.Error("the end of correspondence on one question bans the person")
	}
	if again := next("fifth-appeal-of-roads", same); again.Stage != casework.StageRegistered {
		t.Error("a further appeal is not registered")
	}
}

func TestAGroundUsedAfterItsTermIsLate(t *testing.T) {
	for ground, last := range map[string]string{"court": "2026-04-08", "unreadable": "2026-04-08", "unclear": "2026-04-08", "abuse": "2026-04-30", "secret": "2026-04-30"} {
		for add, want := range []casework.Fate{casework.FateMet, casework.FateMissed} {
			b := newBench(t, "2026-04-01 10:00:00")
			c := b.registered(t, filing())
			b.now = at(last+" 12:00:00").AddDate(0, 0, add)
			c = b.do(t, registrar, c.ID, casework.Ending{Act: casework.ActLeave, Ground: ground, Explanation: "Потому."})
			if got := fateOf(c, casework.TermKind(ground)); got != want {
				t.Errorf("%s %d days after its term: %s", ground, add, got)
			}
		}
	}
}

func TestALetterWithoutANameIsRegisteredAndLeft(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	f := filing()
	f.Channel, f.Applicant = casework.ChannelPaper, casework.Applicant{Assurance: casework.AssurancePaper}
	r, err := b.File(context.Background(), central, f)
	if err != nil {
		t.Fatal(err)
	}
	b.Route(context.Background(), r.Case.ID)
	b.do(t, registrar, r.Case.ID, casework.Registration{})
	c := b.do(t, registrar, r.Case.ID, casework.Ending{Act: casework.ActLeave, Ground: "anonymous"})
	if c.Stage != casework.StageLeft || fateOf(c, "anon") != casework.FateMet {
		t.Errorf("art. 11 p. 1: %s", c.Stage)
	}
	f.Channel = casework.ChannelWeb
	if err := f.Validate(b.Office.Registry(), &b.Laws().Regulations[0]); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("without a name on the web: %v", err)
	}
}

func TestLinksCoSignersRepresentativesAndReceptions(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	ctx := context.Background()
	c := b.registered(t, filing())
	b.do(t, registrar, c.ID, casework.Linking{To: casework.LinkRepeat, Case: "EARLIER"})
	b.refuse(t, registrar, c.ID, casework.Linking{To: casework.LinkRepeat, Case: "EARLIER"}, "link.already")
	for _, a := range []casework.Linking{{To: "parent", Case: "X"}, {To: casework.LinkDuplicate}, {To: casework.LinkDuplicate, Case: c.ID}} {
		b.refuse(t, registrar, c.ID, a, "act.invalid")
	}
	sibling := ivanova()
	sibling.Key = "esia:2"
	secret, err := b.Invitation(ctx, citizen, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Invitation(ctx, casework.Citizen(sibling), c.ID); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("somebody else asks for the invitation: %v", err)
	}
	if _, err := b.Join(ctx, sibling, c.ID, secret+"x"); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a wrong invitation: %v", err)
	}
	weak := sibling
	weak.Assurance = casework.AssuranceMessenger
	if _, err := b.Join(ctx, weak, c.ID, secret); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("nobody knows who joins: %v", err)
	}
	joined, err := b.Join(ctx, sibling, c.ID, secret)
	if err != nil || joined.Applicant().Key != "esia:1" || !joined.Parties.Includes("esia:2") {
		t.Errorf("joined: %v", err)
	}
	if _, err := b.Join(ctx, sibling, c.ID, secret); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("joined twice: %v", err)
	}
	f := filing()
	f.Representative = &casework.Representative{Name: casework.PersonName{Surname: "Петров", Given: "Иван"}, Proof: "f1"}
	law, err := b.Laws().InForce(casework.RegimeAppeal, casework.NewDate(2026, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Validate(b.Office.Registry(), law); !hasField(err, "proof") {
		t.Errorf("a representative without proof: %v", err)
	}
	f.Files = []casework.File{{ID: "f1"}}
	if err := f.Validate(b.Office.Registry(), law); err != nil {
		t.Errorf("with proof: %v", err)
	}
	b.refuse(t, head, c.ID, casework.OralAnswer{Summary: "Да.", Consent: true, Outcome: casework.OutcomeExplained}, "oral.channel")
	oral := filing()
	oral.Channel, oral.Key, oral.Applicant.Assurance = casework.ChannelOral, "reception-card-1", casework.AssuranceInPerson
	r, err := b.File(ctx, central, oral)
	if err != nil {
		t.Fatal(err)
	}
	b.Route(ctx, r.Case.ID)
	b.do(t, registrar, r.Case.ID, casework.Registration{})
	b.refuse(t, head, r.Case.ID, casework.OralAnswer{Summary: "Да.", Outcome: casework.OutcomeExplained}, "oral.consent")
	b.refuse(t, head, r.Case.ID, casework.OralAnswer{Summary: "Да.", Consent: true, Outcome: "other"}, "act.invalid")
	c = b.do(t, head, r.Case.ID, casework.OralAnswer{Summary: "Да.", Consent: true, Outcome: casework.OutcomeExplained})
	if _, owed := c.NextTerm(); owed || c.Stage != casework.StageAnswered {
		t.Errorf("art. 13 p. 3: %s", c.Stage)
	}
	c = b.registered(t, func() casework.Filing { f := filing(); f.Key = "to-be-withdrawn-1"; return f }())
	b.refuse(t, citizen, c.ID, casework.Withdrawal{Part: "Пункт 1"}, "withdraw.no_parts")
	c = b.do(t, citizen, c.ID, casework.Withdrawal{})
	if _, owed := c.NextTerm(); owed || c.Stage != casework.StageWithdrawn || c.Content.Text == "" {
		t.Errorf("art. 5 p. 5: %s", c.Stage)
	}
}
