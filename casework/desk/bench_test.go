package desk_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/regulation"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// bench is a desk over a store in memory, with a signed-in reader by header.
type bench struct {
	*casework.Office
	store *memory
	files *shelf
	app   *fiber.App
	now   time.Time
	// keys and signs count submissions and signatures.
	keys, signs int
	// text and name, if set, are those of the next appeals.
	text string
	name casework.PersonName
	// change, if set, alters the next appeals.
	change func(*casework.Filing)
}

// Texts and laws are loaded once: they never change while tests run.
var (
	loadLaws = sync.OnceValues(regulation.Embedded)
	texts    = sync.OnceValues(func() (*templates.Set, error) { return templates.Load(templates.Options{}) })
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, casework.Settings{}.Location())
	if err != nil {
		panic(err)
	}
	return t
}

func staff(id, name string, grants ...casework.Grant) casework.Actor {
	return casework.Actor{ID: "staff:" + id, Name: name, Grants: grants}
}

func grant(role casework.Role, body string, unit ...string) casework.Grant {
	return casework.Grant{Role: role, Body: body, Unit: strings.Join(unit, "")}
}

// The people of the tests.
var (
	registrar  = staff("registrar", "Регина Приёмова", grant(casework.RoleRegistrar, "roads"))
	officer    = staff("officer", "Олег Исполняев", grant(casework.RoleOfficer, "roads"))
	second     = staff("second", "Вера Вторая", grant(casework.RoleOfficer, "roads"))
	head       = staff("head", "Анна Главная", grant(casework.RoleHead, "roads"))
	supervisor = staff("supervisor", "Семён Контролёв", grant(casework.RoleSupervisor, "roads"))
	central    = staff("central", "Цецилия Общая", grant(casework.RoleRegistrar, casework.Everywhere))
	foreigner  = staff("foreigner", "Филипп Чужой", grant(casework.RoleHead, "water"), grant(casework.RoleRegistrar, "water"))
	unitMan    = staff("unit", "Устин Отделов", grant(casework.RoleOfficer, "roads", "signs"))
	operator   = staff("operator", "Ольга Окошкина", grant(casework.RoleOperator, "roads"))
	overseer   = staff("overseer", "Общий Контроль", grant(casework.RoleSupervisor, casework.Everywhere))
	mixed      = staff("mixed", "Мира Смешанная", grant(casework.RoleOfficer, "roads", "signs"), grant(casework.RoleHead, "water"))
	manager    = staff("manager", "Артём Администратор", grant(casework.RoleAdministrator, casework.Everywhere))
	colleague  = staff("colleague", "Светлана Вторая", grant(casework.RoleAdministrator, casework.Everywhere))
	visitors   = []casework.Actor{overseer, mixed, manager, colleague}
	people     = []casework.Actor{registrar, officer, second, head, supervisor, central, foreigner, unitMan, operator}
)

func newBench(t testing.TB) *bench {
	t.Helper()
	return newBenchWith(t)
}

