package web

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/templates"
)

// bench is an app with a kit, a hand-turned clock and a log to look into.
type bench struct {
	kit     *Kit
	app     *fiber.App
	now     time.Time
	log     bytes.Buffer
	session string
}

var errSecret = errors.New("pq: password authentication failed for user root at 10.0.0.7:5432 store.go:42")

func newBench(t *testing.T, change ...func(*Config)) *bench {
	t.Helper()
	set, err := templates.Load(templates.Options{Overlay: fstest.MapFS{
		"html/pages/test/form.html": {Data: []byte(`{{template "error-summary" .Data}}<form method="post">{{csrf}}{{template "textarea" (args "Form" .Data "Name" "text" "Label" "x" "Max" 9)}}</form>`)},
		"html/pages/test/bad.html":  {Data: []byte(`{{.Data.Nothing}}`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{now: time.Date(2026, 12, 6, 9, 0, 0, 0, time.UTC)}
	config := Config{Set: set, Now: func() time.Time { return b.now }, Secret: bytes.Repeat([]byte("s"), 32),
		Log:      slog.New(slog.NewTextHandler(&b.log, nil)),
		Session:  func(*fiber.Ctx) string { return b.session },
		StatusOf: func(err error) (int, string) { return 0, "" }}
	for _, f := range change {
		f(&config)
	}
	if b.kit, err = New(config); err != nil {
		t.Fatal(err)
	}
	b.app = fiber.New(b.kit.FiberConfig(4 << 10))
	b.kit.Mount(b.app)
	b.app.Get("/form", func(c *fiber.Ctx) error {
		return b.kit.Render(c, 200, "test/form", "portal", "layout.name", (*Form)(nil))
	})
	b.app.Post("/form", func(c *fiber.Ctx) error {
		form := ReadForm(c)
		if len([]rune(form.Value("text"))) < 5 {
			form.Fail("text", "component.no_answer")
			return b.kit.Render(c, 422, "test/form", "portal", "Своё название", form)
		}
		b.kit.Flash(c, templates.Flash{Kind: "good", Key: "layout.foot"})
		return b.kit.Redirect(c, "/form")
	})
	return b
}

type answer struct {
	*http.Response
	body string
}

func (b *bench) do(t *testing.T, request *http.Request) answer {
	t.Helper()
	response, err := b.app.Test(request, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response, string(body)}
}

func (b *bench) get(t *testing.T, path string, cookies ...*http.Cookie) answer {
	t.Helper()
	request := httptest.NewRequest("GET", path, nil)
	for _, cookie := range cookies {
		request.AddCookie(cookie)
	}
	return b.do(t, request)
}

func postForm(path string, values url.Values, cookies ...*http.Cookie) *http.Request {
	request := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", "http://example.com")
	for _, cookie := range cookies {
		request.AddCookie(cookie)
	}
	return request
}

func (a answer) cookie(name string) *http.Cookie {
	for _, cookie := range a.Cookies() {
		if cookie.Name == name {
			return cookie
		}
	}
	return nil
}

func (a answer) token(t *testing.T) string {
	t.Helper()
	_, rest, found := strings.Cut(a.body, `name="_csrf" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	if !found || token == "" {
		t.Fatal("the page has no token")
	}
	return token
}

func TestANewKitRefusesAConfigurationThatIsNotSafe(t *testing.T) {
	set := newBench(t).kit.Set()
	secret := make([]byte, 32)
	for name, config := range map[string]Config{
		"no templates":   {Now: time.Now, Secret: secret},
		"no clock":       {Set: set, Secret: secret},
		"a short secret": {Set: set, Now: time.Now, Secret: secret[:31]},
		"a bad origin":   {Set: set, Now: time.Now, Secret: secret, Origins: []string{"example.org"}},
	} {
		if _, err := New(config); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestEveryPageHasTheSecurityHeaders(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Secure = true; c.FormAction = []string{"https://esia.example"} })
	page := b.get(t, "/form")
	policy := page.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
		"form-action 'self' https://esia.example", "img-src 'self' data:"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy lacks %s: %s", part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is open: %s", policy)
	}
	for name, want := range map[string]string{"Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		"Strict-Transport-Security": "max-age=31536000; includeSubDomains", "X-Frame-Options": "DENY"} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	_, rest, _ := strings.Cut(policy, "'nonce-")
	nonce, _, _ := strings.Cut(rest, "'")
	if len(nonce) < 20 || !strings.Contains(page.body, `nonce="`+nonce+`"`) {
		t.Error("the script does not carry the nonce of the policy")
	}
	if again := b.get(t, "/form"); strings.Contains(again.body, nonce) || again.Header.Get("X-Request-ID") == page.Header.Get("X-Request-ID") {
		t.Error("nonce or request id is used twice")
	}
	cookie := page.cookie("__Host-anon")
	if cookie == nil || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("the anonymous cookie is weak: %v", cookie)
	}
	if plain := newBench(t).get(t, "/form"); plain.Header.Get("Strict-Transport-Security") != "" || plain.cookie("anon") == nil {
		t.Error("without TLS there must be no HSTS and no prefix")
	}
}

func TestTheReadersLanguageAndViewAreKept(t *testing.T) {
	b := newBench(t)
	for header, want := range map[string]string{"": `lang="ru"`, "en-GB,en;q=0.9": `lang="en"`, "de,fr": `lang="ru"`,
		"ru,en;q=0.5": `lang="ru"`, ";;;": `lang="ru"`, strings.Repeat("en,", 200): `lang="ru"`} {
		request := httptest.NewRequest("GET", "/form", nil)
		request.Header.Set("Accept-Language", header)
		if page := b.do(t, request); !strings.Contains(page.body, want) {
			t.Errorf("%.20q: the page is not %s", header, want)
		}
	}
	switched := b.get(t, "/form?x=1&lang=en&type=large&contrast=high")
	if switched.StatusCode != 303 || switched.Header.Get("Location") != "/form?x=1" {
		t.Fatalf("%d to %q", switched.StatusCode, switched.Header.Get("Location"))
	}
	page := b.get(t, "/form", switched.Cookies()...)
	if !strings.Contains(page.body, `<html lang="en" class="portal large contrast">`) {
		t.Error("language or view was not kept")
	}
	back := b.get(t, "/form?type=normal", switched.Cookies()...)
	if page := b.get(t, "/form", back.Cookies()...); strings.Contains(page.body, "large") && !strings.Contains(page.body, `class="portal contrast"`) {
		t.Error("one switch undid the other")
	}
	if away := b.get(t, "//evil.example/?lang=en"); strings.HasPrefix(away.Header.Get("Location"), "//") {
		t.Errorf("the switch leads away: %s", away.Header.Get("Location"))
	}
}

func TestAMessageIsShownOnceAndNotEatenByAScript(t *testing.T) {
	b := newBench(t)
	page := b.get(t, "/form")
	sent := b.do(t, postForm("/form", url.Values{"_csrf": {page.token(t)}, "text": {"довольно"}}, page.Cookies()...))
	if sent.StatusCode != 303 || sent.cookie("flash") == nil {
		t.Fatalf("%d, flash %v", sent.StatusCode, sent.cookie("flash"))
	}
	script := httptest.NewRequest("GET", "/form", nil)
	script.AddCookie(sent.cookie("flash"))
	script.Header.Set("Sec-Fetch-Dest", "empty")
	if got := b.do(t, script); strings.Contains(got.body, "toast-good") || got.cookie("flash") != nil {
		t.Error("a script ate the message")
	}
	shown := b.get(t, "/form", sent.cookie("flash"))
	if !strings.Contains(shown.body, "toast-good") || !shown.cookie("flash").Expires.Before(b.now) {
		t.Error("the message is not shown once")
	}
	if forged := b.get(t, "/form", &http.Cookie{Name: "flash", Value: "AAAA"}); forged.StatusCode != 200 || strings.Contains(forged.body, "toast-good") {
		t.Error("a forged message was shown")
	}
}

func TestAFieldErrorGivesEverythingBack(t *testing.T) {
	b := newBench(t)
	page := b.get(t, "/form")
	got := b.do(t, postForm("/form", url.Values{"_csrf": {page.token(t)}, "text": {"<б>\r\n"}}, page.Cookies()...))
	if got.StatusCode != 422 || !strings.Contains(got.body, "&lt;б&gt;\n</textarea>") || !strings.Contains(got.body, "Исправьте 1 ошибку") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	if !strings.Contains(got.body, "<title>Своё название — Приёмная</title>") {
		t.Error("a title that is no text id must be shown as it is")
	}
}

func TestSafePathNeverLeadsAway(t *testing.T) {
	for in, want := range map[string]string{"/appeals/1?x=y": "/appeals/1?x=y", "": "/", "//evil.example": "/", "/\\evil.example": "/",
		"https://evil.example": "/", "javascript:alert(1)": "/", "/a\r\nSet-Cookie: x": "/", "/\t/evil.example": "/", "appeals": "/", "/%zz": "/"} {
		if got := SafePath(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestStaticFilesAreCachedForEverAndPacked(t *testing.T) {
	b := newBench(t)
	page := b.get(t, "/form")
	_, rest, _ := strings.Cut(page.body, `rel="stylesheet" href="`)
	address, _, _ := strings.Cut(rest, `"`)
	request := httptest.NewRequest("GET", address, nil)
	request.Header.Set("Accept-Encoding", "gzip")
	packed := b.do(t, request)
	if packed.StatusCode != 200 || packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Content-Type") != "text/css; charset=utf-8" ||
		packed.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("%d %v", packed.StatusCode, packed.Header)
	}
	if plain := b.get(t, "/static/app.css"); plain.Header.Get("Cache-Control") != "no-cache" || !strings.Contains(plain.body, "--focus") {
		t.Errorf("plain name: %v", plain.Header)
	}
	for _, path := range []string{"/static/none.css", "/static/../embed.go", "/static/%2e%2e/embed.go", "/static/"} {
		if got := b.get(t, path); got.StatusCode != 404 || strings.Contains(got.body, "package") {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
}
