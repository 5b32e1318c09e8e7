package protected

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/intake/protected/clean"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
	"priemnaya/templates"
)

// bench is a door with one officer, a moving clock and a log that is read.
type bench struct {
	t       testing.TB
	door    *Server
	store   *store.Store
	officer *seal.Identity
	web     *httptest.Server
	log     lockedLog

	mu sync.Mutex
	at time.Time
}

type lockedLog struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = b.at.Add(d)
}

var pageSet = sync.OnceValues(func() (*templates.Set, error) { return templates.Load(templates.Options{}) })

// opensDoor starts a door; change may alter its configuration.
func opensDoor(t testing.TB, change ...func(*Config)) *bench {
	t.Helper()
	b := &bench{t: t, officer: seal.NewIdentity(), at: time.Date(2026, 11, 21, 15, 42, 17, 0, time.UTC)}
	set, err := pageSet()
	must(t, err)
	b.store, err = store.Open(t.Context(), store.Config{Folder: t.TempDir(), Agency: "demo", Now: b.now})
	must(t, err)
	t.Cleanup(func() { b.store.Close() })
	conf := Config{Agency: "demo", Names: map[string]string{"ru": "Служба", "en": "Service"}, Store: b.store, Set: set,
		Recipients: func() ([]seal.Public, error) { return []seal.Public{b.officer.Public()}, nil },
		Officers:   func() ([]seal.Public, error) { return []seal.Public{b.officer.Public()}, nil },
		Clean: func(_ string, data []byte) (Cleaned, error) {
			r, err := clean.File(data)
			return Cleaned{Kind: r.Kind, Data: r.Data, Removed: r.Removed}, err
		},
		Rate: 1000, Now: b.now, Log: slog.New(slog.NewTextHandler(&b.log, nil))}
	for _, c := range change {
		c(&conf)
	}
	b.door, err = New(conf)
	must(t, err)
	b.web = httptest.NewServer(b.door.Handler())
	t.Cleanup(b.web.Close)
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person is somebody with a browser that has no scripts.
type person struct {
	b    *bench
	http *http.Client
	page string
	last *http.Response
	at   string
}

func (b *bench) person() *person {
	jar, err := cookiejar.New(nil)
	must(b.t, err)
	return &person{b: b, http: &http.Client{Jar: jar}}
}

func (p *person) take(res *http.Response, err error) *person {
	p.b.t.Helper()
	must(p.b.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	must(p.b.t, err)
	p.page, p.last, p.at = string(raw), res, res.Request.URL.Path
	return p
}

func (p *person) open(path string) *person {
	p.b.t.Helper()
	return p.take(p.http.Get(p.b.web.URL + path))
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)"`)

// hidden are the hidden fields of the open page.
func (p *person) hidden() url.Values {
	out := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(p.page, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	return out
}

func (p *person) send(path string, fields url.Values) *person {
	p.b.t.Helper()
	all := p.hidden()
	for name, values := range fields {
		all[name] = values
	}
	return p.take(p.http.PostForm(p.b.web.URL+path, all))
}

// file is a file of a form, by its name on the person's device.
type namedFile struct {
	name string
	data []byte
}

func (p *person) write(path, text string, files ...namedFile) *person {
	p.b.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, values := range p.hidden() {
		must(p.b.t, parts.WriteField(name, values[0]))
	}
	must(p.b.t, parts.WriteField("text", text))
	for _, f := range files {
		part, err := parts.CreateFormFile("files", f.name)
		must(p.b.t, err)
		_, err = part.Write(f.data)
		must(p.b.t, err)
	}
	must(p.b.t, parts.Close())
	return p.take(p.http.Post(p.b.web.URL+path, parts.FormDataContentType(), &body))
}

var shownWord = regexp.MustCompile(`<ol class="seven"[^>]*>(.*?)</ol>`)

// getWords goes to the page of words and returns them.
func (p *person) getWords() []string {
	p.b.t.Helper()
	p.open("/new").send("/words", nil)
	m := shownWord.FindStringSubmatch(p.page)
	if m == nil {
		p.b.t.Fatalf("no words on the page:\n%s", p.page)
	}
	out := strings.Split(strings.TrimSuffix(strings.TrimPrefix(m[1], "<li>"), "</li>"), "</li><li>")
	if len(out) != 7 {
		p.b.t.Fatalf("%d words", len(out))
	}
	return out
}

// confirm types the words that are asked for.
func (p *person) confirm(words []string) *person {
	p.b.t.Helper()
	p.open("/confirm")
	fields := url.Values{}
	for i, w := range words {
		if name := fmt.Sprint("word", i+1); strings.Contains(p.page, `name="`+name+`"`) {
			fields.Set(name, w)
		}
	}
	if len(fields) != 3 {
		p.b.t.Fatalf("%d words are asked for", len(fields))
	}
	return p.send("/confirm", fields)
}

// files a whole report and returns its words.
func (b *bench) report(text string, files ...namedFile) []string {
	b.t.Helper()
	p := b.person()
	words := p.getWords()
	p.confirm(words).wants(200, "/write")
	p.write("/write", text, files...).wants(200, "/sent")
	return words
}

func (p *person) comeBack(words []string) *person {
	p.b.t.Helper()
	return p.open("/return").send("/return", url.Values{"words": {strings.Join(words, " ")}})
}

// wants fails unless the open page is this one and says all of it.
func (p *person) wants(status int, path string, says ...string) *person {
	p.b.t.Helper()
	if p.last.StatusCode != status || p.at != path {
		p.b.t.Fatalf("%d at %s, want %d at %s\n%s", p.last.StatusCode, p.at, status, path, strings.TrimSpace(p.page))
	}
	for _, s := range says {
		if !strings.Contains(html.UnescapeString(p.page), s) {
			p.b.t.Fatalf("%s does not say %q\n%s", path, s, strings.TrimSpace(p.page))
		}
	}
	return p
}

// answer is what an officer does at his own desk.
func (b *bench) answer(text string, by *seal.Identity, to ...seal.Public) {
	b.t.Helper()
	all, err := b.store.List(b.t.Context())
	must(b.t, err)
	for _, r := range all {
		_, messages, err := b.store.Report(b.t.Context(), r.ID)
		must(b.t, err)
		opened, err := seal.Open(seal.Place{Agency: "demo", Report: r.ID, Kind: seal.KindReport}, messages[0].Sealed, b.officer)
		must(b.t, err)
		letter, err := seal.DecodeLetter(opened.Body)
		must(b.t, err)
		if letter.Reply == nil || !opened.By(*letter.Reply) {
			b.t.Fatal("the report is not signed by its author")
		}
		body, err := seal.Letter{Text: text}.Encode()
		must(b.t, err)
		number := store.Next(messages, seal.KindOfficer)
		place := seal.Place{Agency: "demo", Report: r.ID, Kind: seal.KindOfficer, Number: number}
		sealed, err := seal.Seal(place, body, by, append([]seal.Public{*letter.Reply}, to...))
		must(b.t, err)
		m := store.Message{Kind: seal.KindOfficer, Number: number, Once: seal.NewReport(), Sealed: sealed}
		must(b.t, b.store.Append(b.t.Context(), r.ID, m))
	}
}

func TestAReportIsFiledReadAnsweredAndErasedWithoutScripts(t *testing.T) {
	b := opensDoor(t)
	words := b.report("Начальник берёт деньги", namedFile{"Иванов.txt", []byte("список сумм")})

	p := b.person().comeBack(words).wants(200, "/box", "Начальник берёт деньги", "Файл 1")
	if strings.Contains(p.page, "Иванов") {
		t.Error("the name of a file was kept")
	}
	p.open("/file/0").wants(200, "/file/0", "список сумм")
	if got := p.last.Header.Get("Content-Disposition"); got != `attachment; filename="file-1.txt"` {
		t.Errorf("the file is called %q", got)
	}

	b.answer("Когда это было?", b.officer)
	p = b.person().comeBack(words).wants(200, "/box", "Когда это было?")
	p.write("/box", "В марте").wants(200, "/box", "В марте", "Когда это было?")

	p.open("/erase").send("/erase", nil).wants(200, "/erase", "Переписка стёрта")
	p.comeBack(words).wants(200, "/box", "Переписки с такими словами нет")
	if all, err := b.store.List(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%d reports after erasing, %v", len(all), err)
	}
	if b.log.String() != "" {
		t.Errorf("the log: %s", &b.log.buf)
	}
}

func TestFourLettersOfEachWordAreEnough(t *testing.T) {
	b := opensDoor(t)
	words := b.report("текст")
	for i, w := range words {
		words[i] = strings.ToUpper(string([]rune(w)[:4]))
	}
	b.person().comeBack(words).wants(200, "/box", "текст")
}

func TestNothingIsTakenBeforeTheWordsAreConfirmed(t *testing.T) {
	b := opensDoor(t)
	p := b.person()
	words := p.getWords()
	p.open("/write").wants(403, "/write", "мы всё забыли")
	words[0], words[1], words[2], words[3], words[4], words[5], words[6] = "нет", "нет", "нет", "нет", "нет", "нет", "нет"
	p.confirm(words).wants(422, "/confirm", "не подходит")
	p.open("/write").wants(403, "/write")
}

func TestAMistakeLosesNothingTyped(t *testing.T) {
	b := opensDoor(t)
	p := b.person()
	p.confirm(p.getWords())
	p.write("/write", "").wants(422, "/write", "Напишите хотя бы одну фразу")
	p.write("/write", "Длинный рассказ <b>", namedFile{"a.exe", []byte("MZ\x00\x01\x02")}).wants(422, "/write", "Длинный рассказ <b>")
	p.write("/write", strings.Repeat("я", MaxText+1)).wants(422, "/write", "Сократите текст")
	if all, _ := b.store.List(t.Context()); len(all) != 0 {
		t.Errorf("%d reports were kept", len(all))
	}
}

func TestASecondPressIsOneReport(t *testing.T) {
	b := opensDoor(t)
	p := b.person()
	p.confirm(p.getWords())
	form := p.page
	p.write("/write", "один раз").wants(200, "/sent")
	p.page = form
	p.write("/write", "один раз").wants(200, "/sent")
	box := p.open("/box").wants(200, "/box")
	form = box.page
	p.write("/box", "ответ один").wants(200, "/box")
	p.page = form
	p.write("/box", "ответ один").wants(200, "/box")
	if n := strings.Count(p.page, "ответ один"); n != 1 {
		t.Errorf("the answer is there %d times", n)
	}
	p.open("/write").wants(200, "/box")
}

func TestAnAnswerThatNoOfficerSignedIsNotShown(t *testing.T) {
	b := opensDoor(t)
	words := b.report("текст")
	b.answer("Приходите к нам по этому адресу", seal.NewIdentity())
	p := b.person().comeBack(words).wants(200, "/box", "Это письмо не показываем")
	if strings.Contains(p.page, "Приходите") {
		t.Error("a planted answer is shown")
	}
}

func TestAnExpiredReportIsGoneForItsAuthor(t *testing.T) {
	b := opensDoor(t)
	words := b.report("текст")
	b.pass(181 * 24 * time.Hour)
	p := b.person().comeBack(words)
	wrong := b.person().comeBack([]string{"абзац", "абзац", "абзац", "абзац", "абзац", "абзац", "абзац"})
	if p.page != wrong.page || p.last.StatusCode != 200 {
		t.Error("expired and wrong words have different pages")
	}
	p.wants(200, "/box", "Переписки с такими словами нет")
}

func TestAVisitEndsByItself(t *testing.T) {
	b := opensDoor(t)
	p := b.person().comeBack(b.report("текст")).wants(200, "/box")
	b.pass(visitLife + 2*time.Minute)
	p.open("/box").wants(403, "/box", "Время вышло")
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	b := opensDoor(t)
	p := b.person().comeBack(b.report("текст")).wants(200, "/box")
	p.page = ""
	p.send("/erase", url.Values{"token": {"guess"}}).wants(403, "/erase")
	for _, h := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example"}}} {
		req, err := http.NewRequest(http.MethodPost, b.web.URL+"/return", strings.NewReader("words=a"))
		must(t, err)
		req.Header = h
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if p.take(p.http.Do(req)).last.StatusCode != http.StatusForbidden {
			t.Errorf("%v was taken", h)
		}
	}
}

func TestEveryAnswerHasTheSameHeaders(t *testing.T) {
	b := opensDoor(t)
	names := func(res *http.Response) string {
		var out []string
		for name := range headers {
			if name != "Date" && strings.Join(res.Header[name], "") != strings.Join(headers[name], "") {
				out = append(out, name)
			}
		}
		if res.Header.Get("Date") != "" || res.Header.Get("Server") != "" {
			out = append(out, "Date or Server is there")
		}
		return strings.Join(out, ", ")
	}
	p := b.person()
	for _, path := range []string{"/", "/en/", "/new", "/return", "/nothing", "/box", "/static/app.css", "/static/desk.js", "/api/keys", "/file/x"} {
		if p.open(path); names(p.last) != "" {
			t.Errorf("%s: %s", path, names(p.last))
		}
		if strings.Contains(p.last.Header.Get("Content-Type"), "html") && len(p.page)%PageStep != 0 {
			t.Errorf("%s has %d bytes, which is no step", path, len(p.page))
		}
		if p.last.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie before there are words", path)
		}
	}
	if p.open("/static/desk.js").last.StatusCode != http.StatusNotFound {
		t.Error("the door serves scripts of the desk")
	}
}

func TestTheDoorSpeaksEnglish(t *testing.T) {
	b := opensDoor(t)
	p := b.person().open("/en/").wants(200, "/en/", "Report without saying who you are", "Service", `href="/en/new"`)
	p.open("/en/new").wants(200, "/en/new", `action="/en/words"`)
	p.open("/en/box").wants(403, "/en/box", "Time is up")
}

func TestAPanicLeavesNoTraceOfTheRequest(t *testing.T) {
	b := opensDoor(t, func(c *Config) {
		c.Clean = func(string, []byte) (Cleaned, error) { panic("канарейка в тексте паники") }
	})
	p := b.person()
	p.confirm(p.getWords())
	p.write("/write", "секрет", namedFile{"имя.txt", []byte("x")}).wants(500, "/write", "Сбой на сервере")
	if got := b.log.String(); got == "" || strings.Contains(got, "канарейка") || strings.Contains(got, "секрет") || strings.Contains(got, "имя") {
		t.Errorf("the log says %q", got)
	}
}
