package casework_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

func codeOf(err error) casework.Code { return casework.CodeOf(err) }

func TestAnUnsolvedQuestionIsLookedAtByAnotherLevel(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.answered(t)
	b.now = at("2026-04-10 10:00:00")
	c = b.do(t, citizen, c.ID, casework.Reopening{Reason: "Яма осталась на месте."})
	if got := due(t, c, casework.TermReview); c.Stage != casework.StageAnswered || got != "2026-04-24" {
		t.Fatalf("stage %s, due %s", c.Stage, got)
	}
	for who, by := range map[string]casework.Actor{"the officer": officer, "the signing head": head, "a foreign supervisor": staff("x", casework.RoleSupervisor, "admin"),
		"the registrar": registrar} {
		_, err := b.Do(t.Context(), by, c.ID, casework.AnyState, casework.Reviewing{Outcome: casework.ReviewUpheld, Explanation: "Всё верно."})
		if err == nil {
			t.Errorf("%s decides on it", who)
		}
	}
	tasks, _, err := b.Reviews(t.Context(), supervisor, casework.Window{Limit: 10})
	if err != nil || len(tasks) != 1 || tasks[0].Row.ID != c.ID {
		t.Fatalf("tasks %+v, %v", tasks, err)
	}
	if tasks, _, _ := b.Reviews(t.Context(), head, casework.Window{Limit: 10}); len(tasks) != 0 {
		t.Error("the head who signed is asked to judge himself")
	}
	c = b.do(t, supervisor, c.ID, casework.Reviewing{Outcome: casework.ReviewRedo, Explanation: "Ответ дополнят.", Task: "Выехать на место."})
	if c.Stage != casework.StageRegistered || c.Place.Officer != "" || due(t, c, casework.TermSupplement) != "2026-04-24" {
		t.Fatalf("stage %s, officer %q", c.Stage, c.Place.Officer)
	}
	for _, act := range []casework.Act{casework.Forwarding{Body: "admin", Why: "Не наше."}, casework.Ending{Act: casework.ActLeave, Ground: "unclear", Explanation: "?"}} {
		if _, err := b.Do(t.Context(), registrar, c.ID, casework.AnyState, act); codeOf(err) != casework.NotAllowed {
			t.Errorf("%s after an answer: %v", act.Kind(), err)
		}
	}
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	b.do(t, officer, c.ID, casework.Drafting{Text: "Яма заделана.", Outcome: casework.OutcomeMeasures})
	b.do(t, officer, c.ID, casework.Submission{Revision: 1})
	b.do(t, head, c.ID, casework.Signing{})
	c = b.do(t, officer, c.ID, casework.Answering{})
	if _, owed := c.Term(casework.TermSupplement); owed || len(c.Answers) != 2 || c.Questions[0].Outcome != casework.OutcomeMeasures {
		t.Errorf("%d answers, owed %v, outcome %s", len(c.Answers), owed, c.Questions[0].Outcome)
	}
	stored, err := b.store.Get(t.Context(), c.ID)
	if err != nil || casework.VerifyJournal(&stored) != nil {
		t.Errorf("journal: %v, %v", err, casework.VerifyJournal(&stored))
	}
}

func TestTheWindowAfterAnAnswerIsThatOfTheRegulation(t *testing.T) {
	for _, x := range []struct {
		now  string
		want casework.Code
	}{{"2026-04-02 10:00:00", ""}, {"2026-05-04 23:00:00", ""}, {"2026-05-05 00:30:00", casework.NotAllowed}} {
		b := newBench(t, "2026-04-03 10:00:00")
		c := b.answered(t)
		b.now = at(x.now)
		_, err := b.Do(t.Context(), citizen, c.ID, casework.AnyState, casework.Reopening{Reason: "Не решено."})
		if codeOf(err) != x.want {
			t.Errorf("at %s: %v", x.now, err)
		}
		look := b.SecondLook(&c, citizen)
		if look.Reopen != (x.want == "") || look.Norm != "правило сервиса" {
			t.Errorf("at %s: %+v", x.now, look)
		}
	}
}

