package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"priemnaya/intake/protected"
	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
)

const keyPassphrase = "длинная фраза для ключа"

// runProtected runs a command of the channel as its user would.
func runProtected(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	hardened := hardenMemory
	hardenMemory, keyWork = func() error { return nil }, 10 // scrypt is slow on purpose
	defer func() { hardenMemory, keyWork = hardened, 0 }()
	c := protectedCommand()
	var out bytes.Buffer
	c.SetIn(strings.NewReader(in + "\n"))
	c.SetOut(&out)
	c.SetErr(&out)
	c.SetArgs(args)
	c.SilenceUsage, c.SilenceErrors = true, true
	err := c.Execute()
	return out.String(), err
}

func needProtected(t *testing.T, in string, args ...string) string {
	t.Helper()
	out, err := runProtected(t, in, args...)
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return out
}

// ceremony makes an agency's keys as docs/protected-keys.md tells.
type ceremony struct {
	t      *testing.T
	folder string
}

func (c ceremony) at(name string) string { return filepath.Join(c.folder, name) }

func newCeremony(t *testing.T) ceremony {
	t.Helper()
	c := ceremony{t, t.TempDir()}
	needProtected(t, "", "log", "new", c.at("keys"), "--agency", "demo", "--signer", c.at("signer"))
	c.makeOfficer()
	needProtected(t, "", "log", "add", c.at("keys"), c.at("officer.key.pub"), "--signer", c.at("signer"))
	needProtected(t, "", "key", "rotate", "--log", c.at("keys"), "--signer", c.at("signer"), "--out", c.at("shares"), "--needed", "2", "--shares", "3")
	return c
}

// officerFiles are those of the first officer made: stretching is slow on purpose.
var officerFiles = map[string][]byte{"officer.key": nil, "officer.key.pub": nil, "officer.json": nil}

func (c ceremony) makeOfficer() {
	c.t.Helper()
	if officerFiles["officer.key"] == nil {
		needProtected(c.t, keyPassphrase, "key", "new", c.at("officer.key"), "--agency", "demo", "--browser", c.at("officer.json"))
		for name := range officerFiles {
			raw, err := os.ReadFile(c.at(name))
			must(c.t, err)
			officerFiles[name] = raw
		}
		return
	}
	for name, raw := range officerFiles {
		must(c.t, os.WriteFile(c.at(name), raw, 0o600))
	}
}

func (c ceremony) page() (keylog.Page, keylog.State) {
	c.t.Helper()
	p, err := keylog.Read(c.at("keys"))
	if err != nil {
		c.t.Fatal(err)
	}
	s, err := keylog.Check(p, "")
	if err != nil {
		c.t.Fatal(err)
	}
	return p, s
}

// bundle seals a report with a file and an officer's answer to the active keys.
func (c ceremony) bundle() string {
	c.t.Helper()
	p, s := c.page()
	log, err := json.Marshal(p)
	if err != nil {
		c.t.Fatal(err)
	}
	author, tag := seal.NewIdentity(), seal.NewReport()
	reply := author.Public()
	var items []seal.Item
	add := func(kind seal.Kind, body []byte, err error, from *seal.Identity) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
		e, err := seal.Seal(seal.Place{Agency: "demo", Report: tag, Kind: kind}, body, from, append(s.Recipients(), reply))
		if err != nil {
			c.t.Fatal(err)
		}
		items = append(items, seal.Item{Agency: "demo", Report: tag.String(), Kind: kind, Day: "2026-11-22", Envelope: e})
	}
	body, err := seal.File{Kind: "../../evil", Data: []byte("данные")}.Encode()
	add(seal.KindFile, body, err, author)
	body, err = seal.Letter{Text: "текст сообщения", Reply: &reply}.Encode()
	add(seal.KindReport, body, err, author)
	body, err = seal.Letter{Text: "приходите по адресу"}.Encode()
	add(seal.KindOfficer, body, err, seal.NewIdentity())
	path := c.at("bundle.age")
	f, err := os.Create(path)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	if err := seal.WriteBundle(f, seal.Bundle{Log: log, Items: items}, []string{s.Entries[0].Carrier}); err != nil {
		c.t.Fatal(err)
	}
	return path
}