// newBenchWith is newBench with a changed configuration of the desk.
func newBenchWith(t testing.TB, changes ...func(*desk.Config)) *bench {
	t.Helper()
	set, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	laws, err := loadLaws()
	if err != nil {
		t.Fatal(err)
	}
	registry, err := casework.NewRegistry("r1", []casework.Body{
		{ID: "admin", Name: "Администрация города Заречный", Short: "Администрация"},
		{ID: "roads", Name: "Комитет дорожного хозяйства города Заречный", Short: "Комитет дорог",
			Units: []casework.BodyUnit{{ID: "repair", Name: "Отдел ремонта", Topics: []string{"0003"}}, {ID: "signs", Name: "Отдел знаков"}}},
		{ID: "water", Name: "Управление водоснабжения", Short: "Водоканал", Settings: casework.Settings{TimeZone: "Asia/Kamchatka"}},
	}, []casework.Territory{{Code: "99701", Name: "город Заречный"}})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{store: newMemory(), files: &shelf{blobs: map[string][]byte{}}, now: at("2026-11-16 10:00")}
	b.Office, err = casework.NewOffice(casework.OfficeConfig{Store: b.store, Numbers: b.store, Shelf: b.store,
		Secret: []byte(strings.Repeat("s", 32)), Now: func() time.Time { return b.now }, Laws: laws, Registry: registry, Sealer: mirror{},
		Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			b.signs++
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("sig"), Key: "key-1"}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	kit, err := web.New(web.Config{Set: set, Now: func() time.Time { return b.now }, Secret: []byte(strings.Repeat("k", 32)),
		StatusOf: statusOf, Log: slog.New(slog.DiscardHandler),
		Session: func(c *fiber.Ctx) string { return c.Get("X-Actor") },
		User: func(c *fiber.Ctx) *templates.User {
			if a, ok := actorOf(c); ok {
				return &templates.User{Name: a.Name}
			}
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	cfg := desk.Config{Office: b.Office, Kit: kit, Files: b.files, Actor: actorOf, Topics: topics{},
		Law: &lawBook{files: map[string]string{"calendar/ru-2026.csv": "2026-01-01,holiday\n2026-01-02,holiday\n"}},
		Officers: func(_ context.Context, body string) ([]casework.Actor, error) {
			var out []casework.Actor
			for _, a := range people {
				if a.Grants[0].Body == body {
					out = append(out, a)
				}
			}
			return out, nil
		}}
	for _, change := range changes {
		change(&cfg)
	}
	pages, err := desk.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.app = fiber.New(kit.FiberConfig(64 << 20))
	kit.Mount(b.app)
	pages.Mount(b.app)
	return b
}

func actorOf(c *fiber.Ctx) (casework.Actor, bool) {
	if c.Get("X-Actor") == "citizen" {
		return casework.Citizen(ivanova()), true
	}
	for _, a := range append(visitors, people...) {
		if a.ID == c.Get("X-Actor") {
			return a, true
		}
	}
	return casework.Actor{}, false
}

// statusOf stands in for the map that cmd hands over.
func statusOf(err error) (int, string) {
	var e *casework.Error
	if !errors.As(err, &e) {
		return 0, ""
	}
	return map[casework.Code]int{casework.NotFound: 404, casework.Forbidden: 403, casework.Unauthenticated: 401,
		casework.Conflict: 409, casework.NotAllowed: 409, casework.Invalid: 422, casework.Unavailable: 503}[e.Code], string(e.Code)
}

type topics struct{}

var topicNames = map[string]string{"0003.0009.0099.0742": "Ремонт автомобильных дорог", "0003.0009.0099.0743": "Дорожные знаки"}

func (topics) Name(code string) (string, bool) { name, ok := topicNames[code]; return name, ok }

func (topics) Find(words string, _ int) []string {
	var out []string
	for _, code := range []string{"0003.0009.0099.0742", "0003.0009.0099.0743"} {
		if strings.Contains(strings.ToLower(topicNames[code]), strings.ToLower(words)) || strings.HasPrefix(code, words) {
			out = append(out, code)
		}
	}
	return out
}

// shelf keeps files in memory.
type shelf struct {
	mu    sync.Mutex
	blobs map[string][]byte
}

func (s *shelf) Put(_ context.Context, name string, content io.Reader) (casework.File, error) {
	data, err := io.ReadAll(content)
	if err != nil {
		return casework.File{}, err
	}
	if strings.HasSuffix(name, ".exe") {
		return casework.File{}, casework.Fail(casework.Invalid, "shelf", "file.type")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := sha256.Sum256(data)
	id := fmt.Sprintf("f%032d", len(s.blobs)+1)
	s.blobs[id] = data
	return casework.File{ID: id, Name: name, Type: "text/plain", Size: int64(len(data)), WorkSize: int64(len(data)),
		SHA256: hex.EncodeToString(sum[:]), WorkSHA256: hex.EncodeToString(sum[:])}, nil
}

func (s *shelf) Open(_ context.Context, f casework.File) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return io.NopCloser(bytes.NewReader(s.blobs[f.ID])), nil
}

func (s *shelf) Headers(casework.File) map[string]string {
	return map[string]string{"Content-Type": "application/octet-stream", "Content-Disposition": `attachment; filename="x.txt"`}
}

func ivanova() casework.Applicant {
	return casework.Applicant{Key: "esia:1", Name: casework.PersonName{Surname: "Иванова", Given: "Мария"},
		Assurance: casework.AssuranceConfirmed, Contact: casework.Contact{Email: "m@example.ru", Phone: "+7 900 000-00-00", Cabinet: true}}
}

// file stores an appeal of a citizen; change may alter it.
func (b *bench) file(t testing.TB, change ...func(*casework.Filing)) casework.Case {
	t.Helper()
	b.keys++
	f := casework.Filing{Regime: casework.RegimeAppeal, Channel: casework.ChannelWeb, Applicant: ivanova(), Lang: "ru",
		Text: "На улице Садовой провалился асфальт, прошу отремонтировать.", Topic: "0003.0009.0099.0742",
		Territory: "99701", Key: fmt.Sprintf("key-%020d", b.keys)}
	if b.text != "" {
		f.Text = b.text
	}
	if b.name.Surname != "" {
		f.Applicant.Name = b.name
	}
	if b.change != nil {
		b.change(&f)
	}
	for _, c := range change {
		c(&f)
	}
	r, err := b.File(context.Background(), casework.Citizen(f.Applicant), f)
	if err != nil {
		t.Fatal(err)
	}
	return r.Case
}

func (b *bench) do(t testing.TB, by casework.Actor, id string, act casework.Act) casework.Case {
	t.Helper()
	c, err := b.Do(context.Background(), by, id, casework.AnyState, act)
	if err != nil {
		t.Fatalf("%s: %v", act.Kind(), err)
	}
	return c
}

// at brings a new case to a stage.
func (b *bench) at(t testing.TB, stage casework.Stage) casework.Case {
	t.Helper()
	c := b.file(t)
	id := c.ID
	found := casework.Route{Registry: "r1", Model: "m1", Body: "roads", Confidence: 0.61,
		Alternatives: []casework.Candidate{{Label: "roads", Confidence: 0.61}, {Label: "admin", Confidence: 0.25}, {Label: "water", Confidence: 0.1}},
		Reasons:      []casework.Reason{{Key: "route.competence", Data: map[string]string{"Topic": "0003.0009.0099.0742", "Territory": "город Заречный"}}, {Key: "route.unsure", Data: map[string]string{"Percent": "61"}}}}
	steps := []struct {
		stage casework.Stage
		by    casework.Actor
		act   casework.Act
	}{
		{casework.StageHeld, casework.SystemActor(), casework.Holding{Route: found}},
		{casework.StageRouted, central, casework.Routing{Body: "roads", Route: found}},
		{casework.StageRegistered, registrar, casework.Registration{}},
		{casework.StageInWork, head, casework.Assignment{Officer: officer}},
		{casework.StageInWork, officer, casework.Drafting{Text: "Асфальт восстановлен.", Outcome: casework.OutcomeMeasures}},
		{casework.StageOnSigning, officer, casework.Submission{Revision: 1}},
		{casework.StageSigned, head, casework.Signing{}},
		{casework.StageAnswered, officer, casework.Answering{}},
	}
	for i, s := range steps {
		if c.Stage == stage && (i >= len(steps) || s.stage != stage) {
			break
		}
		c = b.do(t, s.by, id, s.act)
	}
	if c.Stage != stage {
		t.Fatalf("case is at %s, want %s", c.Stage, stage)
	}
	return c
}

// reply is a page as a browser got it.
type reply struct {
	status int
	header http.Header
	body   string
}

func (b *bench) send(t testing.TB, by casework.Actor, r *http.Request) reply {
	t.Helper()
	r.Header.Set("X-Actor", by.ID)
	if r.Header.Get("Accept-Language") == "" {
		r.Header.Set("Accept-Language", "ru")
	}
	answer, err := b.app.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(body)}
}

func (b *bench) get(t testing.TB, by casework.Actor, path string) reply {
	t.Helper()
	return b.send(t, by, httptest.NewRequest(http.MethodGet, path, nil))
}

// form is one form of a page with its values, as a browser would send it.
type form struct {
	action string
	values url.Values
}

// forms finds the POST forms of a page.
func (r reply) forms(t testing.TB) []form {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	var out []form
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && attr(n, "method") == "post" {
			f := form{action: attr(n, "action"), values: url.Values{}}
			for field := range n.Descendants() {
				f.take(field)
			}
			out = append(out, f)
		}
	}
	return out
}

func (f form) take(n *html.Node) {
	name := attr(n, "name")
	switch {
	case n.Type != html.ElementNode || name == "" || n.Data == "button":
	case n.Data == "textarea":
		text := ""
		if n.FirstChild != nil {
			text = n.FirstChild.Data
		}
		f.values.Add(name, text)
	case n.Data == "select":
		value := ""
		for o := range n.Descendants() {
			if o.Data == "option" && has(o, "selected") {
				value = attr(o, "value")
			}
		}
		f.values.Add(name, value)
	case attr(n, "type") == "radio" || attr(n, "type") == "checkbox":
		if has(n, "checked") {
			f.values.Add(name, attr(n, "value"))
		}
	case attr(n, "type") != "file":
		f.values.Add(name, attr(n, "value"))
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// formTo finds the form with the action that ends so.
func (r reply) formTo(t testing.TB, end string) form {
	t.Helper()
	for _, f := range r.forms(t) {
		if strings.HasSuffix(f.action, end) {
			return f
		}
	}
	t.Fatalf("status %d: the page has no form to %s", r.status, end)
	return form{}
}

// submit sends a form with some fields typed anew, name and value by turns.
func (b *bench) submit(t testing.TB, by casework.Actor, f form, typed ...string) reply {
	t.Helper()
	for i := 0; i+1 < len(typed); i += 2 {
		f.values.Set(typed[i], typed[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, f.action, strings.NewReader(f.values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(t, by, r)
}

// upload sends a form with files.
func (b *bench) upload(t testing.TB, by casework.Actor, f form, files map[string]string) reply {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range f.values {
		for _, v := range values {
			_ = w.WriteField(name, v)
		}
	}
	for name, content := range files {
		part, err := w.CreateFormFile("files", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(part, content)
	}
	w.Close()
	r := httptest.NewRequest(http.MethodPost, f.action, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(t, by, r)
}

func (b *bench) load(t testing.TB, id string) casework.Case {
	t.Helper()
	c, err := b.store.Get(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func path(c casework.Case, below string) string { return "/desk/case/" + c.ID + below }
