package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"priemnaya/casework"
)

// multi sends a form whose fields may hold several values.
func (b *bench) multi(t testing.TB, by casework.Actor, f form, typed url.Values) reply {
	t.Helper()
	for name, values := range typed {
		f.values[name] = values
	}
	return b.submit(t, by, f)
}

// further are the further acts as they are done from their own pages.
var further = []struct {
	act    string
	stage  casework.Stage
	change func(*casework.Filing)
	before func(t *testing.T, b *bench, c casework.Case)
	by     casework.Actor
	typed  url.Values
	holds  func(c casework.Case) bool
}{
	{act: "leave", stage: casework.StageInWork, by: officer, typed: url.Values{"ground": {"unclear"}, "explanation": {"Не понятно, о чём вы просите."}},
		holds: func(c casework.Case) bool { return c.Stage == casework.StageLeft && c.Procedure.Ended == "unclear" }},
	{act: "leave", stage: casework.StageInWork, by: head, typed: url.Values{"ground": {"site"}, "address": {"https://roads.example/otvet"}},
		holds: func(c casework.Case) bool { return c.Procedure.Ended == "site" }},
	{act: "reject", stage: casework.StageRouted, by: registrar, typed: url.Values{"ground": {"not_appeal_greeting"}, "explanation": {"Спасибо за поздравление."}},
		holds: func(c casework.Case) bool { return c.Stage == casework.StageRejected }},
	{act: "mark", stage: casework.StageRegistered, by: registrar,
		typed: url.Values{"against": {"unit:roads/repair", "official:roads/" + officer.ID}, "variant": {"migration"}},
		holds: func(c casework.Case) bool {
			p := c.Procedure.Complaint
			return c.Procedure.Variant == "migration" && len(p.Against) == 2 && p.Against[0].Unit == "repair" && p.Against[1].Official == officer.ID
		}},
	{act: "split", stage: casework.StageRegistered, by: registrar, typed: url.Values{"topics": {"0003.0009.0099.0742", "", "0003.0009.0099.0743"}},
		holds: func(c casework.Case) bool {
			return len(c.Questions) == 2 && c.Questions[1].Topic == "0003.0009.0099.0743"
		}},
	{act: "link", stage: casework.StageRegistered, by: registrar, before: func(t *testing.T, b *bench, c casework.Case) { b.at(t, casework.StageRegistered) },
		typed: url.Values{"to": {"repeat"}, "number": {"ОГ-2026-000002"}}, holds: func(c casework.Case) bool { return len(c.Links) == 1 && c.Links[0].Kind == casework.LinkRepeat }},
	{act: "copy", stage: casework.StageRegistered, by: registrar, typed: url.Values{"bodies": {"admin", "water"}, "why": {"Вопрос и к ним."}},
		holds: func(c casework.Case) bool { return len(c.Links) == 2 }},
	{act: "request", stage: casework.StageInWork, by: officer, typed: url.Values{"body": {"water"}, "what": {"Схему сетей."}},
		holds: func(c casework.Case) bool { return c.Procedure.Requests[0].To == "water" }},
	{act: "receive", stage: casework.StageInWork, by: officer, before: func(t *testing.T, b *bench, c casework.Case) {
		b.do(t, officer, c.ID, casework.DocumentRequest{To: "water", What: "Схему сетей."})
	}, typed: url.Values{"answer": {"Схема получена."}}, holds: func(c casework.Case) bool { return c.Procedure.Requests[0].Answer == "Схема получена." }},
	{act: "ask", stage: casework.StageInWork, by: officer, typed: url.Values{"text": {"Назовите номер дома."}},
		holds: func(c casework.Case) bool { return c.Procedure.Requests[0].To == casework.ToApplicant }},
	{act: "propose", stage: casework.StageInWork, by: officer, typed: url.Values{"days": {"12"}, "reason": {"Ждём заключение."}},
		holds: func(c casework.Case) bool { return c.Procedure.Proposal.Days == 12 }},
	{act: "extend", stage: casework.StageInWork, by: head, typed: url.Values{"reason": {"Ждём заключение."}},
		holds: func(c casework.Case) bool {
			term, _ := c.Term(casework.TermConsider)
			return term.Rule.Start == casework.StartDue && term.Rule.N == 30
		}},
	{act: "withdraw", stage: casework.StageInWork, by: registrar, typed: url.Values{"reason": {"Заявление от 16 ноября."}},
		holds: func(c casework.Case) bool { return c.Stage == casework.StageWithdrawn }},
	{act: "oral", stage: casework.StageInWork, by: head, change: func(f *casework.Filing) {
		f.Channel, f.Applicant.Assurance = casework.ChannelOral, casework.AssuranceInPerson
	}, typed: url.Values{"summary": {"Разъяснён порядок."}, "outcome": {"explained"}, "consent": {"yes"}},
		holds: func(c casework.Case) bool {
			return c.Stage == casework.StageAnswered && c.Questions[0].Outcome == casework.OutcomeExplained
		}},
}

