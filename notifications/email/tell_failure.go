package email

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"regexp"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"priemnaya/notifications"
)

// connectFailure tells why there is no usable connection. All of these are the
// server's fault or ours, never the letter's.
func connectFailure(err error) *notifications.Failure {
	f := &notifications.Failure{Reason: notifications.Unavailable, Service: true, Err: err}
	var reply *textproto.Error
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var unknown x509.UnknownAuthorityError
	var alert tls.AlertError
	var network net.Error
	switch {
	case errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &unknown), errors.As(err, &alert),
		strings.Contains(err.Error(), "STARTTLS"):
		f.Reason = notifications.TLS
	case errors.As(err, &reply):
		f.Reply = strike(reply.Error())
		// 530, 534, 535 and 538 are about signing in (RFC 4954).
		if reply.Code >= 530 && reply.Code <= 538 || strings.Contains(err.Error(), "AUTH") {
			f.Reason = notifications.Auth
		}
	case strings.Contains(strings.ToUpper(err.Error()), "AUTH"):
		f.Reason = notifications.Auth
	case errors.As(err, &network) && network.Timeout():
		f.Reason = notifications.Timeout
	}
	return f
}

// sendFailure tells why a letter was not taken on an open connection.
func sendFailure(err error) *notifications.Failure {
	f := &notifications.Failure{Reason: notifications.Defect, Err: err}
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return f
	}
	code := e.ErrorCode()
	if code != 0 {
		f.Reply = strike(replyIn(err))
	}
	switch {
	case code == 421:
		f.Reason, f.Service = notifications.Unavailable, true
	case code >= 400 && code < 500:
		f.Reason = notifications.Deferred
	case code == 530 || code == 535:
		f.Reason, f.Service = notifications.Auth, true
	case code >= 500 && e.Reason == gomail.ErrSMTPMailFrom:
		// The server does not like the sender, which is the same in every
		// letter: a wrong setting must not kill them all.
		f.Reason, f.Service = notifications.Rejected, true
	case code >= 500 && e.Reason == gomail.ErrSMTPRcptTo && code != 554 && code != 552:
		f.Reason, f.Permanent = notifications.BadAddress, true
	case code >= 500:
		f.Reason, f.Permanent = notifications.Rejected, true
	case e.Reason == gomail.ErrSMTPDataClose:
		f.Reason = notifications.Unconfirmed
	case timedOut(err):
		f.Reason = notifications.Timeout
	default:
		f.Reason, f.Service = notifications.Unavailable, e.Reason == gomail.ErrConnCheck
	}
	return f
}

func timedOut(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout() || strings.Contains(err.Error(), "i/o timeout")
}

// untouched reports that a connection was dead before the letter began.
func untouched(err error) bool {
	var e *gomail.SendError
	return errors.As(err, &e) && e.ErrorCode() == 0 &&
		(e.Reason == gomail.ErrConnCheck || e.Reason == gomail.ErrSMTPMailFrom)
}

var (
	replyPattern = regexp.MustCompile(`\b[45]\d\d [^\n]*`)
	// addressLike is anything with an @ between two names.
	addressLike = regexp.MustCompile(`[^\s<>"':;,=]+@[^\s<>"':;,]+`)
)

// replyIn finds the server's reply in an error of the library.
func replyIn(err error) string {
	s, _, _ := strings.Cut(replyPattern.FindString(err.Error()), ", affected ")
	return s
}

// strike takes addresses out of what a server said, and keeps it short.
func strike(s string) string {
	s = addressLike.ReplaceAllString(strings.Join(strings.Fields(s), " "), "…")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "")
	}
	return s
}
