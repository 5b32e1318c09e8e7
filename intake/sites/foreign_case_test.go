package sites

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/intake/sites/sign"
)

func TestAForeignCaseIsAnsweredAsAMissingOne(t *testing.T) {
	h := openHouse(t)
	cs := h.file(h.mine, "ROADS", "0123456789abcdef").text("id")
	h.pass(time.Second)
	h.ask(cs)
	h.pass(time.Second)
	const missing = "22222222222222222222222222"
	for _, path := range []string{"", "/terms/t1", "/files/f1"} {
		foreign := h.call(h.other, "GET", "/api/v1/appeals/"+cs+path, nil)
		none := h.call(h.other, "GET", "/api/v1/appeals/"+missing+path, nil)
		if foreign.Status != 404 || !bytes.Equal(foreign.Body, none.Body) {
			t.Errorf("%s: %d %s\nmissing: %s", path, foreign.Status, foreign.Body, none.Body)
		}
		for name := range foreign.Header {
			if name != "Ratelimit" && name != "X-Request-Id" && foreign.Header.Get(name) != none.Header.Get(name) {
				t.Errorf("%s: header %s differs", path, name)
			}
		}
	}
	person := map[string]any{"provider": "esia", "idToken": "HEALTH:anna"}
	if a := h.call(h.other, "POST", "/api/v1/appeals/"+cs+"/clarification", map[string]any{"text": "Да.", "person": person}); a.Status != 404 {
		t.Errorf("a clarification through another site: %d", a.Status)
	}
	// Nor does a site see what the same person has filed elsewhere.
	web, err := h.office.File(t.Context(), casework.Citizen(anna), casework.Filing{Regime: casework.RegimeAppeal, Channel: casework.ChannelWeb,
		Applicant: casework.Applicant{Key: anna.Key, Name: anna.Name, Assurance: anna.Assurance, Contact: casework.Contact{Cabinet: true}},
		Lang:      "ru", Text: "Другое обращение, на портале.", Addressee: "roads", Key: "0123456789abcdef"})
	must(t, err)
	if a := h.call(h.mine, "GET", "/api/v1/appeals/"+web.Case.ID, nil); a.Status != 404 {
		t.Errorf("a case of the portal: %d", a.Status)
	}
}

func TestOnlyTheApplicantHimselfAnswersTheQuestionOfTheBody(t *testing.T) {
	h := openHouse(t)
	cs := h.file(h.mine, "ROADS", "0123456789abcdef").text("id")
	h.pass(time.Second)
	h.ask(cs)
	if a := h.call(h.mine, "GET", "/api/v1/appeals/"+cs, nil); a.text("question.text") != "Какой именно фонарь?" {
		t.Errorf("the question: %s", a.Body)
	}
	for person, code := range map[string]string{"ROADS:boris": "person_other", "HEALTH:anna": "person_token", "": "person_token"} {
		a := h.call(h.mine, "POST", "/api/v1/appeals/"+cs+"/clarification", map[string]any{"text": "У подъезда.", "person": map[string]any{"provider": "esia", "idToken": person}})
		if a.Status != 403 || a.text("code") != code {
			t.Errorf("%q: %d %s", person, a.Status, a.Body)
		}
	}
}

func TestChangesAreThoseOfTheSiteAndACursorLivesForEver(t *testing.T) {
	h := openHouse(t)
	var mine []string
	for i := range 7 {
		mine = append(mine, h.file(h.mine, "ROADS", fmt.Sprintf("appeal-of-anna-%03d", i)).text("id"))
		h.file(h.other, "HEALTH", fmt.Sprintf("appeal-of-anna-%03d", i))
	}
	read := func(k sign.Key, after string) (ids []string, next string) {
		for {
			target := "/api/v1/changes?limit=3"
			if after != "" {
				target += "&after=" + after
			}
			a := h.call(k, "GET", target, nil)
			for i := 0; a.value(fmt.Sprintf("changes.%d", i)) != nil; i++ {
				ids = append(ids, a.text(fmt.Sprintf("changes.%d.id", i)))
			}
			after = a.text("next")
			if a.text("more") != "true" {
				return ids, after
			}
		}
	}
	got, cursor := read(h.mine, "")
	if !slices.Equal(got, mine) {
		t.Errorf("changes %v instead of %v", got, mine)
	}
	h.pass(30 * 24 * time.Hour)
	h.openSites()
	h.pass(time.Second)
	h.ask(mine[3])
	if got, _ = read(h.mine, cursor); !slices.Equal(got, mine[3:4]) {
		t.Errorf("after the cursor: %v", got)
	}
	if got, _ = read(h.poorWithRight(), ""); len(got) != 0 {
		t.Errorf("another site sees %v", got)
	}
	for _, target := range []string{"?limit=0", "?limit=201", "?limit=x", "?after=nonsense"} {
		if a := h.call(h.mine, "GET", "/api/v1/changes"+target, nil); a.Status != 400 || a.text("code") != "parameter" {
			t.Errorf("%s: %d %s", target, a.Status, a.Body)
		}
	}
}

// poorWithRight gives the third site the right to file.
func (h *house) poorWithRight() sign.Key {
	_, err := h.sites.Directory.Change(h.t.Context(), "poor-site", func(s *Site) error { s.Rights = []Right{RightFile}; return nil })
	must(h.t, err)
	return h.poor
}

func TestWhatASiteReadsIsInTheJournalOfReads(t *testing.T) {
	h := openHouse(t)
	cs := h.file(h.mine, "ROADS", "0123456789abcdef").text("id")
	h.call(h.mine, "GET", "/api/v1/appeals/"+cs, nil)
	records, _, err := h.store.List(t.Context(), casework.KindAccess, cs, casework.Window{Limit: 10})
	must(t, err)
	if len(records) != 1 || !strings.Contains(string(records[0].Data), `"by":"site:roads-site"`) {
		t.Errorf("%d records: %v", len(records), records)
	}
}