func TestEachFurtherActIsOfferedInTheMenuAndDoneFromItsPage(t *testing.T) {
	for _, tt := range further {
		t.Run(tt.act, func(t *testing.T) {
			b := newBench(t)
			if tt.change != nil {
				b.change = tt.change
			}
			c := b.at(t, tt.stage)
			b.change = nil
			if tt.before != nil {
				tt.before(t, b, c)
			}
			link := path(c, "/act/"+tt.act)
			if page := b.get(t, tt.by, path(c, "")); !strings.Contains(page.body, `href="`+link+`"`) {
				t.Fatal("the case does not offer the act")
			}
			page := b.get(t, tt.by, link)
			r := b.multi(t, tt.by, page.formTo(t, "/act/"+tt.act), tt.typed)
			if r.status != 303 {
				t.Fatalf("status %d: %s", r.status, r.body)
			}
			got := b.load(t, c.ID)
			if !tt.holds(got) {
				t.Errorf("afterwards: stage %s, procedure %+v, links %v", got.Stage, got.Procedure, got.Links)
			}
			if page := b.get(t, tt.by, path(c, "")); page.status != 200 {
				t.Errorf("the case afterwards: %d", page.status)
			}
		})
	}
}

func TestEveryFormIsShownInBothLanguagesWithoutScripts(t *testing.T) {
	for _, tt := range further {
		for _, lang := range []string{"ru", "en"} {
			b := newBench(t)
			b.change = tt.change
			c := b.at(t, tt.stage)
			if tt.before != nil {
				tt.before(t, b, c)
			}
			page := b.get(t, tt.by, path(c, "/act/"+tt.act)+"?lang="+lang)
			if page.status != 200 && page.status != 303 {
				t.Errorf("%s %s: %d", tt.act, lang, page.status)
			}
			if strings.Contains(page.body, "desk.") && strings.Contains(page.body, ">desk.") {
				t.Errorf("%s %s: a text is missing", tt.act, lang)
			}
		}
	}
}

func TestTheHeadApprovesAProposedExtensionInOneClick(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	b.do(t, officer, c.ID, casework.ExtensionProposal{Days: 9, Reason: "Ждём заключение."})
	page := b.get(t, head, path(c, ""))
	if !strings.Contains(page.body, "Олег Исполняев предлагает продлить на 9 дней") {
		t.Error("the head does not see the proposal")
	}
	if r := b.submit(t, head, page.formTo(t, "/act/extend")); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	got := b.load(t, c.ID)
	if term, _ := got.Term(casework.TermConsider); term.Rule.N != 9 || got.Procedure.Proposal != nil {
		t.Errorf("extended by %d, proposal %v", term.Rule.N, got.Procedure.Proposal)
	}
	if page := b.get(t, officer, path(c, "")); strings.Contains(page.body, `action="`+path(c, "/act/extend")+`"`) {
		t.Error("an officer can approve")
	}
}

func TestTheNewDateIsShownBeforeTheExtension(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	page := b.get(t, head, path(c, "/act/extend"))
	r := b.submit(t, head, page.formTo(t, "/act/extend"), "days", "10", "do", "preview")
	after := b.do(t, head, c.ID, casework.Extension{Days: 10, Reason: "—"})
	term, _ := after.Term(casework.TermConsider)
	if r.status != 200 || !strings.Contains(r.body, itoa(term.Due.Day)+" января 2027") && !strings.Contains(r.body, itoa(term.Due.Day)+" декабря 2026") {
		t.Errorf("status %d, want the date %s", r.status, term.Due)
	}
}

func TestEachOfSeveralQuestionsNeedsAnOutcome(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	b.do(t, officer, c.ID, casework.Splitting{Questions: []casework.Question{{Topic: "0003.0009.0099.0742"}, {Topic: "0003.0009.0099.0743"}}})
	page := b.get(t, officer, path(c, "/draft"))
	if !strings.Contains(page.body, "Вопрос 2: Дорожные знаки") {
		t.Fatal("the editor does not show the questions")
	}
	f := page.formTo(t, "/draft")
	r := b.submit(t, officer, f, "outcome", "", "outcome_q1", "measures", "text", typedText, "do", "submit")
	if r.status != 422 || !strings.Contains(r.body, typedText) || !strings.Contains(r.body, "Без результата 1 вопрос") {
		t.Errorf("an open question: status %d", r.status)
	}
	r = b.submit(t, officer, page.formTo(t, "/draft"), "outcome", "explained", "outcome_q1", "measures", "text", typedText, "do", "submit")
	if r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	b.do(t, head, c.ID, casework.Signing{})
	got := b.do(t, officer, c.ID, casework.Answering{})
	if got.Questions[0].Outcome != casework.OutcomeMeasures || got.Questions[1].Outcome != casework.OutcomeExplained {
		t.Errorf("outcomes %v", got.Questions)
	}
}
