package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

func TestAFormPassesOnlyWithItsOwnTokenFromItsOwnSite(t *testing.T) {
	b := newBench(t, func(c *Config) {
		c.Origins = []string{"https://priemnaya.example"}
		c.SkipCSRF = func(c *fiber.Ctx) bool { return c.Path() == "/hook" }
	})
	b.app.Post("/hook", func(c *fiber.Ctx) error { return c.SendString("ok") })
	page, stranger := b.get(t, "/form"), b.get(t, "/form")
	own, token := page.Cookies(), page.token(t)
	cases := []struct {
		name   string
		path   string
		token  string
		header map[string]string
		bare   bool // without cookies
		want   int
	}{
		{"the own token", "/form", token, nil, false, 303},
		{"the token in a header", "/form", "", map[string]string{CSRFHeader: token}, false, 303},
		{"an old browser without origin", "/form", token, map[string]string{"Origin": ""}, false, 303},
		{"a hidden origin that is the same", "/form", token, map[string]string{"Origin": "null", "Sec-Fetch-Site": "same-origin"}, false, 303},
		{"a further own origin", "/form", token, map[string]string{"Origin": "https://priemnaya.example"}, false, 303},
		{"no token", "/form", "", nil, false, 403},
		{"the token of another reader", "/form", stranger.token(t), nil, false, 403},
		{"a token without its cookie", "/form", token, nil, true, 403},
		{"a changed token", "/form", "A" + token[1:] + "x", nil, false, 403},
		{"garbage", "/form", "%%%", nil, false, 403},
		{"another site with a stolen token", "/form", token, map[string]string{"Origin": "https://evil.example"}, false, 403},
		{"a hidden origin", "/form", token, map[string]string{"Origin": "null"}, false, 403},
		{"another site by fetch metadata", "/form", token, map[string]string{"Sec-Fetch-Site": "cross-site"}, false, 403},
		{"a neighbour subdomain", "/form", token, map[string]string{"Sec-Fetch-Site": "same-site"}, false, 403},
		{"an exempt address", "/hook", "", map[string]string{"Origin": "https://evil.example"}, true, 200},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			values := url.Values{"text": {"довольно длинный текст"}}
			if c.token != "" {
				values.Set("_csrf", c.token)
			}
			cookies := own
			if c.bare {
				cookies = nil
			}
			request := postForm(c.path, values, cookies...)
			for name, value := range c.header {
				request.Header.Del(name)
				if value != "" {
					request.Header.Set(name, value)
				}
			}
			if got := b.do(t, request); got.StatusCode != c.want {
				t.Errorf("%d, want %d", got.StatusCode, c.want)
			}
		})
	}
}

func TestATokenDiesWithItsSession(t *testing.T) {
	b := newBench(t)
	b.session = "s1"
	page := b.get(t, "/form")
	values := url.Values{"_csrf": {page.token(t)}, "text": {"довольно"}}
	if got := b.do(t, postForm("/form", values, page.Cookies()...)); got.StatusCode != 303 {
		t.Fatalf("own session: %d", got.StatusCode)
	}
	b.session = "s2"
	if got := b.do(t, postForm("/form", values, page.Cookies()...)); got.StatusCode != 403 {
		t.Errorf("another session: %d", got.StatusCode)
	}
	b.session = ""
	if got := b.do(t, postForm("/form", values, &http.Cookie{Name: "anon", Value: "s1"})); got.StatusCode != 403 {
		t.Errorf("a cookie that pretends to be a session: %d", got.StatusCode)
	}
}

func TestARefusedFormGivesBackWhatWasTypedAndCanBeSentAgain(t *testing.T) {
	b := newBench(t)
	typed := url.Values{"text": {"Температура < 18 °C\nи <b>снег</b>"}, "topic": {"a", "b"}, "password": {"тайна"}, "otp": {"123456"}, "_csrf": {"old"}}
	refused := b.do(t, postForm("/form?step=3", typed))
	if refused.StatusCode != 403 {
		t.Fatal(refused.StatusCode)
	}
	for _, want := range []string{`action="/form?step=3"`, `name="text" value="Температура &lt; 18 °C`, `name="topic" value="a"`, `name="topic" value="b"`} {
		if !strings.Contains(refused.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(refused.body, "тайна") || strings.Contains(refused.body, "123456") || strings.Contains(refused.body, `value="old"`) {
		t.Error("a secret was echoed")
	}
	again := url.Values{"text": typed["text"], "_csrf": {refused.token(t)}}
	if got := b.do(t, postForm("/form", again, refused.Cookies()...)); got.StatusCode != 303 {
		t.Errorf("sending again: %d", got.StatusCode)
	}
	foreign := postForm("/form", typed)
	foreign.Header.Set("Origin", "https://evil.example")
	if got := b.do(t, foreign); strings.Contains(got.body, "18 °C") || strings.Contains(got.body, `name="text"`) {
		t.Error("another site wrote into our form")
	}
	silent := postForm("/form", typed)
	silent.Header.Del("Origin")
	if got := b.do(t, silent); strings.Contains(got.body, `name="text"`) {
		t.Error("a request of unknown origin was given a form")
	}
}

func TestARefusedUploadKeepsTheTextAndSaysThatFilesAreGone(t *testing.T) {
	b := newBench(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("text", "про двор")
	part, _ := form.CreateFormFile("files", "secret.txt")
	_, _ = part.Write([]byte("содержимое файла"))
	_ = form.Close()
	request := httptest.NewRequest("POST", "/form", &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Origin", "http://example.com")
	got := b.do(t, request)
	if !strings.Contains(got.body, `value="про двор"`) || !strings.Contains(got.body, "приложите их снова") || strings.Contains(got.body, "содержимое") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}
