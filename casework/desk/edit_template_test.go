package desk_test

import (
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/desk"
)

// letterBench is a bench whose letters are checked and printed.
func letterBench(t *testing.T) *bench {
	return newBenchWith(t, func(c *desk.Config) {
		c.Aids.Lint = func(c *casework.Case, _ string) ([]desk.LetterSign, bool) {
			if strings.Contains(c.Draft.Text, "принято к сведению") {
				return []desk.LetterSign{{Title: "Общие слова", Why: "Нет ни одного дела по существу."}}, true
			}
			return nil, false
		}
	})
}

const oneTemplate = "/desk/templates/one"

func TestATemplateIsTriedKeptChangedAndReturnedTo(t *testing.T) {
	b := letterBench(t)
	f := b.get(t, head, oneTemplate+"?body=roads").formTo(t, oneTemplate)
	typed := []string{"id", "plan", "name", "Внесено в план", "text", "{{Имя}}, принято к сведению. {{Номер}}"}
	r := b.submit(t, head, f, append(typed, "do", "try")...)
	for _, want := range []string{"Мария Ивановна, принято к сведению. ОГ-2026-000123", "Похоже на отписку", "Нет ни одного дела", "Внесено в план"} {
		if !strings.Contains(r.body, want) {
			t.Errorf("status %d: the trial does not show %q", r.status, want)
		}
	}
	if list, _ := b.Office.LetterTemplates(t.Context(), "roads"); len(list) != 0 {
		t.Fatal("a trial was kept")
	}
	if r = b.submit(t, head, r.formTo(t, oneTemplate), "do", "save"); r.status != 422 || !strings.Contains(r.body, "принято к сведению") {
		t.Errorf("without a reason: %d, or the text is lost", r.status)
	}
	if r = b.submit(t, head, r.formTo(t, oneTemplate), "do", "save", "why", "приказ № 7"); r.status != 303 {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	page := b.get(t, head, oneTemplate+"?key=roads/plan")
	stale := page.formTo(t, oneTemplate)
	if r = b.submit(t, head, page.formTo(t, oneTemplate), "do", "save", "why", "точнее", "text", "Второй текст {{Номер}}"); r.status != 303 {
		t.Fatal(r.status)
	}
	if r = b.submit(t, head, stale, "do", "save", "why", "спор", "text", "Мой текст"); r.status != 409 || !strings.Contains(r.body, "+ Мой текст") || !strings.Contains(r.body, "- Второй текст") {
		t.Errorf("status %d: a stale save does not show both", r.status)
	}
	page = b.get(t, head, oneTemplate+"?key=roads/plan")
	if !strings.Contains(page.body, "приказ № 7") || !strings.Contains(page.body, "Анна Главная") || !strings.Contains(page.body, "<ins>+ Второй текст") {
		t.Error("the history does not say who, why and what")
	}
	if r = b.submit(t, head, page.formTo(t, "/return"), "to", "1"); r.status != 303 {
		t.Fatal(r.status)
	}
	now, versions, err := b.Office.KeptTemplate(t.Context(), head, "roads/plan")
	if err != nil || now.Version != 3 || !strings.Contains(now.Text, "принято к сведению") || len(versions) != 3 || !strings.Contains(now.Why, "Возврат к версии 1") {
		t.Errorf("%+v, %d versions, %v", now, len(versions), err)
	}
	if r = b.submit(t, head, page.formTo(t, "/return"), "to", "2"); r.status != 409 {
		t.Errorf("a return from a page that is stale: %d", r.status)
	}
}

func TestMistakesOfATemplateAreNamedAtTheirFields(t *testing.T) {
	b := letterBench(t)
	f := b.get(t, manager, oneTemplate+"?body=*").formTo(t, oneTemplate)
	r := b.submit(t, manager, f, "id", "Плохо", "name", "", "text", "{{Отчество}}", "do", "try")
	for _, id := range []string{"f-id-error", "f-name-error", "f-text-error"} {
		if !strings.Contains(r.body, id) {
			t.Errorf("status %d: no error %s", r.status, id)
		}
	}
	if !strings.Contains(r.body, "{{Отчество}}") {
		t.Error("the text is lost")
	}
	for _, name := range casework.TemplateFields() {
		if !strings.Contains(r.body, "{{"+name+"}}") {
			t.Errorf("field %s is not explained", name)
		}
	}
	if strings.Contains(r.body, "desk_setup.") {
		t.Error("a text is missing")
	}
	taken := []string{"id", "good", "name", "Имя", "text", "Текст", "why", "надо", "do", "save"}
	if r = b.submit(t, manager, f, taken...); r.status != 303 {
		t.Fatal(r.status)
	}
	if r = b.submit(t, manager, f, taken...); r.status != 409 || !strings.Contains(r.body, "уже занято") {
		t.Errorf("a name that is taken: %d", r.status)
	}
}

func TestTemplatesAreOpenToTheirWritersOnly(t *testing.T) {
	b := letterBench(t)
	if _, err := b.Office.SaveLetterTemplate(t.Context(), head, casework.LetterTemplate{ID: "own", Body: "roads", Name: "Дорожный", Text: "т"}); err != nil {
		t.Fatal(err)
	}
	for _, by := range []casework.Actor{officer, registrar, supervisor, operator} {
		if r := b.get(t, by, "/desk/templates"); r.status != 403 {
			t.Errorf("%s: %d", by.ID, r.status)
		}
	}
	for _, path := range []string{"/desk/templates?body=roads", oneTemplate + "?key=roads/own", oneTemplate + "?body=roads", oneTemplate + "?key=roads/none"} {
		if r := b.get(t, foreigner, path); r.status != 404 {
			t.Errorf("the head of another body at %s: %d", path, r.status)
		}
	}
	if r := b.get(t, head, "/desk/templates"); r.status != 200 || !strings.Contains(r.body, "Дорожный") || strings.Contains(r.body, "Для всех органов") {
		t.Errorf("the head's own page: %d", r.status)
	}
	f := b.get(t, head, oneTemplate+"?body=roads").formTo(t, oneTemplate)
	if r := b.submit(t, head, f, "body", "water", "id", "x", "name", "x", "text", "x", "why", "x", "do", "save"); r.status != 404 {
		t.Errorf("a template smuggled into another body: %d", r.status)
	}
}
