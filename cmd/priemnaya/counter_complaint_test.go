package main

import (
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
)

// complaintForm is a complaint about a service, ready to be filed.
func complaintForm() visitor.Fields {
	return visitor.Fields{"regime": string(casework.RegimeServices), "surname": "Ким", "given": "Пётр", "post": "101000, Заречный, Садовая, 1",
		"phone": "+7 900 000-00-00", "document": "yes", "text": "Мне не выдали справку в срок.", "against": "city-housing", "against_kind": "official",
		"against_name": "Иванов И. И.", "service": "Выдача справки о составе семьи", "decision": "Отказ принять документы", "grounds": "refused_documents",
		"decided_on": time.Now().AddDate(0, 0, -2).Format("02.01.2006"), "demands": "Принять документы", "do": "file"}
}

// operatorEntry signs the operator of the MFC in and begins an entry.
func operatorEntry(t *testing.T, cfg Config, door string) (v *visitor.Visitor, entry string) {
	t.Helper()
	v = visitor.New(nil)
	must(t, v.Open(cfg.BaseURL+"/staff/login"))
	must(t, v.Submit("/staff/login", visitor.Fields{"login": "mfc", "password": demo.Password}))
	must(t, v.Open(cfg.BaseURL+"/counter"))
	must(t, v.Submit("/counter/new", visitor.Fields{"door": door}))
	return v, v.Path()
}

func TestAnOperatorEntersAComplaintAboutAService(t *testing.T) {
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	v, entry := operatorEntry(t, cfg, "paper")
	bad := complaintForm()
	for _, name := range []string{"grounds", "service", "phone", "against", "against_name"} {
		bad[name] = ""
	}
	bad["decided_on"] = "32.13.2026"
	must(t, v.Submit(entry, bad))
	if v.Page.Status != 422 || v.Page.Input("surname") != "Ким" {
		t.Fatalf("an empty complaint: status %d\n%s", v.Page.Status, v.Page.Text())
	}
	for _, words := range []string{"услуг", "дат"} {
		if !strings.Contains(strings.ToLower(v.Page.Text()), words) {
			t.Errorf("no mistake speaks of %q", words)
		}
	}
	control := complaintForm()
	control["regime"] = string(casework.RegimeControl)
	must(t, v.Submit(entry, control))
	if v.Page.Status != 422 || !v.Page.Says("только электронно") {
		t.Errorf("a complaint about control: status %d\n%s", v.Page.Status, v.Page.Text())
	}
	must(t, v.Submit(entry, complaintForm()))
	id, ok := strings.CutPrefix(v.Path(), "/counter/receipt/")
	if !ok {
		t.Fatalf("at %s, status %d\n%s", v.Path(), v.Page.Status, v.Page.Text())
	}
	c, err := a.storage.Get(t.Context(), id)
	must(t, err)
	p := c.Procedure.Complaint
	if c.Procedure.Regime != casework.RegimeServices || c.Procedure.Variant != "short" || c.Origin.Channel != casework.ChannelMFC || p == nil ||
		len(p.Against) != 1 || p.Against[0] != (casework.Against{Body: "city-housing", Official: "Иванов И. И."}) ||
		!strings.Contains(p.Decision, "справки о составе семьи") || p.Demands != "Принять документы" {
		t.Fatalf("the case: %+v %+v", c.Procedure, p)
	}
	owed := false
	for _, term := range c.Terms {
		owed = owed || term.Kind == casework.TermPassOn && !term.Due.IsZero()
	}
	if !owed {
		t.Errorf("no term to pass it on: %+v", c.Terms)
	}
}

func TestTopicsAreFoundByWordsWithoutScripts(t *testing.T) {
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	v, entry := operatorEntry(t, cfg, "paper")
	must(t, v.Submit(entry, visitor.Fields{"text": "Прошу починить", "topic_words": "дорог", "do": "topics"}))
	_, after, found := strings.Cut(string(v.Page.Body), `name="topic_pick" value="`)
	code, _, _ := strings.Cut(after, `"`)
	if v.Page.Status != 200 || !found || strings.Count(code, ".") == 0 {
		t.Fatalf("status %d, code %q\n%s", v.Page.Status, code, v.Page.Text())
	}
	must(t, v.Submit(entry, visitor.Fields{"text": "Прошу починить", "topic_pick": code, "do": "later"}))
	must(t, v.Open(cfg.BaseURL+entry))
	if v.Page.Input("topic") != code {
		t.Errorf("kept %q, want %q", v.Page.Input("topic"), code)
	}
}

