package email_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"mime"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"

	"priemnaya/notifications"
	"priemnaya/notifications/email"
	"priemnaya/notifications/outboxtest"
)

var noon = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

func letter() notifications.Message {
	return notifications.Message{ID: "abc@priem.example.ru", Thread: "case@priem.example.ru", To: "reader@example.ru", Lang: "ru",
		Subject: "Обращение ОГ-2026-000123 зарегистрировано", Text: "Здравствуйте!\n.точка в начале\n" + strings.Repeat("длинная строка ", 200) + "\n",
		HTML: "<p>Здравствуйте!</p>", Attachments: []notifications.Attachment{{Name: "План работ.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7\x00")}}}
}

func config(s *outboxtest.MailServer) email.Config {
	return email.Config{Host: s.Host(), Port: s.Port(), Security: email.None, From: "priem@example.ru", FromName: "Приёмная",
		ReturnPath: "bounces@example.ru", HELO: "priem.example.ru", Timeout: 2 * time.Second, Now: func() time.Time { return noon }}
}

func sender(t testing.TB, c email.Config) *email.Sender {
	t.Helper()
	s, err := email.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestALetterArrivesWholeAndItsProofIsTheServersReply(t *testing.T) {
	server := outboxtest.StartMail(t)
	evidence, err := sender(t, config(server)).Deliver(context.Background(), letter())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(evidence, "<abc@priem.example.ru> 250 ") {
		t.Errorf("evidence %q", evidence)
	}
	got := server.Letters()[0]
	if got.From != "bounces@example.ru" || got.To != "reader@example.ru" || server.Hellos()[0] != "priem.example.ru" {
		t.Errorf("envelope %s → %s, HELO %s", got.From, got.To, server.Hellos()[0])
	}
	for header, want := range map[string]string{"Message-Id": "<abc@priem.example.ru>", "References": "<case@priem.example.ru>",
		"Auto-Submitted": "auto-generated", "Content-Language": "ru", "Date": "Wed, 01 Apr 2026 09:00:00 +0000", "To": "<reader@example.ru>"} {
		if got.Header.Get(header) != want {
			t.Errorf("%s is %q, want %q", header, got.Header.Get(header), want)
		}
	}
	decode := func(s string) string { p, _ := new(mime.WordDecoder).DecodeHeader(s); return p }
	if decode(got.Header.Get("Subject")) != letter().Subject || decode(got.Header.Get("From")) != "Приёмная <priem@example.ru>" &&
		decode(got.Header.Get("From")) != `"Приёмная" <priem@example.ru>` {
		t.Errorf("subject %q from %q", got.Header.Get("Subject"), got.Header.Get("From"))
	}
	for line := range bytes.Lines(got.Raw) {
		if len(line) > 1000 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	parts := readParts(t, got.Raw)
	if parts["text/plain"] != letter().Text || parts["text/html"] != letter().HTML || parts["План работ.pdf"] != "%PDF-1.7\x00" {
		t.Errorf("parts %q", parts)
	}
}

func readParts(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(p.Body)
		switch h := p.Header.(type) {
		case *mail.InlineHeader:
			kind, _, _ := h.ContentType()
			parts[kind] = strings.ReplaceAll(string(body), "\r\n", "\n")
		case *mail.AttachmentHeader:
			name, _ := h.Filename()
			parts[name] = string(body)
		}
	}
}

func TestWhatTheServerAnswersDecidesTheReason(t *testing.T) {
	reply := func(code int, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
	}
	for _, row := range []struct {
		name       string
		mail, rcpt error
		data       error
		drop       bool
		reason     notifications.Reason
		permanent  bool
		service    bool
	}{
		{name: "sender not allowed", mail: reply(553, "sender not owned"), reason: "rejected", service: true},
		{name: "no such user", rcpt: reply(550, "no such user reader@example.ru"), reason: "bad_address", permanent: true},
		{name: "mailbox full for now", rcpt: reply(452, "full"), reason: "deferred"},
		{name: "greylisted", rcpt: reply(451, "later"), reason: "deferred"},
		{name: "spam policy at RCPT", rcpt: reply(554, "policy"), reason: "rejected", permanent: true},
		{name: "content refused", data: reply(554, "spam"), reason: "rejected", permanent: true},
		{name: "content deferred", data: reply(451, "later"), reason: "deferred"},
		{name: "server goes away", data: reply(421, "bye"), reason: "unavailable", service: true},
		{name: "connection lost before the reply", drop: true, reason: "unconfirmed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			server := outboxtest.StartMail(t)
			server.Play(outboxtest.Script{Mail: func(string) error { return row.mail }, Rcpt: func(string) error { return row.rcpt },
				Data: func(int) error { return row.data }, Drop: func(int) bool { return row.drop }})
			_, err := sender(t, config(server)).Deliver(context.Background(), letter())
			f := notifications.FailureOf(err)
			if f == nil || f.Reason != row.reason || f.Permanent != row.permanent || f.Service != row.service {
				t.Fatalf("%+v", f)
			}
			if strings.Contains(f.Reply, "reader") || strings.Contains(err.Error(), "reader") {
				t.Errorf("the failure tells the address: %q, %q", f.Reply, err)
			}
			if (row.rcpt != nil || row.data != nil) && f.Reply == "" {
				t.Error("the reply is lost")
			}
		})
	}
}

