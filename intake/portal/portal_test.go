package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/casework/sqlitestore"
	"priemnaya/intake/files"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

var secret = bytes.Repeat([]byte("k"), 32)

// house is a whole portal over a real store, with a clock that stands still.
type house struct {
	t      testing.TB
	portal *Portal
	office *casework.Office
	store  *sqlitestore.Store
	files  *memoryFiles
	app    *fiber.App

	mu   sync.Mutex
	time time.Time
	// people are those who are signed in, by the value of the cookie "who".
	people map[string]casework.Applicant
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.time
}

func (h *house) setNow(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.time = t
}

var moscow = casework.Settings{}.Location()

var bodies = []casework.Body{
	{ID: "roads", Name: "Комитет дорожного хозяйства Заречья", Short: "Дорожный комитет", Level: casework.LevelRegional,
		Competences: []casework.Competence{{Topic: "0003.0009"}}, Contacts: casework.Contacts{Phone: "+7 800 555-00-01"}},
	{ID: "housing", Name: "Жилищная инспекция Заречья", Short: "Жилинспекция", Level: casework.LevelRegional,
		Competences: []casework.Competence{{Topic: "0005"}}},
	{ID: "east", Name: "Администрация Восточного берега", Short: "Восточный берег", Level: casework.LevelMunicipal,
		Settings: casework.Settings{TimeZone: "Asia/Kamchatka", Roll: casework.RollFollowing}},
	{ID: "old", Name: "Упразднённое управление", Closed: true},
}

var anna = casework.Applicant{Key: "esia:1", Assurance: casework.AssuranceConfirmed,
	Name:    casework.PersonName{Surname: "Соколова", Given: "Анна", Patronymic: "Петровна"},
	Contact: casework.Contact{Email: "anna@example.ru"}}

var boris = casework.Applicant{Key: "esia:2", Assurance: casework.AssuranceConfirmed,
	Name: casework.PersonName{Surname: "Ким", Given: "Борис"}}

func openHouse(t testing.TB) *house {
	t.Helper()
	laws, err := regulation.Embedded()
	must(t, err)
	return openHouseWith(t, laws)
}

func openHouseWith(t testing.TB, laws *casework.Laws) *house {
	t.Helper()
	h := &house{t: t, time: time.Date(2026, 11, 20, 12, 0, 0, 0, moscow), files: &memoryFiles{blobs: map[string][]byte{}},
		people: map[string]casework.Applicant{"anna": anna, "boris": boris}}
	store, err := sqlitestore.Open(context.Background(), filepath.Join(t.TempDir(), "cases.db"), sqlitestore.Options{Now: h.now, NoSearch: true})
	must(t, err)
	t.Cleanup(func() { store.Close() })
	h.store = store
	reg, err := casework.NewRegistry("r1", bodies, []casework.Territory{{Code: "01", Name: "Заречье"}, {Code: "02", Name: "Восточный берег"}})
	must(t, err)
	h.office, err = casework.NewOffice(casework.OfficeConfig{Store: store, Numbers: store, Shelf: store, Secret: secret,
		Now: h.now, Laws: laws, Registry: reg, Sealer: xorSealer{}, Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("s")}, nil
		}})
	must(t, err)
	set, err := templates.Load(templates.Options{Links: Links()})
	must(t, err)
	kit, err := web.New(web.Config{Set: set, Now: h.now, Secret: secret, StatusOf: statusOf,
		User: func(c *fiber.Ctx) *templates.User {
			if a, ok := h.applicant(c); ok {
				return &templates.User{Name: a.Name.Full()}
			}
			return nil
		},
		Session: func(c *fiber.Ctx) string { return c.Cookies("who") }})
	must(t, err)
	h.portal, err = New(Config{Office: h.office, Kit: kit, Files: h.files, Shelf: store, Topics: fewTopics{}, Applicant: h.applicant,
		Seal: func(b []byte) ([]byte, error) { return append([]byte("sealed:"), b...), nil }})
	must(t, err)
	h.app = fiber.New(kit.FiberConfig(64 << 20))
	kit.Mount(h.app)
	h.portal.Mount(h.app)
	return h
}

func (h *house) applicant(c *fiber.Ctx) (casework.Applicant, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a, ok := h.people[c.Cookies("who")]
	return a, ok
}

