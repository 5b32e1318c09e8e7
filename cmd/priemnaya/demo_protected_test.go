package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
)

func TestTheDemonstrationHasALogSharesAndAnOfficersDesk(t *testing.T) {
	f := &protectedFlags{agency: demoAgency, data: t.TempDir()}
	must(t, makeDemoAgency(f.folder()))
	a, err := f.read()
	must(t, err)
	page, err := keylog.Read(filepath.Join(f.folder(), keyLogFolder))
	must(t, err)
	state, err := keylog.Check(page, a.Verifier)
	must(t, err)
	if len(state.Entries) != 2 {
		t.Errorf("%d keys in the log", len(state.Entries))
	}
	shares := filepath.Join(f.folder(), demoKeys, "shares")
	raw, err := os.ReadFile(filepath.Join(shares, "shares.json"))
	must(t, err)
	set, err := seal.ParseShareSet(raw)
	must(t, err)
	recovered, err := joinShares(set, []string{filepath.Join(shares, "share-3.txt"), filepath.Join(shares, "share-1.txt")})
	must(t, err)
	found := false
	for _, e := range state.Entries {
		found = found || e.Role == seal.RoleRecovery && e.Key == recovered.Public()
	}
	if !found {
		t.Error("the shares restore another key than the log's")
	}
	// It is made once.
	must(t, makeDemoAgency(f.folder()))
	if again, err := keylog.Read(filepath.Join(f.folder(), keyLogFolder)); err != nil || again.Head != page.Head {
		t.Error("a second start made another log")
	}

	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- f.serveDesk(ctx, in, deskOptions{listen: "127.0.0.1:0", perDay: 1}) }()
	line := make([]byte, 200)
	n, err := out.Read(line)
	must(t, err)
	address := strings.TrimSpace(string(line[:n]))
	jar, err := cookiejar.New(nil)
	must(t, err)
	code, err := demoCode(f.folder(), time.Now())
	must(t, err)
	res, err := (&http.Client{Jar: jar}).PostForm(address+"/", url.Values{"login": {demoOfficer}, "password": {demoOfficerPassword}, "code": {code}})
	must(t, err)
	body, err := io.ReadAll(res.Body)
	must(t, err)
	must(t, res.Body.Close())
	if res.Request.URL.Path != "/reports" || !bytes.Contains(body, []byte("/script/keylog.js")) {
		t.Errorf("the officer is at %s: %d", res.Request.URL, res.StatusCode)
	}
	stop()
	must(t, <-ended)
}
