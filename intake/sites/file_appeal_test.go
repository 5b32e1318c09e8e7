package sites

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
)

func (h *house) cases() []casework.Row {
	h.t.Helper()
	page, err := h.store.Page(h.t.Context(), casework.Query{Window: casework.Window{Limit: 1000}})
	must(h.t, err)
	return page.Rows
}

func TestAFiledAppealIsACaseOfTheSiteByAProvedPerson(t *testing.T) {
	h := openHouse(t)
	preview := h.call(h.mine, "POST", "/api/v1/appeals/preview", appeal("ROADS"))
	got := h.file(h.mine, "ROADS", "0123456789abcdef")
	c, err := h.store.Get(t.Context(), got.text("id"))
	must(t, err)
	if c.Origin.Channel != casework.ChannelSite || c.Origin.Source != "roads-site" || c.Origin.Assurance != casework.AssuranceConfirmed {
		t.Errorf("origin %+v", c.Origin)
	}
	if who := c.Applicant(); who.Key != "esia:1" || who.Contact.Email != "anna@example.ru" || c.Subject.Addressee != "roads" {
		t.Errorf("applicant %+v to %s", who, c.Subject.Addressee)
	}
	if !c.OpensWith(got.text("accessCode")) || got.text("caseUrl") != "https://priem.example/case/"+c.ID {
		t.Errorf("receipt %s", got.Body)
	}
	// A8: the dates shown are the dates stored.
	for i, term := range c.Terms {
		n := string(rune('0' + i))
		if preview.text("terms."+n+".due") != term.Due.String() || got.text("terms."+n+".due") != term.Due.String() {
			t.Errorf("term %s: shown %s, told %s, stored %s", term.Kind, preview.text("terms."+n+".due"), got.text("terms."+n+".due"), term.Due)
		}
	}
	if len(c.Terms) < 2 {
		t.Errorf("only %d terms", len(c.Terms))
	}
}

func TestARepeatedFilingIsOneCaseAndOneReply(t *testing.T) {
	h := openHouse(t)
	var mu sync.Mutex
	var replies [][]byte
	var wg sync.WaitGroup
	for range 8 {
		r := h.request(h.mine, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", "0123456789abcdef")
		wg.Go(func() {
			a := h.send(r)
			mu.Lock()
			defer mu.Unlock()
			replies = append(replies, a.Body)
		})
	}
	wg.Wait()
	// Later, when the case has gone on, and from another process.
	h.pass(time.Second)
	h.ask(h.cases()[0].ID)
	h.pass(40 * 24 * time.Hour)
	h.openSites()
	later := h.file(h.mine, "ROADS", "0123456789abcdef")
	if later.Header.Get("Idempotent-Replayed") != "true" {
		t.Error("the repetition is not marked")
	}
	for _, r := range append(replies, later.Body) {
		if !bytes.Equal(r, replies[0]) {
			t.Errorf("another reply:\n%s\n%s", r, replies[0])
		}
	}
	if n := len(h.cases()); n != 1 {
		t.Errorf("%d cases", n)
	}
}

func TestAnIdempotencyKeyMeansOneAppealOfOneSite(t *testing.T) {
	h := openHouse(t)
	const key = "0123456789abcdef"
	first := h.file(h.mine, "ROADS", key)
	for name, body := range map[string]map[string]any{
		"another text":   with(appeal("ROADS"), "text", "Совсем другое обращение."),
		"another person": with(appeal("ROADS"), "person", map[string]any{"provider": "esia", "idToken": "ROADS:boris"}, "applicant", map[string]any{"surname": "Ким", "given": "Борис", "email": "b@example.ru"}),
		"no person":      with(appeal("ROADS"), "person", nil),
	} {
		if a := h.call(h.mine, "POST", "/api/v1/appeals", body, "Idempotency-Key", key); a.Status != 409 || a.text("code") != "idempotency" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	fresh := with(appeal("ROADS"), "person", map[string]any{"provider": "esia", "idToken": "ROADS:anna", "accessToken": "a fresh one"})
	if a := h.call(h.mine, "POST", "/api/v1/appeals", fresh, "Idempotency-Key", key); !bytes.Equal(a.Body, first.Body) {
		t.Errorf("with a fresh token: %d %s", a.Status, a.Body)
	}
	if a := h.file(h.other, "HEALTH", key); a.text("id") == first.text("id") {
		t.Error("two sites got one case")
	}
	for _, bad := range []string{"", "short", strings.Repeat("a", 65), "кириллица-кириллица"} {
		if a := h.call(h.mine, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", bad); a.Status != 422 {
			t.Errorf("key %q: %d", bad, a.Status)
		}
	}
}

func TestARefusedAppealDoesNotBindItsKey(t *testing.T) {
	h := openHouse(t)
	const key = "0123456789abcdef"
	a := h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "text", "!"), "Idempotency-Key", key)
	if a.Status != 422 || a.text("errors.0.field") != "text" || a.text("errors.0.code") != "filing.text_short" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	h.file(h.mine, "ROADS", key)
}