func TestAnAgencysKeysAreMadeSplitAndRestored(t *testing.T) {
	c := newCeremony(t)
	_, s := c.page()
	if len(s.Entries) != 2 || s.Entries[1].Role != seal.RoleRecovery {
		t.Fatal(s.Entries)
	}
	out := needProtected(t, keyPassphrase, "key", "join", "--set", c.at("shares/shares.json"), "--agency", "demo", "--out", c.at("recovery.key"), c.at("shares/share-3.txt"), c.at("shares/share-1.txt"))
	if strings.TrimSpace(out) != s.Entries[1].Key.Fingerprint() {
		t.Errorf("restored %s", out)
	}
	needProtected(t, keyPassphrase, "key", "split", c.at("recovery.key"), c.at("again"), "--needed", "2", "--shares", "2")
	// A share of one set among those of another is named by its file.
	_, err := runProtected(t, keyPassphrase, "key", "join", "--set", c.at("shares/shares.json"), "--agency", "demo", "--out", c.at("x.key"), c.at("shares/share-1.txt"), c.at("again/share-2.txt"))
	if err == nil || !strings.Contains(err.Error(), "again/share-2.txt") {
		t.Error(err)
	}
	if _, err := runProtected(t, keyPassphrase, "key", "join", "--set", c.at("shares/shares.json"), "--agency", "demo", "--out", c.at("x.key"), c.at("shares/share-1.txt")); err == nil {
		t.Error("one share of two restored the key")
	}
	if _, err := runProtected(t, keyPassphrase, "key", "new", c.at("officer.key"), "--agency", "demo"); err == nil {
		t.Error("a key file was overwritten")
	}
	if _, err := runProtected(t, "", "key", "new", c.at("y.key"), "--agency", "demo"); err == nil {
		t.Error("a key without a passphrase was made")
	}
}

func TestTheLogIsFollowedFromAHeadSeenBefore(t *testing.T) {
	c := newCeremony(t)
	needProtected(t, "", "log", "check", c.at("keys"), "--seen", c.at("seen"))
	needProtected(t, "", "key", "rotate", "--log", c.at("keys"), "--signer", c.at("signer"), "--out", c.at("shares2"))
	if _, s := c.page(); len(s.Entries) != 2 || s.Size != 4 {
		t.Errorf("after the exchange %d keys are active in %d entries", len(s.Entries), s.Size)
	}
	out := needProtected(t, "", "log", "check", c.at("keys"), "--seen", c.at("seen"))
	if !strings.Contains(out, "4 entries") {
		t.Error(out)
	}
	o := newCeremony(t)
	if _, err := runProtected(t, "", "log", "check", o.at("keys"), "--seen", c.at("seen")); err == nil {
		t.Error("another log was followed")
	}
}

func TestTheDoorSealsToTheLogAndStopsWhenItIsSpoilt(t *testing.T) {
	c := newCeremony(t)
	p, s := c.page()
	conf := protected.Config{Officers: func() ([]seal.Public, error) { return nil, nil }}
	if err := useKeyLog(c.folder, p.Verifier, &conf); err != nil {
		t.Fatal(err)
	}
	if to, err := conf.Recipients(); err != nil || len(to) != 2 || to[0] != s.Entries[0].Key {
		t.Fatal(to, err)
	}
	if who, err := conf.Officers(); err != nil || len(who) != 1 || who[0] != s.Entries[0].Key {
		t.Error("the log does not tell officers from others", who, err)
	}
	if err := os.WriteFile(c.at("keys/head"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := conf.Recipients(); err == nil {
		t.Error("sealed to the keys of a spoilt log")
	}
	if err := useKeyLog(t.TempDir(), p.Verifier, &conf); err == nil {
		t.Error("a missing log passed where one is pinned")
	}
	if err := useKeyLog(t.TempDir(), "", &conf); err != nil {
		t.Error(err)
	}
}

func TestADamagedBundleLeavesNothing(t *testing.T) {
	c := newCeremony(t)
	path := c.bundle()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-40] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := runProtected(t, keyPassphrase, "unpack", path, "--key", c.at("officer.key"), "--out", c.at("opened")); err == nil {
		t.Error("a damaged bundle was opened")
	}
	if _, err := os.Stat(c.at("opened")); !os.IsNotExist(err) {
		t.Error("a folder was left")
	}
}

func TestHashesOfTheScriptsArePrintedAsSha256sumDoes(t *testing.T) {
	out := needProtected(t, "", "hashes")
	if !strings.Contains(out, "  seal.js\n") || len(strings.Fields(out)[0]) != 64 {
		t.Error(out)
	}
}
