package identity_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/intake/identity"
	"priemnaya/intake/identity/esia"
	"priemnaya/intake/identity/esiasim"
	"priemnaya/intake/identity/internal/shelftest"
	"priemnaya/intake/identity/session"
	"priemnaya/intake/identity/signer"
	"priemnaya/intake/identity/staff"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// clock is set by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time          { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *clock) advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }

// house is the product's side of identity with the emulator beside it, both
// on loopback.
type house struct {
	t        *testing.T
	clock    *clock
	shelf    *shelftest.Shelf
	accounts *staff.Directory
	sim      *esiasim.Server
	base     string
	simBase  string
	log      *strings.Builder
	logMu    sync.Mutex
}

type options struct {
	sim         func(*esiasim.Config)
	simClient   func(*esiasim.Client)
	esia        func(*esia.Config)
	requireTOTP bool
	web         func(*identity.Config)
}

var templateSet = sync.OnceValues(func() (*templates.Set, error) { return templates.Load(templates.Options{}) })

// tokenKey signs the tokens of all emulators: to make an RSA key takes longer
// than a test.
var tokenKey = sync.OnceValue(func() *signer.Software {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	made, err := signer.NewSoftware(key)
	if err != nil {
		panic(err)
	}
	return made
})

const certificateHash = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// Write collects the log.
func (h *house) Write(p []byte) (int, error) {
	h.logMu.Lock()
	defer h.logMu.Unlock()
	return h.log.Write(p)
}