func TestOneAnswerIsLookedAtOnce(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.answered(t)
	again := casework.Reopening{Reason: "Не решено."}
	b.do(t, citizen, c.ID, casework.Rating{Mark: 1})
	c = b.do(t, citizen, c.ID, again)
	if c.Reviewed().Reason == "" || len(b.notices(c.ID, casework.NoticeReopened)) == 0 {
		t.Error("the reason after a bare mark was lost, or nobody was told")
	}
	if _, err := b.Do(t.Context(), citizen, c.ID, casework.AnyState, again); codeOf(err) != casework.Conflict {
		t.Errorf("a second reason: %v", err)
	}
	b.do(t, supervisor, c.ID, casework.Reviewing{Outcome: casework.ReviewUpheld, Explanation: "Ответ полный."})
	if _, err := b.Do(t.Context(), citizen, c.ID, casework.AnyState, again); codeOf(err) != casework.Conflict {
		t.Errorf("after the decision: %v", err)
	}
	if _, err := b.Do(t.Context(), supervisor, c.ID, casework.AnyState, casework.Reviewing{Outcome: casework.ReviewUpheld, Explanation: "?"}); codeOf(err) != casework.Conflict {
		t.Errorf("a second decision: %v", err)
	}
}

func TestASecondLookIsAskedForAndDecidedInWords(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.answered(t)
	long := strings.Repeat("ж", casework.MaxReason+1)
	refused := func(by casework.Actor, act casework.Act, field string) {
		t.Helper()
		if _, err := b.Do(t.Context(), by, c.ID, casework.AnyState, act); codeOf(err) != casework.Invalid || !hasField(err, field) {
			t.Errorf("%+v: %v, want a mistake in %s", act, err, field)
		}
	}
	for _, reason := range []string{"", " ", long, "a\x00b"} {
		refused(citizen, casework.Reopening{Reason: reason}, "reason")
	}
	b.do(t, citizen, c.ID, casework.Reopening{Reason: "Яма на месте."})
	refused(supervisor, casework.Reviewing{Outcome: "whatever", Explanation: "Да."}, "outcome")
	refused(supervisor, casework.Reviewing{Explanation: "Да."}, "outcome")
	for _, blank := range []string{"", long} {
		refused(supervisor, casework.Reviewing{Outcome: casework.ReviewUpheld, Explanation: blank}, "explanation")
		refused(supervisor, casework.Reviewing{Outcome: casework.ReviewRedo, Explanation: "Дополнят.", Task: blank}, "task")
	}
	if seen, err := b.store.Get(t.Context(), c.ID); err != nil || !seen.Reviewed().Open() {
		t.Fatalf("a refused decision was taken: %+v, %v", seen.Reviewed(), err)
	}
	b.do(t, supervisor, c.ID, casework.Reviewing{Outcome: casework.ReviewUpheld, Explanation: "Ответ полный."})
}

