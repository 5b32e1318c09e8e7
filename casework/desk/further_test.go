package desk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestTheReckoningOfATermIsGivenToProgramsToo(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	term, _ := c.Term(casework.TermConsider)
	r := b.get(t, officer, path(c, "/term/"+term.ID+".json"))
	var e casework.Explanation
	if err := json.Unmarshal([]byte(r.body), &e); err != nil || r.status != http.StatusOK {
		t.Fatalf("status %d, %v: %s", r.status, err, r.body)
	}
	if e.Reckoning.Due != term.Due || e.Term.ID != term.ID || len(e.Reckoning.Steps) < 30 {
		t.Errorf("due %v, %d steps", e.Reckoning.Due, len(e.Reckoning.Steps))
	}
	if r := b.get(t, foreigner, path(c, "/term/"+term.ID+".json")); r.status != 404 {
		t.Errorf("a foreigner gets %d", r.status)
	}
	if r := b.get(t, officer, path(c, "/term/t99.json")); r.status != 404 {
		t.Errorf("no such term: %d", r.status)
	}
}

func TestTheHistorySaysWhatWasKnownThen(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	before, _ := c.Term(casework.TermConsider)
	b.now = at("2026-11-20 09:00")
	c = b.do(t, head, c.ID, casework.Extension{Days: 10, Reason: "Ждём заключение."})
	after, _ := c.Term(casework.TermConsider)
	for moment, want := range map[string]casework.Date{"2026-11-19T12:00": before.Due, "2026-11-21T12:00": after.Due} {
		var got struct{ Terms []casework.Term }
		r := b.get(t, officer, path(c, "/terms.json?at="+moment))
		if err := json.Unmarshal([]byte(r.body), &got); err != nil {
			t.Fatal(err, r.body)
		}
		found := casework.Date{}
		for _, term := range got.Terms {
			if term.Kind == casework.TermConsider {
				found = term.Due
			}
		}
		if found != want {
			t.Errorf("at %s: %s, want %s", moment, found, want)
		}
	}
	if page := b.get(t, officer, path(c, "/terms?at=2026-11-19T12:00")); page.status != 200 || !strings.Contains(page.body, "заменён другим сроком") {
		t.Errorf("status %d, or the page does not say what became of the term", page.status)
	}
	if page := b.get(t, officer, path(c, "/terms?at=вчера")); page.status != 422 {
		t.Errorf("a moment that is none: %d", page.status)
	}
}
