package desk_test

import (
	"context"
	"strings"
	"testing"

	"priemnaya/casework"
)

// typedText is what must still be on the page after every refusal.
const typedText = "Уже набранный длинный текст объяснения"

// refusals are the bad input of the further acts, each over its own form.
var refusals = []struct {
	name   string
	stage  casework.Stage
	before func(t *testing.T, b *bench, c casework.Case)
	by     casework.Actor
	act    string
	typed  []string
	status int
	says   []string
}{
	{"an act out of order", casework.StageSigned, nil, officer, "ask", []string{"text", typedText}, 409,
		[]string{"не предусмотрено", "ст. "}},
	{"by the wrong role", casework.StageInWork, nil, supervisor, "ask", []string{"text", typedText}, 403, []string{"нет роли"}},
	{"on a stale page", casework.StageInWork, func(t *testing.T, b *bench, c casework.Case) {
		b.do(t, head, c.ID, casework.Marking{})
	}, officer, "ask", []string{"text", typedText}, 409, []string{"кто-то уже поработал", "Отметка о предмете жалобы"}},
	{"without a precondition: the head decides", casework.StageInWork, nil, officer, "leave",
		[]string{"ground", "terminate", "explanation", typedText, "nothing_new", "yes"}, 422, []string{"ст. 11 ч. 5", "только руководитель"}},
	{"without a precondition: two earlier answers", casework.StageInWork, nil, head, "leave",
		[]string{"ground", "terminate", "explanation", typedText, "nothing_new", "yes"}, 422, []string{"ст. 11 ч. 5", "не отвечали дважды"}},
	{"without a precondition: nobody is complained of", casework.StageInWork, nil, head, "leave",
		[]string{"ground", "complained_of", "explanation", typedText}, 422, []string{"ст. 8 ч. 7", "Сначала отметьте"}},
	{"without the address of the answer", casework.StageInWork, nil, head, "leave",
		[]string{"ground", "site", "explanation", typedText}, 422, []string{"ст. 11 ч. 5.1", "https://"}},
	{"with no ground at all", casework.StageInWork, nil, head, "leave", []string{"explanation", typedText}, 422, []string{"Выберите основание"}},
	{"an oral answer where nobody came", casework.StageInWork, nil, head, "oral",
		[]string{"summary", typedText, "outcome", "explained"}, 409, []string{"только на личном приёме", "ст. 13"}},
	{"an extension after the due date", casework.StageInWork, func(_ *testing.T, b *bench, _ casework.Case) { b.now = at("2026-12-17 10:00") },
		head, "extend", []string{"days", "10", "reason", typedText}, 409, []string{"ст. 12 ч. 2", "до последнего дня срока"}},
	{"an extension on the due date", casework.StageInWork, func(_ *testing.T, b *bench, _ casework.Case) { b.now = at("2026-12-16 10:00") },
		head, "extend", []string{"days", "10", "reason", typedText}, 409, []string{"ст. 12 ч. 2"}},
	{"a second extension", casework.StageInWork, func(t *testing.T, b *bench, c casework.Case) {
		b.do(t, head, c.ID, casework.Extension{Days: 5, Reason: "Ждём."})
	}, head, "extend", []string{"days", "10", "reason", typedText, "fresh", "yes"}, 409, []string{"ст. 12 ч. 2", "Второй раз"}},
	{"an extension longer than the law allows", casework.StageInWork, nil, head, "extend", []string{"days", "31", "reason", typedText}, 422,
		[]string{"от 1 до 30 дней"}},
	{"an extension by no number of days", casework.StageInWork, nil, officer, "propose", []string{"days", "много", "reason", typedText}, 422,
		[]string{"от 1 до 30 дней"}},
	{"in a year without calendar", casework.StageInWork, func(_ *testing.T, b *bench, _ casework.Case) { b.now = at("2027-12-20 10:00") },
		officer, "request", []string{"to", "Архив", "what", typedText}, 503, []string{"2028"}},
	{"copies to nobody", casework.StageInWork, nil, head, "copy", []string{"why", typedText}, 422, []string{"хотя бы один орган"}},
	{"a link to a case of others", casework.StageInWork, nil, head, "link", []string{"to", "repeat", "case", strings.Repeat("2", 26), "number", typedText}, 422,
		[]string{"с таким номером"}},
	{"a remedy nobody owes", casework.StageInWork, nil, head, "remedy", []string{"what", typedText}, 409, []string{"нет"}},
	{"documents nobody asked for", casework.StageInWork, nil, head, "receive", []string{"request", "r9", "answer", typedText}, 409, []string{"Такого запроса нет"}},
	{"a text that is too long", casework.StageInWork, nil, head, "ask", []string{"text", typedText + strings.Repeat("я", 5000)}, 422, []string{"до 5000 знаков"}},
}

