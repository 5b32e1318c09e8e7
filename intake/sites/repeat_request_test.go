package sites

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

// rivalShelf ties an idempotency key to another request just before ours does.
type rivalShelf struct {
	casework.Shelf
	digest string
}

func (s rivalShelf) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if r.Kind == kindOnce {
		rival := r
		rival.Data = bytes.Replace(r.Data, []byte(`"digest":"`), []byte(`"digest":"`+s.digest), 1)
		if _, err := s.Shelf.Put(ctx, rival); err != nil {
			return r, err
		}
	}
	return s.Shelf.Put(ctx, r)
}

func TestOfTwoRequestsThatTieAKeyAtOnceOnlyOneIsFiled(t *testing.T) {
	for name, x := range map[string]struct {
		digest string
		status int
		cases  int
	}{"another request": {"other", 409, 0}, "the same request": {"", 201, 1}} {
		h := openHouse(t)
		h.sites.Shelf = rivalShelf{h.shelf, x.digest}
		a := h.call(h.mine, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", "0123456789abcdef")
		if a.Status != x.status || len(h.cases()) != x.cases || x.status == 409 && a.text("code") != "idempotency" {
			t.Errorf("%s: %d %s, %d cases", name, a.Status, a.Body, len(h.cases()))
		}
	}
}

func TestAFilingIsRepeatedLongAfterItsUploadsAreSwept(t *testing.T) {
	h := openHouse(t)
	up := h.upload(h.mine, 3)
	h.piece(up, 0, []byte("abc"))
	body := with(appeal("ROADS"), "uploads", []string{up})
	first := h.call(h.mine, "POST", "/api/v1/appeals", body, "Idempotency-Key", "0123456789abcdef")
	h.pass(uploadLife + time.Second)
	_, err := h.sites.SweepUploads(t.Context())
	must(t, err)
	again := h.call(h.mine, "POST", "/api/v1/appeals", body, "Idempotency-Key", "0123456789abcdef")
	if first.Status != 201 || !bytes.Equal(again.Body, first.Body) || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%d %s\ninstead of %s", again.Status, again.Body, first.Body)
	}
}

func TestARepeatedHandOverMakesNoSecondDraft(t *testing.T) {
	h := openHouse(t)
	draft := with(appeal("ROADS"), "person", nil)
	send := func() answer {
		return h.call(h.mine, "POST", "/api/v1/appeals", draft, "Idempotency-Key", "0123456789abcdef")
	}
	first := send()
	path := strings.TrimPrefix(first.text("draftUrl"), "https://priem.example")
	h.pass(time.Hour)
	if taken := h.press("anna", path); taken.Status != 303 {
		t.Fatalf("taken: %d", taken.Status)
	}
	again := send()
	if again.Status != 202 || !bytes.Equal(again.Body, first.Body) || again.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("Idempotent-Replayed") != "" {
		t.Errorf("repeated: %d %v %s", again.Status, again.Header, again.Body)
	}
	for _, method := range []string{"GET", "POST"} {
		field := ""
		if method == "POST" {
			field = h.formField("boris", strings.TrimPrefix(h.second(), "https://priem.example"))
		}
		a := h.visit("boris", method, path, field)
		if gone := h.sites.Kit.Set().T("ru", "sites.handed.gone", nil); a.Status != 404 || !strings.Contains(string(a.Body), gone) {
			t.Errorf("%s of the address that was used: %d %s", method, a.Status, a.Body)
		}
	}
	if d, err := h.office.Drafts(t.Context(), casework.Citizen(anna)); err != nil || len(d) != 1 {
		t.Errorf("%d drafts, %v", len(d), err)
	}
}

// second hands another draft over and gives its address.
func (h *house) second() string {
	h.t.Helper()
	return h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "person", nil), "Idempotency-Key", "another-key-of-boris").text("draftUrl")
}

func TestAHandedOverDraftShowsWhoseItIsAndCarriesItsComplaint(t *testing.T) {
	h := openHouse(t)
	long := strings.Repeat("я", shownRunes) + "конец"
	path := h.handedOver(with(appeal("ROADS"), "person", nil, "text", long, "complaint", map[string]any{
		"grounds": []string{"late", "fee"}, "decision": "Отказ № 7", "register": "Р-1", "demands": "Отменить отказ.", "restore": "Болел", "suspend": "Да", "knew": "2026-11-02"}))
	page := string(h.visit("anna", "GET", path, "").Body)
	for _, want := range []string{"Сайт дорог", "Комитет дорог", strings.Repeat("я", shownRunes) + "…"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %.20q", want)
		}
	}
	if strings.Contains(page, "конец") {
		t.Error("a long text is not cut")
	}
	h.press("anna", path)
	list, err := h.office.Drafts(t.Context(), casework.Citizen(anna))
	must(t, err)
	f := list[0].Fields
	if list[0].Text != long || f["grounds"] != "late fee " || f["decision"] != "Отказ № 7" || f["register"] != "Р-1" || f["demands"] != "Отменить отказ." ||
		f["restore"] != "Болел" || f["suspend"] != "Да" || f["knew"] != "2026-11-02" {
		t.Errorf("%v", f)
	}
}

