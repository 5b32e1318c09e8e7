package sites

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/casework/sqlitestore"
	"priemnaya/intake/sites/sign"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

var secret = bytes.Repeat([]byte("k"), 32)

var moscow = casework.Settings{}.Location()

var anna = casework.Applicant{Key: "esia:1", Assurance: casework.AssuranceConfirmed,
	Name: casework.PersonName{Surname: "Соколова", Given: "Анна", Patronymic: "Петровна"}}

var boris = casework.Applicant{Key: "esia:2", Assurance: casework.AssuranceConfirmed,
	Name: casework.PersonName{Surname: "Ким", Given: "Борис"}}

// Laws and templates are read once for all houses: nothing changes them.
var (
	embeddedLaws = sync.OnceValues(regulation.Embedded)
	allTemplates = sync.OnceValues(func() (*templates.Set, error) { return templates.Load(templates.Options{}) })
)

// house is the API over a real store, with a clock that stands still.
type house struct {
	t      testing.TB
	sites  *Sites
	office *casework.Office
	store  storage
	shelf  *brittleShelf
	files  *memoryFiles
	app    *fiber.App
	spec   *contract
	log    *bytes.Buffer
	// mine, other and poor are keys of three sites; poor has no right at all.
	mine, other, poor sign.Key

	mu   sync.Mutex
	time time.Time
	// down makes the provider of identities unreachable.
	down bool
	// fuse makes one step fail; nil is none.
	fuse *fuse
}

// storage is all that is kept.
type storage interface {
	casework.Store
	casework.Shelf
	casework.Numbers
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.time
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.time = h.time.Add(d)
}

// markedBox stands for a box that seals: what is in it is marked.
type markedBox struct{}

func (markedBox) Seal(p []byte) ([]byte, error) {
	out := []byte("sealed:")
	for _, b := range p {
		out = append(out, b^0x55)
	}
	return out, nil
}

func (markedBox) Open(s []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(s, []byte("sealed:"))
	if !ok {
		return nil, errors.New("not sealed")
	}
	out := []byte{}
	for _, b := range rest {
		out = append(out, b^0x55)
	}
	return out, nil
}

// brittleShelf fails when told to.
type brittleShelf struct {
	casework.Shelf
	mu   sync.Mutex
	fail error
}

func (s *brittleShelf) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return r, s.fail
	}
	return s.Shelf.Put(ctx, r)
}

func (s *brittleShelf) set(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

func newHouse(t testing.TB) *house {
	return &house{t: t, time: time.Date(2026, 11, 20, 12, 0, 0, 0, moscow), log: &bytes.Buffer{},
		files: &memoryFiles{blobs: map[string][]byte{}}, spec: readContract(t)}
}

func openHouse(t testing.TB) *house {
	t.Helper()
	h := newHouse(t)
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "cases.db"), sqlitestore.Options{Now: h.now, NoSearch: true})
	must(t, err)
	t.Cleanup(func() { store.Close() })
	h.store = store
	h.open()
	return h
}

// open makes office and door over the store.
func (h *house) open() {
	t := h.t
	t.Helper()
	laws, err := embeddedLaws()
	must(t, err)
	h.shelf = &brittleShelf{Shelf: h.store}
	reg, err := casework.NewRegistry("r1", []casework.Body{{ID: "roads", Name: "Комитет дорог", Level: casework.LevelRegional},
		{ID: "health", Name: "Минздрав", Level: casework.LevelRegional}, {ID: "old", Name: "Упразднённое", Closed: true}},
		[]casework.Territory{{Code: "01", Name: "Заречье"}})
	must(t, err)
	h.office, err = casework.NewOffice(casework.OfficeConfig{Store: h.store, Numbers: h.store, Shelf: h.store, Secret: secret,
		Now: h.now, Laws: laws, Registry: reg, Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("s")}, nil
		}})
	must(t, err)
	h.openSites()
}

