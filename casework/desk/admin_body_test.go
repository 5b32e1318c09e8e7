package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestRowsOfABodyAreEditedWithoutScripts(t *testing.T) {
	d := newBodyDesk(t, nil, nil)
	p := d.open(t, "/desk/admin/body?id=roads")
	p.wants(200, "Отдел знаков")
	if p.form.Get("unit.1.code") != "repair" || p.form.Get("unit.1.topic.1") != "0003" {
		t.Fatalf("the rows in force: %v", p.form)
	}
	p.send("unit-add", "name", "Комитет", "why", "приказ № 5")
	p.wants(200)
	p.send("rule-add", "unit.3.code", "lights", "unit.3.name", "Отдел освещения")
	p.send("unit-topic-3", "rule.1.topic.1", "ремонт автомобильных дорог", "rule.1.place", "Город Заречный", "unit.3.topic.1", "0003.0009.0099.0743")
	if p.form.Get("name") != "Комитет" || p.form.Get("why") != "приказ № 5" || p.form.Get("unit.3.name") != "Отдел освещения" ||
		p.form.Get("rule.1.place") != "Город Заречный" || p.form.Get("unit.3.topic.1") != "Дорожные знаки (0003.0009.0099.0743)" {
		t.Fatalf("what was typed is lost: %v", p.form)
	}
	p.send("", "unit.3.topic.2", "Ремонт автомобильных дорог (0003.0009.0099.0742)")
	if p.status != 302 && p.status != 303 || len(d.proposed) != 1 {
		t.Fatalf("status %d: %s", p.status, p.text)
	}
	got := d.proposed[0].Body
	if len(got.Units) != 3 || fmt.Sprint(got.Units[2]) != "{lights Отдел освещения [0003.0009.0099.0743 0003.0009.0099.0742]}" ||
		fmt.Sprint(got.Units[0]) != "{repair Отдел ремонта [0003]}" || fmt.Sprint(got.Competences) != "[{0003.0009.0099.0742 99701}]" {
		t.Errorf("proposed %+v", got)
	}
}

func TestAMistakeStandsAtItsRowAndNothingTypedIsLost(t *testing.T) {
	d := newBodyDesk(t, nil, nil)
	p := d.open(t, "/desk/admin/body?id=roads")
	p.send("", "why", "приказ",
		"unit.3.code", "Отдел", "unit.3.name", "", "unit.4.code", "signs", "unit.4.name", "Второй", "unit.5.name", "Третий", "unit.5.topic.1", "*",
		"unit.2.name", "", "rule.1.topic.1", "дорог", "rule.1.place", "", "rule.2.topic.1", "9999", "rule.2.place", "Атлантида",
		"rule.3.topic.1", "0003", "rule.3.place", "99701", "rule.4.topic.1", "0003*", "rule.4.place", "город Заречный", "rule.5.place", "Везде")
	p.wants(422, "Подразделение 3: укажите название", "Компетенция 1: выберите тему из найденных")
	for field, words := range map[string]string{"unit.3.code": "строчной латиницей", "unit.3.name": "укажите название", "unit.4.code": "уже есть выше",
		"unit.5.code": "укажите код", "unit.5.topic.1": "такой темы нет", "unit.2.name": "укажите название", "rule.2.topic.1": "такой темы нет", "rule.2.place": "такой территории нет",
		"rule.1.place": "выберите территорию", "rule.4.topic.1": "такая компетенция уже есть", "rule.5.topic.1": "выберите тему"} {
		p.mistake(field, words)
	}
	for field, typed := range map[string]string{"unit.3.code": "Отдел", "unit.4.name": "Второй", "rule.2.place": "Атлантида", "why": "приказ"} {
		if p.form.Get(field) != typed {
			t.Errorf("%s is %q, typed %q", field, p.form.Get(field), typed)
		}
	}
	if len(d.proposed) != 0 {
		t.Fatal("a form with mistakes was proposed")
	}
}

