package wire

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"priemnaya/bots"
)

func TestADownloadSaysWhetherItMayBeTriedAgain(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusOK
		fmt.Sscanf(r.URL.Path, "/%d", &status)
		if status == http.StatusFound {
			w.Header().Set("Location", "/200")
		}
		w.WriteHeader(status)
		io.WriteString(w, "12345")
	}))
	defer server.Close()
	for _, c := range []struct {
		path   string
		limit  int64
		reason bots.SendReason
		status int
	}{
		{"/200", 5, "", 0}, {"/200", 4, bots.TooBig, 0}, {"/404", 9, bots.Lost, 404}, {"/401", 9, bots.Lost, 401},
		{"/429", 9, bots.RetryLater, 429}, {"/503", 9, bots.RetryLater, 503}, {"/302", 9, bots.Lost, 302},
	} {
		body, err := Download(t.Context(), Client(nil), server.URL+c.path, c.limit)
		if ReasonOf(err) != c.reason || FileStatusOf(err) != c.status {
			t.Errorf("%s up to %d bytes: %v", c.path, c.limit, err)
		}
		if err != nil {
			if strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("%s: the error tells the address: %v", c.path, err)
			}
			continue
		}
		if raw, err := io.ReadAll(body); err != nil || string(raw) != "12345" {
			t.Errorf("%q, %v", raw, err)
		}
		body.Close()
	}
	server.Close()
	if _, err := Download(t.Context(), Client(nil), server.URL+"/200", 9); ReasonOf(err) != bots.RetryLater || strings.Contains(err.Error(), "127.0.0.1:") && strings.Contains(err.Error(), "/200") {
		t.Errorf("nobody there: %v", err)
	}
	if _, err := Download(t.Context(), Client(nil), "http://[::1", 9); ReasonOf(err) != bots.Lost || strings.Contains(err.Error(), "::1") {
		t.Errorf("no address: %v", err)
	}
}