func TestAProcessThatEndsBetweenBindingAndFilingLosesNothing(t *testing.T) {
	h := openHouse(t)
	const key = "0123456789abcdef"
	// The first attempt ends when the case is to be stored.
	r := h.request(h.mine, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", key)
	a := h.send(r)
	id := a.text("id")
	// What a kill in between leaves: a bound key and no case.
	fresh := openHouse(t)
	record, err := h.store.Fetch(t.Context(), kindOnce, "roads-site "+key)
	must(t, err)
	record.Version = 0
	_, err = fresh.store.Put(t.Context(), record)
	must(t, err)
	if again := fresh.file(fresh.mine, "ROADS", key); again.text("id") != id || len(fresh.cases()) != 1 {
		t.Errorf("filed as %s instead of %s, %d cases", again.text("id"), id, len(fresh.cases()))
	}
}

func TestASiteVouchesOnlyWithATokenOfTheNamedPersonMadeForIt(t *testing.T) {
	h := openHouse(t)
	boris := map[string]any{"surname": "Ким", "given": "Борис", "email": "b@example.ru"}
	token := func(s string) map[string]any { return map[string]any{"provider": "esia", "idToken": s} }
	for name, x := range map[string]struct {
		body map[string]any
		code string
	}{
		"somebody else":        {with(appeal("ROADS"), "applicant", boris), "person_other"},
		"another site's token": {with(appeal("ROADS"), "person", token("HEALTH:anna")), "person_token"},
		"a forged token":       {with(appeal("ROADS"), "person", token("ROADS:nobody")), "person_token"},
		"an empty token":       {with(appeal("ROADS"), "person", token("")), "person_token"},
		"an unknown provider":  {with(appeal("ROADS"), "person", map[string]any{"provider": "vk", "idToken": "ROADS:anna"}), "person_token"},
		"another patronymic":   {with(appeal("ROADS"), "applicant", map[string]any{"surname": "Соколова", "given": "Анна", "patronymic": "Ивановна", "email": "a@example.ru"}), "person_other"},
	} {
		a := h.call(h.mine, "POST", "/api/v1/appeals", x.body, "Idempotency-Key", "0123456789abcdef")
		if a.Status != 403 || a.text("code") != x.code {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if n := len(h.cases()); n != 0 {
		t.Errorf("%d cases were made", n)
	}
	loose := with(appeal("ROADS"), "applicant", map[string]any{"surname": " соколова ", "given": "АННА", "email": "a@example.ru"})
	if a := h.call(h.mine, "POST", "/api/v1/appeals", loose, "Idempotency-Key", "0123456789abcdef"); a.Status != 201 {
		t.Errorf("the same name in other letters: %d %s", a.Status, a.Body)
	}
	h.down = true
	if a := h.call(h.mine, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", "another-key-of-anna"); a.Status != 503 || a.Header.Get("Retry-After") == "" {
		t.Errorf("without the provider: %d %v", a.Status, a.Header)
	}
}

func TestASiteWritesToItsOwnBodyUnlessItMayChoose(t *testing.T) {
	h := openHouse(t)
	if a := h.call(h.mine, "POST", "/api/v1/appeals/preview", with(appeal("ROADS"), "body", "health")); a.Status != 422 || a.text("errors.0.code") != "sites.body_other" {
		t.Errorf("another body: %d %s", a.Status, a.Body)
	}
	if a := h.call(h.other, "POST", "/api/v1/appeals/preview", with(appeal("HEALTH"), "body", "roads")); a.text("body") != "roads" {
		t.Errorf("with the right: %d %s", a.Status, a.Body)
	}
	if a := h.call(h.other, "POST", "/api/v1/appeals/preview", with(appeal("HEALTH"), "body", "old")); a.Status != 422 {
		t.Errorf("a closed body: %d", a.Status)
	}
	if a := h.call(h.mine, "GET", "/api/v1/bodies", nil); a.value("bodies.1") != nil || a.text("bodies.0.id") != "roads" {
		t.Errorf("bodies: %s", a.Body)
	}
}

func TestAMatterForTheProtectedChannelIsNotFiledByAccident(t *testing.T) {
	h := openHouse(t)
	tip := with(appeal("ROADS"), "text", "Начальник участка требует взятку за подпись акта, угрожает расправой, если я пожалуюсь.")
	a := h.call(h.mine, "POST", "/api/v1/appeals", tip, "Idempotency-Key", "0123456789abcdef")
	if a.Status != 422 || a.text("code") != "protected" || len(h.cases()) != 0 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if a := h.call(h.mine, "POST", "/api/v1/appeals", with(tip, "open", true), "Idempotency-Key", "0123456789abcdef"); a.Status != 201 {
		t.Errorf("with consent: %d %s", a.Status, a.Body)
	}
}

func TestAComplaintHasTheFieldsOfItsLaw(t *testing.T) {
	h := openHouse(t)
	procedures := h.call(h.mine, "GET", "/api/v1/procedures", nil)
	ground := ""
	for i := range 5 {
		n := "procedures." + string(rune('0'+i))
		if procedures.text(n+".id") == "210-FZ" {
			ground = procedures.text(n + ".grounds.0.key")
		}
	}
	body := with(appeal("ROADS"), "procedure", "210-FZ", "applicant", map[string]any{"surname": "Соколова", "given": "Анна", "email": "a@example.ru", "phone": "+7 800 000-00-00", "post": "Заречье, Липовая, 4"},
		"complaint", map[string]any{"grounds": []string{ground}, "against": []map[string]any{{"official": "Заместитель председателя"}}, "decision": "Отказ № 7 от 2026-11-02", "demands": "Отменить отказ."})
	if a := h.call(h.mine, "POST", "/api/v1/appeals", body, "Idempotency-Key", "0123456789abcdef"); a.Status != 201 {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := h.call(h.mine, "POST", "/api/v1/appeals/preview", with(body, "complaint", nil)); a.Status != 422 {
		t.Errorf("without its fields: %d", a.Status)
	}
	if a := h.call(h.mine, "POST", "/api/v1/appeals/preview", with(body, "complaint", map[string]any{"knew": "вчера"})); a.text("errors.0.field") != "complaint.knew" {
		t.Errorf("a bad day: %s", a.Body)
	}
}
