package telegramtest

import (
	"io"
	"net/http"
	"strings"
)

// Faults are what the server does wrong from now on. Counters are used up one
// per call of a send* method; the rest holds until it is changed.
type Faults struct {
	// Flood answers that many sends with 429 and RetryAfter seconds.
	Flood, RetryAfter int
	// Fail answers that many sends with 502 and a page that is no JSON.
	Fail int
	// Drop accepts that many sends and drops the connection without a reply.
	Drop int
	// Repeat delivers every update once more.
	Repeat bool
	// Shuffle delivers waiting updates in the opposite order.
	Shuffle bool
	// FailPolls answers that many getUpdates with 502.
	FailPolls int
}

// SetFaults replaces the faults.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// outcome is what becomes of one call instead of or after its work.
type outcome struct {
	code, after int
	drop        bool
}

// fault takes the next fault that is due for a call of this method.
func (s *Server) fault(method string) outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &s.faults
	if method == "getUpdates" && f.FailPolls > 0 {
		f.FailPolls--
		return outcome{code: http.StatusBadGateway}
	}
	if !strings.HasPrefix(method, "send") {
		return outcome{}
	}
	switch {
	case f.Flood > 0:
		f.Flood--
		return outcome{code: http.StatusTooManyRequests, after: f.RetryAfter}
	case f.Fail > 0:
		f.Fail--
		return outcome{code: http.StatusBadGateway}
	case f.Drop > 0:
		f.Drop--
		return outcome{drop: true}
	}
	return outcome{}
}

// answer writes a failure and reports whether there was one.
func (o outcome) answer(w http.ResponseWriter) bool {
	switch o.code {
	case 0:
		return false
	case http.StatusTooManyRequests:
		e := refuse(o.code, "Too Many Requests: retry after %d", o.after)
		e.after = o.after
		write(w, nil, e)
	default:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(o.code)
		io.WriteString(w, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>")
	}
	return true
}