func TestWithoutAnAnswerThereIsNothingToLookAtAgain(t *testing.T) {
	laws := embeddedLaws(t)
	law, err := laws.InForce(casework.RegimeAppeal, casework.NewDate(2026, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	b := newActBench(t, law, laws)
	c := b.prepared(actRow{act: string(casework.ActReopen)}, casework.StageAnswered)
	c.Answers = nil
	for _, x := range []struct {
		by  casework.Actor
		act casework.Act
		say string
	}{
		{citizen, casework.Reopening{Reason: "Не решено."}, "reopen.no_answer"},
		{supervisor, casework.Reviewing{Outcome: casework.ReviewUpheld, Explanation: "Да."}, "review.none"},
	} {
		var e *casework.Error
		if _, err := casework.Perform(b.env(), c, x.by, x.act); !errors.As(err, &e) || e.Message != x.say {
			t.Errorf("%s: %v, want %s", x.act.Kind(), err, x.say)
		}
	}
}

// notices are those of a kind in the stored case.
func (b *bench) notices(id string, kind casework.NoticeKind) []casework.Notice {
	c, _ := b.store.Get(context.Background(), id)
	var out []casework.Notice
	for _, n := range c.Outbox {
		if n.Kind == kind {
			out = append(out, n)
		}
	}
	return out
}

func TestNobodyWhoAnsweredLearnsWhoIsDissatisfied(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.answered(t)
	plain, err := b.Read(t.Context(), officer, c.ID, casework.PurposeQueue)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := json.Marshal(plain)
	b.do(t, citizen, c.ID, casework.Rating{Mark: 1, Comment: "отписка"})
	b.do(t, citizen, c.ID, casework.Reopening{Reason: "яма на месте"})
	b.now = b.now.AddDate(0, 0, 20)
	if _, err := b.Watch(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	for _, by := range []casework.Actor{officer, head, registrar} {
		seen, err := b.Read(t.Context(), by, c.ID, casework.PurposeQueue)
		if err != nil {
			t.Fatal(err)
		}
		after, _ := json.Marshal(seen)
		for _, word := range []string{"отписка", "яма на месте", `"review"`, `"rate"`, `"reopen"`, "reopened", `"mark"`, "svc."} {
			if strings.Contains(string(after), word) {
				t.Errorf("%s sees %s", by.ID, word)
			}
		}
		if len(seen.Outbox) != len(plain.Outbox) || len(seen.Terms) != len(plain.Terms) || string(before) == string(after) {
			t.Errorf("%s: %d notices and %d terms, before %d and %d", by.ID, len(seen.Outbox), len(seen.Terms), len(plain.Outbox), len(plain.Terms))
		}
		page, err := b.Queue(t.Context(), by, casework.Query{Sort: casework.SortDue, Window: casework.Window{Limit: 5}})
		if err != nil || len(page.Rows) != 1 || !page.Rows[0].Due.IsZero() {
			t.Errorf("%s sees in his queue %+v, %v", by.ID, page.Rows, err)
		}
	}
	for _, n := range b.notices(c.ID, casework.NoticeWarn) {
		if n.Staff != casework.RoleSupervisor && n.Staff != casework.RoleSuperior {
			t.Errorf("%s is warned of a second look", n.Staff)
		}
	}
	if seen, _ := b.Read(t.Context(), supervisor, c.ID, casework.PurposeCheck); seen.Reviewed() == nil || seen.Answers[0].Mark == nil {
		t.Error("who decides does not see what it is about")
	}
}

func TestMarksAreShownFromFiveUp(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	for n := 1; n <= 6; n++ {
		f := filing()
		f.Key = fmt.Sprintf("0123456789abcd%02d", n)
		c := b.answeredOf(t, f)
		b.do(t, citizen, c.ID, casework.Rating{Mark: 1 + n%5})
		marks, err := b.Marks(t.Context(), supervisor, "roads")
		if err != nil || (len(marks) > 0) != (n >= casework.LeastMarks) {
			t.Fatalf("after %d marks: %+v, %v", n, marks, err)
		}
		if n == 6 && (marks[0].N() != 6 || marks[0].Mean() < 2.8 || marks[0].Mean() > 2.9) {
			t.Errorf("%+v, mean %f", marks[0], marks[0].Mean())
		}
	}
	if _, err := b.Marks(t.Context(), officer, "roads"); codeOf(err) != casework.Forbidden {
		t.Errorf("an officer: %v", err)
	}
}

// answeredOf walks a filing through every stage.
func (b *bench) answeredOf(t testing.TB, f casework.Filing) casework.Case {
	t.Helper()
	c := b.file(t, f)
	if _, err := b.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	b.do(t, officer, c.ID, casework.Drafting{Text: "Асфальт восстановлен.", Outcome: casework.OutcomeMeasures})
	b.do(t, officer, c.ID, casework.Submission{Revision: 1})
	b.do(t, head, c.ID, casework.Signing{})
	return b.do(t, officer, c.ID, casework.Answering{})
}

func TestUnusualReadersAreFoundByTheirOwnMeasure(t *testing.T) {
	b := newBench(t, "2026-04-01 12:00:00")
	var ids []string
	for i := range 70 {
		f := filing()
		f.Key = fmt.Sprintf("0123456789abc%03d", i)
		c := b.file(t, f)
		if _, err := b.Route(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	read := func(by casework.Actor, n int) {
		t.Helper()
		for _, id := range ids[:n] {
			if _, err := b.Read(t.Context(), by, id, casework.PurposeQueue); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 6 {
		read(registrar, 10)
		read(officer, 3)
		b.now = b.now.Add(24 * time.Hour)
	}
	today := casework.NewDate(2026, 4, 7)
	read(registrar, 29)
	reasons := func(day casework.Date) map[string]string {
		t.Helper()
		list, err := b.Readers(t.Context(), supervisor, "roads", day)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, r := range list {
			out[r.ID] = fmt.Sprintf("%d/%d %v", r.Day.Cases, r.Median, r.Unusual)
		}
		return out
	}
	if got := reasons(today); got[registrar.ID] != "29/10 []" {
		t.Errorf("29 cases: %v", got)
	}
	read(registrar, 31)
	read(officer, 30)
	if got := reasons(today); got[registrar.ID] != "31/10 [more]" || got[officer.ID] != "30/3 [more outside]" {
		t.Errorf("31 cases: %v", got)
	}
	b.now = at("2026-04-08 23:30:00")
	read(head, 10)
	if got := reasons(casework.NewDate(2026, 4, 8)); got[head.ID] != "10/0 [night]" {
		t.Errorf("at night: %v", got)
	}
	if _, err := b.Readers(t.Context(), officer, "roads", today); codeOf(err) != casework.NotFound {
		t.Errorf("an officer sees readers: %v", err)
	}
	list, next, err := b.Readings(t.Context(), supervisor, "roads", registrar.ID, today, casework.Window{Limit: 100})
	if err != nil || len(list) != 60 || next != "" || list[0].Purpose != casework.PurposeQueue || list[0].Role != casework.RoleRegistrar || list[0].Number == "" {
		t.Errorf("%d entries, %+v, %v", len(list), list[:1], err)
	}
}

func TestSearchesAreWrittenDownWithWordsAndFinds(t *testing.T) {
	b := newBench(t, "2026-04-01 12:00:00")
	c := b.file(t, filing())
	if _, err := b.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Queue(t.Context(), registrar, casework.Query{Text: "асфальт", Window: casework.Window{Limit: 5}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.FindByNumber(t.Context(), registrar, c.Receipt); err != nil {
		t.Fatal(err)
	}
	list, _, err := b.Readings(t.Context(), supervisor, "roads", registrar.ID, casework.NewDate(2026, 4, 1), casework.Window{Limit: 10})
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	words := map[string]string{}
	for _, r := range list {
		words[r.Purpose] = fmt.Sprintf("%s %d", r.Words, r.Found)
	}
	if words[casework.PurposeNumber] != c.Receipt+" 1" || !strings.HasPrefix(words[casework.PurposeSearch], "асфальт ") {
		t.Errorf("%v", words)
	}
	rules, err := b.ReadingRules()
	for _, r := range b.store.records {
		if r.Kind == casework.KindReading && !r.Expires.Equal(b.now.AddDate(0, 0, rules.KeepDays)) || err != nil {
			t.Errorf("%s is kept until %s, %v", r.ID, r.Expires, err)
		}
	}
}

func TestTheApplicantLearnsRolesAndDaysOfReadersAndNoNames(t *testing.T) {
	b := newBench(t, "2026-04-01 12:00:00")
	c := b.answered(t)
	for _, by := range []casework.Actor{officer, officer, head, citizen} {
		if _, err := b.Read(t.Context(), by, c.ID, casework.PurposeDesk); err != nil {
			t.Fatal(err)
		}
	}
	list, err := b.Glances(t.Context(), citizen, c.ID)
	got, _ := json.Marshal(list)
	if err != nil || len(list) != 2 || strings.Contains(string(got), "staff:") || list[0].Times+list[1].Times != 3 {
		t.Errorf("%s, %v", got, err)
	}
	other := ivanova()
	other.Key = "esia:9"
	if _, err := b.Glances(t.Context(), casework.Citizen(other), c.ID); codeOf(err) != casework.NotFound {
		t.Errorf("a stranger: %v", err)
	}
	if readers, _, err := b.ReadersOf(t.Context(), head, c.ID, casework.Window{Limit: 10}); err != nil || len(readers) != 4 {
		t.Errorf("the head sees %d, %v", len(readers), err)
	}
	if _, _, err := b.ReadersOf(t.Context(), officer, c.ID, casework.Window{Limit: 10}); codeOf(err) != casework.NotFound {
		t.Errorf("an officer: %v", err)
	}
}