func statusOf(err error) (int, string) {
	code := casework.CodeOf(err)
	status := map[casework.Code]int{casework.Invalid: 422, casework.NotFound: 404, casework.Forbidden: 403,
		casework.Unauthenticated: 401, casework.Conflict: 409, casework.TooMany: 429, casework.Unavailable: 503,
		casework.NoCalendar: 503, casework.TooLarge: 413, casework.NotAllowed: 409}[code]
	return status, string(code)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fewTopics is a small classifier of the true shape.
type fewTopics struct{}

var topicList = []Topic{
	{"0003.0000.0000.0000", "Экономика", false},
	{"0003.0009.0000.0000", "Хозяйственная деятельность", false},
	{"0003.0009.0097.0000", "Благоустройство", false},
	{"0003.0009.0097.0690", "Уличное освещение", true},
	{"0005.0000.0000.0000", "Жилищно-коммунальная сфера", false},
	{"0005.0005.0000.0000", "Жилище", false},
	{"0005.0005.0056.1149", "Оплата жилищно-коммунальных услуг", true},
}

func (fewTopics) Topic(code string) (Topic, bool) {
	for _, t := range topicList {
		if t.Code == code {
			return t, true
		}
	}
	return Topic{}, false
}

func (f fewTopics) Under(code string) []Topic {
	var out []Topic
	for _, t := range topicList {
		if f.Parent(t.Code) == code {
			out = append(out, t)
		}
	}
	return out
}

func (f fewTopics) Parent(code string) string {
	parts := strings.Split(code, ".")
	for i := len(parts) - 1; i > 0; i-- {
		if len(parts) != 4 || parts[i] == "0000" {
			continue
		}
		parts[i] = "0000"
		if up := strings.Join(parts, "."); up != code {
			if _, ok := f.Topic(up); ok {
				return up
			}
		}
	}
	return ""
}

// memoryFiles keeps attachments in memory and refuses what begins with "bad".
type memoryFiles struct {
	mu    sync.Mutex
	blobs map[string][]byte
}

func (m *memoryFiles) Put(_ context.Context, name string, content io.Reader) (casework.File, error) {
	data, err := io.ReadAll(content)
	if err != nil {
		return casework.File{}, err
	}
	if bytes.HasPrefix(data, []byte("bad")) {
		return casework.File{}, &casework.Error{Code: casework.Invalid, Op: "files", Message: "file.type_not_allowed", Data: map[string]any{"Name": name}}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	id := fmt.Sprintf("%032x", len(m.blobs)+1)
	m.blobs[id] = data
	sum := sha256.Sum256(data)
	return casework.File{ID: id, Name: name, Type: "image/png", Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]),
		WorkSize: int64(len(data)), WorkSHA256: hex.EncodeToString(sum[:])}, nil
}

func (m *memoryFiles) Open(_ context.Context, f casework.File) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return io.NopCloser(bytes.NewReader(m.blobs[f.ID])), nil
}

// Admit is the real one: what it says of a refusal must reach the page.
func (m *memoryFiles) Admit(already []casework.File, size int64) error {
	return files.Limits{Count: casework.MaxFiles, FileBytes: 3 << 20}.Admit(already, size)
}

func (m *memoryFiles) DownloadHeaders(f casework.File) map[string]string {
	return map[string]string{"Content-Disposition": `attachment; filename="file"`, "Content-Type": f.Type}
}

// reader is a browser: it keeps cookies and follows no redirect by itself.
type reader struct {
	h       *house
	cookies map[string]string
	lang    string
}

func (h *house) reader(who, lang string) *reader {
	r := &reader{h: h, cookies: map[string]string{"lang": lang}, lang: lang}
	if who != "" {
		r.cookies["who"] = who
	}
	return r
}

// answer is what a browser gets.
type answer struct {
	Status   int
	Body     string
	Location string
	Header   http.Header
}

func (r *reader) do(req *http.Request) answer {
	r.h.t.Helper()
	for k, v := range r.cookies {
		req.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	res, err := r.h.app.Test(req, -1)
	must(r.h.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(r.h.t, err)
	for _, c := range res.Cookies() {
		r.cookies[c.Name] = c.Value
		if c.MaxAge < 0 || !c.Expires.IsZero() && c.Expires.Year() < 2000 {
			delete(r.cookies, c.Name)
		}
	}
	return answer{res.StatusCode, string(body), res.Header.Get("Location"), res.Header}
}

func (r *reader) get(path string) answer {
	path, _, _ = strings.Cut(path, "#")
	return r.do(httptest.NewRequest("GET", path, nil))
}

var tokenField = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

// token takes a token from a page that everybody can open.
func (r *reader) token() string {
	m := tokenField.FindStringSubmatch(r.get("/track").Body)
	if m == nil {
		r.h.t.Fatal("the page carries no token")
	}
	return m[1]
}

func (r *reader) post(path string, pairs ...string) answer {
	values := url.Values{"_csrf": {r.token()}}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return r.postValues(path, values)
}

func (r *reader) postValues(path string, values url.Values) answer {
	req := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "http://example.com")
	return r.do(req)
}

// begin starts a draft and gives its ID.
func (r *reader) begin() string {
	r.h.t.Helper()
	a := r.post("/file/new")
	id := strings.TrimSuffix(strings.TrimPrefix(a.Location, "/file/"), "/about")
	if a.Status != 303 || len(id) != 32 {
		r.h.t.Fatalf("a new draft: status %d, to %q", a.Status, a.Location)
	}
	return id
}

// fill answers every step of a draft.
func (r *reader) fill(id, text, to string) {
	r.h.t.Helper()
	for _, s := range []struct {
		path  string
		pairs []string
	}{
		{"/about", []string{"words", "нет света во дворе", "topic", "0003.0009.0097.0690", "territory", "01", "address", "Садовая, 14"}},
		{"/to", []string{"addressee", to}},
		{"/text", []string{"text", text}},
		{"/contact", []string{"email", "anna@example.ru", "phone", "+7 900 000-00-00", "post", ""}},
	} {
		if a := r.post("/file/"+id+s.path, s.pairs...); a.Status != 303 {
			r.h.t.Fatalf("step %s: status %d\n%s", s.path, a.Status, a.Body)
		}
	}
}

var datesField = regexp.MustCompile(`name="dates" value="([^"]+)"`)

// shown is the pair of dates on the check page.
func (r *reader) shown(id string) string {
	r.h.t.Helper()
	a := r.get("/file/" + id + "/check")
	m := datesField.FindStringSubmatch(a.Body)
	if m == nil {
		r.h.t.Fatalf("no dates on the check page: status %d\n%s", a.Status, a.Body)
	}
	return m[1]
}

// file goes the whole way and gives the case's ID.
func (r *reader) file(text, to string) string {
	r.h.t.Helper()
	id := r.begin()
	r.fill(id, text, to)
	a := r.post("/file/"+id+"/submit", "dates", r.shown(id))
	if a.Status != 303 || !strings.HasPrefix(a.Location, "/file/done/") {
		r.h.t.Fatalf("submit: status %d, to %q\n%s", a.Status, a.Location, a.Body)
	}
	return strings.TrimPrefix(a.Location, "/file/done/")
}

var registrar = casework.Actor{ID: "staff:reg", Name: "Регистратор", Grants: []casework.Grant{{Role: casework.RoleRegistrar, Body: casework.Everywhere}}}
var officer = casework.Actor{ID: "staff:off", Name: "Исполнитель", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: casework.Everywhere}}}
var head = casework.Actor{ID: "staff:head", Name: "Громов Пётр Ильич", Grants: []casework.Grant{{Role: casework.RoleHead, Body: casework.Everywhere}}}

// reply brings a case from its receipt to the answer.
func (h *house) reply(id, text string, files ...casework.File) casework.Case {
	h.t.Helper()
	h.register(id)
	var c casework.Case
	var err error
	for _, x := range []struct {
		by  casework.Actor
		act casework.Act
	}{
		{head, casework.Assignment{Officer: officer}},
		{officer, casework.Drafting{Text: text, Outcome: casework.OutcomeExplained, Files: files}},
		{officer, casework.Submission{Revision: 1}},
		{head, casework.Signing{}},
		{head, casework.Answering{}},
	} {
		c, err = h.office.Do(context.Background(), x.by, id, casework.AnyState, x.act)
		must(h.t, err)
	}
	return c
}

func (h *house) register(id string) casework.Case {
	h.t.Helper()
	_, err := h.office.Route(context.Background(), id)
	must(h.t, err)
	c, err := h.office.Do(context.Background(), registrar, id, casework.AnyState, casework.Registration{})
	must(h.t, err)
	return c
}
