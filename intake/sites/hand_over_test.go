package sites

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

// visit opens an address of ours as the person of the cookie.
func (h *house) visit(who, method, target, form string, cookies ...*http.Cookie) answer {
	h.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form))
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "who", Value: who})
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return h.send(r)
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"|name="_csrf" value="([^"]+)"|name="[a-z_]*" value="([A-Za-z0-9_-]{40,})"`)

// press opens the page and presses its button.
func (h *house) press(who, target string) answer {
	h.t.Helper()
	return h.visit(who, "POST", target, h.formField(who, target))
}

// formField opens the page and gives the field that its form must carry.
func (h *house) formField(who, target string) string {
	h.t.Helper()
	page := h.visit(who, "GET", target, "")
	m := csrfField.FindStringSubmatch(string(page.Body))
	if m == nil {
		h.t.Fatalf("no form on the page: %d\n%s", page.Status, page.Body)
	}
	name := regexp.MustCompile(`name="([^"]+)"`).FindStringSubmatch(m[0])[1]
	return name + "=" + m[1] + m[2] + m[3]
}

func (h *house) handedOver(body map[string]any) string {
	h.t.Helper()
	a := h.call(h.mine, "POST", "/api/v1/appeals", body, "Idempotency-Key", "0123456789abcdef")
	if a.Status != 202 {
		h.t.Fatalf("%d %s", a.Status, a.Body)
	}
	return strings.TrimPrefix(a.text("draftUrl"), "https://priem.example")
}

func TestWithoutATokenThereIsADraftThatThePersonFilesHimself(t *testing.T) {
	h := openHouse(t)
	up := h.upload(h.mine, 3)
	h.piece(up, 0, []byte("abc"))
	draft := with(appeal("ROADS"), "person", nil, "uploads", []string{up}, "topic", "0003.0009")
	path := h.handedOver(draft)
	if n := len(h.cases()); n != 0 {
		t.Fatalf("%d cases without an identified person", n)
	}
	if again := h.handedOver(draft); again != path {
		t.Errorf("a repeated request got another address")
	}
	if a := h.visit("", "GET", path, ""); a.Status != 303 || !strings.HasPrefix(a.Header.Get("Location"), "/login?next=") {
		t.Errorf("not signed in: %d %v", a.Status, a.Header)
	}
	for range 2 { // only looking takes nothing
		a := h.visit("boris", "GET", path, "")
		if a.Status != 200 || !strings.Contains(string(a.Body), "Липовой улице") || a.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Fatalf("the page: %d %v", a.Status, a.Header)
		}
	}
	taken := h.press("anna", path)
	id := strings.TrimSuffix(strings.TrimPrefix(taken.Header.Get("Location"), "/file/"), "/check")
	d, err := h.office.Draft(t.Context(), casework.Citizen(anna), id)
	must(t, err)
	if d.Text != "На Липовой улице не горит фонарь у дома 4." || d.Addressee != "roads" || d.Topic != "0003.0009" || len(d.Files) != 1 || d.Contact.Email != "anna@example.ru" {
		t.Errorf("draft %+v", d)
	}
	if n := len(h.cases()); n != 0 {
		t.Error("a case before the person has filed")
	}
	for _, who := range []string{"anna", "boris"} {
		if a := h.visit(who, "GET", path, ""); a.Status != 404 || strings.Contains(string(a.Body), "Липовой") {
			t.Errorf("%s opens the address again: %d", who, a.Status)
		}
	}
	if again := h.handedOver(draft); again != path {
		t.Errorf("after it was used a repeated request got another address")
	}
}

func TestAHandedOverDraftEndsAfterADayAndIsSealedMeanwhile(t *testing.T) {
	h := openHouse(t)
	path := h.handedOver(with(appeal("ROADS"), "person", nil))
	records, _, err := h.store.List(t.Context(), kindHanded, "", casework.Window{Limit: 10})
	must(t, err)
	if len(records) != 1 || strings.Contains(string(records[0].Data), "Липовой") || strings.Contains(path, records[0].ID) {
		t.Errorf("the shelf can read the draft: %d records", len(records))
	}
	h.pass(handedLife + time.Second)
	if a := h.visit("anna", "GET", path, ""); a.Status != 404 {
		t.Errorf("after a day: %d", a.Status)
	}
	if a := h.visit("anna", "GET", handedPath+strings.Repeat("A", 43), ""); a.Status != 404 {
		t.Errorf("a guessed address: %d", a.Status)
	}
}

func TestACrashWhileTakingADraftOverLosesNothing(t *testing.T) {
	h := openHouse(t)
	path := h.handedOver(with(appeal("ROADS"), "person", nil))
	token := strings.TrimPrefix(path, handedPath)
	// The process ended after the claim, before the draft was saved.
	r, err := h.store.Fetch(t.Context(), kindHanded, nameOf(token))
	must(t, err)
	_, err = h.sites.claimHanded(t.Context(), r, handed{Site: "roads-site", Claimed: anna.Key,
		Draft: casework.FilingDraft{Regime: casework.RegimeAppeal, Text: "Сохранённый текст"}})
	must(t, err)
	if a := h.visit("boris", "GET", path, ""); a.Status != 404 {
		t.Errorf("another person: %d", a.Status)
	}
	taken := h.press("anna", path)
	if d, err := h.office.Drafts(t.Context(), casework.Citizen(anna)); err != nil || len(d) != 1 || d[0].Text != "Сохранённый текст" {
		t.Errorf("drafts %v, %v after %d", d, err, taken.Status)
	}
}

func TestAFormOfAnotherPageCannotTakeADraftOver(t *testing.T) {
	h := openHouse(t)
	path := h.handedOver(with(appeal("ROADS"), "person", nil))
	if a := h.visit("anna", "POST", path, "x=1"); a.Status != 403 {
		t.Errorf("without a token of the form: %d", a.Status)
	}
}
