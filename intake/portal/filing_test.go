package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"priemnaya/casework"
)

// mine lists all cases of a person.
func (h *house) mine(who casework.Applicant) []casework.Row {
	h.t.Helper()
	page, err := h.office.Mine(h.t.Context(), casework.Citizen(who), casework.Window{Limit: 1000})
	must(h.t, err)
	return page.Rows
}

func TestAnAppealGoesFromTheFirstStepToTheReceipt(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	r.fill(draft, "Во дворе нет света.\r\nПрошу починить.", "roads")
	page := r.get("/file/" + draft + "/check")
	for _, want := range []string{"Во дворе нет света.", "Уличное освещение", "Комитет дорожного хозяйства Заречья", "Садовая, 14", "anna@example.ru", "Соколова Анна Петровна"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the check page does not show %q", want)
		}
	}
	a := r.post("/file/"+draft+"/submit", "dates", r.shown(draft))
	id := strings.TrimPrefix(a.Location, "/file/done/")
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	if c.Content.Text != "Во дворе нет света.\nПрошу починить." || c.Subject.Addressee != "roads" || c.Subject.Territory != "01" ||
		c.Subject.Topics[0] != "0003.0009.0097.0690" || !c.Applicant().Contact.Cabinet || c.Origin.Channel != casework.ChannelWeb {
		t.Errorf("the case is not what was typed: %+v %+v", c.Subject, c.Content)
	}
	if len(c.Content.Original) != 0 {
		t.Error("a text that cleaning has not changed needs no sealed original")
	}
	done := r.get(a.Location)
	code, err := h.office.ReissueCode(t.Context(), casework.Citizen(anna), id)
	must(t, err)
	for _, want := range []string{c.Receipt, code, "anna@example.ru", "/receipt/" + id} {
		if !strings.Contains(done.Body, want) {
			t.Errorf("the page after filing does not show %q", want)
		}
	}
	sum := sha256.Sum256([]byte(c.Content.Text))
	if receipt := r.get("/receipt/" + id); !strings.Contains(receipt.Body, hex.EncodeToString(sum[:])) || !strings.Contains(receipt.Body, code) {
		t.Error("the receipt does not show the code and the fingerprint of the text")
	}
	if drafts, err := h.office.Drafts(t.Context(), casework.Citizen(anna)); err != nil || len(drafts) != 0 {
		t.Errorf("the draft is still there after filing: %v %v", drafts, err)
	}
}

func TestFiftySubmissionsAtOnceMakeOneCase(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	r.fill(draft, "Во дворе нет света.", "roads")
	dates, token := r.shown(draft), r.token()
	var wait sync.WaitGroup
	places := make([]string, 50)
	for i := range places {
		wait.Go(func() {
			a := h.reader("anna", "ru").postValues("/file/"+draft+"/submit", url.Values{"_csrf": {token}, "dates": {dates}})
			places[i] = fmt.Sprint(a.Status, " ", a.Location)
		})
	}
	wait.Wait()
	for _, p := range places {
		if p != places[0] || !strings.HasPrefix(p, "303 /file/done/") {
			t.Fatalf("answers differ: %q and %q", places[0], p)
		}
	}
	if rows := h.mine(anna); len(rows) != 1 {
		t.Errorf("%d cases, want 1", len(rows))
	}
}

func TestGoingBackAndSendingAgainLeadsToTheSameReceipt(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	r.fill(draft, "Во дворе нет света.", "roads")
	dates := r.shown(draft)
	first := r.post("/file/"+draft+"/submit", "dates", dates).Location
	for _, again := range []answer{
		r.post("/file/"+draft+"/submit", "dates", dates),
		r.post("/file/"+draft+"/submit", "dates", "other"),
		r.post("/file/"+draft+"/text", "text", "Другой текст после отправки"),
		r.post("/file/" + draft + "/drop"),
		r.get("/file/" + draft + "/check"),
		r.get("/file/" + draft),
	} {
		if again.Status != 303 || again.Location != first {
			t.Errorf("status %d, to %q, want %q", again.Status, again.Location, first)
		}
	}
	if rows := h.mine(anna); len(rows) != 1 || rows[0].Summary != "Во дворе нет света." {
		t.Errorf("cases: %+v", rows)
	}
}

func TestADraftThatOutlivedItsFilingIsNoDraftAnyMore(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	r.fill(draft, "Во дворе нет света.", "roads")
	kept, err := h.office.Draft(t.Context(), casework.Citizen(anna), draft)
	must(t, err)
	r.post("/file/"+draft+"/submit", "dates", r.shown(draft))
	// As if the program had been killed between filing and dropping the draft.
	kept.Version = 0
	_, err = h.office.SaveDraft(t.Context(), casework.Citizen(anna), kept)
	must(t, err)
	if strings.Contains(r.get("/my").Body, draft) {
		t.Error("the list still offers the draft of a filed case")
	}
	if a := r.get("/file/" + draft + "/text"); !strings.HasPrefix(a.Location, "/file/done/") {
		t.Errorf("the draft opens again: status %d", a.Status)
	}
}

