package desk_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"priemnaya/casework"
)

// greatBody has 100 units and 150 competences among many territories.
func greatBody() ([]casework.Body, []casework.Territory) {
	b := casework.Body{ID: "great", Name: "Администрация великого города", Short: "Город"}
	var places []casework.Territory
	for i := range 150 {
		code := fmt.Sprintf("99%03d", i)
		places = append(places, casework.Territory{Code: code, Name: fmt.Sprintf("городской округ Великий Заречный %d", i)})
		b.Competences = append(b.Competences, casework.Competence{Topic: "0003.0009.0099.0742", Territory: code})
		if i < 100 {
			b.Units = append(b.Units, casework.BodyUnit{ID: fmt.Sprintf("unit-%03d", i), Name: fmt.Sprintf("Отдел содержания и ремонта улично-дорожной сети района %d", i),
				Topics: []string{"0003.0009.0099.0742", "0003.0009.0099.0743"}})
		}
	}
	return []casework.Body{b}, places
}

func TestAGreatBodyStaysSmallAndLosesNoRow(t *testing.T) {
	bodies, places := greatBody()
	d := newBodyDesk(t, bodies, places)
	p := d.open(t, "/desk/admin/body?id=great")
	p.wants(200, "Страница 1 из 7", "Страница 1 из 10")
	small := func() {
		t.Helper()
		if t.Logf("%d bytes", len(p.text)); len(p.text) > 100_000 {
			t.Errorf("the page has %d bytes", len(p.text))
		}
	}
	small()
	p.send("unit-page-7", "unit.1.name", "Первый отдел")
	p.send("unit-show", "unit.find", "района 37", "unit.100.name", "Последний отдел")
	if small(); !p.form.Has("unit.38.name") || p.form.Has("unit.39.name") || !p.form.Has("unit.39") {
		t.Fatalf("the words do not narrow the rows")
	}
	p.send("rule-drop-3", "unit.38.name", "Отдел 38")
	p.send("rule-page-10")
	p.send("", "rule.150.place", "Атлантида", "why", "приказ")
	p.wants(422)
	p.mistake("rule.150.place", "такой территории нет")
	p.send("unit-changed", "rule.150.place", "Везде")
	p.send("", "unit.find", p.form.Get("unit.find"))
	if len(d.proposed) != 1 {
		t.Fatalf("status %d: %s", p.status, p.text)
	}
	got := d.proposed[0].Body
	if len(got.Units) != 100 || len(got.Competences) != 149 || got.Units[0].Name != "Первый отдел" || got.Units[37].Name != "Отдел 38" || got.Units[99].Name != "Последний отдел" ||
		got.Competences[148].Territory != "" || got.Competences[2].Territory != "99003" || len(got.Units[50].Topics) != 2 {
		t.Errorf("rows are lost: %d units, %d competences, %+v", len(got.Units), len(got.Competences), got.Competences[148])
	}
}

func TestAMistakeOfARowThatIsNotShownIsShown(t *testing.T) {
	bodies, places := greatBody()
	d := newBodyDesk(t, bodies, places)
	p := d.open(t, "/desk/admin/body?id=great")
	p.form.Set("unit.60", "k\tunit-059\t\t")
	p.send("", "why", "приказ")
	p.wants(422, "Показаны строки с ошибками")
	p.mistake("unit.60.name", "укажите название")
	if !p.form.Has("unit.1") || p.form.Has("unit.1.name") {
		t.Error("rows without mistakes are shown, or lost")
	}
	lines := strings.Repeat("нет;никого\n", 60)
	p.send("rule-paste", "unit.60.name", "Отдел", "rule.paste", lines)
	if p.wants(422); len(p.text) > 100_000 {
		t.Errorf("with mistakes the page has %d bytes", len(p.text))
	}
}

func TestTheParentIsPickedByNameAmongManyBodies(t *testing.T) {
	var bodies []casework.Body
	for i := range 400 {
		bodies = append(bodies, casework.Body{ID: fmt.Sprintf("body-%d", i), Name: fmt.Sprintf("Администрация муниципального образования города Заречный %d", i)})
	}
	bodies[1].Parent = "body-0"
	d := newBodyDesk(t, bodies, nil)
	p := d.open(t, "/desk/admin/body?id=body-1")
	if p.wants(200); p.form.Get("parent") != bodies[0].Name+" (body-0)" || len(p.text) > 100_000 {
		t.Fatalf("the parent is %q, the page has %d bytes", p.form.Get("parent"), len(p.text))
	}
	p.send("unit-add", "parent", "нигде")
	if p.form.Get("parent") != "нигде" {
		t.Error("what was typed is lost")
	}
	for typed, want := range map[string]string{"body-7": "body-7", bodies[300].Name: "body-300", strings.ToLower(bodies[9].Name) + " (body-9)": "body-9", "": "", "нигде": "нигде"} {
		d.proposed = nil
		p = d.open(t, "/desk/admin/body?id=body-1")
		p.send("", "parent", typed, "why", "приказ")
		if len(d.proposed) != 1 || d.proposed[0].Body.Parent != want {
			t.Errorf("%q: %+v", typed, d.proposed)
		}
	}
	if p = d.open(t, "/desk/admin/suggest?of=body&q=Заречный+39"); !strings.Contains(p.text, "(body-39)") {
		t.Errorf("suggested %s", p.text)
	}
}

func TestAWordToFindIsNotTakenForADecision(t *testing.T) {
	bodies, places := greatBody()
	d := newBodyDesk(t, bodies, places)
	p := d.open(t, "/desk/admin/body?id=great")
	p.send("", "rule.find", "Заречный 77", "why", "приказ")
	if p.wants(200); len(d.proposed) != 0 || !p.form.Has("rule.78.place") {
		t.Error("Enter in the field of the search has proposed a change")
	}
}

func TestNamesAreSuggestedToAdministratorsOnly(t *testing.T) {
	d := newBodyDesk(t, nil, nil)
	for query, want := range map[string]string{"of=topic&q=знаки": "Дорожные знаки (0003.0009.0099.0743)", "of=place&q=зареч": "город Заречный (99701)",
		"of=topic&q=": "Любая тема", "of=place&q=": "Везде", "of=place&q=нигде": "", "of=secret&q=": ""} {
		p := d.open(t, "/desk/admin/suggest?"+query)
		var got struct{ Names []string }
		if err := json.Unmarshal([]byte(p.text), &got); err != nil || p.status != 200 {
			t.Fatalf("%s: %d %v", query, p.status, err)
		}
		if joined := strings.Join(got.Names, "|"); want == "" && joined != "" || !strings.Contains(joined, want) {
			t.Errorf("%s: %q, want %q", query, joined, want)
		}
	}
	r := httptest.NewRequest("GET", "/desk/admin/suggest?of=topic&q=x", nil)
	if res, err := d.app.Test(r, -1); err != nil || res.StatusCode != 401 {
		t.Errorf("nobody: %v %v", res.StatusCode, err)
	}
}