// openSites makes the door anew over the same store, as another process would.
func (h *house) openSites() {
	t := h.t
	var box Box = markedBox{}
	cfg := Config{Office: h.office, Shelf: h.shelf, Files: h.files, Topics: fewTopics{}, Identify: h.identify, Applicant: signedIn,
		Secret: secret, BaseURL: "https://priem.example", FileBytes: 25 << 20, StatusOf: statusOf, Log: slog.New(slog.NewTextHandler(h.log, nil))}
	if h.fuse != nil {
		box, cfg.Files, cfg.Identify = fragileBox{box, h.fuse}, fragileFiles{h.files, h.fuse}, h.fuse.identify(h.identify)
	}
	cfg.Box, cfg.Seal = box, box.Seal
	var err error
	cfg.Directory, err = OpenDirectory(DirectoryConfig{Shelf: h.shelf, Box: box, Now: h.now})
	must(t, err)
	set, err := allTemplates()
	must(t, err)
	cfg.Kit, err = web.New(web.Config{Set: set, Now: h.now, Secret: secret, StatusOf: statusOf, Session: func(c *fiber.Ctx) string { return c.Cookies("who") }})
	must(t, err)
	h.sites, err = New(cfg)
	must(t, err)
	if h.mine.ID == "" {
		h.mine = h.register(Site{ID: "roads-site", Name: "Сайт дорог", Body: "roads", Rights: []Right{RightFile}, Audiences: []Audience{{"esia", "ROADS"}}})
		h.other = h.register(Site{ID: "health-site", Name: "Сайт здоровья", Body: "health", Rights: []Right{RightFile, RightAnywhere}, Audiences: []Audience{{"esia", "HEALTH"}}})
		h.poor = h.register(Site{ID: "poor-site", Name: "Бедный сайт", Body: "roads"})
	}
	h.app = fiber.New(cfg.Kit.FiberConfig(64 << 20))
	h.sites.MountAPI(h.app)
	cfg.Kit.Mount(h.app)
	h.sites.Mount(h.app)
}

func (h *house) register(s Site) sign.Key {
	h.t.Helper()
	_, err := h.sites.Directory.Add(h.t.Context(), s)
	must(h.t, err)
	k, err := h.sites.Directory.NewKey(h.t.Context(), s.ID)
	must(h.t, err)
	return k
}

func signedIn(c *fiber.Ctx) (casework.Applicant, bool) {
	switch c.Cookies("who") {
	case "anna":
		return anna, true
	case "boris":
		return boris, true
	}
	return casework.Applicant{}, false
}

