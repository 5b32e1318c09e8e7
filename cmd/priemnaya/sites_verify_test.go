package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/sites/verify"
	"priemnaya/notifications/signature"
)

// receiver takes what is signed by the key; deaf, it takes anything.
func receiver(t *testing.T, key signature.Key, deaf bool) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || !deaf && signature.Verify(r.Header, body, time.Now(), key) != nil {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func runCLI(args ...string) (string, error) {
	root, out := rootCommand(), &bytes.Buffer{}
	root.SetOut(out)
	root.SetErr(out)
	root.SetArgs(args)
	err := root.Execute()
	return out.String(), err
}

func TestAnIntegratorChecksHisReceiverByOneCommand(t *testing.T) {
	key := signature.NewKey()
	file := filepath.Join(t.TempDir(), "key")
	must(t, os.WriteFile(file, []byte(key.Text()+"\n"), 0o600))
	out, err := runCLI("sites", "verify", "--url", receiver(t, key, false), "--key-file", file)
	if err != nil || !strings.Contains(out, ", 0 failed") || !strings.Contains(out, "pass  accepted") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = runCLI("sites", "verify", "--url", receiver(t, key, true), "--key", key.Text())
	if err == nil || !strings.Contains(out, "FAIL  other-key") || strings.Contains(out, key.Text()) {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = runCLI("sites", "verify", "--json", "--url", receiver(t, key, true), "--key", key.Text())
	var report verify.Report
	if json.Unmarshal([]byte(out), &report) != nil || err == nil || report.OK() || len(report.Checks) < 20 {
		t.Errorf("%v\n%s", err, out)
	}
	for _, args := range [][]string{{"--url", "http://127.0.0.1:1/"}, {"--key", key.Text()}, {"--url", "http://127.0.0.1:1/", "--key", "secret"},
		{"--url", "nowhere", "--key", key.Text()}} {
		if out, err := runCLI(append([]string{"sites", "verify"}, args...)...); err == nil {
			t.Errorf("%v was accepted:\n%s", args, out)
		}
	}
}
