package counter

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/casework/storetest"
	"priemnaya/cmd/visitor"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

const (
	address = "http://counter.test"
	lights  = "0003.0009.0097.0690"
)

var moscow = casework.Settings{}.Location()

// Laws and templates are read once for all houses: nothing changes them.
var (
	embeddedLaws = sync.OnceValues(regulation.Embedded)
	allTemplates = sync.OnceValues(func() (*templates.Set, error) { return templates.Load(templates.Options{}) })
)

// staff are those who may sign in, by the name of the visit.
var staff = map[string]casework.Actor{
	"reg":      grant("reg", casework.RoleRegistrar, "roads"),
	"mfc":      grant("mfc", casework.RoleOperator, "roads"),
	"mfc-2":    grant("mfc-2", casework.RoleOperator, "roads"),
	"head":     grant("head", casework.RoleHead, "roads"),
	"officer":  grant("officer", casework.RoleOfficer, "roads"),
	"admin":    grant("admin", casework.RoleAdministrator, casework.Everywhere),
	"super":    grant("super", casework.RoleSupervisor, casework.Everywhere),
	"far-reg":  grant("far-reg", casework.RoleRegistrar, "housing"),
	"both":     {ID: "staff:both", Name: "Оператор", Grants: []casework.Grant{{Role: casework.RoleOperator, Body: "roads"}, {Role: casework.RoleOperator, Body: "housing"}}},
	"homeless": grant("homeless", casework.RoleOperator, "old"),
	"citizen":  casework.Citizen(casework.Applicant{Key: "esia:1", Assurance: casework.AssuranceConfirmed}),
}

func grant(id string, role casework.Role, body string) casework.Actor {
	return casework.Actor{ID: "staff:" + id, Name: "Сотрудник " + id, Grants: []casework.Grant{{Role: role, Body: body}}}
}

// house is the counter over a store in memory, with a clock that stands still.
type house struct {
	t      *testing.T
	office *casework.Office
	store  *storetest.Memory
	shelf  *brittle
	app    *fiber.App

	mu   sync.Mutex
	time time.Time
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.time
}

// pass moves the clock.
func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.time = h.time.Add(d)
}

// openHouse opens on Friday 2026-11-20 at noon.
func openHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, time: time.Date(2026, 11, 20, 12, 0, 0, 0, moscow)}
	laws, err := embeddedLaws()
	must(t, err)
	h.store = storetest.NewMemory(h.now, nil)
	h.shelf = &brittle{}
	h.shelf.CheckedShelf = storetest.CheckedShelf{Shelf: h.store, Before: h.shelf.next}
	reg, err := casework.NewRegistry("r1", []casework.Body{
		{ID: "roads", Name: "Комитет дорог", Level: casework.LevelRegional},
		{ID: "housing", Name: "Жилищная инспекция", Level: casework.LevelRegional},
		{ID: "old", Name: "Упразднённое управление", Closed: true}}, []casework.Territory{{Code: "01", Name: "Заречье"}})
	must(t, err)
	h.office, err = casework.NewOffice(casework.OfficeConfig{Store: h.store, Numbers: h.store, Shelf: h.shelf, Secret: bytes.Repeat([]byte("k"), 32),
		Now: h.now, Laws: laws, Registry: reg, Sign: func(_ context.Context, by casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte{0xab, 0xcd}, Name: by.Name, At: h.now()}, nil
		}})
	must(t, err)
	h.openCounter()
	return h
}

func (h *house) openCounter() {
	t := h.t
	set, err := allTemplates()
	must(t, err)
	kit, err := web.New(web.Config{Set: set, Now: h.now, Secret: bytes.Repeat([]byte("k"), 32), StatusOf: statusOf, Log: slog.New(slog.DiscardHandler),
		Session: func(c *fiber.Ctx) string { return c.Cookies("who") }})
	must(t, err)
	p, err := New(h.config(kit))
	must(t, err)
	h.app = fiber.New(kit.FiberConfig(64 << 20))
	kit.Mount(h.app)
	// A visitor who may open no page of the counter gets his token here.
	h.app.Get("/token", func(c *fiber.Ctx) error {
		c.Set("Content-Type", "text/html")
		return c.SendString(`<form action="/none"><input name="_csrf" value="` + kit.CSRFToken(c) + `"></form>`)
	})
	p.Mount(h.app)
}

