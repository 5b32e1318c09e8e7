package verify_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/intake/sites/verify"
	"priemnaya/notifications/signature"
)

var key = signature.NewKey()

// reference is a receiver as docs/webhooks.md describes it; its faults are
// planted by name.
type reference struct {
	fault string
	mu    sync.Mutex
	seen  map[string]bool
	last  map[string]float64
}

func (s *reference) is(fault string) bool { return s.fault == fault }

func (s *reference) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost && !s.is("any method") {
		http.Error(w, "method", http.StatusMethodNotAllowed)
		return
	}
	if s.is("redirects") {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	if status := s.judge(r.Header, body); status != 0 {
		reply := "no"
		if s.is("tells the right signature") {
			at := time.Now()
			reply = signature.Sign(r.Header.Get(signature.HeaderID), at, body, key)
		}
		http.Error(w, reply, status)
		return
	}
	w.WriteHeader(s.take(r.Header.Get(signature.HeaderID), body, r.Method))
}

// judge gives the status of a refusal, 0 for a message to take.
func (s *reference) judge(h http.Header, body []byte) int {
	h, now, known := h.Clone(), time.Now(), key
	switch s.fault {
	case "reserialises":
		var any map[string]any
		if json.Unmarshal(body, &any) == nil {
			body, _ = json.Marshal(any)
		}
	case "ignores the signature", "any method":
		return 0
	case "passes without a signature":
		if h.Get(signature.HeaderSignature) == "" {
			return 0
		}
	case "no timestamp check":
		if err := signature.Verify(h, body, timeOf(h), known); err == nil {
			return 0
		}
	case "only old ones refused":
		if at := timeOf(h); at.After(now) && signature.Verify(h, body, at, known) == nil {
			return 0
		}
	case "only the first signature":
		h.Set(signature.HeaderSignature, strings.Fields(h.Get(signature.HeaderSignature) + " x")[0])
	case "another key":
		known = signature.NewKey()
	case "any version":
		h.Set(signature.HeaderSignature, strings.Replace(h.Get(signature.HeaderSignature), "v9,", "v1,", 1))
	case "breaks on nonsense":
		if strings.Contains(h.Get(signature.HeaderSignature), "%%%") {
			return http.StatusInternalServerError
		}
	case "body outside the signature", "id outside the signature", "timestamp outside the signature":
		if s.loose(h) {
			return 0
		}
	}
	if err := signature.Verify(h, body, now, known); err != nil {
		return http.StatusUnauthorized
	}
	return 0
}

// loose forgives what the fault leaves out of the signature, by knowing that
// the kit changes one part only.
func (s *reference) loose(h http.Header) bool {
	sound := h.Get(signature.HeaderID) != "" && !strings.ContainsAny(h.Get(signature.HeaderSignature), "% ") &&
		strings.HasPrefix(h.Get(signature.HeaderSignature), "v1,")
	off := time.Since(timeOf(h)).Abs()
	return sound && off < signature.Tolerance
}

func timeOf(h http.Header) time.Time {
	var n int64
	_ = json.Unmarshal([]byte(h.Get(signature.HeaderTimestamp)), &n)
	return time.Unix(n, 0)
}

// take handles an event and gives the status of the reply.
func (s *reference) take(id string, body []byte, method string) int {
	var e struct {
		Type string         `json:"type"`
		Data map[string]any `json:"data"`
	}
	if method == http.MethodPost && json.Unmarshal(body, &e) != nil {
		return http.StatusBadRequest
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kase, _ := e.Data["case"].(string)
	n, _ := e.Data["sequence"].(float64)
	again, late := s.seen[id], n < s.last[kase]
	s.seen[id], s.last[kase] = true, max(n, s.last[kase])
	_, extra := e.Data["something_new"]
	switch {
	case s.is("refuses repeats") && again, s.is("insists on order") && late,
		s.is("refuses unknown types") && e.Type != "case.registered", s.is("refuses unknown fields") && extra:
		return http.StatusUnprocessableEntity
	case s.is("breaks on a double") && again:
		return http.StatusInternalServerError
	case s.is("breaks under load") && len(s.seen) > 12:
		return http.StatusServiceUnavailable
	}
	return http.StatusNoContent
}

func run(t *testing.T, fault string) verify.Report {
	t.Helper()
	server := httptest.NewServer(&reference{fault: fault, seen: map[string]bool{}, last: map[string]float64{}})
	defer server.Close()
	report, err := verify.Receiver(context.Background(), verify.Config{URL: server.URL, Key: key, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func failures(r verify.Report) map[string]string {
	out := map[string]string{}
	for _, c := range r.Checks {
		if !c.OK {
			out[c.Name] = c.Reason
		}
	}
	return out
}

func TestTheReferenceReceiverPasses(t *testing.T) {
	report := run(t, "")
	if !report.OK() || report.Passed != len(report.Checks) || len(report.Checks) < 20 {
		t.Errorf("%d of %d: %v", report.Passed, len(report.Checks), failures(report))
	}
}

func TestEveryPlantedFaultIsCaught(t *testing.T) {
	for fault, by := range map[string]string{
		"ignores the signature": "other-key", "passes without a signature": "no-signature", "no timestamp check": "old",
		"only old ones refused": "future", "only the first signature": "two-keys", "another key": "accepted",
		"any version": "other-version", "breaks on nonsense": "nonsense", "reserialises": "exact-bytes",
		"body outside the signature": "body", "id outside the signature": "id", "timestamp outside the signature": "timestamp",
		"tells the right signature": "no-leak", "refuses repeats": "repeat", "breaks on a double": "replay",
		"insists on order": "order", "refuses unknown types": "unknown-type", "refuses unknown fields": "unknown-field",
		"any method": "method", "redirects": "accepted", "breaks under load": "parallel",
	} {
		t.Run(fault, func(t *testing.T) {
			report := run(t, fault)
			failed := failures(report)
			if report.OK() || failed[by] == "" {
				t.Errorf("%q went unnoticed by %q: %v", fault, by, failed)
			}
			for name, reason := range failed {
				if strings.Contains(reason, key.Text()) {
					t.Errorf("%s tells the key", name)
				}
			}
		})
	}
}

func TestASlowReceiverAndADeadOneAreNamed(t *testing.T) {
	gate := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-gate }))
	report, err := verify.Receiver(context.Background(), verify.Config{URL: server.URL, Key: key, Timeout: 20 * time.Millisecond})
	close(gate)
	server.Close()
	if err != nil || !strings.Contains(failures(report)["accepted"], "too slow") {
		t.Errorf("%v %v", err, failures(report))
	}
	report, err = verify.Receiver(context.Background(), verify.Config{URL: server.URL, Key: key})
	if err != nil || !strings.Contains(failures(report)["accepted"], "refused") || report.OK() {
		t.Errorf("%v %v", err, failures(report))
	}
	for _, bad := range []string{"", "roads.example.ru", "ftp://x/", "://"} {
		if _, err := verify.Receiver(context.Background(), verify.Config{URL: bad, Key: key}); err == nil {
			t.Errorf("%q was taken for an address", bad)
		}
	}
	plain, err := verify.Receiver(context.Background(), verify.Config{URL: "http://roads.invalid/", Key: key, Timeout: time.Millisecond})
	if err != nil || failures(plain)["address"] == "" {
		t.Errorf("plain http was passed: %v", err)
	}
}