func TestALetterCutOffBeforeTheReplyIsRepeatedWithTheSameMessageID(t *testing.T) {
	server := outboxtest.StartMail(t)
	server.Play(outboxtest.Script{Drop: func(n int) bool { return n == 1 }})
	s := sender(t, config(server))
	if _, err := s.Deliver(context.Background(), letter()); err == nil {
		t.Fatal("the cut was not noticed")
	}
	if _, err := s.Deliver(context.Background(), letter()); err != nil {
		t.Fatal(err)
	}
	if different, all := server.Count(); different != 1 || all != 2 {
		t.Errorf("%d different of %d", different, all)
	}
}

func TestNoServerAtAllIsTheServersFault(t *testing.T) {
	server := outboxtest.StartMail(t)
	server.Down()
	_, err := sender(t, config(server)).Deliver(context.Background(), letter())
	if f := notifications.FailureOf(err); f.Reason != notifications.Unavailable || !f.Service || f.Permanent {
		t.Errorf("%+v", f)
	}
}

func TestASilentServerIsATimeout(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := email.Config{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: email.None,
		From: "a@example.ru", Timeout: 50 * time.Millisecond}
	_, err = sender(t, c).Deliver(context.Background(), letter())
	if f := notifications.FailureOf(err); f.Reason != notifications.Timeout || !f.Service {
		t.Errorf("%+v", f)
	}
}