func TestEveryRefusalSaysWhyAndKeepsWhatWasTyped(t *testing.T) {
	for _, tt := range refusals {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			c := b.at(t, tt.stage)
			if tt.before != nil {
				tt.before(t, b, c)
			}
			f := b.blank(t, tt.by, path(c, "/act/"+tt.act))
			seen := len(c.Journal)
			for i := 0; i < len(tt.typed); i += 2 {
				if tt.typed[i] == "fresh" {
					seen = len(b.load(t, c.ID).Journal)
					continue
				}
				f.values.Set(tt.typed[i], tt.typed[i+1])
			}
			f.values.Set("seen", itoa(seen))
			before := len(b.load(t, c.ID).Journal)
			r := b.submit(t, tt.by, f)
			if r.status != tt.status {
				t.Errorf("status %d, want %d", r.status, tt.status)
			}
			for _, want := range append(tt.says, typedText) {
				if !strings.Contains(r.body, want) {
					t.Errorf("the page does not say %q", want)
				}
			}
			if after := len(b.load(t, c.ID).Journal); after != before {
				t.Error("a refused act is in the journal")
			}
		})
	}
}

func TestAFourthForwardingIsTheArbiters(t *testing.T) {
	b := newBench(t)
	b.now = at("2026-11-16 10:00")
	c := b.at(t, casework.StageRegistered)
	everyone := central
	for i, body := range []string{"water", "admin", "roads"} {
		b.do(t, everyone, c.ID, casework.Forwarding{Body: body, Why: "Не наш вопрос."})
		c = b.do(t, everyone, c.ID, casework.Registration{})
		if c.Route.Hops != i+1 {
			t.Fatalf("%d hops", c.Route.Hops)
		}
	}
	form := []string{"body", "water", "why", typedText, "seen", itoa(len(c.Journal))}
	r := b.submit(t, registrar, b.blank(t, registrar, path(c, "/forward")), form...)
	if r.status != 409 || !strings.Contains(r.body, typedText) || !strings.Contains(r.body, "решает контроль") || !strings.Contains(r.body, "ст. 8 ч. 3") {
		t.Errorf("status %d", r.status)
	}
	if r := b.submit(t, supervisor, b.blank(t, supervisor, path(c, "/forward")), form...); r.status != 303 {
		t.Errorf("the arbiter: status %d", r.status)
	}
}

func TestAStaleRegistrationTakesNoNumberAndAStaleSignatureIsNotMade(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageRouted)
	if _, err := b.Do(context.Background(), registrar, c.ID, len(c.Journal)-1, casework.Registration{}); casework.CodeOf(err) != casework.Conflict {
		t.Fatalf("stale registration: %v", err)
	}
	if len(b.store.series) != 0 {
		t.Errorf("numbers were taken: %v", b.store.series)
	}
	c = b.at(t, casework.StageOnSigning)
	if _, err := b.Do(context.Background(), head, c.ID, len(c.Journal)-1, casework.Signing{}); casework.CodeOf(err) != casework.Conflict || b.signs != 0 {
		t.Errorf("stale signature: %v, %d made", err, b.signs)
	}
}

func TestActsThatDoNotExistAreNotFound(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	for _, act := range []string{"nonsense", "recompute", "join", "warn"} {
		if r := b.get(t, officer, path(c, "/act/"+act)); r.status != 404 {
			t.Errorf("%s: GET %d", act, r.status)
		}
		if r := b.submit(t, officer, b.blank(t, officer, path(c, "/act/"+act)), "seen", itoa(len(c.Journal))); r.status != 404 {
			t.Errorf("%s: POST %d", act, r.status)
		}
	}
}
