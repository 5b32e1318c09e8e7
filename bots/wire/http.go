package wire

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/pace"
)

// Same compares two secrets in a time that tells nothing about them.
func Same(given, want string) bool {
	g, w := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1
}

// WithoutAddress drops the address from an error: it may hold a token.
func WithoutAddress(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}

// Client copies an HTTP client (nil: the default one) and makes it follow no
// redirect: another address would be given the token.
func Client(from *http.Client) *http.Client {
	c := &http.Client{}
	if from != nil {
		*c = *from
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// Watch gives a context for a request and a function that tells whether the
// whole request has left: if it has not, nothing can have been done with it.
func Watch(ctx context.Context) (context.Context, func() bool) {
	var wrote atomic.Bool
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(i httptrace.WroteRequestInfo) {
		wrote.Store(i.Err == nil)
	}}), wrote.Load
}

// TooBig is the refusal of a file above the agreed size.
var TooBig = &bots.SendError{Reason: bots.TooBig, Err: errors.New("file above the limit")}

// Limit reads a body and fails, instead of ending, where it is longer than
// limit: a file cut short must not look whole.
func Limit(body io.ReadCloser, limit int64) io.ReadCloser { return &limited{body, limit} }

type limited struct {
	body io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	n, err := l.body.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, TooBig
	}
	return n, WithoutAddress(err)
}

// Close implements io.Closer.
func (l *limited) Close() error { return l.body.Close() }

// ReasonOf gives the reason of an error of an adapter, "" for others.
func ReasonOf(err error) bots.SendReason {
	var e *bots.SendError
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

// AfterOf gives the pause that an error asks for.
func AfterOf(err error) time.Duration {
	var e *bots.SendError
	if errors.As(err, &e) {
		return e.After
	}
	return 0
}

// WaitError turns what a pacer says into an error of the contract.
func WaitError(err error) error {
	out := &bots.SendError{Reason: bots.RetryLater, Err: err}
	var w *pace.Wait
	if errors.As(err, &w) {
		out.After, out.Whole = w.After, w.Whole
	}
	return out
}

// Sleep waits, or until ctx ends.
func Sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
