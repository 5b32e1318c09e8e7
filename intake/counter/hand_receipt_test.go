package counter

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/boombuler/barcode/qr"

	"priemnaya/casework"
	"priemnaya/cmd/visitor"
)

func TestTheReceiptShowsNumberCodeTermsAndHashes(t *testing.T) {
	h := openHouse(t)
	p := h.sign("mfc")
	c := h.enter(p, "paper", letter("document", "yes"))
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(strings.ReplaceAll(p.Page.Text(), c.Receipt, ""))
	if _, err := h.office.Track(t.Context(), c.Receipt, code); err != nil {
		t.Errorf("the printed code %q does not open the case: %v", code, err)
	}
	p.want(200, c.Receipt, "23 ноября 2026", "23 декабря 2026", c.Content.OriginalSHA256, "https://priem.example", "Ким Пётр Олегович")
	// The picture says the number, never the code.
	drawn, err := drawQR("https://priem.example/track?number=" + url.QueryEscape(c.Receipt))
	must(t, err)
	if !strings.Contains(string(p.Page.Body), `d="`+drawn.Path+`"`) {
		t.Error("the picture leads elsewhere")
	}
}

func TestTheCodeIsDrawnModuleByModuleWithItsBorder(t *testing.T) {
	const text = "https://priem.example/track?number=%D0%9F-1"
	got, err := drawQR(text)
	must(t, err)
	want, err := qr.Encode(text, qr.M, qr.Auto)
	must(t, err)
	side := want.Bounds().Dx()
	if got.Size != side+8 {
		t.Errorf("size %d, want %d", got.Size, side+8)
	}
	dark := 0
	for x := range side {
		for y := range side {
			if r, _, _, _ := want.At(x, y).RGBA(); r == 0 {
				dark++
			}
		}
	}
	if n := strings.Count(got.Path, "M"); n != dark || !strings.HasPrefix(got.Path, "M4 4h1v1h-1z") {
		t.Errorf("%d modules are drawn, %d are dark; it begins %.20s", n, dark, got.Path)
	}
	if _, err := drawQR(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text too long for a code is drawn")
	}
}

func TestAReceiptIsClosedOnceHandedOverAndToEverybodyElse(t *testing.T) {
	h := openHouse(t)
	p, other := h.sign("mfc"), h.sign("mfc-2")
	c := h.enter(p, "paper", letter())
	receipt := "/counter/receipt/" + c.ID
	twin := h.sign("mfc")
	twin.open(receipt)
	if status := other.open(receipt); status != 404 {
		t.Errorf("another operator: status %d", status)
	}
	p.send(receipt, visitor.Fields{"do": "done"})
	if p.want(200, "Выдана"); p.Path() != "/counter" || !p.tells("квитанция выдана") {
		t.Errorf("handed over, at %s\n%s", p.Path(), p.Page.Text())
	}
	if status := p.open(receipt); status != 404 {
		t.Errorf("once handed over: status %d", status)
	}
	// A second press, from the tab that still shows it, is no mistake and
	// begins no other entry.
	if twin.send(receipt, visitor.Fields{"do": "next"}); twin.Path() != "/counter" || twin.Page.Status != 200 {
		t.Errorf("a second press: at %s, status %d", twin.Path(), twin.Page.Status)
	}
}

func TestAnEntryOfYesterdayIsClosed(t *testing.T) {
	h := openHouse(t)
	p := h.sign("mfc")
	c := h.enter(p, "paper", letter())
	h.pass(24 * time.Hour)
	if status := p.open("/counter/receipt/" + c.ID); status != 404 {
		t.Errorf("status %d", status)
	}
	p.open("/counter")
	p.want(200, "Сегодня вы ещё ничего не внесли")
}

