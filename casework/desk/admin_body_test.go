package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/templates/web"
)

// bodyDesk is the page of a body over a registry that keeps what is proposed.
type bodyDesk struct {
	*bench
	app      *fiber.App
	proposed []desk.RegistryEdit
}

// oneRegistry takes every change of a body; the rest of the interface is not
// asked for by these pages.
type oneRegistry struct {
	desk.AdminRegistry
	d *bodyDesk
}

func (r oneRegistry) Seen(casework.Body) string { return "seen" }

func (r oneRegistry) Propose(_ context.Context, _ casework.Actor, e desk.RegistryEdit) (desk.RegistryChange, error) {
	r.d.proposed = append(r.d.proposed, e)
	return desk.RegistryChange{ID: "c1"}, nil
}

func (r oneRegistry) Changes(context.Context, string, string) ([]desk.RegistryChange, string, error) {
	return nil, "", nil
}

func (r oneRegistry) TerritoryCode(typed string) (string, bool) {
	code := strings.TrimRight(typed, "0")
	return code, len(code) == 5
}

// oneStaff has a single account, with a role in the unit of repairs.
type oneStaff struct{ desk.AdminStaff }

func (oneStaff) Page(context.Context, desk.StaffQuery) ([]desk.StaffCard, string, error) {
	return []desk.StaffCard{{Login: "ivanov", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "roads", Unit: "repair"}}}}, "", nil
}

// someBranches are broad topics beside those of the bench.
func someBranches(words string, limit int) []string {
	var out []string
	for _, code := range append([]string{"0003"}, topics{}.Find(words, limit)...) {
		if code != "0003" || strings.HasPrefix(code, words) {
			out = append(out, code)
		}
	}
	return out[:min(len(out), limit)]
}

func newBodyDesk(t testing.TB, bodies []casework.Body, places []casework.Territory) *bodyDesk {
	t.Helper()
	d := &bodyDesk{bench: newBench(t)}
	if bodies != nil {
		registry, err := casework.NewRegistry("r2", bodies, places)
		if err != nil {
			t.Fatal(err)
		}
		d.Office.SetRegistry(registry)
	}
	set, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	actor := func(c *fiber.Ctx) (casework.Actor, bool) { return manager, c.Get("X-Actor") != "" }
	kit, err := web.New(web.Config{Set: set, Now: func() time.Time { return d.now }, Secret: []byte(strings.Repeat("k", 32)),
		StatusOf: statusOf, Log: slog.New(slog.DiscardHandler), Session: func(c *fiber.Ctx) string { return c.Get("X-Actor") }})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := desk.New(desk.Config{Office: d.Office, Kit: kit, Files: d.files, Actor: actor, Topics: topics{},
		Officers: func(context.Context, string) ([]casework.Actor, error) { return nil, nil },
		Admin:    &desk.Admin{Registry: oneRegistry{d: d}, Staff: oneStaff{}, Branches: someBranches}})
	if err != nil {
		t.Fatal(err)
	}
	d.app = fiber.New(kit.FiberConfig(8 << 20))
	kit.Mount(d.app)
	pages.Mount(d.app)
	return d
}

// bodyPage is a page with its form, as a browser without scripts keeps it.
type bodyPage struct {
	d      *bodyDesk
	t      testing.TB
	status int
	text   string
	form   url.Values
}

func (d *bodyDesk) open(t testing.TB, path string) *bodyPage {
	t.Helper()
	p := &bodyPage{d: d, t: t}
	p.take("GET", path, nil)
	return p
}

var (
	inputTag    = regexp.MustCompile(`<input [^>]*>`)
	areaTag     = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>`)
	selectTag   = regexp.MustCompile(`(?s)<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>`)
	selectedTag = regexp.MustCompile(`<option value="([^"]*)" selected>`)
	templateTag = regexp.MustCompile(`(?s)<template>.*?</template>`)
	attribute   = regexp.MustCompile(`(name|value|type)="([^"]*)"`)
)

func (p *bodyPage) take(method, path string, body io.Reader) {
	p.t.Helper()
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("X-Actor", "manager")
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := p.d.app.Test(r, -1)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	p.status, p.text, p.form = res.StatusCode, string(raw), url.Values{}
	visible := templateTag.ReplaceAllString(p.text, "")
	for _, tag := range inputTag.FindAllString(visible, -1) {
		at := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
			at[m[1]] = html.UnescapeString(m[2])
		}
		if at["name"] != "" && (at["type"] != "checkbox" || strings.Contains(tag, " checked")) {
			p.form.Add(at["name"], at["value"])
		}
	}
	for _, m := range areaTag.FindAllStringSubmatch(visible, -1) {
		p.form.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range selectTag.FindAllStringSubmatch(visible, -1) {
		if chosen := selectedTag.FindStringSubmatch(m[2]); chosen != nil {
			p.form.Set(m[1], html.UnescapeString(chosen[1]))
		}
	}
}

// send fills fields in and presses a button, "" for the one that checks all.
func (p *bodyPage) send(do string, fields ...string) {
	p.t.Helper()
	for i := 0; i+1 < len(fields); i += 2 {
		p.form.Set(fields[i], fields[i+1])
	}
	if do != "" {
		p.form.Set("do", do)
	}
	p.take("POST", "/desk/admin/body", strings.NewReader(p.form.Encode()))
}

// wants fails unless the page has the status and the words.
func (p *bodyPage) wants(status int, words ...string) {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("status %d, want %d: %s", p.status, status, p.text)
	}
	text := html.UnescapeString(p.text)
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Fatalf("the page does not say %q", w)
		}
	}
}

// mistake fails unless the words stand at the field.
func (p *bodyPage) mistake(field, words string) {
	p.t.Helper()
	at := regexp.MustCompile(`(?s)id="f-` + regexp.QuoteMeta(field) + `-error">.*?</p>`).FindString(p.text)
	if !strings.Contains(html.UnescapeString(at), words) {
		p.t.Fatalf("at %s stands %q, want %q", field, at, words)
	}
}

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
	p.wants(422, "Строка 3")
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
	p.wants(200, "<del>repair, Ремонт и содержание, 0003</del>", "открытых дел: 1", "сотрудников с ролью здесь: 1")
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
	p.wants(200, "<del>repair, Отдел ремонта, 0003</del>", "Новых: 0, изменённых: 1")
	p.send("")
	if len(d.proposed) != 1 || fmt.Sprint(d.proposed[0].Body.Units) != "[{signs Отдел знаков и разметки []}]" {
		t.Fatalf("proposed %+v", d.proposed)
	}
}

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
