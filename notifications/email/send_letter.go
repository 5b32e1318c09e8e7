package email

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	gosmtp "github.com/wneessen/go-mail/smtp"

	"priemnaya/notifications"
)

// Sender is the Deliverer of e-mail. It is safe for parallel use.
type Sender struct {
	cfg    Config
	client *gomail.Client
	idle   chan idleConn
}

type idleConn struct {
	conn  *gosmtp.Client
	since time.Time
}

// idleFor is how long an unused connection is kept; servers close theirs
// after minutes.
const idleFor = 30 * time.Second

// New makes a Sender; it connects only when there is something to send.
// Errors say what is wrong with the configuration.
func New(cfg Config) (*Sender, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	client, err := cfg.client()
	if err != nil {
		return nil, err
	}
	return &Sender{cfg: cfg, client: client, idle: make(chan idleConn, cfg.Idle)}, nil
}

// Close closes the idle connections. Letters under way are not disturbed.
func (s *Sender) Close() {
	for {
		select {
		case c := <-s.idle:
			s.client.CloseWithSMTPClient(c.conn)
		default:
			return
		}
	}
}

// Deliver implements notifications.Deliverer. Once a letter is under way, ctx
// no longer stops it: Timeout bounds each of its steps.
// Errors: *notifications.Failure.
func (s *Sender) Deliver(ctx context.Context, m notifications.Message) (string, error) {
	msg, err := s.compose(m)
	if err != nil {
		return "", err
	}
	conn, kept, err := s.connect(ctx, true)
	if err != nil {
		return "", connectFailure(err)
	}
	err = s.client.SendWithSMTPClient(conn, msg)
	if kept && untouched(err) {
		// The server had closed the idle connection; nothing was sent on it.
		s.client.CloseWithSMTPClient(conn)
		if conn, _, err = s.connect(ctx, false); err != nil {
			return "", connectFailure(err)
		}
		err = s.client.SendWithSMTPClient(conn, msg)
	}
	if err != nil && !msg.IsDelivered() {
		s.client.CloseWithSMTPClient(conn)
		return "", sendFailure(err)
	}
	s.release(conn, err)
	return "<" + m.ID + "> " + strike("250 "+strings.TrimSpace(msg.ServerResponse())), nil
}

// connect takes an idle connection, if that is wanted, or dials.
func (s *Sender) connect(ctx context.Context, wantIdle bool) (conn *gosmtp.Client, kept bool, err error) {
	for wantIdle {
		select {
		case c := <-s.idle:
			if time.Since(c.since) < idleFor {
				return c.conn, true, nil
			}
			s.client.CloseWithSMTPClient(c.conn)
			continue
		default:
		}
		break
	}
	conn, err = s.client.DialToSMTPClientWithContext(ctx)
	return conn, false, err
}

func (s *Sender) release(conn *gosmtp.Client, err error) {
	if err == nil {
		select {
		case s.idle <- idleConn{conn, time.Now()}:
			return
		default:
		}
	}
	s.client.CloseWithSMTPClient(conn)
}

// compose makes the MIME message. The body is base64: Cyrillic in
// quoted-printable is twice as long, and no line is ever too long.
func (s *Sender) compose(m notifications.Message) (*gomail.Msg, error) {
	to, err := wireAddress(m.To)
	if err != nil {
		return nil, &notifications.Failure{Reason: notifications.BadAddress, Permanent: true, Err: err}
	}
	if strings.ContainsAny(m.ID+m.Thread+m.Subject+m.Lang, "\r\n") {
		return nil, &notifications.Failure{Reason: notifications.Template, Permanent: true}
	}
	msg := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.cfg.fromHeader())
	if err := errors.Join(msg.EnvelopeFrom(s.cfg.ReturnPath), msg.To(to)); err != nil {
		return nil, &notifications.Failure{Reason: notifications.BadAddress, Permanent: true, Err: err}
	}
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(s.cfg.Now())
	msg.Subject(m.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", m.Lang)
	if m.Thread != "" {
		msg.SetGenHeaderPreformatted("References", "<"+m.Thread+">")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	for _, a := range m.Attachments {
		msg.AttachReadSeeker(a.Name, bytes.NewReader(a.Data),
			gomail.WithFileContentType(gomail.ContentType(a.Type)))
	}
	return msg, nil
}
