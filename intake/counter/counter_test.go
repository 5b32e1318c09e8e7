package counter

import (
	"reflect"
	"strings"
	"testing"

	"priemnaya/cmd/visitor"
	"priemnaya/templates/web"
)

// rights says who may come to each address; everybody else is refused before
// anything is looked up.
var rights = map[string]string{
	"GET /counter": "reg mfc", "POST /counter/new": "reg mfc", "GET /counter/entry/x": "reg mfc", "POST /counter/entry/x": "reg mfc",
	"POST /counter/entry/x/save": "reg mfc", "POST /counter/entry/x/drop": "reg mfc", "GET /counter/entry/x/call": "reg mfc",
	"POST /counter/entry/x/call": "reg mfc", "POST /counter/call": "reg mfc", "GET /counter/receipt/x": "reg mfc", "POST /counter/receipt/x": "reg mfc",
	"POST /counter/pass/x": "reg mfc", "GET /counter/copy": "reg mfc head officer", "POST /counter/copy": "reg mfc head officer",
	"GET /counter/letters": "reg", "GET /counter/letters/x": "reg", "GET /counter/letters/x/sent": "reg", "POST /counter/letters/x/sent": "reg",
	"GET /counter/reception": "reg head admin", "GET /counter/reception/new": "reg head admin", "POST /counter/reception/new": "reg head admin",
	"GET /counter/reception/x/edit": "reg head admin", "POST /counter/reception/x/edit": "reg head admin", "GET /counter/reception/x/day": "reg head",
	"POST /counter/reception/x/walk-in": "reg head", "GET /counter/visit/x": "reg head", "POST /counter/visit/x": "reg head", "POST /counter/visit/x/off": "reg head",
}

func TestEachAddressIsOpenToItsRolesAlone(t *testing.T) {
	h := openHouse(t)
	known := map[string]bool{}
	for _, routes := range h.app.Stack() {
		for _, r := range routes {
			if strings.HasPrefix(r.Path, "/counter") && r.Method != "HEAD" {
				known[r.Method+" "+strings.NewReplacer(":draft", "x", ":case", "x", ":letter", "x", ":receiver", "x", ":slot", "x").Replace(r.Path)] = true
			}
		}
	}
	for route := range known {
		if rights[route] == "" {
			t.Errorf("nothing says who may come to %s", route)
		}
	}
	for route, roles := range rights {
		if !known[route] {
			t.Errorf("%s is not there", route)
		}
		method, path, _ := strings.Cut(route, " ")
		for _, who := range []string{"reg", "mfc", "head", "officer", "admin", "super", "citizen", ""} {
			p := h.sign(who)
			if method == "GET" {
				p.open(path)
			} else {
				must(t, p.Post(address+path, visitor.Fields{"text": "x", "body": "roads"}))
			}
			status, may := p.Page.Status, strings.Contains(" "+roles+" ", " "+who+" ")
			switch {
			case who == "" && status != 401:
				t.Errorf("%s of nobody: status %d", route, status)
			case who != "" && may == (status == 403):
				t.Errorf("%s of %s: status %d", route, who, status)
			case status >= 500:
				t.Errorf("%s of %s: status %d", route, who, status)
			}
		}
	}
}

func TestACounterNeedsItsParts(t *testing.T) {
	h := openHouse(t)
	whole := h.config(&web.Kit{})
	if _, err := New(whole); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Office", "Kit", "Files", "Actor", "Topic", "Compose", "BaseURL"} {
		part := whole
		reflect.ValueOf(&part).Elem().FieldByName(name).SetZero()
		if _, err := New(part); err == nil {
			t.Errorf("without %s it opens", name)
		}
	}
	whole.FindTopics = nil
	if _, err := New(whole); err != nil {
		t.Errorf("without FindTopics: %v", err)
	}
}

func TestAnOperatorWithoutABodySeesThatHeHasNone(t *testing.T) {
	h := openHouse(t)
	p := h.sign("homeless")
	if p.open("/counter"); !p.Page.Says("не закреплён ни один орган") || p.tells(`value="paper"`) {
		t.Errorf("status %d\n%s", p.Page.Status, p.Page.Text())
	}
	// An operator prints no letters: he has no link to them.
	if p = h.sign("mfc"); p.open("/counter") != 200 || p.tells("/counter/letters") {
		t.Error("an operator is sent to letters")
	}
}
