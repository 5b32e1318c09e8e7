package casework_test

import (
	"errors"
	"strings"
	"testing"

	"priemnaya/casework"
)

var editor = staff("editor", casework.RoleAdministrator, casework.Everywhere)

func TestATemplateIsFilledFromTheCase(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	f := filing()
	f.Applicant.Name.Patronymic = "Пет*ровна"
	c := b.registered(t, f)
	got, err := b.FillTemplate(&c, "Уважаемая {{Имя}}! На № {{ Номер }} от {{Дата}}, срок {{Срок}}. {{Орган}}, {{Исполнитель}}, {{Сегодня}}", "О. Исполняев")
	want := `Уважаемая Мария Пет\*ровна! На № ` + c.Number + " от 1 апреля 2026 года, срок 30 апреля 2026 года. Комитет дорожного хозяйства, О. Исполняев, 1 апреля 2026 года"
	if err != nil || got != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
	c.Parties.Applicants[0].Name.Given = "{{Номер}}"
	if got, _ := b.FillTemplate(&c, "{{Имя}}", ""); !strings.HasPrefix(got, "{{Номер}}") {
		t.Errorf("a field in a name was filled: %s", got)
	}
}

func TestAFieldThatNobodyFillsIsNamed(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.file(t, filing())
	for text, key := range map[string]string{"{{Отчество}}": "template.unknown_field", "{{имя}}": "template.unknown_field",
		"{{}}": "template.unknown_field", "{{Номер}}": "template.no_value", "{{Исполнитель}}": "template.no_value"} {
		_, err := b.FillTemplate(&c, "Текст "+text, "")
		var e *casework.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Key != key {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestTemplatesAreVersionedAndKeptApartByBody(t *testing.T) {
	b, ctx := newBench(t, "2026-04-01 10:00:00"), t.Context()
	save := func(by casework.Actor, x casework.LetterTemplate) (casework.LetterTemplate, error) {
		return b.SaveLetterTemplate(ctx, by, x)
	}
	common, err := save(editor, casework.LetterTemplate{ID: "thanks", Body: casework.CommonTemplates, Name: "Благодарность", Text: "Спасибо, {{Имя}}."})
	if err != nil || common.Version != 1 {
		t.Fatalf("%+v %v", common, err)
	}
	own, err := save(head, casework.LetterTemplate{ID: "thanks", Body: "roads", Name: "Своя", Text: "Дороги."})
	if err != nil {
		t.Fatal(err)
	}
	own.Text = "Дороги, версия вторая."
	if own, err = save(head, own); err != nil || own.Version != 2 {
		t.Fatalf("%+v %v", own, err)
	}
	stale := own
	stale.Version = 1
	if _, err := save(head, stale); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("a stale save: %v", err)
	}
	if list, _ := b.LetterTemplates(ctx, "roads"); len(list) != 2 || list[0].Text != own.Text || list[1].ID != "thanks" {
		t.Errorf("offered %+v", list)
	}
	if list, _ := b.LetterTemplates(ctx, "admin"); len(list) != 1 {
		t.Errorf("another body is offered %+v", list)
	}
	if past, _ := b.LetterTemplateVersions(ctx, own.Key()); len(past) != 2 || past[0].Text != "Дороги." {
		t.Errorf("versions %+v", past)
	}
	own.Retired = true
	if _, err := save(head, own); err != nil {
		t.Fatal(err)
	}
	if list, _ := b.LetterTemplates(ctx, "roads"); len(list) != 1 {
		t.Errorf("a retired template is offered")
	}
	for name, x := range map[string]struct {
		by casework.Actor
		t  casework.LetterTemplate
	}{
		"an officer":    {officer, casework.LetterTemplate{ID: "x", Body: "roads", Name: "x", Text: "x"}},
		"another body":  {head, casework.LetterTemplate{ID: "x", Body: "admin", Name: "x", Text: "x"}},
		"a common one":  {head, casework.LetterTemplate{ID: "x", Body: casework.CommonTemplates, Name: "x", Text: "x"}},
		"an empty body": {editor, casework.LetterTemplate{ID: "x", Name: "x", Text: "x"}},
	} {
		if _, err := save(x.by, x.t); casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := save(editor, casework.LetterTemplate{ID: "Плохо", Body: "roads", Text: "{{Кто}}"}); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("a bad template: %v", err)
	}
}
