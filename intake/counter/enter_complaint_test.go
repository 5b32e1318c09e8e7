package counter

import (
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/cmd/visitor"
)

// complaint is one about a service, as it is typed.
func complaint(pairs ...string) visitor.Fields {
	return letter(append([]string{"regime", string(casework.RegimeServices), "document", "yes", "text", "Мне не выдали справку в срок.", "topic", "",
		"against", "housing", "against_kind", "official", "against_name", "Иванов И. И.", "service", "Выдача справки", "decision", "Отказ принять документы",
		"decision_number", "№ 17", "decided_on", "18.11.2026", "grounds", "refused_documents", "demands", "Принять документы"}, pairs...)...)
}

func TestAComplaintAboutAServiceIsTakenWithWhatTheLawAsks(t *testing.T) {
	h := openHouse(t)
	c := h.enter(h.sign("mfc"), "paper", complaint())
	x := c.Procedure.Complaint
	if c.Procedure.Regime != casework.RegimeServices || x == nil || x.Decision != "Выдача справки\nОтказ принять документы\n№ 17 2026-11-18" ||
		x.Demands != "Принять документы" || strings.Join(x.Grounds, " ") != "refused_documents" || len(x.Against) != 1 ||
		x.Against[0] != (casework.Against{Body: "housing", Official: "Иванов И. И."}) {
		t.Errorf("the case: %+v %+v", c.Procedure, x)
	}
}

func TestAWrongComplaintIsSaidAtItsFieldAndKeepsTheRest(t *testing.T) {
	h := openHouse(t)
	p := h.sign("mfc")
	entry := p.begin("paper")
	for _, x := range []struct{ name, field, value string }{
		{"about state control, which is filed electronically only", "regime", string(casework.RegimeControl)},
		{"about an unknown body", "against", "none"},
		{"about an official without a name", "against_name", " "},
		{"without the service", "service", ""},
		{"on a day that is none", "decided_on", "32.13.2026"},
		{"on a day to come", "decided_on", "21.11.2026"},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := &person{p.Visitor, t}
			must(t, p.Open(address+entry))
			p.send(entry, complaint(x.field, x.value))
			p.want(422)
			if !strings.Contains(string(p.Page.Body), "f-"+x.field+"-error") {
				t.Errorf("no mistake stands at %s\n%s", x.field, p.Page.Text())
			}
			if x.field != "demands" && p.Page.Input("demands") != "Принять документы" || p.Page.Input("decision_number") != "№ 17" ||
				!p.tells(`value="refused_documents" checked`) || !p.chosen("official") {
				t.Errorf("lost: %q, %q\n%s", p.Page.Input("demands"), p.Page.Input("decision_number"), p.Page.Body)
			}
		})
	}
	if n := len(h.all()); n != 0 {
		t.Errorf("%d cases were made", n)
	}
	// Today is no day to come; no name is needed of the body itself.
	p.open(entry)
	p.send(entry, complaint("decided_on", "2026-11-20", "against_kind", "body", "against_name", "Иванов", "decision_number", "18"))
	if x := h.filed(p).Procedure.Complaint; x.Against[0] != (casework.Against{Body: "housing"}) || !strings.HasSuffix(x.Decision, "№ 18 2026-11-20") {
		t.Errorf("the complaint %+v", x)
	}
}

func TestWhatIsTypedOfAComplaintStaysOutOfAnAppeal(t *testing.T) {
	h := openHouse(t)
	c := h.enter(h.sign("mfc"), "paper", complaint("regime", string(casework.RegimeAppeal)))
	if c.Procedure.Regime != casework.RegimeAppeal || c.Procedure.Complaint != nil {
		t.Errorf("the appeal: %+v", c.Procedure)
	}
}

func TestTheDayOfADecisionIsReadInBothWays(t *testing.T) {
	for text, want := range map[string]string{"18.11.2026": "2026-11-18", " 1.2.2026 ": "2026-02-01", "2026-11-18": "2026-11-18", "31.02.2026": "", "вчера": "", "": ""} {
		got, err := dayOf(text)
		if (err != nil) != (want == "") || err == nil && got.String() != want {
			t.Errorf("%q is read as %s, %v, want %q", text, got, err, want)
		}
	}
}

func TestAComplaintFromAnMFCIsPassedOnOnce(t *testing.T) {
	h := openHouse(t)
	p := h.sign("mfc")
	c := h.enter(p, "paper", complaint())
	owed := func() bool {
		got, err := h.store.Get(t.Context(), c.ID)
		must(t, err)
		_, owed := got.Term(casework.TermPassOn)
		return owed
	}
	if !owed() {
		t.Fatalf("no term to pass it on: %+v", c.Terms)
	}
	p.open("/counter")
	// The next working day after Friday is Monday (decree 840).
	p.want(200, "Передано в орган, срок 23 ноября 2026")
	twin := h.sign("mfc")
	twin.open("/counter")
	must(t, h.sign("mfc-2").Post(address+"/counter/pass/"+c.ID, nil))
	if !owed() {
		t.Fatal("another operator passed it on")
	}
	p.send("/counter/pass/", nil)
	if p.want(200); owed() || !p.tells("жалоба передана") || p.tells("/counter/pass/") {
		t.Errorf("owed %v\n%s", owed(), p.Page.Text())
	}
	// A second press finds nothing left to note.
	if twin.send("/counter/pass/", nil); twin.Page.Status != 200 || twin.Path() != "/counter" {
		t.Errorf("a second press: at %s, status %d", twin.Path(), twin.Page.Status)
	}
}
