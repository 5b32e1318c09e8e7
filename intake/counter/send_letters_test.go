package counter

import (
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/cmd/visitor"
)

// toPrint lays the last letter of a case on the pile to print and gives its page.
func (h *house) toPrint(c casework.Case) (page string, n casework.Notice) {
	h.t.Helper()
	n = c.Outbox[len(c.Outbox)-1]
	task, err := casework.PutPaperTask(h.t.Context(), h.store, c, n)
	must(h.t, err)
	return "/counter/letters/" + task.ID, n
}

func TestALetterIsPrintedPostedAndLeavesTheList(t *testing.T) {
	h := openHouse(t)
	c := h.enter(h.sign("mfc"), "paper", letter())
	page, n := h.toPrint(c)
	p, twin := h.sign("reg"), h.sign("reg")
	p.open("/counter")
	p.want(200, "Письма для печати (1)")
	p.open("/counter/letters")
	p.want(200, c.PublicNumber(), "Комитет дорог", "20.11.2026")
	if p.Page.Says("нет адреса") || p.Page.Link(page) == "" {
		t.Errorf("the list\n%s", p.Page.Body)
	}
	p.open(page)
	p.want(200, "Уведомляем: "+string(n.Kind), "О деле "+c.PublicNumber(), "Садовая, 1", "20 ноября 2026")
	p.open(page + "/sent")
	twin.open(page + "/sent")
	for _, x := range []struct{ field, value string }{{"on", "вчера"}, {"on", "2026-11-21"}, {"on", "2026-11-19"}, {"how", "pigeon"}, {"track", "123"}} {
		sent := visitor.Fields{"how": "registered", "track": "80080000000013", "on": ""}
		sent[x.field] = x.value
		p.send(page+"/sent", sent)
		if p.want(422); !p.tells("f-"+x.field) || x.field != "track" && p.Page.Input("track") != "80080000000013" {
			t.Errorf("%s: %q is kept\n%s", x.field, p.Page.Input("track"), p.Page.Text())
		}
	}
	p.send(page+"/sent", visitor.Fields{"how": "hand", "track": "", "on": "2026-11-20"})
	if p.want(200, "Писем нет"); p.Path() != "/counter/letters" || !p.tells("Отправка записана") {
		t.Errorf("posted, at %s\n%s", p.Path(), p.Page.Text())
	}
	got, err := h.store.Get(t.Context(), c.ID)
	must(t, err)
	last := got.Journal[len(got.Journal)-1]
	if last.Act != casework.ActPosted || last.Facts["how"] != "hand" || last.Facts["on"] != "2026-11-20" {
		t.Errorf("the journal ends with %+v", last)
	}
	// A second press finds the letter gone, which is no mistake.
	if twin.send(page+"/sent", visitor.Fields{"how": "hand"}); twin.Page.Status != 200 || twin.Path() != "/counter/letters" {
		t.Errorf("a second press: at %s, status %d", twin.Path(), twin.Page.Status)
	}
	if status := p.open(page); status != 404 {
		t.Errorf("the letter posted: status %d", status)
	}
}

func TestTheAnswerIsPrintedWithItsNumberAndSignature(t *testing.T) {
	h := openHouse(t)
	c := h.enter(h.sign("mfc"), "paper", letter())
	c = h.answered(c.ID, "Фонарь у дома 4 заменили 19 ноября, он горит.")
	i := -1
	for at, n := range c.Outbox {
		if n.Kind == casework.NoticeAnswered {
			i = at
		}
	}
	if i < 0 {
		t.Fatalf("no notice of the answer: %+v", c.Outbox)
	}
	task, err := casework.PutPaperTask(t.Context(), h.store, c, c.Outbox[i])
	must(t, err)
	p := h.sign("reg")
	p.open("/counter/letters/" + task.ID)
	answer := c.Answers[0]
	p.want(200, answer.Number, answer.Signature.Digest, "Сотрудник head")
	// A notice of something else carries no signature of the answer.
	other, _ := h.toPrint(func() casework.Case { x := c; x.Outbox = c.Outbox[:1]; return x }())
	if p.open(other); p.Page.Says(answer.Signature.Digest) || !p.Page.Says(c.PublicNumber()) {
		t.Errorf("another notice\n%s", p.Page.Text())
	}
}

func TestALetterWithoutAnAddressIsMarkedAndSaysWhereToLook(t *testing.T) {
	h := openHouse(t)
	c := h.enter(h.sign("mfc"), "paper", letter("post", "", "email", "kim@example.ru", "document", "yes"))
	page, _ := h.toPrint(c)
	p := h.sign("reg")
	p.open("/counter/letters")
	p.want(200, "нет адреса")
	p.open(page + "/sent")
	p.want(200, "Почтового адреса нет", "+7 900 000-00-00")
	p.send(page+"/sent", visitor.Fields{"how": "never", "why": ""})
	p.want(422, "почему письмо нельзя отправить")
	p.send(page+"/sent", visitor.Fields{"how": "never", "why": "Дом снесён, другого адреса нет."})
	p.want(200, "Писем нет")
}

func TestLettersOfAnotherBodyAreNotThere(t *testing.T) {
	h := openHouse(t)
	page, _ := h.toPrint(h.enter(h.sign("mfc"), "paper", letter()))
	far := h.sign("far-reg")
	far.open("/counter/letters")
	far.want(200, "Писем нет")
	for _, path := range []string{page, page + "/sent", "/counter/letters/none"} {
		if status := far.open(path); status != 404 || far.Page.Says("Ким") {
			t.Errorf("%s: status %d", path, status)
		}
	}
	if strings.Contains(far.Page.Text(), "Садовая") {
		t.Error("an address is shown")
	}
}