func (h *house) config(kit *web.Kit) Config {
	return Config{Office: h.office, Kit: kit, Files: fewFiles{}, BaseURL: "https://priem.example",
		Actor: func(c *fiber.Ctx) (casework.Actor, bool) { by, ok := staff[c.Cookies("who")]; return by, ok },
		Topic: func(code string) (string, bool) {
			name, ok := map[string]string{lights: "Уличное освещение", "0005.0005.0056.1149": "Оплата услуг"}[code]
			return name, ok
		},
		FindTopics: func(words string, _ int) []string {
			if strings.Contains(words, "фонар") {
				return []string{lights, "no.such.topic", lights}
			}
			return nil
		},
		Compose: func(_ context.Context, c casework.Case, n casework.Notice) (Letter, error) {
			return Letter{Subject: "О деле " + c.PublicNumber(), Text: "Уведомляем: " + string(n.Kind)}, nil
		}}
}

func statusOf(err error) (int, string) {
	code := casework.CodeOf(err)
	status := map[casework.Code]int{casework.Invalid: 422, casework.NotFound: 404, casework.Forbidden: 403,
		casework.Unauthenticated: 401, casework.Conflict: 409, casework.TooMany: 429, casework.NotAllowed: 409}[code]
	return status, string(code)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// RoundTrip serves a request of a visitor without a network.
func (h *house) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	in := r.Clone(r.Context())
	in.Body, in.ContentLength, in.RequestURI = io.NopCloser(bytes.NewReader(body)), int64(len(body)), ""
	out, err := h.app.Test(in, -1)
	if err == nil {
		out.Request = r
	}
	return out, err
}

// person is somebody at the counter; every fault of the way ends the test.
type person struct {
	*visitor.Visitor
	t *testing.T
}

// sign signs somebody in by his name among staff; "" is nobody.
func (h *house) sign(who string) *person {
	h.t.Helper()
	p := &person{visitor.New(h), h.t}
	must(h.t, p.Carry(address, &http.Cookie{Name: "who", Value: who, Path: "/"}))
	must(h.t, p.Open(address+"/token"))
	return p
}

// open opens a page and gives its status.
func (p *person) open(path string) int {
	p.t.Helper()
	must(p.t, p.Open(address+path))
	return p.Page.Status
}

// send fills in the form that leads to an address, and gives the status.
func (p *person) send(action string, fields visitor.Fields, files ...visitor.File) int {
	p.t.Helper()
	must(p.t, p.Submit(action, fields, files...))
	return p.Page.Status
}

// want fails unless the page has the status and says all words.
func (p *person) want(status int, words ...string) {
	p.t.Helper()
	if p.Page.Status != status {
		p.t.Fatalf("%s: status %d, want %d\n%s", p.Path(), p.Page.Status, status, p.Page.Text())
	}
	for _, w := range words {
		if !p.Page.Says(w) {
			p.t.Errorf("%s does not say %q\n%s", p.Path(), w, p.Page.Text())
		}
	}
}

// chosen reports whether all these options are selected on the page.
func (p *person) chosen(values ...string) bool {
	for _, value := range values {
		if !strings.Contains(string(p.Page.Body), `<option value="`+value+`" selected`) {
			return false
		}
	}
	return true
}

// tells reports whether the words stand anywhere on the page, also above what
// it is about, where the news of the last step are.
func (p *person) tells(words string) bool { return strings.Contains(string(p.Page.Body), words) }