func TestADraftThatNoFormTakesIsNotHandedOver(t *testing.T) {
	h := openHouse(t)
	for name, x := range map[string]struct {
		body  map[string]any
		field string
	}{
		"another body":  {with(appeal("ROADS"), "person", nil, "body", "health"), "body"},
		"a huge line":   {with(appeal("ROADS"), "person", nil, "address", strings.Repeat("я", maxLine+1)), "address"},
		"no upload":     {with(appeal("ROADS"), "person", nil, "uploads", []string{strings.Repeat("0", 32)}), "uploads.0"},
		"no such topic": {with(appeal("ROADS"), "person", nil, "topic", "9999"), "topic"},
	} {
		a := h.call(h.mine, "POST", "/api/v1/appeals", x.body, "Idempotency-Key", "0123456789abcdef")
		if a.Status != 422 || a.text("errors.0.field") != x.field {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	// None of them has bound the key.
	h.handedOver(with(appeal("ROADS"), "person", nil))
}

func TestWhatNoFieldTakesIsRefusedByItsName(t *testing.T) {
	h := openHouse(t)
	long := strings.Repeat("я", maxLine+1)
	many := make([]string, maxListed+1)
	for field, body := range map[string]map[string]any{
		"address":   with(appeal("ROADS"), "address", long),
		"text":      with(appeal("ROADS"), "text", strings.Repeat("я", maxKept+1)),
		"uploads":   with(appeal("ROADS"), "uploads", make([]string, casework.MaxFiles+1)),
		"complaint": with(appeal("ROADS"), "complaint", map[string]any{"grounds": many}),
		"kind":      with(appeal("ROADS"), "kind", "rumour"),
		"lang":      with(appeal("ROADS"), "lang", "la"),
		"topic":     with(appeal("ROADS"), "topic", "9999"),
		"territory": with(appeal("ROADS"), "territory", "99"),
	} {
		a := h.call(h.mine, "POST", "/api/v1/appeals/preview", body)
		if a.Status != 422 || a.text("errors.0.field") != field {
			t.Errorf("%s: %d %s", field, a.Status, a.Body)
		}
	}
}

func TestAProcedureIsOfferedOnlyWhileItIsInForce(t *testing.T) {
	h := openHouse(t)
	today := h.call(h.mine, "GET", "/api/v1/procedures", nil)
	h.pass(h.now().Sub(time.Date(2000, 1, 1, 0, 0, 0, 0, moscow)) * -1)
	before := h.call(h.mine, "GET", "/api/v1/procedures", nil)
	if list, _ := today.value("procedures").([]any); len(list) != 5 {
		t.Errorf("today: %d procedures", len(list))
	}
	if list, ok := before.value("procedures").([]any); before.Status != 200 || !ok || len(list) != 0 {
		t.Errorf("before any of the laws: %d %s", before.Status, before.Body)
	}
}

func TestWhoHasTooManyDraftsTakesNoMoreAndLosesNone(t *testing.T) {
	h := openHouse(t)
	path := h.handedOver(with(appeal("ROADS"), "person", nil))
	field := h.formField("anna", path)
	var last casework.FilingDraft
	for range casework.MaxDrafts {
		var err error
		last, err = h.office.NewDraft(t.Context(), casework.Citizen(anna), casework.FilingDraft{Regime: casework.RegimeAppeal})
		must(t, err)
	}
	if a := h.visit("anna", "POST", path, field); a.Status != 429 {
		t.Errorf("with all drafts full: %d", a.Status)
	}
	must(t, h.office.DropDraft(t.Context(), casework.Citizen(anna), last.ID))
	if a := h.visit("anna", "POST", path, field); a.Status != 303 {
		t.Errorf("with room again: %d", a.Status)
	}
}

func TestAClarificationNeedsItsPersonAndAnOpenQuestion(t *testing.T) {
	h := openHouse(t)
	path := "/api/v1/appeals/" + h.asked() + "/clarification"
	for name, person := range map[string]any{"nobody": nil, "an unknown provider": map[string]any{"provider": "vk", "idToken": ":anna"}} {
		a := h.call(h.mine, "POST", path, with(map[string]any{"text": "У подъезда."}, "person", person))
		if a.Status != 403 || a.text("code") != "person_token" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	up := h.upload(h.mine, 3)
	h.piece(up, 0, []byte("abc"))
	body := map[string]any{"text": "У подъезда.", "uploads": []string{up}, "person": annaProved}
	if a := h.call(h.mine, "POST", path, body); a.Status != 200 || a.value("question") != nil {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	// The site that has lost the answer is not told that its uploads are missing.
	if a := h.call(h.mine, "POST", path, body); a.Status != 409 || a.text("code") != "conflict" || a.text("errors.0.code") != "request.none" {
		t.Errorf("repeated: %d %s", a.Status, a.Body)
	}
}
