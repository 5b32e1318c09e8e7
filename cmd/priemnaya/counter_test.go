package main

import (
	"strings"
	"testing"
	"time"

	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
)

func TestAnOperatorEntersALetterAndTheNextOneKeepsWhatIsCommon(t *testing.T) {
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	v := visitor.New(nil)
	must(t, v.Open(cfg.BaseURL+"/staff/login"))
	must(t, v.Submit("/staff/login", visitor.Fields{"login": "mfc", "password": demo.Password}))
	if v.Path() != "/counter" {
		t.Fatalf("the operator is at %s, status %d\n%s", v.Path(), v.Page.Status, v.Page.Text())
	}
	must(t, v.Submit("/counter/new", visitor.Fields{"door": "paper"}))
	entry := v.Path()
	fields := visitor.Fields{"surname": "Ким", "given": "Пётр", "post": "101000, Заречный, Садовая, 1",
		"text": "Прошу починить скамейки в парке на Садовой улице.", "arrived": time.Now().AddDate(0, 0, -1).Format("2006-01-02"), "do": "file"}
	// A mistake loses nothing.
	must(t, v.Submit(entry, visitor.Fields{"surname": "Ким", "given": "Пётр", "post": "Садовая, 1", "text": "", "do": "file"}))
	if v.Page.Status != 422 || v.Page.Input("surname") != "Ким" {
		t.Fatalf("a mistake: status %d, surname %q", v.Page.Status, v.Page.Input("surname"))
	}
	must(t, v.Submit(entry, fields))
	receipt := v.Path()
	if !strings.HasPrefix(receipt, "/counter/receipt/") || !v.Page.Says("Квитанция") {
		t.Fatalf("after filing: %s, status %d\n%s", receipt, v.Page.Status, v.Page.Text())
	}
	// Back and again: the same case.
	must(t, v.Open(cfg.BaseURL+entry))
	if v.Path() != receipt {
		t.Errorf("a step back leads to %s", v.Path())
	}
	must(t, v.Submit(receipt, visitor.Fields{"do": "next"}))
	if !strings.HasPrefix(v.Path(), "/counter/entry/") || v.Page.Input("arrived") != fields["arrived"] || v.Page.Input("surname") != "" {
		t.Errorf("the next entry: %s, arrived %q, surname %q", v.Path(), v.Page.Input("arrived"), v.Page.Input("surname"))
	}
	// The receipt is closed to the operator, and so are cases.
	id := strings.TrimPrefix(receipt, "/counter/receipt/")
	for _, path := range []string{receipt, "/desk/case/" + id, "/counter/letters", "/counter/reception"} {
		must(t, v.Open(cfg.BaseURL+path))
		if v.Page.Status != 404 && v.Page.Status != 403 {
			t.Errorf("%s: status %d", path, v.Page.Status)
		}
	}
}

func TestACitizenBooksMovesAndTheHeadClosesTheCard(t *testing.T) {
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	v := signIn(t, cfg, journeyPerson)
	must(t, v.Open(cfg.BaseURL+"/reception"))
	must(t, v.Follow("Лапин"))
	times := v.Page.Links(":")
	if len(times) < 5 {
		t.Fatalf("%d times are free\n%s", len(times), v.Page.Text())
	}
	must(t, v.Open(times[3]))
	book := v.Path()
	must(t, v.Submit(book, visitor.Fields{"about": "—"}))
	if v.Page.Status != 422 {
		t.Errorf("about nothing: status %d", v.Page.Status)
	}
	must(t, v.Submit(book, visitor.Fields{"about": "Ремонт дороги у школы"}))
	if !v.Page.Says("Вы записаны") {
		t.Fatalf("status %d at %s\n%s", v.Page.Status, v.Path(), v.Page.Text())
	}
	must(t, v.Open(cfg.BaseURL+"/my"))
	if !v.Page.Says("Лапин") {
		t.Error("the cabinet does not show the booking")
	}
	must(t, v.Open(times[4]))
	must(t, v.Submit(v.Path(), visitor.Fields{"about": "Ремонт дороги у школы"}))
	if !v.Page.Says("Вы записаны") {
		t.Fatalf("moving: status %d\n%s", v.Page.Status, v.Page.Text())
	}
	must(t, v.Open(times[3]))
	if !v.Page.Says("заменит прежнюю") {
		t.Error("the first time is not free again")
	}
	head := staffSignIn(t, cfg, "dorogi-head", demo.Password)
	must(t, head.Open(cfg.BaseURL+"/counter/reception"))
	must(t, head.Follow("Тот день"))
	day := head.Page
	for n := 0; n < 10 && !head.Page.Says("Ремонт дороги у школы"); n++ {
		must(t, head.Follow("День позже"))
	}
	if !head.Page.Says("Ремонт дороги у школы") {
		t.Fatalf("the day does not show the visitor\n%s", day.Text())
	}
	links := head.Page.Links("")
	for _, l := range links {
		if strings.Contains(l, "/counter/visit/") {
			must(t, head.Open(l))
			break
		}
	}
	card := visitor.Fields{"document": "yes", "text": "Просит починить дорогу у школы.", "end": "oral", "answer": "Ремонт начнётся в мае.", "outcome": "explained"}
	must(t, head.Submit("/counter/visit", card))
	if head.Page.Status != 422 {
		t.Errorf("without consent: status %d", head.Page.Status)
	}
	card["consent"] = "yes"
	must(t, head.Submit("/counter/visit", card))
	if !head.Page.Says("Ответили устно") {
		t.Errorf("status %d at %s\n%s", head.Page.Status, head.Path(), head.Page.Text())
	}
}

func TestInformationIsOpenAndEndsInAnOffer(t *testing.T) {
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	v := visitor.New(nil)
	for path, says := range map[string]string{"/help?q=не+пришел+отвед": "Срок прошёл", "/help?q=zzzzqq": "Готового ответа нет", "/help": "Все вопросы",
		"/samples": "Образцы", "/disagree": "Кто стоит выше", "/news": "547-ФЗ", "/news.atom": "Atom", "/reception": "Лапин", "/procedure": "30 дней"} {
		must(t, v.Open(cfg.BaseURL+path))
		if v.Page.Status != 200 || !v.Page.Says(says) {
			t.Errorf("%s: status %d, does not say %q", path, v.Page.Status, says)
		}
		if strings.HasPrefix(path, "/help") && (!v.Page.Says("Подать сейчас") || !v.Page.Says("Записаться на приём")) {
			t.Errorf("%s ends in a wall", path)
		}
	}
}
