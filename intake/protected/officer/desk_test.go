package officer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"priemnaya/intake/protected/officer"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
	"priemnaya/intake/protected/web"
	"priemnaya/templates"
)

const (
	canary   = "КАНАРЕЙКА в тексте автора"
	password = "длинный пароль офицера"
	keyPass  = "кодовая фраза ключа"
)

// agency is one agency with its store, its officer and its desk.
type agency struct {
	t       testing.TB
	name    string
	folder  string
	now     time.Time
	store   *store.Store
	me      *seal.Identity
	other   *agency
	server  *httptest.Server
	seen    *capture
	client  *http.Client
	secrets map[string]string
}

// capture keeps every byte that reaches the desk.
type capture struct{ bytes.Buffer }

func newAgency(t testing.TB, name string, senior bool) *agency {
	t.Helper()
	a := &agency{t: t, name: name, folder: t.TempDir(), now: time.Date(2026, 4, 1, 10, 0, 0, 0, time.UTC), me: seal.NewIdentity(), seen: &capture{}, secrets: map[string]string{}}
	var err error
	if a.store, err = store.Open(t.Context(), store.Config{Folder: a.folder, Agency: name, Now: func() time.Time { return a.now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.store.Close() })
	accounts := officer.OpenAccounts(a.folder, officer.Codes{Issuer: "test"}, func() time.Time { return a.now })
	setup, err := accounts.Add(officer.Account{Login: "petrov", Senior: senior, Key: a.me.Public(), Address: "petrov@example.ru"}, password)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(setup)
	if err != nil {
		t.Fatal(err)
	}
	a.secrets["petrov"] = u.Query().Get("secret")
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	recipients := func() ([]seal.Public, error) { return []seal.Public{a.me.Public()}, nil }
	desk, err := officer.New(officer.Config{Folder: a.folder, Agency: name, Names: map[string]string{"ru": "Орган"}, Store: a.store, Set: set, Accounts: accounts,
		Recipients: recipients, Scripts: web.Scripts(), Now: func() time.Time { return a.now },
		Neighbours: func() ([]officer.Neighbour, error) {
			if a.other == nil {
				return nil, nil
			}
			return []officer.Neighbour{a.other.neighbour()}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.seen.WriteString(r.Method + " " + r.URL.String() + "\n")
		_ = r.Header.Write(&a.seen.Buffer)
		a.seen.Write(body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		desk.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(a.server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	a.client = &http.Client{Jar: jar}
	return a
}

func (a *agency) neighbour() officer.Neighbour {
	return officer.Neighbour{Agency: a.name, Names: map[string]string{"ru": "Другой орган"}, Recipients: []seal.Public{a.me.Public()}}
}

func (a *agency) code() string {
	code, err := totp.GenerateCode(a.secrets["petrov"], a.now)
	if err != nil {
		a.t.Fatal(err)
	}
	return code
}

func (a *agency) post(path string, form url.Values) (int, string) {
	a.t.Helper()
	res, err := a.client.PostForm(a.server.URL+path, form)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res.StatusCode, res.Request.URL.Path + "\n" + string(body)
}

func (a *agency) get(path string) (int, []byte) {
	a.t.Helper()
	res, err := a.client.Get(a.server.URL + path)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res.StatusCode, body
}

func (a *agency) signIn() {
	a.t.Helper()
	status, body := a.post("/", url.Values{"login": {"petrov"}, "password": {password}, "code": {a.code()}})
	if status != 200 || !strings.HasPrefix(body, "/reports") {
		a.t.Fatalf("sign-in: %d %.200s", status, body)
	}
}

var tokenForm = regexp.MustCompile(`name="token" value="([A-Z0-9]+)"`)

func (a *agency) token() string {
	_, body := a.get("/reports")
	m := tokenForm.FindSubmatch(body)
	if m == nil {
		a.t.Fatalf("no token on %.300s", body)
	}
	return string(m[1])
}

// file files a report with one file and gives its author and ID.
func (a *agency) file() (*seal.Author, seal.Report) {
	a.t.Helper()
	words, err := seal.Stretch([]byte("абаж авто адми азот айсб акад алма"))
	if err != nil {
		a.t.Fatal(err)
	}
	author, err := words.Author(a.name)
	if err != nil {
		a.t.Fatal(err)
	}
	id := seal.NewReport()
	public := author.Public()
	to := []seal.Public{a.me.Public(), public}
	body, err := seal.Letter{Text: canary, Reply: &public}.Encode()
	if err != nil {
		a.t.Fatal(err)
	}
	sealed, err := seal.Seal(seal.Place{Agency: a.name, Report: id, Kind: seal.KindReport}, body, author.Identity, to)
	if err != nil {
		a.t.Fatal(err)
	}
	raw, err := seal.File{Kind: "txt", Data: []byte(canary)}.Encode()
	if err != nil {
		a.t.Fatal(err)
	}
	file, err := seal.Seal(seal.Place{Agency: a.name, Report: id, Kind: seal.KindFile}, raw, author.Identity, to)
	if err != nil {
		a.t.Fatal(err)
	}
	err = a.store.Create(a.t.Context(), id, store.WordsOf(author), store.Message{Kind: seal.KindReport, Once: [16]byte{1}, Sealed: sealed, Files: []store.File{{Sealed: file}}})
	if err != nil {
		a.t.Fatal(err)
	}
	return author, id
}

func TestSignInNeedsBothFactorsAndTellsNothing(t *testing.T) {
	a := newAgency(t, "one", false)
	var pages []string
	for _, form := range []url.Values{
		{"login": {"petrov"}, "password": {"wrong"}, "code": {a.code()}},
		{"login": {"petrov"}, "password": {password}, "code": {"000000"}},
		{"login": {"nobody"}, "password": {password}, "code": {a.code()}},
	} {
		status, body := a.post("/", form)
		if status != 422 {
			t.Errorf("%v: %d", form, status)
		}
		pages = append(pages, strings.ReplaceAll(strings.ReplaceAll(body, "petrov", ""), "nobody", ""))
	}
	if strings.TrimSpace(pages[0]) != strings.TrimSpace(pages[1]) || strings.TrimSpace(pages[0]) != strings.TrimSpace(pages[2]) {
		t.Error("the answers tell which part was wrong")
	}
	a.signIn()
	code := a.code()
	fresh, _ := cookiejar.New(nil)
	a.client.Jar = fresh
	if status, _ := a.post("/", url.Values{"login": {"petrov"}, "password": {password}, "code": {code}}); status != 422 {
		t.Errorf("a code is taken twice: %d", status)
	}
}

func TestGuessingLocksAnAccountForAWhile(t *testing.T) {
	a := newAgency(t, "one", false)
	for range 5 {
		a.post("/", url.Values{"login": {"petrov"}, "password": {"wrong"}, "code": {"1"}})
	}
	if status, _ := a.post("/", url.Values{"login": {"petrov"}, "password": {password}, "code": {a.code()}}); status != 429 {
		t.Errorf("not locked: %d", status)
	}
	a.now = a.now.Add(16 * time.Minute)
	a.signIn()
}

func TestNobodyGetsAnythingWithoutASession(t *testing.T) {
	a := newAgency(t, "one", true)
	_, id := a.file()
	for _, path := range []string{"/reports", "/report/" + id.String(), "/report/" + id.String() + "/bundle", "/api/reports", "/api/report/" + id.String(),
		"/api/report/" + id.String() + "/file/0", "/report/" + id.String() + "/shred"} {
		status, body := a.get(path)
		if strings.HasPrefix(path, "/api/") && status != 401 || bytes.Contains(body, []byte(id.String())) {
			t.Errorf("%s: %d", path, status)
		}
	}
	a.signIn()
	a.now = a.now.Add(31 * time.Minute)
	if status, _ := a.get("/api/reports"); status != 401 {
		t.Errorf("a session without work does not end: %d", status)
	}
}

func TestAnOfficerReadsAndAnswersOnAMachineWithoutANetwork(t *testing.T) {
	a := newAgency(t, "one", false)
	author, id := a.file()
	a.signIn()
	status, raw := a.get("/report/" + id.String() + "/bundle")
	if status != 200 || len(raw)%(16<<10) != 0 {
		t.Fatalf("bundle: %d, %d bytes", status, len(raw))
	}
	b, err := officer.ReadBundle(raw)
	if err != nil {
		t.Fatal(err)
	}
	messages, key, err := b.Open(a.me)
	if err != nil || len(messages) != 1 || messages[0].Text != canary || !messages[0].Genuine || len(messages[0].Files) != 1 || string(messages[0].Files[0].Data) != canary {
		t.Fatalf("%+v %v", messages, err)
	}
	if _, _, err := b.Open(seal.NewIdentity()); err == nil {
		t.Error("a stranger's key opens the bundle")
	}
	reply, err := b.Reply(a.me, *key, "Ответ КАНАРЕЙКА офицера", []seal.File{{Kind: "txt", Data: []byte("КАНАРЕЙКА")}})
	if err != nil {
		t.Fatal(err)
	}
	packed, _ := json.Marshal(reply)
	for range 2 {
		// Sent twice, it is kept once.
		if status, body := a.upload(id, packed); status != 200 {
			t.Fatalf("upload: %d %.300s", status, body)
		}
	}
	_, box, err := a.store.Box(t.Context(), author.Tag, author.Secret)
	if err != nil || len(box) != 2 {
		t.Fatalf("%d messages, %v", len(box), err)
	}
	opened, err := seal.Open(seal.Place{Agency: a.name, Report: id, Kind: seal.KindOfficer}, box[1].Sealed, author.Identity)
	if err != nil || !opened.By(a.me.Public()) || !bytes.Contains(opened.Body, []byte("Ответ")) {
		t.Errorf("the author cannot read the answer: %v", err)
	}
	a.nothingReadable()
}

func (a *agency) upload(id seal.Report, data []byte) (int, string) {
	a.t.Helper()
	token := a.token()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("token", token)
	part, _ := form.CreateFormFile("reply", "x.reply")
	_, _ = part.Write(data)
	_ = form.Close()
	res, err := a.client.Post(a.server.URL+"/report/"+id.String()+"/upload", form.FormDataContentType(), &body)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	page, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(page)
}

// nothingReadable looks for texts and keys in everything that reached the desk
// and in everything that lies on its disk.
func (a *agency) nothingReadable() {
	a.t.Helper()
	seed := a.me.Seed()
	hunted := [][]byte{[]byte("КАНАРЕЙКА"), []byte(url.QueryEscape("КАНАРЕЙКА")), []byte(keyPass), []byte(url.QueryEscape(keyPass)), seed, []byte("browser-key")}
	hunt := func(where string, data []byte) {
		for _, h := range hunted {
			if bytes.Contains(data, h) {
				a.t.Errorf("%s tells %.20q", where, h)
			}
		}
	}
	hunt("what reached the desk", a.seen.Bytes())
	_ = filepath.WalkDir(a.folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, _ := os.ReadFile(path)
			hunt(path, data)
		}
		return err
	})
}

func TestOnlyASeniorShredsAndHandsOver(t *testing.T) {
	a := newAgency(t, "one", false)
	_, id := a.file()
	a.signIn()
	token := a.token()
	for _, path := range []string{"/report/" + id.String() + "/shred", "/api/report/" + id.String() + "/handover"} {
		if status, _ := a.post(path, url.Values{"token": {token}, "name": {"x"}}); status != 403 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	a := newAgency(t, "one", true)
	_, id := a.file()
	a.signIn()
	if status, _ := a.post("/report/"+id.String()+"/shred", url.Values{"name": {"x"}}); status != 403 {
		t.Errorf("without a token: %d", status)
	}
	req, _ := http.NewRequest("POST", a.server.URL+"/", strings.NewReader(""))
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := a.client.Do(req)
	if err != nil || res.StatusCode != 403 {
		t.Errorf("from another site: %v %v", res.StatusCode, err)
	}
}

func TestShreddingNeedsTheNameAndIsInTheJournal(t *testing.T) {
	a := newAgency(t, "one", true)
	author, id := a.file()
	a.signIn()
	token, name := a.token(), strings.ToUpper(id.String()[:4]+"-"+id.String()[4:8])
	if status, _ := a.post("/report/"+id.String()+"/shred", url.Values{"token": {token}, "name": {"AAAA-BBBB"}}); status != 422 {
		t.Errorf("a wrong name: %d", status)
	}
	if status, body := a.post("/report/"+id.String()+"/shred", url.Values{"token": {token}, "name": {name}}); status != 200 || !strings.HasPrefix(body, "/reports") {
		t.Errorf("%d %.100s", status, body)
	}
	if _, _, err := a.store.Box(t.Context(), author.Tag, author.Secret); err != store.ErrNone {
		t.Errorf("the report is still there: %v", err)
	}
	entries, err := officer.OpenJournal(a.folder, time.Now).Read()
	if err != nil {
		t.Fatal(err)
	}
	last := entries[len(entries)-2]
	if last.Act != officer.ActShred || last.Report != id.String() || last.By != "petrov" || last.Day != "2026-04-01" {
		t.Errorf("journal: %+v", last)
	}
	path := filepath.Join(a.folder, officer.JournalFile)
	raw, _ := os.ReadFile(path)
	_ = os.WriteFile(path, bytes.Replace(raw, []byte(`"by":"petrov"`), []byte(`"by":"ivanov"`), 1), 0o600)
	if _, err := officer.OpenJournal(a.folder, time.Now).Read(); err == nil {
		t.Error("a changed line is not found")
	}
}

func TestAHandedOverReportOpensAtTheOtherAgencyOnly(t *testing.T) {
	a, b := newAgency(t, "one", true), newAgency(t, "two", false)
	a.other = b
	author, id := a.file()
	a.signIn()
	_, raw := a.get("/report/" + id.String() + "/bundle")
	bundle, err := officer.ReadBundle(raw)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := bundle.Open(b.me); err == nil {
		t.Fatal("the other agency's officer opens the bundle")
	}
	messages, err := bundle.Reseal(a.me, b.neighbour())
	if err != nil {
		t.Fatal(err)
	}
	short, _ := json.Marshal(map[string]any{"to": "two", "messages": messages[:0]})
	if status, _ := a.upload(id, short); status != 422 {
		t.Errorf("a handover that leaves a message out: %d", status)
	}
	packed, _ := json.Marshal(map[string]any{"to": "two", "messages": messages})
	if status, body := a.upload(id, packed); status != 200 {
		t.Fatalf("%d %.300s", status, body)
	}
	waiting, err := filepath.Glob(filepath.Join(a.folder, officer.OutFolder, "two-*.json"))
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%v %v", waiting, err)
	}
	over, _ := os.ReadFile(waiting[0])
	if _, err := officer.Import(t.Context(), a.store, "one", over); err == nil {
		t.Error("the report comes back to where it was")
	}
	h, err := officer.Import(t.Context(), b.store, "two", over)
	if err != nil || h.By != a.me.Public() {
		t.Fatal(err)
	}
	_, box, err := b.store.Box(t.Context(), author.Tag, author.Secret)
	if err != nil || len(box) != 1 {
		t.Fatalf("the author does not find his report: %v", err)
	}
	for _, me := range []*seal.Identity{b.me, author.Identity} {
		opened, err := seal.Open(seal.Place{Agency: "two", Report: id, Kind: seal.KindReport}, box[0].Sealed, me)
		if err != nil {
			t.Fatal(err)
		}
		letter, err := seal.DecodeLetter(opened.Body)
		if err != nil || letter.Text != canary || letter.Origin != "one "+id.String() {
			t.Errorf("%+v %v", letter, err)
		}
	}
	if _, err := seal.Open(seal.Place{Agency: "two", Report: id, Kind: seal.KindReport}, box[0].Sealed, a.me); err == nil {
		t.Error("the former agency's officer opens what is kept at the other")
	}
	a.nothingReadable()
	b.nothingReadable()
}

func TestRemindersDoNotDependOnWhatArrives(t *testing.T) {
	texts := map[bool][]string{}
	for _, filed := range []bool{false, true} {
		a := newAgency(t, "one", false)
		if filed {
			a.file()
		}
		a.now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
		n := &officer.Notifier{Folder: a.folder, Accounts: officer.OpenAccounts(a.folder, officer.Codes{}, func() time.Time { return a.now }), PerDay: 2,
			From: 6, To: 15, Subject: "Напоминание", Text: "Загляните.", Now: func() time.Time { return a.now },
			Send: func(_ context.Context, to string, m []byte) error {
				texts[filed] = append(texts[filed], to+regexp.MustCompile(`(?m)^Message-ID.*$`).ReplaceAllString(string(m), ""))
				return nil
			}}
		for day := range 3 {
			end := time.Date(2026, 4, 2+day, 0, 0, 0, 0, time.UTC)
			for a.now.Before(end) {
				next, err := n.Tick(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if minute := next.Sub(next.Truncate(24 * time.Hour)); minute != 0 && (minute < 6*time.Hour || minute >= 15*time.Hour) {
					t.Errorf("a reminder at %s", next)
				}
				// A restart in between changes nothing.
				if _, err := n.Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
				a.now = next
			}
		}
	}
	if len(texts[false]) != 6 || strings.Join(texts[false], "") != strings.Join(texts[true], "") {
		t.Errorf("%d and %d reminders, or other words", len(texts[false]), len(texts[true]))
	}
}
