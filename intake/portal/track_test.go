package portal

import (
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

func TestACaseOpensByNumberAndCodeWithoutNameAndText(t *testing.T) {
	h := openHouse(t)
	id := h.reader("anna", "ru").file("Во дворе дома на Лесной нет света.", "roads")
	h.files.blobs["0f"] = []byte("act")
	c := h.reply(id, "Светильники заменят.", casework.File{ID: "0f", Name: "Акт.pdf", WorkSize: 3})
	code, err := h.office.ReissueCode(t.Context(), casework.Citizen(anna), id)
	must(t, err)
	for _, number := range []string{c.Receipt, c.Number, strings.ToLower(c.Number), " " + c.Receipt + " "} {
		r := h.reader("", "ru")
		a := r.post("/track", "number", number, "code", strings.ToLower(code))
		if a.Status != 303 || a.Location != "/track/case" {
			t.Fatalf("%q: status %d", number, a.Status)
		}
		a = r.get("/track/case")
		check(t, "track/case", a)
		for _, want := range []string{c.Number, "Светильники заменят.", "Акт.pdf", "/track/case/file/0f"} {
			if !strings.Contains(a.Body, want) {
				t.Errorf("the page does not show %q", want)
			}
		}
		for _, secret := range []string{"Соколова", "Лесной", "Садовая", "anna@example.ru", "900 000", code} {
			if strings.Contains(a.Body, secret) {
				t.Errorf("the page shows %q", secret)
			}
		}
		if f := r.get("/track/case/file/0f"); f.Status != 200 || f.Body != "act" {
			t.Errorf("the file of the answer: status %d", f.Status)
		}
		check(t, "track/case/term", r.get("/track/case/term/t1"))
	}
}

func TestTheCodeOpensNoFileOfTheApplicant(t *testing.T) {
	h := openHouse(t)
	anna := h.reader("anna", "ru")
	draft := anna.begin()
	anna.upload("/file/"+draft+"/text", map[string]string{"text": "x"}, map[string]string{"паспорт.png": "private"})
	anna.fill(draft, "Нет света во дворе", "roads")
	a := anna.post("/file/"+draft+"/submit", "dates", anna.shown(draft))
	c, err := h.store.Get(t.Context(), strings.TrimPrefix(a.Location, "/file/done/"))
	must(t, err)
	code, err := h.office.ReissueCode(t.Context(), casework.Citizen(h.people["anna"]), c.ID)
	must(t, err)
	r := h.reader("", "ru")
	r.post("/track", "number", c.Receipt, "code", code)
	if f := r.get("/track/case/file/" + c.Content.Files[0].ID); f.Status != 404 {
		t.Errorf("status %d", f.Status)
	}
}

func TestAWrongCodeAndAnUnknownNumberLookTheSame(t *testing.T) {
	h := openHouse(t)
	id := h.reader("anna", "ru").file("Во дворе нет света.", "roads")
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	try := func(number, code string) answer {
		return h.reader("", "ru").post("/track", "number", number, "code", code)
	}
	wrong, unknown := try(c.Receipt, "AAAA-BBBB-CCCC"), try("П-2222-2222-2222", "AAAA-BBBB-CCCC")
	if wrong.Status != 422 || unknown.Status != 422 {
		t.Fatalf("status %d and %d", wrong.Status, unknown.Status)
	}
	if strings.ReplaceAll(plain(wrong.Body), c.Receipt, "N") != strings.ReplaceAll(plain(unknown.Body), "П-2222-2222-2222", "N") {
		t.Error("the pages differ")
	}
	if strings.Contains(wrong.Body, "AAAA-BBBB-CCCC") {
		t.Error("the code stands on the page")
	}
	check(t, "track refused", wrong)
	if a := try("", ""); a.Status != 422 || !strings.Contains(a.Body, `href="#f-number"`) || !strings.Contains(a.Body, `href="#f-code"`) {
		t.Error("empty fields are not asked for")
	}
}

func TestASlipInTheNumberOfAReceiptIsNamed(t *testing.T) {
	h := openHouse(t)
	id := h.reader("anna", "ru").file("Во дворе нет света.", "roads")
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	swapped := []rune(c.Receipt)
	for i := 2; i < len(swapped)-1; i++ {
		if a, b := swapped[i], swapped[i+1]; a != b && a != '-' && b != '-' {
			swapped[i], swapped[i+1] = b, a
			break
		}
	}
	const slip = "В номере опечатка"
	for number, named := range map[string]bool{string(swapped): true, "n" + strings.ToLower(string(swapped)[2:]): true,
		c.Receipt: false, "П-2026-000123": false, "ОГ-2026-000123": false} {
		a := h.reader("", "ru").post("/track", "number", number, "code", "AAAA-BBBB-CCCC")
		if a.Status != 422 || strings.Contains(a.Body, slip) != named {
			t.Errorf("%s: status %d, a slip is named: %v", number, a.Status, !named)
		}
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	h := openHouse(t)
	r := h.reader("", "ru")
	last := answer{}
	for range 12 {
		last = r.post("/track", "number", "П-2222-2222-2222", "code", "AAAA-BBBB-CCCC")
	}
	if last.Status != 429 {
		t.Errorf("status %d after twelve guesses", last.Status)
	}
}

func TestACaseOpenedByCodeClosesAfterHalfAnHour(t *testing.T) {
	h := openHouse(t)
	id := h.reader("anna", "ru").file("Во дворе нет света.", "roads")
	code, err := h.office.ReissueCode(t.Context(), casework.Citizen(anna), id)
	must(t, err)
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	r := h.reader("", "ru")
	r.post("/track", "number", c.Receipt, "code", code)
	h.setNow(h.now().Add(trackLife - time.Second))
	if a := r.get("/track/case"); a.Status != 200 {
		t.Errorf("a second before the end: status %d", a.Status)
	}
	h.setNow(h.now().Add(2 * time.Second))
	if a := r.get("/track/case"); a.Status != 303 || a.Location != "/track" {
		t.Errorf("after half an hour: status %d", a.Status)
	}
	if a := h.reader("", "ru").get("/track/case"); a.Location != "/track" {
		t.Errorf("without a key: to %q", a.Location)
	}
}