func TestAMistakeKeepsWhatWasTyped(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	long := strings.Repeat("я", casework.MaxText+1)
	cases := []struct{ name, step, field, value, message string }{
		{"an empty text", "text", "text", " \n", "поле с текстом пустое"},
		{"a text without letters", "text", "text", "123 456", "почти нет букв"},
		{"a text that is too long", "text", "text", long, "Сократите текст"},
		{"a text of a megabyte", "text", "text", strings.Repeat("ы", 1<<19), "Сократите текст"},
		{"a bad e-mail", "contact", "email", "anna@@example", "Проверьте адрес электронной почты"},
		{"an endless phone", "contact", "phone", strings.Repeat("1", 60), "Телефон: не больше"},
		{"an endless address", "about", "address", strings.Repeat("ж", 900), "Место: не больше"},
		{"endless words", "about", "words", strings.Repeat("ш", 5000), "Сократите до 300"},
		{"a closed body", "to", "addressee", "old", "больше не принимает"},
		{"no body", "to", "addressee", "", "Выберите орган"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := r.post("/file/"+draft+"/"+c.step, c.field, c.value)
			if a.Status != 422 || !strings.Contains(a.Body, c.message) || !strings.Contains(a.Body, `href="#f-`+c.field+`"`) {
				t.Fatalf("status %d, the page does not say %q with a link to the field", a.Status, c.message)
			}
			if len(c.value) > 5 && !strings.Contains(a.Body, c.value) {
				t.Error("what was typed is lost")
			}
			for _, fault := range faultsOf(a.Body) {
				t.Error(fault)
			}
		})
	}
}

func TestAMissingNameIsAskedForAndNamedInTheErrors(t *testing.T) {
	h := openHouse(t)
	h.people["nobody"] = casework.Applicant{Key: "oidc:7", Assurance: casework.AssuranceOpenID}
	r := h.reader("nobody", "ru")
	draft := r.begin()
	r.post("/file/"+draft+"/text", "text", "Нет света во дворе")
	r.post("/file/"+draft+"/to", "addressee", "decide")
	a := r.post("/file/"+draft+"/contact", "surname", "", "given", "", "email", "x@example.ru")
	check(t, "contact without a name", a)
	if a.Status != 422 || !strings.Contains(a.Body, `href="#f-surname"`) || !strings.Contains(a.Body, `href="#f-given"`) {
		t.Fatalf("status %d: the missing name is not asked for", a.Status)
	}
	if a := r.get("/file/" + draft + "/check"); a.Status != 422 || !strings.Contains(a.Body, "/contact?back=check#f-surname") {
		t.Errorf("status %d: the check page does not lead to the missing name", a.Status)
	}
	r.post("/file/"+draft+"/contact", "surname", "Иванова", "given", "Ольга", "email", "x@example.ru", "back", "check")
	a = r.post("/file/"+draft+"/submit", "dates", r.shown(draft))
	c, err := h.store.Get(t.Context(), strings.TrimPrefix(a.Location, "/file/done/"))
	must(t, err)
	if c.Applicant().Name.Full() != "Иванова Ольга" {
		t.Errorf("the case is of %q", c.Applicant().Name.Full())
	}
}

func TestAWeakSignInCannotFileButLosesNothing(t *testing.T) {
	h := openHouse(t)
	weak := anna
	weak.Assurance = casework.AssuranceMessenger
	h.people["weak"] = weak
	r := h.reader("weak", "ru")
	if a := r.get("/file"); !strings.Contains(a.Body, "notice-warn") {
		t.Error("the start page does not warn")
	}
	draft := r.begin()
	r.fill(draft, "Нет света во дворе", "decide")
	a := r.post("/file/"+draft+"/submit", "dates", "")
	if a.Status != 422 || len(h.mine(anna)) != 0 || !strings.Contains(a.Body, "Нет света во дворе") {
		t.Errorf("status %d, %d cases", a.Status, len(h.mine(anna)))
	}
}