func TestLettersOfOnePileKeepWhatTheyHaveInCommon(t *testing.T) {
	h := openHouse(t)
	p := h.sign("both")
	p.send(p.begin("paper"), letter("addressee", "housing", "arrived", "2026-11-18", "document", "yes", "kind", "complaint"))
	for n := range 3 {
		c := h.filed(p)
		if c.Subject.Addressee != "housing" || casework.DateOf(c.Origin.ReceivedAt, moscow).String() != "2026-11-18" || c.Subject.Topics[0] != lights {
			t.Errorf("letter %d: %+v of %s", n, c.Subject, c.Origin.ReceivedAt)
		}
		if in := c.Origin.Assurance == casework.AssuranceInPerson; in != (n == 0) {
			t.Errorf("letter %d: assurance %s", n, c.Origin.Assurance)
		}
		p.send("/counter/receipt/", visitor.Fields{"do": "next"})
		if p.Page.Input("surname") != "" || p.Page.Input("text") != "" || p.Page.Input("arrived") != "2026-11-18" || p.Page.Input("topic") != lights ||
			!p.chosen("paper", "housing", "complaint") || p.tells(`value="yes" checked`) {
			t.Fatalf("the next entry\n%s", p.Page.Body)
		}
		p.send("/counter/entry/", visitor.Fields{"surname": "Ли", "given": "Нина", "post": "Садовая, 2", "text": "Прошу починить крышу дома.", "do": "file"})
	}
	if n := len(h.all()); n != 4 {
		t.Errorf("%d cases", n)
	}
}

func TestTheNextEntryAfterWordsAtTheCounterIsOralAndOfToday(t *testing.T) {
	h := openHouse(t)
	p := h.sign("reg")
	h.enter(p, "oral", letter("document", "yes"))
	p.send("/counter/receipt/", visitor.Fields{"do": "next"})
	if !p.chosen("oral", "roads") || p.Page.Input("arrived") != "" {
		t.Errorf("arrived %q\n%s", p.Page.Input("arrived"), p.Page.Body)
	}
}

func TestACallIsANoteAndBecomesAnAppealByItsCode(t *testing.T) {
	h := openHouse(t)
	p := h.sign("mfc")
	entry := p.begin("phone")
	if p.open(entry + "/call"); p.Path() != entry {
		t.Errorf("before it is kept, its code is at %s", p.Path())
	}
	p.send(entry, letter("door", "phone", "text", "—"))
	p.want(422)
	p.send(entry, letter("door", "phone"))
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(p.Page.Text())
	p.want(200, "Звонок сам по себе не обращение", "20 декабря 2026")
	if p.Path() != entry+"/call" || code == "" || len(h.all()) != 0 {
		t.Fatalf("at %s, code %q, %d cases", p.Path(), code, len(h.all()))
	}
	p.send(entry+"/call", visitor.Fields{"do": "next"})
	if !p.chosen("phone") || p.Path() == entry {
		t.Errorf("the next call is at %s", p.Path())
	}
	caller := h.sign("mfc-2")
	caller.open("/counter")
	caller.send("/counter/call", visitor.Fields{"code": "AAAA-BBBB-CCCC"})
	if caller.want(422, "Записи с таким кодом нет"); caller.Page.Input("code") != "AAAA-BBBB-CCCC" {
		t.Errorf("the code is %q", caller.Page.Input("code"))
	}
	far := h.sign("far-reg")
	far.open("/counter")
	far.send("/counter/call", visitor.Fields{"code": code})
	far.want(422, "Записи с таким кодом нет")
	caller.send("/counter/call", visitor.Fields{"code": strings.ToLower(code)})
	if !caller.chosen("oral", "roads") || caller.Page.Input("surname") != "Ким" || caller.Page.Input("text") != letter()["text"] {
		t.Fatalf("the entry of the call\n%s", caller.Page.Body)
	}
	caller.send("/counter/entry/", visitor.Fields{"do": "file"})
	caller.want(422, "принимают по документу")
	caller.send("/counter/entry/", visitor.Fields{"document": "yes", "do": "file"})
	h.filed(caller)
	// The code is used up.
	caller.open("/counter")
	caller.send("/counter/call", visitor.Fields{"code": code})
	caller.want(422, "Записи с таким кодом нет")
}

func TestTheEndOfACallLeadsBackToTheCounter(t *testing.T) {
	h := openHouse(t)
	p := h.sign("reg")
	p.send(p.begin("phone"), letter("door", "phone"))
	if p.send("/call", visitor.Fields{"do": "end"}); p.Path() != "/counter" || p.Page.Says("Начатые записи") {
		t.Errorf("at %s\n%s", p.Path(), p.Page.Text())
	}
}
