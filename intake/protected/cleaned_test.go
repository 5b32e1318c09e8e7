package protected

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/protected/clean"
	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/web"
)

// takesAsIs offers files that cannot be cleaned.
func takesAsIs(c *Config) {
	c.AsIs = func(_ string, data []byte) (Cleaned, error) {
		r, err := clean.AsIs(data)
		return Cleaned{Kind: r.Kind, Data: r.Data, Removed: r.Removed}, err
	}
}

func (p *person) atWrite() *person {
	p.b.t.Helper()
	return p.confirm(p.getWords()).wants(200, "/write")
}

func TestTheAuthorIsToldOnceWhatWasTakenOutOfHisFiles(t *testing.T) {
	b := opensDoor(t, takesAsIs)
	p := b.person().atWrite()
	p.write("/write", "текст", namedFile{"a.jpg", picture(t, "Canon 55.75")}, namedFile{"b.txt", []byte("просто текст")}).
		wants(200, "/sent", "Что убрали из файлов", "Файл 1:", "технические данные съёмки", "Файл 2:", "убирать было нечего")
	p.open("/box").wants(200, "/box", "Что убрали из файлов")
	if p.open("/box").wants(200, "/box"); strings.Contains(p.page, "Что убрали из файлов") {
		t.Error("the list is told a second time")
	}
	p.write("/box", "ещё", namedFile{"c.txt", []byte("спи\u200bсок")}).wants(200, "/box", "Что убрали из файлов", "невидимые знаки")
	p.open("/file/2").wants(200, "/file/2", "список")
}

func TestAFileThatCannotBeCleanedIsTakenAsItIsAfterAWarningOnly(t *testing.T) {
	b := opensDoor(t, takesAsIs)
	p := b.person().atWrite()
	if strings.Contains(p.page, `name="asis"`) {
		t.Error("the offer is there before it is needed")
	}
	sound := namedFile{"запись.mp3", []byte("ID3\x03\x00звук")}
	p.write("/write", "рассказ", sound).wants(422, "/write", "Звук и видео очистить нельзя", "Такой файл можно отправить только как есть", "рассказ", `name="asis"`)
	if all, _ := b.store.List(t.Context()); len(all) != 0 {
		t.Fatal("it was kept without being asked")
	}
	// What can be cleaned, and is only damaged, is never taken as it is.
	form := p.page
	p.writeWith("/write", "рассказ", url.Values{"asis": {"yes"}}, namedFile{"a.pdf", []byte("%PDF-1.4 обрывок")}).wants(422, "/write")
	if strings.Contains(p.page, `name="asis"`) {
		t.Error("a damaged document is offered to be sent as it is")
	}
	p.page = form
	p.writeWith("/write", "рассказ", url.Values{"asis": {"yes"}}, sound).wants(200, "/sent", "отправлен как есть, ничего не убрано")
	p.open("/file/0").wants(200, "/file/0", "звук")
}

// writeWith is write with more fields.
func (p *person) writeWith(path, text string, more url.Values, files ...namedFile) *person {
	p.b.t.Helper()
	for name, values := range more {
		p.page += `<input type="hidden" name="` + name + `" value="` + values[0] + `"`
	}
	return p.write(path, text, files...)
}

// cleanBy sends a file as door.js does.
func (b *bench) cleanBy(path, work string, data []byte) (int, map[string]any) {
	b.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	must(b.t, parts.WriteField("work", work))
	part, err := parts.CreateFormFile("file", "0")
	must(b.t, err)
	_, err = part.Write(data)
	must(b.t, err)
	must(b.t, parts.Close())
	res, err := http.Post(b.web.URL+path, parts.FormDataContentType(), &body)
	must(b.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	must(b.t, err)
	out := map[string]any{}
	must(b.t, json.Unmarshal(raw, &out))
	return res.StatusCode, out
}

func TestTheServerCleansADocumentForAScriptAndKeepsNothing(t *testing.T) {
	b := opensDoor(t)
	pass := func() string { return b.door.gate.sign(newTicket(kindPass, b.now())) }
	status, got := b.cleanBy("/api/clean", pass(), picture(t, "Canon 55.75"))
	if status != 200 || got["kind"] != "jpeg" || len(got["removed"].([]any)) == 0 || strings.Contains(got["data"].(string), "Canon") {
		t.Errorf("%d %v", status, got["removed"])
	}
	if status, got := b.cleanBy("/api/clean", pass(), []byte("ID3\x03\x00звук")); status != 200 || !strings.HasPrefix(got["refused"].(string), "Звук") {
		t.Errorf("%d %v", status, got)
	}
	if _, got := b.cleanBy("/en/api/clean", pass(), []byte("ID3\x03\x00звук")); strings.HasPrefix(got["refused"].(string), "Звук") {
		t.Error("the refusal is not in the language of the page")
	}
	once := pass()
	b.cleanBy("/api/clean", once, []byte("a"))
	if status, _ := b.cleanBy("/api/clean", once, []byte("a")); status != http.StatusTooManyRequests {
		t.Errorf("a pass cleans twice: %d", status)
	}
	if all, err := b.store.List(t.Context()); err != nil || len(all) != 0 || b.log.String() != "" {
		t.Errorf("%d reports, %v, log %q", len(all), err, b.log.String())
	}
}

func TestThePageOfChecksTellsHashesAndTheHeadOfTheLog(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "keys")
	signer, err := keylog.Create(folder, "demo")
	must(t, err)
	key := seal.NewIdentity().Public()
	must(t, keylog.Append(folder, keylog.Entry{Agency: "demo", Action: keylog.ActionAdd, Role: seal.RoleOfficer, Key: key}, signer, time.Now()))
	page, err := keylog.Read(folder)
	must(t, err)
	state, err := keylog.Check(page, "")
	must(t, err)
	b := opensDoor(t, func(c *Config) {
		c.Scripts = web.Scripts()
		c.KeyLog = func() (json.RawMessage, error) { return json.Marshal(page) }
	})
	head, err := os.ReadFile(filepath.Join(folder, "head"))
	must(t, err)
	for _, at := range []string{"/check", "/en/check"} {
		p := b.person().open(at).wants(200, at, state.Fingerprint(), page.Verifier, strings.TrimSpace(string(head)), key.Fingerprint())
		for _, name := range append(pageScripts, "work.js") {
			p.wants(200, at, name, web.Hash(web.Script(name)), web.Integrity(web.Script(name)))
		}
	}
	// What the page names is what the door serves, byte for byte.
	p := b.person().open("/script/words.txt")
	words := web.Hash([]byte(p.page))
	p.open("/check").wants(200, "/check", words)
	for _, at := range []string{"/new", "/return"} {
		p.open(at).wants(200, at, `href="/check"`)
	}
	p.atWrite().wants(200, "/write", `href="/check"`)

	spoilt := opensDoor(t, func(c *Config) {
		c.KeyLog = func() (json.RawMessage, error) { return nil, errors.New("spoilt") }
	})
	spoilt.person().open("/check").wants(500, "/check")
	opensDoor(t).person().open("/check").wants(200, "/check", "Скриптов на страницах этого канала нет", "не ведёт журнала ключей")
}
