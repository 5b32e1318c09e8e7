package external

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/notifications"
	"priemnaya/notifications/outboxtest"
	"priemnaya/notifications/signature"
	"priemnaya/notifications/webhook"
)

// everyOutcome lists the results of a regulation and none.
func everyOutcome(r *casework.Regulation) []casework.Outcome {
	out := []casework.Outcome{""}
	for o := range r.Results {
		out = append(out, o)
	}
	return out
}

func TestEveryEventStageAndOutcomeOfTheLawHasAStatus(t *testing.T) {
	table, err := ReadTable()
	if err != nil {
		t.Fatal(err)
	}
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, r := range table.rows {
		named["outcome "+r.outcome], named["stage "+r.stage] = true, true
	}
	for _, s := range casework.Stages() {
		if !named["stage "+string(s)] {
			t.Errorf("no row names the stage %s", s)
		}
	}
	for _, law := range laws.Regulations {
		for o := range law.Results {
			if !named["outcome "+string(o)] {
				t.Errorf("%s: no row names the outcome %s", law.Regime, o)
			}
		}
		for _, kind := range law.NoticeKinds() {
			for _, stage := range casework.Stages() {
				for _, o := range everyOutcome(&law) {
					s, ok := table.Of(kind, stage, o)
					if !ok || s.Title["ru"] == "" || s.Title["en"] == "" {
						t.Errorf("%s: %s at %s with %q has no status", law.Regime, kind, stage, o)
					}
					if ended := !stage.Open(); ok && ended != s.Final && stage == casework.StageAnswered && kind == casework.NoticeAnswered {
						t.Errorf("%s: an answer is not final", law.Regime)
					}
				}
			}
		}
	}
}

func TestTheMostSpecialRowWins(t *testing.T) {
	table, err := ReadTable()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		event   casework.NoticeKind
		stage   casework.Stage
		outcome casework.Outcome
		want    string
	}{
		{"received", casework.StageReceived, "", "submitted"},
		{"registered", casework.StageRegistered, "", "registered"},
		{"asked", casework.StageInWork, "", "awaiting_applicant"},
		{"forwarded", casework.StageRouted, "", "forwarded"},
		{"answered", casework.StageAnswered, casework.OutcomeMeasures, "answered"},
		{"answered", casework.StageAnswered, casework.OutcomeRefused, "answered_negative"},
		{"answered", casework.StageAnswered, "an outcome of tomorrow", "answered"},
		{"remedied", casework.StageAnswered, casework.OutcomeMeasures, "remedied"},
		{"left_abuse", casework.StageLeft, "", "left_unanswered"},
		{"withdrawn", casework.StageWithdrawn, "", "withdrawn"},
	} {
		if got, _ := table.Of(x.event, x.stage, x.outcome); got.Code != x.want {
			t.Errorf("%s %s %s: %s, want %s", x.event, x.stage, x.outcome, got.Code, x.want)
		}
	}
	if _, ok := table.Of("new", "a stage of tomorrow", ""); ok {
		t.Error("an unknown stage has a status")
	}
}