func TestWordsThatFitSeveralNamesAreChosenFrom(t *testing.T) {
	d := newBodyDesk(t, nil, nil)
	p := d.open(t, "/desk/admin/body?id=roads")
	p.send("", "why", "приказ", "rule.1.topic.1", "дорож", "rule.1.place", "заречн")
	p.wants(422, `name="rule.1.topic.1.pick"`, "<option>Дорожные знаки (0003.0009.0099.0743)</option>", "<option>город Заречный (99701)</option>")
	p.mistake("rule.1.place", "выберите территорию из найденных")
	p.send("", "rule.1.topic.1.pick", "Дорожные знаки (0003.0009.0099.0743)", "rule.1.place.pick", "город Заречный (99701)")
	if len(d.proposed) != 1 || fmt.Sprint(d.proposed[0].Body.Competences) != "[{0003.0009.0099.0743 99701}]" {
		t.Fatalf("status %d, proposed %+v", p.status, d.proposed)
	}
}

func TestARowTakenAwaySaysWhatHangsOnItAndCanBePutBack(t *testing.T) {
	d := newBodyDesk(t, nil, nil)
	c := d.at(t, casework.StageInWork)
	if _, err := d.store.Update(t.Context(), c.ID, func(c casework.Case) (casework.Case, error) {
		c.Place.Unit = "repair"
		return c, nil
	}); err != nil {
		t.Fatal(err)
	}
	p := d.open(t, "/desk/admin/body?id=roads")
	p.send("unit-drop-1", "unit.1.name", "Ремонт и содержание")
	p.wants(200, "<del>Ремонт и содержание, repair</del>", "открытых дел: 1", "сотрудников с ролью здесь: 1")
	p.send("unit-back-1")
	if p.form.Get("unit.1.name") != "Ремонт и содержание" || strings.Contains(p.text, "<del>") {
		t.Fatalf("not put back: %v", p.form)
	}
	p.send("unit-drop-2")
	p.send("", "why", "приказ")
	if len(d.proposed) != 1 || len(d.proposed[0].Body.Units) != 1 || d.proposed[0].Body.Units[0].Name != "Ремонт и содержание" {
		t.Fatalf("proposed %+v", d.proposed)
	}
}

func TestPastedLinesBecomeRowsBeforeAnythingIsKept(t *testing.T) {
	d := newBodyDesk(t, nil, nil)
	p := d.open(t, "/desk/admin/body?id=roads")
	p.send("unit-paste", "unit.paste", "код;название;темы\nrepair;Отдел ремонта дорог;0003\nsigns;Отдел знаков\nnew;\"Отдел \"\"Север\"\"; второй\";0003.0009.0099.0742, 0003.0009.0099.0743\nБез кода\n")
	p.wants(422, "Новых: 2, изменённых: 1, было и раньше: 1", "изменена")
	p.mistake("unit.4.code", "укажите код")
	if p.form.Get("unit.3.name") != `Отдел "Север"; второй` && !strings.Contains(p.form.Get("unit.3"), "второй") {
		t.Fatalf("a name in quotes: %v", p.form)
	}
	p.send("rule-paste", "unit.4.code", "four", "rule.paste", "0003 99701\nДорожные знаки\tгород Заречный\n*; *\n0003;99701", "why", "приказ")
	p.wants(200, "Новых: 3, изменённых: 0, было и раньше: 1", "Любая тема")
	p.send("")
	if len(d.proposed) != 1 {
		t.Fatalf("status %d: %s", p.status, p.text)
	}
	got := d.proposed[0].Body
	if fmt.Sprint(got.Competences) != "[{0003 99701} {0003.0009.0099.0743 99701} { }]" || len(got.Units) != 4 || got.Units[0].Name != "Отдел ремонта дорог" || len(got.Units[2].Topics) != 2 {
		t.Errorf("proposed %+v", got)
	}
}

func TestAListIsTakenChangedAndReplacedAtOnce(t *testing.T) {
	d := newBodyDesk(t, nil, nil)
	p := d.open(t, "/desk/admin/body?id=roads")
	p.send("unit-copy")
	if got := p.form.Get("unit.paste"); got != "repair;Отдел ремонта;0003\nsigns;Отдел знаков\n" {
		t.Fatalf("taken %q", got)
	}
	// Lines that nobody has pressed a button for are not lost by the check.
	p.send("", "unit.paste", "signs;Отдел знаков и разметки", "unit.replace", "yes", "why", "приказ")
	p.wants(200, "<del>Отдел ремонта, repair</del>", "Новых: 0, изменённых: 1")
	p.send("")
	if len(d.proposed) != 1 || fmt.Sprint(d.proposed[0].Body.Units) != "[{signs Отдел знаков и разметки []}]" {
		t.Fatalf("proposed %+v", d.proposed)
	}
}