func TestBadInputAtTheCounterIsSaidAndLosesNothing(t *testing.T) {
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	v, entry := operatorEntry(t, cfg, "oral")
	for says, change := range map[string]visitor.Fields{
		"по документу": {"door": "oral"}, "Такого кода темы нет": {"door": "paper", "topic": "9999.9999"},
		"ещё не наступила": {"door": "paper", "arrived": "2999-01-01"}, "Укажите дату поступления": {"door": "paper", "arrived": "вчера"}} {
		fields := visitor.Fields{"surname": "Ким", "given": "Пётр", "post": "Садовая, 1", "text": "Прошу починить скамейки.", "topic": "", "arrived": "", "do": "file"}
		maps.Copy(fields, change)
		must(t, v.Submit(entry, fields))
		if v.Page.Status != 422 || v.Page.Input("surname") != "Ким" || !v.Page.Says(says) {
			t.Errorf("%s: status %d, surname %q\n%s", says, v.Page.Status, v.Page.Input("surname"), v.Page.Text())
		}
	}
	for path, want := range map[string]int{"/counter/entry/" + strings.Repeat("0", 32): 404, "/counter/entry/nonsense": 404,
		"/counter/receipt/nonsense": 404, "/counter/letters/x": 403} {
		must(t, v.Open(cfg.BaseURL+path))
		if v.Page.Status != want {
			t.Errorf("%s: status %d, want %d", path, v.Page.Status, want)
		}
	}
	must(t, v.Open(cfg.BaseURL+"/counter"))
	must(t, v.Submit("/counter/call", visitor.Fields{"code": "AAAA-BBBB-CCCC"}))
	if v.Page.Status != 422 || !v.Page.Says("Записи с таким кодом нет") {
		t.Errorf("a wrong code: status %d", v.Page.Status)
	}
	must(t, v.Open(cfg.BaseURL+"/counter/copy"))
	must(t, v.Submit("/counter/copy", visitor.Fields{"number": "ЖК-1", "code": "0000"}))
	if v.Page.Status != 422 {
		t.Errorf("a copy of nothing: status %d", v.Page.Status)
	}
}

func TestACallIsKeptAsANoteAndBecomesAnEntryByItsCode(t *testing.T) {
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	v, entry := operatorEntry(t, cfg, "phone")
	must(t, v.Submit(entry, visitor.Fields{"door": "phone", "surname": "Ким", "given": "Пётр", "post": "Садовая, 1",
		"text": "Прошу починить скамейки в парке.", "do": "file"}))
	if !strings.HasSuffix(v.Path(), "/call") || v.Page.Status != 200 {
		t.Fatalf("at %s, status %d\n%s", v.Path(), v.Page.Status, v.Page.Text())
	}
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(v.Page.Text())
	if code == "" {
		t.Fatalf("no code is shown\n%s", v.Page.Text())
	}
	must(t, v.Submit("/call", visitor.Fields{"do": "done"}))
	must(t, v.Open(cfg.BaseURL+"/counter"))
	must(t, v.Submit("/counter/call", visitor.Fields{"code": code}))
	if !strings.HasPrefix(v.Path(), "/counter/entry/") || v.Page.Input("surname") != "Ким" {
		t.Fatalf("at %s, surname %q\n%s", v.Path(), v.Page.Input("surname"), v.Page.Text())
	}
	must(t, v.Submit(v.Path(), visitor.Fields{"document": "yes", "do": "file"}))
	if !strings.HasPrefix(v.Path(), "/counter/receipt/") {
		t.Errorf("at %s, status %d\n%s", v.Path(), v.Page.Status, v.Page.Text())
	}
}