// begin begins an entry by a door and gives its address.
func (p *person) begin(door string) string {
	p.t.Helper()
	p.open("/counter")
	p.send("/counter/new", visitor.Fields{"door": door})
	if !strings.HasPrefix(p.Path(), "/counter/entry/") {
		p.t.Fatalf("a new entry is at %s, status %d", p.Path(), p.Page.Status)
	}
	return p.Path()
}

// letter is an appeal as it is typed at a counter.
func letter(pairs ...string) visitor.Fields {
	f := visitor.Fields{"addressee": "roads", "surname": "Ким", "given": "Пётр", "patronymic": "Олегович", "post": "101000, Заречный, Садовая, 1",
		"phone": "+7 900 000-00-00", "text": "На Липовой улице не горит фонарь у дома 4.", "address": "Липовая, 4", "topic": lights, "do": "file"}
	for i := 0; i+1 < len(pairs); i += 2 {
		f[pairs[i]] = pairs[i+1]
	}
	return f
}

// enter files an appeal and gives its case.
func (h *house) enter(p *person, door string, fields visitor.Fields) casework.Case {
	h.t.Helper()
	p.send(p.begin(door), fields)
	return h.filed(p)
}

// filed is the case whose receipt is open.
func (h *house) filed(p *person) casework.Case {
	h.t.Helper()
	id, ok := strings.CutPrefix(p.Path(), "/counter/receipt/")
	if !ok || p.Page.Status != 200 {
		h.t.Fatalf("no receipt: at %s, status %d\n%s", p.Path(), p.Page.Status, p.Page.Text())
	}
	c, err := h.store.Get(h.t.Context(), id)
	must(h.t, err)
	return c
}

func (h *house) do(who, id string, act casework.Act) casework.Case {
	h.t.Helper()
	c, err := h.office.Do(h.t.Context(), staff[who], id, casework.AnyState, act)
	if err != nil {
		h.t.Fatalf("%s: %v", act.Kind(), err)
	}
	return c
}

// answered brings a case to its answer.
func (h *house) answered(id, text string) casework.Case {
	h.t.Helper()
	_, err := h.office.Route(h.t.Context(), id)
	must(h.t, err)
	h.do("reg", id, casework.Registration{})
	h.do("head", id, casework.Assignment{Officer: staff["officer"]})
	c := h.do("officer", id, casework.Drafting{Text: text, Outcome: casework.OutcomeExplained})
	h.do("officer", id, casework.Submission{Revision: c.Draft.Revision})
	h.do("head", id, casework.Signing{})
	return h.do("head", id, casework.Answering{})
}

// all are the cases of the store.
func (h *house) all() []casework.Row {
	h.t.Helper()
	rows, _, err := h.store.ChangedSince(h.t.Context(), casework.Window{Limit: 100})
	must(h.t, err)
	return rows
}

// fewFiles refuses what begins with BAD, and what is bigger than 1000 bytes.
type fewFiles struct{}

func (fewFiles) Put(_ context.Context, name string, content io.Reader) (casework.File, error) {
	raw, err := io.ReadAll(content)
	if err != nil {
		return casework.File{}, err
	}
	if bytes.HasPrefix(raw, []byte("BAD")) {
		return casework.File{}, &casework.Error{Code: casework.Invalid, Op: "test", Message: "file.type_not_allowed", Data: map[string]any{"Name": name}}
	}
	sum := sha256.Sum256(raw)
	digest := hex.EncodeToString(sum[:])
	return casework.File{ID: fmt.Sprintf("%x", sum[:16]), Name: name, Type: "application/pdf", Size: int64(len(raw)), SHA256: digest,
		WorkSize: int64(len(raw)), WorkSHA256: digest}, nil
}

func (fewFiles) Admit(_ []casework.File, size int64) error {
	if size > 1000 {
		return &casework.Error{Code: casework.TooLarge, Op: "test", Message: "file.too_large", Data: map[string]any{"Max": int64(1000)}}
	}
	return nil
}