func TestABrokenTableIsRefused(t *testing.T) {
	head := strings.Join(columns, ",") + "\n"
	for name, text := range map[string]string{
		"nothing": "", "no head": "a,b\n", "two equal rows": head + strings.Repeat("*,held,*,x,no,а,a,б,no\n", 2),
		"an empty status": head + "*,held,*,,no,а,a,б,no\n", "a short line": head + "*,held\n", "a quote that never ends": head + "\"*,held\n", "no title": head + "*,held,*,x,no,,a,б,no\n",
	} {
		if _, err := readTable(text); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// The document and the data must not drift apart.
func TestTheDocumentShowsEveryRow(t *testing.T) {
	raw, err := os.ReadFile("../../docs/external-cabinet.md")
	if err != nil {
		t.Fatal(err)
	}
	table, err := ReadTable()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table.rows {
		line := "| `" + strings.Join([]string{r.event, r.stage, r.outcome, r.status.Code}, "` | `") + "` |"
		if !strings.Contains(string(raw), line) || !strings.Contains(string(raw), r.status.Portal) {
			t.Errorf("docs/external-cabinet.md lacks %s", line)
		}
	}
}

func TestACabinetOutsideHearsOfEachStageOnceAndInOrder(t *testing.T) {
	key := signature.NewKey()
	var mu sync.Mutex
	var got []Message
	ids := map[string]bool{}
	w := outboxtest.NewWorld(t, nil)
	tries := 0
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if tries++; tries == 2 {
			rw.WriteHeader(500)
			return
		}
		if err := signature.Verify(r.Header, body, w.Clock.Now(), key); err != nil || ids[r.Header.Get(signature.HeaderID)] {
			t.Errorf("refused: %v", err)
		}
		ids[r.Header.Get(signature.HeaderID)] = true
		var m Message
		if err := json.Unmarshal(body, &m); err != nil || strings.Contains(string(body), "Соколова") || strings.Contains(string(body), "асфальт") {
			t.Errorf("%v in %s", err, body)
		}
		got = append(got, m)
	}))
	defer server.Close()
	carrier, err := New(Config{Courier: webhook.NewCourier(webhook.CourierConfig{Now: w.Clock.Now, Private: true, Log: w.Logger()}),
		URL: server.URL, Keys: []signature.Key{key}, Now: w.Clock.Now, Domain: "priem.example.ru",
		CaseURL: func(c *casework.Case) string { return "https://priem.example.ru/case/" + c.ID }})
	if err != nil {
		t.Fatal(err)
	}
	w.Reach = func(c *casework.Case) []casework.Medium {
		if carrier.Reaches(c) {
			return []casework.Medium{casework.MediumExternal}
		}
		return nil
	}
	outbox := &notifications.Outbox{Store: w.Store, Shelf: w.Store, Now: w.Clock.Now, Log: w.Logger()}
	c := w.File(t, 7)
	if _, err := w.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	c = w.Act(t, outboxtest.Staff("reg", casework.RoleRegistrar, casework.Everywhere), c.ID, casework.Registration{})
	for range 20 {
		for _, n := range c.Outbox {
			if n.Medium == casework.MediumExternal {
				if _, _, err := outbox.Attempt(context.Background(), notifications.Errand{Case: c.ID, Key: n.Key, Work: carrier.Carry}); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.Clock.Advance(time.Minute)
	}
	var codes []string
	for i, m := range got {
		codes = append(codes, m.Data.Status.Code)
		if m.Data.Sequence != i+1 || m.Data.Account != (Account{"esia", "7"}) || m.Data.Case != c.ID {
			t.Errorf("message %d: %+v", i+1, m.Data)
		}
	}
	if strings.Join(codes, " ") != "submitted delivered registered" {
		t.Errorf("statuses %v", codes)
	}
}

func TestAnApplicantWithoutAnAccountOutsideIsNotReached(t *testing.T) {
	for key, want := range map[string]bool{"esia:1000000001": true, "esia:": false, "oidc:x": false, "": false} {
		c := casework.Case{Parties: casework.Parties{Applicants: []casework.Applicant{{Key: key}}}}
		if _, ok := AccountOf(&c); ok != want {
			t.Errorf("%q: %v", key, ok)
		}
	}
	if _, err := New(Config{}); casework.CodeOf(err) != casework.Invalid {
		t.Error(err)
	}
}

func TestAnotherCabinetReadsItsOwnAccounts(t *testing.T) {
	k, err := New(Config{Courier: &webhook.Courier{}, URL: "https://cabinet.example", Keys: []signature.Key{signature.NewKey()}, Now: time.Now, Domain: "priem.example",
		CaseURL: func(*casework.Case) string { return "" },
		Account: func(c *casework.Case) (Account, bool) { return Account{"own", "1"}, c.ID == "mine" }})
	if err != nil {
		t.Fatal(err)
	}
	with := casework.Case{Parties: casework.Parties{Applicants: []casework.Applicant{{Key: "esia:1000000001"}}}}
	if k.Reaches(&with) || !k.Reaches(&casework.Case{ID: "mine"}) {
		t.Error("the accounts are those of ESIA")
	}
	var f *notifications.Failure
	if _, err := k.Carry(t.Context(), with, casework.Notice{}); !errors.As(err, &f) || !f.Permanent || f.Reason != notifications.BadAddress {
		t.Errorf("to nobody: %v", err)
	}
}
