package casework_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestATrialOfATemplateFillsEveryFieldFromAnInventedCase(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	text := ""
	for _, name := range casework.TemplateFields() {
		text += "{{" + name + "}}\n"
	}
	for _, body := range []string{"roads", casework.CommonTemplates} {
		c, err := b.TrialTemplate(casework.LetterTemplate{ID: "x", Body: body, Name: "Проба", Text: text}, "О. Исполняев")
		// A body of the bench may have no telephone; the page says which field is empty.
		var e *casework.Error
		if errors.As(err, &e) && len(e.Fields) == 1 && e.Fields[0].Data["Name"] == "Телефон" {
			c, err = b.TrialTemplate(casework.LetterTemplate{ID: "x", Body: body, Name: "Проба", Text: strings.Replace(text, "{{Телефон}}\n", "", 1)}, "О. Исполняев")
		}
		if err != nil || c.Draft == nil || strings.Contains(c.Draft.Text, "{{") || !strings.Contains(c.Draft.Text, "Мария Ивановна") {
			t.Errorf("%s: %v %+v", body, err, c.Draft)
		}
		if !strings.Contains(c.Draft.Text, "21 апреля 2026 года") {
			t.Errorf("the term is not thirty days from 22 March:\n%s", c.Draft.Text)
		}
	}
	_, err := b.TrialTemplate(casework.LetterTemplate{ID: "x", Body: "roads", Name: "Проба", Text: "{{Отчество}}"}, "")
	var e *casework.Error
	if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Key != "template.unknown_field" {
		t.Errorf("an unknown field: %v", err)
	}
	if kept, _ := b.KeptTemplates(t.Context(), head, "roads"); len(kept) != 0 {
		t.Errorf("a trial was kept: %+v", kept)
	}
}

func TestTemplatesAreShownToThoseWhoWriteThem(t *testing.T) {
	b, ctx := newBench(t, "2026-04-01 10:00:00"), t.Context()
	own, err := b.SaveLetterTemplate(ctx, head, casework.LetterTemplate{ID: "a", Body: "roads", Name: "А", Text: "первая", Why: "приказ № 1"})
	if err != nil {
		t.Fatal(err)
	}
	own.Text, own.Retired = "вторая", true
	if _, err := b.SaveLetterTemplate(ctx, head, own); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SaveLetterTemplate(ctx, head, casework.LetterTemplate{ID: "z", Body: "roads", Name: "Я", Text: "т"}); err != nil {
		t.Fatal(err)
	}
	list, err := b.KeptTemplates(ctx, head, "roads")
	if err != nil || len(list) != 2 || list[0].ID != "z" || !list[1].Retired {
		t.Errorf("kept %+v %v", list, err)
	}
	now, versions, err := b.KeptTemplate(ctx, head, "roads/a")
	if err != nil || now.Text != "вторая" || len(versions) != 2 || versions[0].Why != "приказ № 1" || versions[1].Version != 2 {
		t.Errorf("%+v %+v %v", now, versions, err)
	}
	for name, by := range map[string]casework.Actor{"an officer": officer, "another head": staff("h2", casework.RoleHead, "admin")} {
		if _, _, err := b.KeptTemplate(ctx, by, "roads/a"); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := b.KeptTemplates(ctx, by, "roads"); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := b.KeptTemplate(ctx, head, "roads/none"); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("no template: %v", err)
	}
	if places := b.TemplatePlaces(head); len(places) != 1 || places[0] != "roads" {
		t.Errorf("a head writes at %v", places)
	}
	if places := b.TemplatePlaces(editor); len(places) < 2 || places[0] != casework.CommonTemplates {
		t.Errorf("an administrator writes at %v", places)
	}
}

func TestABodyHasTwoHundredTemplatesAndNoMore(t *testing.T) {
	b, ctx := newBench(t, "2026-04-01 10:00:00"), t.Context()
	for i := range casework.MaxTemplates {
		if _, err := b.SaveLetterTemplate(ctx, head, casework.LetterTemplate{ID: fmt.Sprint("t", i), Body: "roads", Name: "Т", Text: "т"}); err != nil {
			t.Fatal(i, err)
		}
	}
	_, err := b.SaveLetterTemplate(ctx, head, casework.LetterTemplate{ID: "more", Body: "roads", Name: "Т", Text: "т"})
	var e *casework.Error
	if !errors.As(err, &e) || e.Message != "template.too_many" {
		t.Errorf("%v", err)
	}
	if _, err := b.SaveLetterTemplate(ctx, head, casework.LetterTemplate{ID: "t7", Body: "roads", Name: "Т", Text: "иначе", Version: 1}); err != nil {
		t.Errorf("a change of one that is there: %v", err)
	}
}