func build(t *testing.T, o options) *house {
	t.Helper()
	set, err := templateSet()
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{at: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	h := &house{t: t, clock: c, shelf: shelftest.New(c.now), log: &strings.Builder{}}
	ours, theirs := listen(t), listen(t)
	h.base, h.simBase = "http://"+ours.Addr().String(), "http://"+theirs.Addr().String()
	key, err := signer.OpenSoftware(filepath.Join(t.TempDir(), "esia.pem"))
	if err != nil {
		t.Fatal(err)
	}
	registered := esiasim.Client{ID: "PRIEMNAYA", CertificateHash: strings.ToLower(certificateHash), Key: key.Verifier(),
		RedirectURIs: []string{h.base + identity.ESIACallbackPath}, LogoutURLs: []string{h.base + identity.SignOutPath},
		Scopes: []string{"openid", "fullname", "email"}}
	if o.simClient != nil {
		o.simClient(&registered)
	}
	tokens := tokenKey()
	simConfig := esiasim.Config{BaseURL: h.simBase, Clients: []esiasim.Client{registered}, Set: set, Now: c.now, Signer: tokens}
	if o.sim != nil {
		o.sim(&simConfig)
	}
	h.sim, err = esiasim.New(simConfig)
	if err != nil {
		t.Fatal(err)
	}
	config := esia.Config{BaseURL: h.simBase, ClientID: "PRIEMNAYA", CertificateHash: certificateHash,
		RedirectURI: h.base + identity.ESIACallbackPath, Signer: key, Keys: []esia.Verifier{tokens.Verifier()}, Now: c.now}
	if o.esia != nil {
		o.esia(&config)
	}
	client, err := esia.New(config)
	if err != nil {
		t.Fatal(err)
	}
	h.serveOurs(ours, set, client, o)
	go func() { _ = h.sim.Serve(theirs) }()
	t.Cleanup(func() { _ = h.sim.Shutdown(context.Background()) })
	return h
}

func (h *house) serveOurs(ln net.Listener, set *templates.Set, client *esia.Client, o options) {
	t := h.t
	secret := []byte("a secret for tests of thirty-two bytes")
	var err error
	h.accounts, err = staff.Open(staff.Config{Shelf: h.shelf, Now: h.clock.now, Secret: secret, RequireTOTP: o.requireTOTP,
		Argon: staff.Argon{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := session.New(session.Config{Shelf: h.shelf, Now: h.clock.now, Staff: h.accounts.Actor})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(h, nil))
	kit, err := web.New(web.Config{Set: set, Now: h.clock.now, Secret: secret, Session: sessions.ID, User: sessions.User, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	pages := identity.Config{Kit: kit, Sessions: sessions, Shelf: h.shelf, ESIA: client, Staff: h.accounts,
		BaseURL: h.base, CitizenHome: "/whoami", StaffHome: "/whoami", Log: log}
	if o.web != nil {
		o.web(&pages)
	}
	w, err := identity.New(pages)
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New(kit.FiberConfig(1 << 20))
	kit.Mount(app)
	app.Use(sessions.Middleware())
	w.Mount(app)
	app.Get("/whoami", func(c *fiber.Ctx) error {
		if a, ok := sessions.Applicant(c); ok {
			return c.JSON(a)
		}
		if a, ok := sessions.Actor(c); ok {
			return c.JSON(a)
		}
		return c.SendString("nobody")
	})
	go func() { _ = app.Listener(ln) }()
	t.Cleanup(func() { _ = app.Shutdown() })
}

// browser keeps cookies and follows redirects as a person's browser does.
type browser struct {
	t    *testing.T
	http *http.Client
}

func newBrowser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, http: &http.Client{Jar: jar}}
}

// page is what the browser ends up showing.
type page struct {
	status int
	url    *url.URL
	body   string
}

func (b *browser) get(address string) page {
	b.t.Helper()
	return b.show(b.http.Get(address))
}

// post sends a form of the page shown, with its hidden fields.
func (b *browser) post(on page, action string, values url.Values) page {
	b.t.Helper()
	for _, found := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(on.body, -1) {
		if !values.Has(found[1]) {
			values.Set(found[1], found[2])
		}
	}
	return b.show(b.http.PostForm(on.url.ResolveReference(&url.URL{Path: action}).String(), values))
}

func (b *browser) show(answer *http.Response, err error) page {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{answer.StatusCode, answer.Request.URL, string(body)}
}

// stopped makes the browser hold before it follows a redirect.
func (b *browser) stopped() *browser {
	return &browser{b.t, &http.Client{Jar: b.http.Jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

func (p page) has(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			t.Errorf("the page %s (%d) does not say %q:\n%s", p.url.Path, p.status, text, p.body)
		}
	}
}

// choose picks a person at the emulator.
func (b *browser) choose(h *house, next, person string) page {
	b.t.Helper()
	at := b.get(h.base + "/login/esia?next=" + url.QueryEscape(next))
	if at.url.Path != "/aas/oauth2/v2/ac" {
		b.t.Fatalf("not at the emulator but at %s: %s", at.url, at.body)
	}
	return b.post(at, "/emulator/choose", url.Values{"person": {person}})
}

func (b *browser) whoami(h *house) string { return b.get(h.base + "/whoami").body }

func TestACitizenSignsInThroughESIAAndComesBackToWhatHeWasDoing(t *testing.T) {
	h := build(t, options{})
	b := newBrowser(t)
	shown := b.get(h.base + "/login?next=/whoami%3Fdraft%3D7")
	shown.has(t, "Войти через Госуслуги", "фамилию, имя и отчество", "электронной почты", `href="/login/esia?next=%2Fwhoami%3Fdraft%3D7"`)
	at := b.choose(h, "/whoami?draft=7", "1000000001")
	if at.url.Path != "/whoami" || at.url.RawQuery != "draft=7" {
		t.Fatalf("came back to %s", at.url)
	}
	at.has(t, `"key":"esia:1000000001"`, "Вербицкая", "Аркадьевна", `"email":"verbitskaya@post.example"`,
		`"assurance":"esia_confirmed"`, `"cabinet":true`)
	if strings.Contains(h.log.String(), "Вербицкая") || strings.Contains(h.log.String(), "1000000001") || strings.Contains(h.log.String(), "@") {
		t.Errorf("the log knows the person: %s", h.log)
	}
}
