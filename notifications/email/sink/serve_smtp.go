package sink

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-smtp"

	"priemnaya/casework"
)

// Config is what a Sink is made of. Shelf and Now are required.
type Config struct {
	// Address to listen on, loopback only; empty is "127.0.0.1:0".
	Address string
	Shelf   casework.Shelf
	Now     func() time.Time
	Log     *slog.Logger
	// Keep is how long letters are kept; 0 is 30 days.
	Keep time.Duration
	// MaxBytes is the largest letter; 0 is 32 MB.
	MaxBytes int64
}

// Sink is a running mail server of development.
type Sink struct {
	keeper   keeper
	server   *smtp.Server
	listener net.Listener
	log      *slog.Logger
}

// Start listens and serves. Errors: Forbidden for an address that is not
// loopback, Unavailable if it cannot listen there.
func Start(cfg Config) (*Sink, error) {
	const op = "sink.Start"
	if cfg.Address == "" {
		cfg.Address = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(cfg.Address)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, &casework.Error{Code: casework.Forbidden, Op: op,
			Err: fmt.Errorf("the mail sink of development listens on loopback only, not on %q", cfg.Address)}
	}
	if cfg.Keep <= 0 {
		cfg.Keep = 30 * 24 * time.Hour
	}
	if cfg.MaxBytes <= 0 {
		cfg.MaxBytes = 32 << 20
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	l, err := net.Listen("tcp", cfg.Address)
	if err != nil {
		return nil, &casework.Error{Code: casework.Unavailable, Op: op, Err: err}
	}
	s := &Sink{keeper: keeper{cfg.Shelf, cfg.Now, cfg.Keep}, listener: l, log: cfg.Log}
	s.server = smtp.NewServer(s)
	s.server.Domain = "localhost"
	s.server.MaxMessageBytes, s.server.MaxRecipients = cfg.MaxBytes, 100
	s.server.ReadTimeout, s.server.WriteTimeout = time.Minute, time.Minute
	s.server.EnableSMTPUTF8 = true
	s.server.ErrorLog = noLog{}
	go s.server.Serve(l)
	return s, nil
}

// noLog drops the library's log: it quotes what clients sent.
type noLog struct{}

func (noLog) Printf(string, ...any) {}
func (noLog) Println(...any)        {}

// Host is where the sink listens.
func (s *Sink) Host() string { return s.listener.Addr().(*net.TCPAddr).IP.String() }

// Port is where the sink listens.
func (s *Sink) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Close stops listening and cuts connections.
func (s *Sink) Close() error { return s.server.Close() }

// Letters lists letters, newest first, to one address or, if it is empty, to
// all; next is "" at the end.
func (s *Sink) Letters(ctx context.Context, to string, page casework.Window) (letters []Letter, next string, err error) {
	return s.keeper.list(ctx, to, page)
}

// NewSession implements smtp.Backend.
func (s *Sink) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{sink: s}, nil }

type session struct {
	sink *Sink
	from string
	to   []string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := s.sink.keeper.put(ctx, s.from, s.to, raw); err != nil {
		s.sink.log.Error("the sink could not keep a letter", "code", casework.CodeOf(err))
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "The shelf does not answer"}
	}
	return nil
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }
