package maxtest

import (
	"io"
	"net/http"
	"strconv"

	"priemnaya/bots/wire/wiretest"
)

// Faults are what the server does wrong from now on.
type Faults = wiretest.Faults

// SetFaults replaces the faults.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// fault takes the next fault that is due for a request, and for how long a
// flood is to pause.
func (s *Server) fault(r *http.Request) (wiretest.Fault, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.URL.Path == "/updates":
		return s.faults.OfPoll(), 0
	case r.Method == http.MethodPost && r.URL.Path == "/messages":
		return s.faults.OfSend(), s.faults.RetryAfter
	}
	return wiretest.None, 0
}

// fail writes what a fault makes of a reply and gives its status, 0 if the
// request is to be done.
func fail(w http.ResponseWriter, f wiretest.Fault, after int) int {
	switch f {
	case wiretest.Flooded:
		if after > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(after))
		}
		write(w, nil, refuse(http.StatusTooManyRequests, "too.many.requests", "Too many requests"))
		return http.StatusTooManyRequests
	case wiretest.PollFailed:
		write(w, nil, refuse(http.StatusServiceUnavailable, "service.unavailable", "Service unavailable"))
		return http.StatusServiceUnavailable
	case wiretest.Failed:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		io.WriteString(w, "<html><body><h1>502 Bad Gateway</h1></body></html>")
		return http.StatusBadGateway
	}
	return 0
}