func TestLettersShareConnectionsAndSurviveOneThatWasClosed(t *testing.T) {
	server := outboxtest.StartMail(t)
	s := sender(t, config(server))
	for range 20 {
		if _, err := s.Deliver(context.Background(), letter()); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(server.Hellos()); n != 1 {
		t.Errorf("%d connections for 20 letters", n)
	}
	server.Down()
	server.Up(t)
	if _, err := s.Deliver(context.Background(), letter()); err != nil {
		t.Errorf("after the server has closed the idle connection: %v", err)
	}
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if _, err := s.Deliver(context.Background(), letter()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// authority makes a certificate authority and a certificate for 127.0.0.1.
func authority(t *testing.T) (*x509.CertPool, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IPAddresses: []net.IP{net.ParseIP("127.0.0.1")}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return pool, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func TestTLSWithAnOwnAuthorityAndAPassword(t *testing.T) {
	roots, serving := authority(t)
	for _, row := range []struct {
		name     string
		security email.Security
		server   func(*outboxtest.MailServer)
		client   func(*email.Config)
		reason   notifications.Reason
	}{
		{name: "starttls", security: email.StartTLS},
		{name: "implicit", security: email.Implicit},
		{name: "an authority we do not trust", security: email.Implicit, client: func(c *email.Config) { c.Roots = x509.NewCertPool() }, reason: "tls"},
		{name: "an authority we do not trust by starttls", security: email.StartTLS, client: func(c *email.Config) { c.Roots = x509.NewCertPool() }, reason: "tls"},
		{name: "a server without starttls", security: email.StartTLS, server: func(s *outboxtest.MailServer) { s.TLS = nil }, reason: "tls"},
		{name: "a server without tls", security: email.Implicit, server: func(s *outboxtest.MailServer) { s.Implicit = false }, reason: "tls"},
		{name: "a wrong password", security: email.StartTLS, client: func(c *email.Config) { c.Password = "wrong" }, reason: "auth"},
		{name: "a wrong password over implicit tls", security: email.Implicit, client: func(c *email.Config) { c.Password = "wrong" }, reason: "auth"},
		{name: "no password where one is asked", security: email.StartTLS, client: func(c *email.Config) { c.Username = "" }, reason: "auth"},
	} {
		t.Run(row.name, func(t *testing.T) {
			server := &outboxtest.MailServer{TLS: serving, Implicit: row.security == email.Implicit, User: "priem", Password: "secret"}
			if row.server != nil {
				row.server(server)
			}
			server.Up(t)
			c := config(server)
			c.Security, c.Roots, c.Username, c.Password = row.security, roots, "priem", "secret"
			if row.client != nil {
				row.client(&c)
			}
			_, err := sender(t, c).Deliver(context.Background(), letter())
			if row.reason == "" {
				if err != nil {
					t.Fatalf("%+v", notifications.FailureOf(err).Err)
				}
				return
			}
			f := notifications.FailureOf(err)
			if f == nil || f.Reason != row.reason || !f.Service || f.Permanent {
				t.Fatalf("%+v", f)
			}
			if n, _ := server.Count(); n != 0 {
				t.Error("the letter went all the same")
			}
		})
	}
}

func TestAddressesThatCannotBeAreRefusedBeforeAnyConnection(t *testing.T) {
	s := sender(t, email.Config{Host: "127.0.0.1", Port: 1, Security: email.None, From: "a@example.ru"})
	for _, to := range []string{"", "nobody", "a@b@c.ru", "a b@example.ru", "a@example.ru\r\nRCPT TO:<b@example.ru>", "a@example.ru\nBcc: b@example.ru",
		"Имя <a@example.ru>", "<a@example.ru>", "a@example.ru, b@example.ru", `"a b"@example.ru`, "почта@example.ru", "a@host",
		strings.Repeat("a", 65) + "@example.ru", "a@" + strings.Repeat("b", 250) + ".ru", "a@-x-.ru", "a@exa mple.ru", "a@\u202eexample.ru"} {
		m := letter()
		m.To = to
		_, err := s.Deliver(context.Background(), m)
		if f := notifications.FailureOf(err); f == nil || f.Reason != notifications.BadAddress || !f.Permanent {
			t.Errorf("%q: %+v", to, f)
		}
	}
	for _, broken := range []func(*notifications.Message){
		func(m *notifications.Message) { m.ID = "a@b>\r\nBcc: c@d.ru" },
		func(m *notifications.Message) { m.Subject = "a\r\nBcc: c@d.ru" },
	} {
		m := letter()
		broken(&m)
		if f := notifications.FailureOf(second(s.Deliver(context.Background(), m))); f == nil || f.Reason != notifications.Template {
			t.Errorf("%+v", f)
		}
	}
}

func second(_ string, err error) error { return err }

func TestACyrillicDomainIsWrittenInASCII(t *testing.T) {
	server := outboxtest.StartMail(t)
	m := letter()
	m.To = "ivan@почта.рф"
	if _, err := sender(t, config(server)).Deliver(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	if to := server.Letters()[0].To; to != "ivan@xn--80a1acny.xn--p1ai" {
		t.Errorf("sent to %s", to)
	}
}

func TestAnUnsafeConfigurationIsRefused(t *testing.T) {
	good := email.Config{Host: "127.0.0.1", Security: email.None, From: "a@example.ru"}
	for name, spoil := range map[string]func(*email.Config){
		"in the clear to another machine": func(c *email.Config) { c.Host = "mail.example.ru" },
		"a password in the clear":         func(c *email.Config) { c.Username = "x" },
		"no such security":                func(c *email.Config) { c.Security = "maybe" },
		"no sender":                       func(c *email.Config) { c.From = "" },
		"a sender with a line break":      func(c *email.Config) { c.From = "a@example.ru\r\n" },
		"a HELO with a space":             func(c *email.Config) { c.HELO = "a b" },
		"a bad return path":               func(c *email.Config) { c.ReturnPath = "nobody" },
	} {
		c := good
		spoil(&c)
		if _, err := email.New(c); err == nil {
			t.Errorf("accepted: %s", name)
		}
	}
	if _, err := email.New(good); err != nil {
		t.Error(err)
	}
}
