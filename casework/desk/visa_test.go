package desk_test

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestADraftIsAgreedAtTheDesk(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	if b.load(t, c.ID).Draft == nil {
		b.submit(t, officer, b.get(t, officer, path(c, "/draft")).formTo(t, "/draft"), "text", "Ответ.", "do", "save")
	}
	ask := b.get(t, officer, path(c, "/act/ask_visa"))
	if ask.status != 200 || !strings.Contains(ask.body, second.Name) || strings.Contains(ask.body, foreigner.Name) {
		t.Fatalf("status %d: colleagues are not offered, or strangers are", ask.status)
	}
	if r := b.submit(t, officer, ask.formTo(t, "/act/ask_visa"), "persons", "1 "+second.ID, "approver", head.ID); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	if r := b.get(t, head, path(c, "/act/visa")); r.status == 200 {
		t.Error("the approver is asked before his turn")
	}
	give := b.get(t, second, path(c, "/act/visa"))
	if give.status != 200 {
		t.Fatalf("status %d", give.status)
	}
	f := give.formTo(t, "/act/visa")
	if r := b.submit(t, second, f, "agreed", "no"); r.status != 422 {
		t.Errorf("remarks without a word: status %d", r.status)
	}
	if r := b.submit(t, second, f, "agreed", "yes"); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	if r := b.submit(t, head, b.get(t, head, path(c, "/act/visa")).formTo(t, "/act/visa"), "agreed", "no", "visa_remarks", "Нет нормы"); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	page := b.get(t, officer, path(c, ""))
	for _, want := range []string{second.Name, "согласовано", "есть замечания", "Нет нормы"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestSeveralAreAskedInTheirTurns(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	if b.load(t, c.ID).Draft == nil {
		b.submit(t, officer, b.get(t, officer, path(c, "/draft")).formTo(t, "/draft"), "text", "Ответ.", "do", "save")
	}
	ask := b.get(t, officer, path(c, "/act/ask_visa"))
	for _, bad := range []string{second.ID, "x " + second.ID, "0 " + second.ID, "1 " + foreigner.ID} {
		if r := b.submit(t, officer, ask.formTo(t, "/act/ask_visa"), "persons", bad); r.status != 422 {
			t.Errorf("%q: status %d", bad, r.status)
		}
	}
	if !strings.Contains(ask.body, `name="approver"`) {
		t.Error("the form does not ask who has the last word")
	}
	if r := b.submit(t, officer, ask.formTo(t, "/act/ask_visa"), "persons", "3 "+second.ID, "approver", head.ID); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	visas := b.load(t, c.ID).Draft.Visas
	if len(visas) != 2 || visas[0].Step != 3 || visas[0].By != second.ID || visas[1].Step != 4 || !visas[1].Approves {
		t.Fatalf("%+v", visas)
	}
	page := b.get(t, officer, path(c, ""))
	for _, want := range []string{"3-я очередь", "ждём решения", "4-я очередь", "ещё не очередь"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	// What was chosen stands in the form when it is opened again.
	again := b.get(t, officer, path(c, "/act/ask_visa"))
	if !strings.Contains(again.body, `value="3 `+second.ID+`" selected`) {
		t.Error("the form has forgotten the turns")
	}
}
