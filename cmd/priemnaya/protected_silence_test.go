package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/cmd/priemnaya/demo"
)

// Promise L13: nothing of the channel appears in the cabinet, the statistics, the
// desk or the mail, beyond the link on the portal's own page about it.
func TestNothingOfTheChannelAppearsElsewhere(t *testing.T) {
	cfg := testConfig(t)
	folder := filepath.Join(cfg.Data, "protected", demoAgency)
	must(t, makeDemoAgency(folder))
	startApp(t, cfg, 3, time.Now)
	f := &protectedFlags{agency: demoAgency, data: cfg.Data}
	agency, err := f.read()
	must(t, err)
	keys, err := f.keys(agency)
	must(t, err)
	officers, err := keys.Officers()
	must(t, err)
	hunted := []string{agency.Names["ru"], "собственной безопасности", agency.Verifier, "priemnaya-protected", officers[0].String(), "prk1-", demoOfficerPassword, ".onion"}
	hunt := func(where, text string) {
		for _, h := range hunted {
			if strings.Contains(text, h) {
				t.Errorf("%s tells %q", where, h)
			}
		}
	}
	citizen := signIn(t, cfg, journeyPerson)
	staff := staffSignIn(t, cfg, demo.Staff()[0].Login, demo.Password)
	for _, path := range []string{"/", "/my", "/stats", "/help", "/file", "/track", "/procedure", "/protected"} {
		_ = citizen.Open(cfg.BaseURL + path)
		hunt("the portal at "+path, citizen.Page.Text())
	}
	for _, path := range []string{"/desk", "/desk/board", "/desk/admin/health"} {
		_ = staff.Open(cfg.BaseURL + path)
		hunt("the desk at "+path, staff.Page.Text())
	}
	// Everything else that the program has written: cases, queue, letters.
	seen := 0
	must(t, filepath.WalkDir(cfg.Data, func(path string, d os.DirEntry, err error) error {
		if path == filepath.Join(cfg.Data, "protected") {
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		seen++
		hunt(path, string(raw))
		return err
	}))
	if seen < 2 {
		t.Errorf("only %d files were looked through", seen)
	}
	must(t, citizen.Open(cfg.BaseURL+"/"))
	if !strings.Contains(citizen.Page.Text(), "обращен") {
		t.Error("the hunt looks at empty pages")
	}
}