// multipart posts a text with files.
func (r *reader) upload(path string, fields map[string]string, files map[string]string) answer {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	fields["_csrf"] = r.token()
	for k, v := range fields {
		w.WriteField(k, v)
	}
	for name, content := range files {
		part, err := w.CreateFormFile("files", name)
		must(r.h.t, err)
		part.Write([]byte(content))
	}
	w.Close()
	req := httptest.NewRequest("POST", path, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return r.do(req)
}

func TestARefusedFileIsToldItsNameAndTheLimit(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	path := "/file/" + r.begin() + "/text"
	large := map[string]string{"карта.png": strings.Repeat("x", 3<<20+1)}
	a := r.upload(path, map[string]string{"text": "Нет света", "do": "attach"}, large)
	if text := strings.ReplaceAll(a.Body, "\u00a0", " "); a.Status != 422 || !strings.Contains(text, "«карта.png» больше 3 МБ") {
		t.Errorf("status %d, the page does not say the limit", a.Status)
	}
	many := map[string]string{}
	for i := range casework.MaxFiles + 1 {
		many[fmt.Sprintf("%d.png", i)] = fmt.Sprint("content ", i)
	}
	a = r.upload(path, map[string]string{"text": "Нет света", "do": "attach"}, many)
	if a.Status != 422 || !strings.Contains(a.Body, fmt.Sprint("можно приложить ", casework.MaxFiles)) {
		t.Errorf("status %d, the page does not say how many files there may be", a.Status)
	}
}

func TestFilesAreAttachedListedRemovedAndRefusedAtTheField(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	path := "/file/" + draft + "/text"
	a := r.upload(path, map[string]string{"text": "Нет света во дворе", "do": "next"}, map[string]string{"двор.png": "picture"})
	if a.Status != 303 {
		t.Fatalf("status %d\n%s", a.Status, a.Body)
	}
	page := r.get(path)
	check(t, "text with a file", page)
	if !strings.Contains(page.Body, "двор.png") || !strings.Contains(page.Body, "Нет света во дворе") {
		t.Error("the page shows neither file nor text")
	}
	a = r.upload(path, map[string]string{"text": "Нет света во дворе совсем", "do": "attach"},
		map[string]string{"<b>вирус</b>.exe": "bad", "плохой.exe": "bad too", "второй.png": "more"})
	check(t, "text with refused files", a)
	if a.Status != 422 || strings.Contains(a.Body, "<b>вирус") || !strings.Contains(a.Body, "плохой.exe") ||
		!strings.Contains(a.Body, `href="#f-files"`) || !strings.Contains(a.Body, `href="#f-files-2"`) || !strings.Contains(a.Body, `id="f-files-2"`) {
		t.Errorf("status %d: the refused files are not named at the field", a.Status)
	}
	if !strings.Contains(a.Body, "второй.png") || !strings.Contains(a.Body, "Нет света во дворе совсем") {
		t.Error("a refused file has spoiled the others or the text")
	}
	d, err := h.office.Draft(t.Context(), casework.Citizen(anna), draft)
	must(t, err)
	if len(d.Files) != 2 {
		t.Fatalf("%d files in the draft", len(d.Files))
	}
	r.upload(path, map[string]string{"text": "Нет света во дворе никогда", "remove": d.Files[0].ID}, nil)
	d, err = h.office.Draft(t.Context(), casework.Citizen(anna), draft)
	must(t, err)
	if len(d.Files) != 1 || d.Text != "Нет света во дворе никогда" {
		t.Errorf("after removing: %d files, text %q", len(d.Files), d.Text)
	}
	many := map[string]string{}
	for i := range 10 {
		many[fmt.Sprintf("%d.png", i)] = fmt.Sprint("content ", i)
	}
	if a := r.upload(path, map[string]string{"text": d.Text, "do": "attach"}, many); a.Status != 422 || !strings.Contains(a.Body, "не поместился") {
		t.Errorf("the eleventh file: status %d", a.Status)
	}
	r.fill(draft, d.Text, "roads")
	a = r.post("/file/"+draft+"/submit", "dates", r.shown(draft))
	id := strings.TrimPrefix(a.Location, "/file/done/")
	c, err := h.store.Get(t.Context(), id)
	must(t, err)
	if len(c.Content.Files) != 10 {
		t.Fatalf("%d files in the case", len(c.Content.Files))
	}
	f := c.Content.Files[0]
	if got := r.get("/case/" + id + "/file/" + f.ID); got.Status != 200 || got.Body != string(h.files.blobs[f.ID]) || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the download: status %d", got.Status)
	}
	if receipt := r.get("/receipt/" + id); !strings.Contains(receipt.Body, f.SHA256) {
		t.Error("the receipt does not show the fingerprint of a file")
	}
}

func TestTheTextAsItCameInIsSealedWhereCleaningChangedIt(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	raw := "Нет \u202eсвета\u200b во дворе"
	r.fill(draft, raw, "roads")
	// Going through the step again with the cleaned text keeps the original.
	r.post("/file/"+draft+"/text", "text", "Нет света во дворе")
	a := r.post("/file/"+draft+"/submit", "dates", r.shown(draft))
	c, err := h.store.Get(t.Context(), strings.TrimPrefix(a.Location, "/file/done/"))
	must(t, err)
	sum := sha256.Sum256([]byte(raw))
	if c.Content.Text != "Нет света во дворе" || string(c.Content.Original) != "sealed:"+raw || c.Content.OriginalSHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("text %q, original %q", c.Content.Text, c.Content.Original)
	}
	if !utf8.ValidString(c.Content.Text) {
		t.Error("the text is not UTF-8")
	}
}

func TestTheScriptSavesWithoutMovingOn(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	draft := r.begin()
	if a := r.post("/file/"+draft+"/text/save", "text", "Пишу и"); a.Status != 204 {
		t.Fatalf("status %d", a.Status)
	}
	if a := r.get("/file/" + draft + "/text"); !strings.Contains(a.Body, "Пишу и") {
		t.Error("the saved text is not on the page")
	}
}