// identify believes tokens "<client>:<person>".
func (h *house) identify(_ context.Context, t Tokens, client string) (casework.Applicant, error) {
	if h.down {
		return casework.Applicant{}, casework.Fail(casework.Unavailable, "test", "")
	}
	switch t.ID {
	case client + ":anna":
		return anna, nil
	case client + ":boris":
		return boris, nil
	}
	return casework.Applicant{}, casework.Fail(casework.Unauthenticated, "test", "")
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

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// value reads the JSON body by names divided by points.
func (a answer) value(path string) any {
	var v any
	_ = json.Unmarshal(a.Body, &v)
	for _, name := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			var i int
			fmt.Sscan(name, &i)
			if i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) text(path string) string { return fmt.Sprint(a.value(path)) }

// request makes a signed request; body is JSON, or bytes for a piece.
func (h *house) request(k sign.Key, method, target string, body any, headers ...string) *http.Request {
	h.t.Helper()
	var raw []byte
	kind := ""
	switch b := body.(type) {
	case nil:
	case []byte:
		raw, kind = b, fiber.MIMEOctetStream
	case string:
		raw, kind = []byte(b), fiber.MIMEApplicationJSON
	default:
		var err error
		raw, err = json.Marshal(b)
		must(h.t, err)
		kind = fiber.MIMEApplicationJSON
	}
	r := httptest.NewRequest(method, target, bytes.NewReader(raw))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	must(h.t, sign.Request(r, raw, k, h.now()))
	return r
}

// send sends a request and holds the answer against the description.
func (h *house) send(r *http.Request) answer {
	h.t.Helper()
	got, err := h.app.Test(r, -1)
	must(h.t, err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	must(h.t, err)
	a := answer{got.StatusCode, got.Header, body}
	if Handles(r.URL.Path) {
		h.spec.hold(h.t, r, a)
	}
	return a
}

func (h *house) call(k sign.Key, method, target string, body any, headers ...string) answer {
	h.t.Helper()
	return h.send(h.request(k, method, target, body, headers...))
}

// appeal is a good appeal of Anna's through the site of the key.
func appeal(client string) map[string]any {
	return map[string]any{"procedure": "59-FZ", "text": "На Липовой улице не горит фонарь у дома 4.", "address": "Липовая, 4",
		"applicant": map[string]any{"surname": "Соколова", "given": "Анна", "patronymic": "Петровна", "email": "anna@example.ru"},
		"person":    map[string]any{"provider": "esia", "idToken": client + ":anna", "accessToken": "a"}}
}

func with(m map[string]any, pairs ...any) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == nil {
			delete(out, pairs[i].(string))
			continue
		}
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

// file files Anna's appeal and gives the receipt.
func (h *house) file(k sign.Key, client, once string) answer {
	h.t.Helper()
	a := h.call(k, "POST", "/api/v1/appeals", appeal(client), "Idempotency-Key", once)
	if a.Status != 201 {
		h.t.Fatalf("filing: %d %s", a.Status, a.Body)
	}
	return a
}

// fewTopics is a classifier of two entries.
type fewTopics struct{}

func (fewTopics) Topic(code string) (Topic, bool) {
	return Topic{Code: code, Name: "Дороги", Leaf: code == "0003.0009"}, code == "0003" || code == "0003.0009"
}

func (fewTopics) Under(code string) []Topic {
	switch code {
	case "":
		return []Topic{{"0003", "Экономика", false}}
	case "0003":
		return []Topic{{"0003.0009", "Дороги", true}}
	}
	return nil
}

// memoryFiles is a file store that refuses what begins with BAD.
type memoryFiles struct {
	mu    sync.Mutex
	blobs map[string][]byte
	n     int
}

func (f *memoryFiles) Put(_ context.Context, name string, content io.Reader) (casework.File, error) {
	raw, err := io.ReadAll(content)
	if err != nil {
		return casework.File{}, err
	}
	if bytes.HasPrefix(raw, []byte("BAD")) {
		return casework.File{}, &casework.Error{Code: casework.Invalid, Op: "test", Message: "file.type_not_allowed", Data: map[string]any{"Name": name}}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	id, sum := fmt.Sprintf("f%d", f.n), sha256.Sum256(raw)
	f.blobs[id] = raw
	digest := hex.EncodeToString(sum[:])
	return casework.File{ID: id, Name: name, Type: "application/pdf", Size: int64(len(raw)), SHA256: digest, WorkSize: int64(len(raw)), WorkSHA256: digest}, nil
}

func (f *memoryFiles) get(id string) (io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	raw, ok := f.blobs[id]
	if !ok {
		return nil, casework.Fail(casework.NotFound, "test", "file.missing")
	}
	return io.NopCloser(bytes.NewReader(raw)), nil
}

func (f *memoryFiles) drop(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.blobs, id)
	return nil
}

func (f *memoryFiles) Open(_ context.Context, x casework.File) (io.ReadCloser, error) {
	return f.get(x.ID)
}
func (f *memoryFiles) Delete(_ context.Context, x casework.File) error { return f.drop(x.ID) }
func (f *memoryFiles) Admit(already []casework.File, size int64) error {
	if size > 25<<20 {
		return &casework.Error{Code: casework.TooLarge, Op: "test", Message: "file.too_large", Data: map[string]any{"Max": int64(25 << 20)}}
	}
	return nil
}
func (f *memoryFiles) DownloadHeaders(x casework.File) map[string]string {
	return map[string]string{"Content-Type": x.Type, "Content-Disposition": "attachment"}
}
func (f *memoryFiles) KeepPart(_ context.Context, name string, content io.Reader) error {
	raw, err := io.ReadAll(content)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.blobs["part "+name] = raw
	return err
}
func (f *memoryFiles) OpenPart(_ context.Context, name string) (io.ReadCloser, error) {
	return f.get("part " + name)
}
func (f *memoryFiles) DropPart(_ context.Context, name string) error { return f.drop("part " + name) }

func (f *memoryFiles) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.blobs)
}
