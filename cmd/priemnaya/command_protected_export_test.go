package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

func TestWhatIsExportedIsUnpackedOffline(t *testing.T) {
	c := newCeremony(t)
	page, state := c.page()
	// The ceremony's folder becomes the agency's: PRIEMNAYA_DATA/protected/demo.
	data := t.TempDir()
	folder := filepath.Join(data, "protected", "demo")
	must(t, os.MkdirAll(folder, 0o700))
	must(t, os.Rename(c.at("keys"), filepath.Join(folder, keyLogFolder)))
	raw, err := json.Marshal(protectedAgency{Names: map[string]string{"ru": "Демо"}, Verifier: page.Verifier})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(folder, agencyFile), raw, 0o600))
	f := &protectedFlags{agency: "demo", data: data}
	a, err := f.read()
	must(t, err)
	s, err := f.open(context.Background(), a)
	must(t, err)
	stretched, err := seal.Stretch([]byte("абаж ежик йоге мама рейт солн янта"))
	must(t, err)
	author, err := stretched.Author("demo")
	must(t, err)
	reply, tag := author.Public(), seal.NewReport()
	body, err := seal.Letter{Text: "экспорт", Reply: &reply}.Encode()
	must(t, err)
	sealed, err := seal.Seal(seal.Place{Agency: "demo", Report: tag, Kind: seal.KindReport}, body, author.Identity, append(state.Recipients(), reply))
	must(t, err)
	must(t, s.Create(context.Background(), tag, store.WordsOf(author), store.Message{Kind: seal.KindReport, Once: [16]byte{1}, Sealed: sealed}))
	must(t, s.Close())
	out := needProtected(t, "", "export", c.at("out.age"), "--agency", "demo", "--data", data)
	if !strings.Contains(out, "1 envelopes for 1 officers") {
		t.Error(out)
	}
	out = needProtected(t, keyPassphrase, "unpack", c.at("out.age"), "--key", c.at("officer.key"), "--out", c.at("read"), "--verifier", page.Verifier)
	if !strings.Contains(out, "signed by the author") {
		t.Error(out)
	}
	if got, err := os.ReadFile(filepath.Join(c.at("read"), tag.String(), "report-0.txt")); err != nil || string(got) != "экспорт" {
		t.Errorf("%q %v", got, err)
	}
}
