package portal

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"priemnaya/casework"
)

// plain drops what differs from answer to answer by design: the request's
// number, the nonce and the token.
func plain(body string) string {
	// The mark of the section says what was asked, not what is there.
	return varying.ReplaceAllString(strings.ReplaceAll(body, ` aria-current="page"`, ""), "*")
}

var varying = regexp.MustCompile(`nonce="[^"]*"|value="[A-Za-z0-9_-]{60,}"|запроса для службы поддержки: [0-9a-f]+|lang=(ru|en)|\?[a-z]+=[a-z]+|/file/[0-9a-zA-Z]+[a-z/]*|/case/[0-9a-zA-Z/]+|/receipt/[0-9A-Z]+`)

func TestAnotherPersonsCaseOrDraftLooksLikeNone(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := r.file("Во дворе нет света.", "roads")
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	draft := r.begin()
	boris := h.reader("boris", "ru")
	none := plain(boris.get("/case/AAAAAAAAAAAAAAAAAAAAAAAAAA").Body)
	if !strings.Contains(none, "Такой страницы нет") {
		t.Fatalf("an unknown case has no decent page: %s", none)
	}
	for _, path := range []string{"/case/" + id, "/case/" + id + "/text", "/case/" + id + "/term/" + c.Terms[0].ID, "/case/" + id + "/file/1",
		"/receipt/" + id, "/file/done/" + id, "/file/" + draft, "/file/" + draft + "/about", "/file/" + draft + "/check", "/file/" + draft + "/drop",
		"/file/" + strings.Repeat("0", 32) + "/text", "/file/nonsense/text", "/file/..%2F..%2Fetc/text"} {
		a := boris.get(path)
		if a.Status != 404 || plain(a.Body) != none {
			t.Errorf("%s: status %d, or another page than for what does not exist", path, a.Status)
		}
	}
	for _, path := range []string{"/file/" + draft + "/text", "/file/" + draft + "/submit", "/file/" + draft + "/drop", "/file/" + draft + "/topic"} {
		if a := boris.post(path, "text", "Чужая рука", "topic", "0003.0009.0097.0690"); a.Status != 404 {
			t.Errorf("a post to %s: status %d", path, a.Status)
		}
	}
	if d, err := h.office.Draft(t.Context(), casework.Citizen(anna), draft); err != nil || d.Text != "" {
		t.Errorf("the draft has changed: %q %v", d.Text, err)
	}
}

func TestFilesOfADraftAnswerAreNotGivenOut(t *testing.T) {
	h := openHouse(t)
	id := h.reader("anna", "ru").file("Во дворе нет света.", "roads")
	h.register(id)
	_, err := h.office.Do(t.Context(), head, id, casework.AnyState, casework.Assignment{Officer: officer})
	must(t, err)
	h.files.blobs["0d"] = []byte("secret draft")
	_, err = h.office.Do(t.Context(), officer, id, casework.AnyState, casework.Drafting{Text: "Черновик ответа", Files: []casework.File{{ID: "0d", Name: "x.pdf", WorkSize: 12}}})
	must(t, err)
	r := h.reader("anna", "ru")
	if a := r.get("/case/" + id + "/file/0d"); a.Status != 404 {
		t.Errorf("status %d", a.Status)
	}
	if page := r.get("/case/" + id); strings.Contains(page.Body, "Черновик ответа") {
		t.Error("the page shows the draft of the answer")
	}
}

func TestWhoeverIsNotSignedInIsLedThereAndBack(t *testing.T) {
	h := openHouse(t)
	r := h.reader("", "ru")
	for path, want := range map[string]string{"/my": "/my", "/file": "/file", "/my?after=x": "/my?after=x", "/case/A": "/case/A"} {
		a := r.get(path)
		if a.Status != 303 || a.Location != "/login?next="+url.QueryEscape(want) {
			t.Errorf("%s leads to %q (%d)", path, a.Location, a.Status)
		}
	}
	if a := r.post("/file/new"); a.Location != "/login?next=%2Ffile" {
		t.Errorf("a post leads to %q", a.Location)
	}
	req := httptest.NewRequest("GET", "/my", nil)
	req.Header.Set("Accept", "application/json")
	if a := r.do(req); a.Status != 401 {
		t.Errorf("a program gets %d", a.Status)
	}
}

