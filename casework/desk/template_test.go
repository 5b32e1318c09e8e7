package desk_test

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestATemplateIsInsertedWithoutLosingWhatWasTyped(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	everywhere := staff("chief", "Главный Редактор", grant(casework.RoleAdministrator, casework.Everywhere))
	for _, x := range []casework.LetterTemplate{
		{ID: "good", Body: "roads", Name: "Обычный ответ", Text: "Уважаемая {{Имя}}, на № {{Номер}}.", Outcome: casework.OutcomeExplained},
		{ID: "foreign", Body: "water", Name: "Чужой ответ", Text: "Вода."},
	} {
		if _, err := b.Office.SaveLetterTemplate(t.Context(), everywhere, x); err != nil {
			t.Fatal(err)
		}
	}
	page := b.get(t, officer, path(c, "/draft"))
	if !strings.Contains(page.body, "Обычный ответ") || strings.Contains(page.body, "Чужой ответ") {
		t.Fatal("the editor offers other templates than those of the body")
	}
	f := page.formTo(t, "/draft")
	before := b.load(t, c.ID).Draft
	r := b.submit(t, officer, f, "do", "insert", "template", "roads/good", "text", "Уже написано.", "outcome", "")
	if r.status != 200 || !strings.Contains(r.body, "Уже написано.") || !strings.Contains(r.body, "на № "+c.Number) {
		t.Fatalf("status %d: the template is not behind the typed text", r.status)
	}
	if d := b.load(t, c.ID).Draft; d != nil && (before == nil || d.Revision != before.Revision) {
		t.Error("inserting saved a draft")
	}
	// Without a script: the page that came back is saved and given to the head.
	next := r.formTo(t, "/draft")
	if next.values.Get("outcome") != string(casework.OutcomeExplained) {
		t.Errorf("outcome %q", next.values.Get("outcome"))
	}
	if done := b.submit(t, officer, next, "do", "submit"); done.status != 303 || b.load(t, c.ID).Stage != casework.StageOnSigning {
		t.Errorf("status %d", done.status)
	}
	for _, name := range []string{"", "water/foreign", "roads/none"} {
		if r := b.submit(t, officer, f, "do", "insert", "template", name, "text", "Моё"); r.status != 422 || !strings.Contains(r.body, "Моё") {
			t.Errorf("template %q: status %d", name, r.status)
		}
	}
}
