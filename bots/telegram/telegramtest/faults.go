package telegramtest

import (
	"io"
	"net/http"
	"strings"

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

// fault takes the next fault that is due for a call of this method, and for how
// long a flood is to pause.
func (s *Server) fault(method string) (wiretest.Fault, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case method == "getUpdates":
		return s.faults.OfPoll(), 0
	case strings.HasPrefix(method, "send"):
		return s.faults.OfSend(), s.faults.RetryAfter
	}
	return wiretest.None, 0
}

// fail writes what a fault makes of a reply and gives its code, 0 if the call
// is to be done.
func fail(w http.ResponseWriter, f wiretest.Fault, after int) int {
	switch f {
	case wiretest.Flooded:
		e := refuse(http.StatusTooManyRequests, "Too Many Requests: retry after %d", after)
		e.after = after
		write(w, nil, e)
		return e.code
	case wiretest.Failed, wiretest.PollFailed:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		io.WriteString(w, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>")
		return http.StatusBadGateway
	}
	return 0
}