func TestASessionThatEndsInTheMiddleOfFilingCostsNothing(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	path := "/file/" + draft + "/text"
	old := r.token()
	// The session ends; the old page is sent.
	delete(r.cookies, "who")
	a := r.postValues(path, url.Values{"_csrf": {old}, "text": {"Длинное письмо о том, что во дворе нет света"}})
	if a.Status != 403 || !strings.Contains(a.Body, "Длинное письмо о том, что во дворе нет света") {
		t.Fatalf("status %d: the refused form does not give the text back", a.Status)
	}
	// The form given back is sent again, still without a session.
	a = r.post(path, "text", "Длинное письмо о том, что во дворе нет света")
	if a.Status != 303 || a.Location != "/login?next="+url.QueryEscape(path) {
		t.Fatalf("status %d, to %q", a.Status, a.Location)
	}
	// Somebody else signs in on the same computer: nothing is his.
	r.cookies["who"] = "boris"
	if a := r.get(path); a.Status != 404 || strings.Contains(a.Body, "Длинное") {
		t.Errorf("another person: status %d", a.Status)
	}
	own := r.begin()
	if a := r.get("/file/" + own + "/text"); a.Status != 200 || strings.Contains(a.Body, "Длинное") {
		t.Errorf("status %d: another person's draft has taken the text", a.Status)
	}
	r.cookies["who"] = "anna"
	if a := r.get(path); !strings.Contains(a.Body, "Длинное письмо о том, что во дворе нет света") {
		t.Error("the text is not there after signing in")
	}
	d, err := h.office.Draft(t.Context(), casework.Citizen(anna), draft)
	must(t, err)
	if d.Text != "Длинное письмо о том, что во дворе нет света" {
		t.Errorf("the draft holds %q", d.Text)
	}
	if _, ok := r.cookies["typed"]; ok {
		t.Error("the note is still in the browser")
	}
}

func TestAPostWithoutATokenKeepsWhatWasTyped(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	a := r.postValues("/file/"+draft+"/text", url.Values{"text": {"Во дворе нет света"}})
	if a.Status != 403 || !strings.Contains(a.Body, "Во дворе нет света") {
		t.Errorf("status %d", a.Status)
	}
	if d, _ := h.office.Draft(t.Context(), casework.Citizen(anna), draft); d.Text != "" {
		t.Error("a post without a token has changed the draft")
	}
}

func TestEveryReadOfACaseIsWrittenDown(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := r.file("Во дворе нет света.", "roads")
	count := func() int {
		records, _, err := h.store.List(t.Context(), casework.KindAccess, id, casework.Window{Limit: 100})
		must(t, err)
		return len(records)
	}
	for _, path := range []string{"/case/" + id, "/case/" + id + "/text", "/case/" + id + "/term/t1", "/receipt/" + id, "/file/done/" + id} {
		before := count()
		if a := r.get(path); a.Status != 200 {
			t.Fatalf("%s: status %d", path, a.Status)
		}
		if count() != before+1 {
			t.Errorf("%s left no entry in the journal of reads", path)
		}
	}
}

func TestTwoTabsDoNotUndoEachOther(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	done := make(chan int, 20)
	token := r.token()
	for i := range 20 {
		go func() {
			tab := h.reader("anna", "ru")
			path, values := "/file/"+draft+"/text/save", url.Values{"_csrf": {token}, "text": {"Нет света во дворе"}}
			if i%2 == 0 {
				path, values = "/file/"+draft+"/contact/save", url.Values{"_csrf": {token}, "phone": {"112"}}
			}
			done <- tab.postValues(path, values).Status
		}()
	}
	for range 20 {
		if status := <-done; status != 204 {
			t.Errorf("status %d", status)
		}
	}
	d, err := h.office.Draft(t.Context(), casework.Citizen(anna), draft)
	must(t, err)
	if d.Text != "Нет света во дворе" || d.Contact.Phone != "112" {
		t.Errorf("the draft holds %q and %q", d.Text, d.Contact.Phone)
	}
}

func TestStrangersCannotFillTheShelf(t *testing.T) {
	h := openHouse(t)
	r := h.reader("", "ru")
	token, path, last := r.token(), "/file/"+strings.Repeat("a", 32)+"/text", 0
	for range 20 {
		last = r.postValues(path, url.Values{"_csrf": {token}, "text": {"мусор"}}).Status
	}
	records, _, err := h.store.List(t.Context(), kindTyped, "", casework.Window{Limit: 100})
	must(t, err)
	if last != 429 || len(records) > 6 {
		t.Errorf("status %d, %d records on the shelf", last, len(records))
	}
}
