package maxtest

import (
	"io"
	"net/http"
)

// Faults are what the server does wrong from now on. Counters are used up one
// per POST /messages; the rest holds until it is changed.
type Faults struct {
	// Flood answers that many sends with 429; RetryAfter adds that header.
	Flood      int
	RetryAfter string
	// Fail answers that many sends with 502 and a page that is no JSON.
	Fail int
	// Drop accepts that many sends and drops the connection without a reply.
	Drop int
	// Unready refuses that many sends of each upload: attachment.not.ready.
	Unready int
	// Repeat delivers every update once more.
	Repeat bool
	// Shuffle delivers waiting updates in the opposite order.
	Shuffle bool
	// FailPolls answers that many polls with 503.
	FailPolls int
}

// SetFaults replaces the faults.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

type outcome struct {
	status int
	after  string
	drop   bool
}

// fault takes the next fault that is due for a request.
func (s *Server) fault(r *http.Request) outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &s.faults
	if r.URL.Path == "/updates" && f.FailPolls > 0 {
		f.FailPolls--
		return outcome{status: http.StatusServiceUnavailable}
	}
	if r.Method != http.MethodPost || r.URL.Path != "/messages" {
		return outcome{}
	}
	switch {
	case f.Flood > 0:
		f.Flood--
		return outcome{status: http.StatusTooManyRequests, after: f.RetryAfter}
	case f.Fail > 0:
		f.Fail--
		return outcome{status: http.StatusBadGateway}
	case f.Drop > 0:
		f.Drop--
		return outcome{drop: true}
	}
	return outcome{}
}

func (o outcome) answer(w http.ResponseWriter) {
	switch o.status {
	case http.StatusTooManyRequests:
		if o.after != "" {
			w.Header().Set("Retry-After", o.after)
		}
		write(w, nil, refuse(o.status, "too.many.requests", "Too many requests"))
	case http.StatusServiceUnavailable:
		write(w, nil, refuse(o.status, "service.unavailable", "Service unavailable"))
	default:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(o.status)
		io.WriteString(w, "<html><body><h1>502 Bad Gateway</h1></body></html>")
	}
}
