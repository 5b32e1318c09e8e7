package oidc

import (
	"io"
	"net/http"
)

// maxReply is the most of a provider's reply that is read, in bytes.
const maxReply = 1 << 20

// limited cuts replies: the libraries read them whole.
type limited struct{ next http.RoundTripper }

// RoundTrip passes the request on.
func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	next := l.next
	if next == nil {
		next = http.DefaultTransport
	}
	answer, err := next.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, maxReply), answer.Body}
	}
	return answer, err
}
