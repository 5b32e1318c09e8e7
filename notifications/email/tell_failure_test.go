package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"priemnaya/notifications"
	"priemnaya/notifications/outboxtest"
)

func TestWhyThereIsNoConnectionIsToldApart(t *testing.T) {
	for name, x := range map[string]struct {
		err   error
		want  notifications.Reason
		reply string
	}{
		"a certificate that does not fit": {&tls.CertificateVerificationError{Err: errors.New("x")}, notifications.TLS, ""},
		"no TLS on the other side":        {tls.RecordHeaderError{Msg: "x"}, notifications.TLS, ""},
		"an unknown authority":            {x509.UnknownAuthorityError{}, notifications.TLS, ""},
		"an alert":                        {tls.AlertError(40), notifications.TLS, ""},
		"no STARTTLS":                     {errors.New("STARTTLS is required"), notifications.TLS, ""},
		"a wrong password":                {&textproto.Error{Code: 535, Msg: "no"}, notifications.Auth, "535"},
		"a password is asked for":         {&textproto.Error{Code: 530, Msg: "no"}, notifications.Auth, "530"},
		"too weak a way to sign in":       {&textproto.Error{Code: 538, Msg: "no"}, notifications.Auth, "538"},
		"a mistake while signing in":      {&textproto.Error{Code: 454, Msg: "AUTH later"}, notifications.Auth, "454"},
		"a busy server":                   {&textproto.Error{Code: 421, Msg: "later, a@b.ru"}, notifications.Unavailable, "421"},
		"a refusal":                       {&textproto.Error{Code: 554, Msg: "no"}, notifications.Unavailable, "554"},
		"no way to sign in":               {errors.New("server does not support SMTP auth"), notifications.Auth, ""},
		"silence":                         {&net.OpError{Op: "dial", Err: context.DeadlineExceeded}, notifications.Timeout, ""},
		"nobody there":                    {&net.OpError{Op: "dial", Err: errors.New("refused")}, notifications.Unavailable, ""},
	} {
		f := connectFailure(fmt.Errorf("dial: %w", x.err))
		if f.Reason != x.want || !strings.HasPrefix(f.Reply, x.reply) || x.reply == "" && f.Reply != "" || strings.Contains(f.Reply, "@") || !f.Service || f.Permanent {
			t.Errorf("%s: %s, reply %q, service %v", name, f.Reason, f.Reply, f.Service)
		}
	}
}

func TestWhyALetterWithoutAReplyDidNotLeaveIsToldApart(t *testing.T) {
	failed := func(why gomail.SendErrReason) error { return &gomail.SendError{Reason: why} }
	for name, x := range map[string]struct {
		err     error
		want    notifications.Reason
		service bool
	}{
		"not the library's":            {errors.New("x"), notifications.Defect, false},
		"cut off before the reply":     {failed(gomail.ErrSMTPDataClose), notifications.Unconfirmed, false},
		"silence in the middle":        {fmt.Errorf("%w: i/o timeout", failed(gomail.ErrWriteContent)), notifications.Timeout, false},
		"cut off in the middle":        {failed(gomail.ErrWriteContent), notifications.Unavailable, false},
		"the connection does not hold": {failed(gomail.ErrConnCheck), notifications.Unavailable, true},
	} {
		if f := sendFailure(x.err); f.Reason != x.want || f.Service != x.service || f.Permanent || f.Reply != "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestWhatAServerSaysIsKeptShortAndWithoutAddresses(t *testing.T) {
	if got := strike("550 <a@b.ru>\r\n " + strings.Repeat("ы", 400)); len(got) > 300 || !strings.HasPrefix(got, "550 <…> ы") || strings.ContainsRune(got, '\ufffd') {
		t.Errorf("%d bytes: %q", len(got), got)
	}
	if got := strike("250 ok"); got != "250 ok" {
		t.Errorf("%q", got)
	}
}

func TestWhatIsNotSetIsTheUsual(t *testing.T) {
	for want, c := range map[int]Config{587: {Security: StartTLS}, 465: {Security: Implicit}, 25: {Security: None}, 2525: {Security: StartTLS, Port: 2525}} {
		c.From = "priem@example.ru"
		if got := c.withDefaults(); got.Port != want || got.Idle != 4 || got.ReturnPath != c.From || got.HELO != "example.ru" || got.Timeout != 30*time.Second || got.Now == nil {
			t.Errorf("%s: %+v", c.Security, got)
		}
	}
	set := Config{Security: None, From: "priem@example.ru", ReturnPath: "back@example.ru", HELO: "mx.example.ru", Idle: 1, Timeout: time.Second}.withDefaults()
	if set.Idle != 1 || set.ReturnPath != "back@example.ru" || set.HELO != "mx.example.ru" || set.Timeout != time.Second {
		t.Errorf("%+v", set)
	}
	if _, err := New(Config{Host: "localhost", Port: 70_000, Security: None, From: "priem@example.ru"}); err == nil {
		t.Error("a port that is none is accepted")
	}
}

func TestAConnectionIdleForLongIsNotUsedAndALostServerIsTheServersFault(t *testing.T) {
	server := outboxtest.StartMail(t)
	s, err := New(Config{Host: server.Host(), Port: server.Port(), Security: None, From: "priem@example.ru", HELO: "priem.example.ru"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	send := func() error {
		_, err := s.Deliver(t.Context(), notifications.Message{ID: "a@example.ru", To: "reader@example.ru", Lang: "ru", Subject: "x", Text: "x", HTML: "x"})
		return err
	}
	age := func(by time.Duration) {
		c := <-s.idle
		c.since = c.since.Add(-by)
		s.idle <- c
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	if h := server.Letters()[0].Header; h.Get("References") != "" {
		t.Errorf("a letter of no thread belongs to %q", h.Get("References"))
	}
	first := len(server.Hellos())
	age(idleFor / 2)
	if err := send(); err != nil || len(server.Hellos()) != first {
		t.Errorf("a fresh connection: %v, %d greetings, were %d", err, len(server.Hellos()), first)
	}
	age(idleFor)
	if err := send(); err != nil || len(server.Hellos()) == first {
		t.Errorf("an old connection: %v, %d greetings", err, len(server.Hellos()))
	}
	server.Down()
	var f *notifications.Failure
	if err := send(); !errors.As(err, &f) || !f.Service || f.Permanent || f.Reason != notifications.Unavailable {
		t.Errorf("without a server: %v", err)
	}
}
