package sink_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/email"
	"priemnaya/notifications/email/sink"
	"priemnaya/notifications/outboxtest"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

type post struct {
	*sink.Sink
	sender *email.Sender
	clock  *outboxtest.Clock
	app    *fiber.App
}

func open(t testing.TB, shelf casework.Shelf) *post {
	t.Helper()
	p := &post{clock: outboxtest.NewClock(time.Date(2026, 4, 1, 7, 0, 0, 0, time.UTC))}
	var err error
	if p.Sink, err = sink.Start(sink.Config{Shelf: shelf, Now: p.clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Sink.Close() })
	p.sender, err = email.New(email.Config{Host: p.Host(), Port: p.Port(), Security: email.None, From: "priem@example.ru"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.sender.Close)
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kit, err := web.New(web.Config{Set: set, Now: p.clock.Now, Secret: []byte(strings.Repeat("s", 32))})
	if err != nil {
		t.Fatal(err)
	}
	p.app = fiber.New(kit.FiberConfig(1 << 20))
	kit.Mount(p.app)
	(&sink.Pages{Kit: kit, Sink: p.Sink}).Mount(p.app)
	return p
}

func (p *post) send(t testing.TB, n int) {
	t.Helper()
	m := notifications.Message{ID: fmt.Sprintf("m%d@x.ru", n), To: fmt.Sprintf("reader%d@example.ru", n%2), Lang: "ru",
		Subject: fmt.Sprintf("Письмо <%d>", n), Text: fmt.Sprintf("Текст %d & <b>", n), HTML: "<p>Вид</p><script>alert(1)</script>",
		Attachments: []notifications.Attachment{{Name: "План.pdf", Type: "application/pdf", Data: []byte("PDF")}}}
	if _, err := p.sender.Deliver(context.Background(), m); err != nil {
		t.Fatal(err, notifications.FailureOf(err).Err)
	}
	p.clock.Advance(time.Second)
}

func (p *post) get(t testing.TB, path string) (*http.Response, string) {
	t.Helper()
	r, err := p.app.Test(httptest.NewRequest("GET", path, nil), 20_000)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(r.Body)
	return r, string(body)
}

func TestLettersAreKeptNewestFirstAndRepeatsAreCounted(t *testing.T) {
	shelf := outboxtest.NewMemory()
	p := open(t, shelf)
	for _, n := range []int{1, 2, 3, 2, 2} {
		p.send(t, n)
	}
	check := func(p *post) {
		t.Helper()
		letters, next, err := p.Letters(context.Background(), "", casework.Window{Limit: 2})
		if err != nil || len(letters) != 2 || next == "" || letters[0].MessageID != "m3@x.ru" || letters[1].Repeats != 2 {
			t.Fatalf("%+v %q %v", letters, next, err)
		}
		letters, next, err = p.Letters(context.Background(), "", casework.Window{Limit: 2, After: next})
		if err != nil || len(letters) != 1 || next != "" || letters[0].Subject != "Письмо <1>" {
			t.Fatalf("%+v %q %v", letters, next, err)
		}
		mine, _, _ := p.Letters(context.Background(), "Reader0@example.ru", casework.Window{Limit: 9})
		if len(mine) != 1 {
			t.Errorf("%d letters to one address", len(mine))
		}
	}
	check(p)
	p.Close()
	check(open(t, shelf)) // a restart
}

func TestACrashWhileKeepingALetterIsMendedByItsRepeat(t *testing.T) {
	shelf := outboxtest.NewMemory()
	p := open(t, shelf)
	shelf.SetFail(func(call, id string) error {
		if call == "Put" && strings.Contains(id, "-") { // the letter itself, after its Message-ID
			return casework.Fail(casework.Unavailable, "x", "")
		}
		return nil
	})
	m := notifications.Message{ID: "m@x.ru", To: "a@example.ru", Subject: "s", Text: "t", HTML: "h"}
	if f := notifications.FailureOf(second(p.sender.Deliver(context.Background(), m))); f == nil || f.Reason != notifications.Deferred {
		t.Fatalf("%+v", f)
	}
	shelf.SetFail(nil)
	if _, err := p.sender.Deliver(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	letters, _, err := p.Letters(context.Background(), "", casework.Window{Limit: 9})
	if err != nil || len(letters) != 1 || letters[0].Repeats != 0 {
		t.Errorf("%+v %v", letters, err)
	}
}

func second(_ string, err error) error { return err }

func TestTheSinkRefusesToListenToTheWorld(t *testing.T) {
	for _, address := range []string{"0.0.0.0:2525", ":2525", "[::]:2525", "192.0.2.1:2525", "mail.example.ru:25", "nonsense"} {
		s, err := sink.Start(sink.Config{Address: address, Shelf: outboxtest.NewMemory(), Now: time.Now})
		if casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("%s: %v", address, err)
		}
		if s != nil {
			s.Close()
		}
	}
}

func TestThePagesShowALetterWithoutLettingItAct(t *testing.T) {
	p := open(t, outboxtest.NewMemory())
	if r, body := p.get(t, sink.Path); r.StatusCode != 200 || !strings.Contains(body, "Писем пока нет") {
		t.Errorf("%d\n%s", r.StatusCode, body)
	}
	p.send(t, 1)
	p.send(t, 1)
	_, body := p.get(t, sink.Path)
	if !strings.Contains(body, "Письмо &lt;1&gt;") || !strings.Contains(body, "reader1@example.ru") {
		t.Errorf("the list:\n%s", body)
	}
	letters, _, _ := p.Letters(context.Background(), "", casework.Window{Limit: 1})
	at := sink.Path + "/" + letters[0].ID
	r, body := p.get(t, at)
	if !strings.Contains(body, "Текст 1 &amp; &lt;b&gt;") || !strings.Contains(body, "<iframe") || strings.Contains(body, "alert(1)") ||
		!strings.Contains(r.Header.Get("Content-Security-Policy"), "frame-src 'self'") {
		t.Errorf("the letter: %v\n%s", r.Header, body)
	}
	r, body = p.get(t, at+"/html")
	policy := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(body, "<p>Вид</p>") || !strings.HasPrefix(policy, "sandbox; default-src 'none'") || strings.Contains(policy, "script") {
		t.Errorf("the HTML: %q\n%s", policy, body)
	}
	r, body = p.get(t, at+"/files/1")
	if body != "PDF" || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") || r.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the file: %v", r.Header)
	}
	if r, body := p.get(t, at+"/source"); !strings.Contains(body, "Message-ID: <m1@x.ru>") || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("the source: %v\n%s", r.Header, body)
	}
	for _, path := range []string{sink.Path + "/none", sink.Path + "/none/html", at + "/files/2", at + "/files/0", at + "/files/x"} {
		if r, _ := p.get(t, path); r.StatusCode != 404 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

func TestALetterThatIsNoLetterIsShownAsItsSource(t *testing.T) {
	p := open(t, outboxtest.NewMemory())
	c, err := dialPlain(p.Host(), p.Port())
	if err != nil {
		t.Fatal(err)
	}
	if err := c("broken"); err != nil {
		t.Fatal(err)
	}
	letters, _, _ := p.Letters(context.Background(), "", casework.Window{Limit: 1})
	if len(letters) != 1 {
		t.Fatal("it was not kept")
	}
	if r, body := p.get(t, sink.Path+"/"+letters[0].ID); r.StatusCode != 200 || !strings.Contains(body, "/source") {
		t.Errorf("%d\n%s", r.StatusCode, body)
	}
}
