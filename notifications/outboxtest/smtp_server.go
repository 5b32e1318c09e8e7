package outboxtest

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/mail"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Letter is a letter as the server took it.
type Letter struct {
	ID, From, To string
	Header       mail.Header
	Raw          []byte
}

// MailServer is an SMTP server on loopback that keeps what it takes.
type MailServer struct {
	// TLS, Implicit, User and Password must be set before Up.
	TLS            *tls.Config
	Implicit       bool
	User, Password string

	mu      sync.Mutex
	server  *smtp.Server
	listen  net.Listener
	address string
	letters []Letter
	hello   []string
	onMail  func(from string) error
	onRcpt  func(to string) error
	onData  func(n int) error
	drop    func(n int) bool
	tries   int
}

// Script says how the server answers; nil members answer 250.
type Script struct {
	// Mail, Rcpt and Data answer these commands; n counts letters from 1.
	Mail func(from string) error
	Rcpt func(to string) error
	Data func(n int) error
	// Drop cuts the connection after the letter was taken, before the reply.
	Drop func(n int) bool
}

// Play exchanges the script.
func (s *MailServer) Play(p Script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onMail, s.onRcpt, s.onData, s.drop = p.Mail, p.Rcpt, p.Data, p.Drop
}

// StartMail starts a server without TLS.
func StartMail(t testing.TB) *MailServer {
	t.Helper()
	s := &MailServer{}
	s.Up(t)
	return s
}

// Up starts the server, on the port it had before if it was up already.
func (s *MailServer) Up(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	address := s.address
	s.mu.Unlock()
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	if s.Implicit {
		l = tls.NewListener(l, s.TLS)
	}
	server := smtp.NewServer(s)
	server.Domain, server.AllowInsecureAuth, server.MaxMessageBytes = "mail.test", true, 64<<20
	server.ErrorLog = silent{}
	if !s.Implicit {
		server.TLSConfig = s.TLS
	}
	s.mu.Lock()
	s.server, s.listen, s.address = server, l, l.Addr().String()
	s.mu.Unlock()
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// Down stops the server and cuts its connections.
func (s *MailServer) Down() {
	s.mu.Lock()
	server, l := s.server, s.listen
	s.mu.Unlock()
	// Closed by hand too: Serve may not have noticed it yet.
	l.Close()
	server.Close()
}

// Host and Port are where the server is reached.
func (s *MailServer) Host() string { host, _, _ := net.SplitHostPort(s.address); return host }

// Port is the port of the server.
func (s *MailServer) Port() int {
	a, _ := net.ResolveTCPAddr("tcp", s.address)
	return a.Port
}

// Letters lists everything taken, repeats included.
func (s *MailServer) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.letters...)
}

// Count tells how many different letters were taken, and how many in all.
func (s *MailServer) Count() (different, all int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := map[string]bool{}
	for _, l := range s.letters {
		ids[l.ID] = true
	}
	return len(ids), len(s.letters)
}

// Hellos lists the names of those who connected.
func (s *MailServer) Hellos() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.hello...)
}

// NewSession implements smtp.Backend.
func (s *MailServer) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hello = append(s.hello, c.Hostname())
	return &session{server: s, conn: c, open: s.User == ""}, nil
}

type session struct {
	server   *MailServer
	conn     *smtp.Conn
	open     bool
	from, to string
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.User || password != s.server.Password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong password for " + user}
		}
		s.open = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.open {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "sign in first"}
	}
	s.from = from
	s.server.mu.Lock()
	answer := s.server.onMail
	s.server.mu.Unlock()
	if answer != nil {
		return answer(from)
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	s.server.mu.Lock()
	answer := s.server.onRcpt
	s.server.mu.Unlock()
	if answer != nil {
		return answer(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	srv := s.server
	srv.mu.Lock()
	srv.tries++
	n, data, drop := srv.tries, srv.onData, srv.drop
	srv.mu.Unlock()
	if data != nil {
		if err := data(n); err != nil {
			return err
		}
	}
	srv.mu.Lock()
	srv.letters = append(srv.letters, Letter{ID: m.Header.Get("Message-Id"), From: s.from, To: s.to, Header: m.Header, Raw: raw})
	srv.mu.Unlock()
	if drop != nil && drop(n) {
		s.conn.Conn().Close()
		return errors.New("dropped")
	}
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
