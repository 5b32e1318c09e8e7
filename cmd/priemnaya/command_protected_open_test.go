package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/officer"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// carriedText is what an author wrote; it may be printed after the log of keys
// was found whole only.
const carriedText = "текст автора в пакете"

// carried is a report on its way to an officer's machine without a network.
type carried struct {
	ceremony
	author *seal.Identity
	bundle officer.Bundle
}

// newCarried makes the bundle that the desk of the ceremony's agency would give.
func newCarried(t *testing.T) *carried {
	t.Helper()
	c := &carried{ceremony: newCeremony(t), author: seal.NewIdentity()}
	page, state := c.page()
	log, err := json.Marshal(page)
	must(t, err)
	id := seal.NewReport()
	c.bundle = officer.Bundle{Format: "priemnaya-bundle-1", Agency: "demo", Report: id, ReportID: id.String(),
		Recipients: state.Recipients(), Officers: officersEver(page), Log: log}
	reply := c.author.Public()
	c.add(seal.KindReport, 0, seal.Letter{Text: carriedText, Reply: &reply}, c.author)
	return c
}

// add seals a message that came today.
func (c *carried) add(kind seal.Kind, number uint32, letter seal.Letter, by *seal.Identity) {
	c.t.Helper()
	body, err := letter.Encode()
	must(c.t, err)
	_, state := c.page()
	sealed, err := seal.Seal(seal.Place{Agency: "demo", Report: c.bundle.Report, Kind: kind, Number: number}, body, by, append(state.Recipients(), c.author.Public()))
	must(c.t, err)
	c.bundle.Messages = append(c.bundle.Messages, officer.Carried{Kind: kind, Number: number, Day: store.DayOf(time.Now()), Sealed: sealed})
}

// write puts the bundle on the disk, after a change.
func (c *carried) write(b officer.Bundle) string {
	c.t.Helper()
	raw, err := json.Marshal(b)
	must(c.t, err)
	path := c.at("x.bundle")
	must(c.t, os.WriteFile(path, raw, 0o600))
	return path
}

func (c *carried) open(path string, more ...string) (string, error) {
	c.t.Helper()
	return runProtected(c.t, keyPassphrase, append([]string{"open", path, "--key", c.at("officer.key")}, more...)...)
}

func TestOpenReadsAndAnswersABundleWhoseKeysAreTheLogs(t *testing.T) {
	c := newCarried(t)
	page, _ := c.page()
	path := c.write(c.bundle)
	must(t, os.WriteFile(c.at("answer.txt"), []byte("ответ без сети"), 0o600))
	must(t, os.WriteFile(c.at("note.txt"), []byte("спи\u200bсок"), 0o600))
	out, err := c.open(path, "--verifier", page.Verifier, "--seen", c.at("head"), "--reply", c.at("answer.txt"), "--attach", c.at("note.txt"))
	must(t, err)
	if !strings.Contains(out, carriedText) || !strings.Contains(out, "log of keys: priemnaya-protected-demo, 2 entries") || strings.Contains(out, "DOES NOT FIT") {
		t.Error(out)
	}
	raw, err := os.ReadFile(path + ".reply")
	must(t, err)
	var r officer.Reply
	must(t, json.Unmarshal(raw, &r))
	opened, err := seal.Open(seal.Place{Agency: "demo", Report: c.bundle.Report, Kind: seal.KindOfficer, Number: r.Number}, r.Sealed, c.author)
	must(t, err)
	if letter, err := seal.DecodeLetter(opened.Body); err != nil || letter.Text != "ответ без сети" || !opened.By(c.bundle.Recipients[0]) {
		t.Errorf("the author reads %+v, %v", letter, err)
	}
	inside, err := seal.Open(seal.Place{Agency: "demo", Report: c.bundle.Report, Kind: seal.KindFile, Number: r.Files[0].Number}, r.Files[0].Sealed, c.author)
	must(t, err)
	if f, err := seal.DecodeFile(inside.Body); err != nil || string(f.Data) != "список" || len(f.Removed) != 1 {
		t.Errorf("the file was not cleaned: %+v %v", f, err)
	}
	// The browser's key file opens it as well.
	if out := needProtected(t, keyPassphrase, "open", path, "--key", c.at("officer.json")); !strings.Contains(out, carriedText) {
		t.Error(out)
	}
}

func TestOpenRefusesABundleWhoseKeysAreNotTheLogs(t *testing.T) {
	c := newCarried(t)
	page, state := c.page()
	must(t, os.WriteFile(c.at("answer.txt"), []byte("ответ"), 0o600))
	stranger := seal.NewIdentity().Public()
	other := ceremony{t, t.TempDir()}
	needProtected(t, "", "log", "new", other.at("keys"), "--agency", "other", "--signer", other.at("signer"))
	foreign, _ := other.page()
	inJSON := func(p keylog.Page) json.RawMessage {
		raw, err := json.Marshal(p)
		must(t, err)
		return raw
	}
	for name, spoil := range map[string]func(b *officer.Bundle) []string{
		"a key beside those of the log": func(b *officer.Bundle) []string { b.Recipients = append(state.Recipients(), stranger); return nil },
		"a key in the place of another": func(b *officer.Bundle) []string {
			b.Recipients = []seal.Public{state.Recipients()[0], stranger}
			return nil
		},
		"a key left out":                   func(b *officer.Bundle) []string { b.Recipients = state.Recipients()[:1]; return nil },
		"a stranger among the officers":    func(b *officer.Bundle) []string { b.Officers = append(b.Officers, stranger); return nil },
		"the recovery key as an officer's": func(b *officer.Bundle) []string { b.Officers = state.Recipients(); return nil },
		"the log of another agency":        func(b *officer.Bundle) []string { b.Log = inJSON(foreign); return nil },
		"a log without its last entry": func(b *officer.Bundle) []string {
			b.Log = inJSON(keylog.Page{Entries: page.Entries[:1], Head: page.Head, Verifier: page.Verifier})
			return nil
		},
		"no log": func(b *officer.Bundle) []string { b.Log = nil; return nil },
		"no log where one is pinned": func(b *officer.Bundle) []string {
			b.Log = nil
			return []string{"--without-log", "--verifier", page.Verifier}
		},
		"a log of another verifier": func(*officer.Bundle) []string { return []string{"--verifier", foreign.Verifier} },
		"a log that is not continued": func(*officer.Bundle) []string {
			must(t, os.WriteFile(c.at("seen"), []byte(foreign.Head), 0o600))
			return []string{"--seen", c.at("seen")}
		},
	} {
		b := c.bundle
		more := spoil(&b)
		out, err := c.open(c.write(b), append(more, "--reply", c.at("answer.txt"))...)
		if err == nil || strings.Contains(out, carriedText) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if _, err := os.Stat(c.at("x.bundle.reply")); err == nil {
			t.Fatalf("%s: an answer was sealed", name)
		}
	}
	b := c.bundle
	b.Log = nil
	if out, err := c.open(c.write(b), "--without-log"); err != nil || !strings.Contains(out, carriedText) {
		t.Errorf("an agency without a log: %v\n%s", err, out)
	}
}

func TestAnOfficersSignatureIsTrustedUpToTheDayHisKeyWasRemoved(t *testing.T) {
	c := newCarried(t)
	former := seal.NewIdentity()
	pub, err := json.Marshal(publicKey{Agency: "demo", Role: seal.RoleOfficer, Key: former.Public()})
	must(t, err)
	must(t, os.WriteFile(c.at("former.pub"), pub, 0o600))
	needProtected(t, "", "log", "former", c.at("keys"), c.at("former.pub"), "--signer", c.at("signer"))
	page, state := c.page()
	if len(state.Entries) != 2 || len(officersEver(page)) != 2 {
		t.Fatalf("%d keys are active, %d were officers' ever", len(state.Entries), len(officersEver(page)))
	}
	c.bundle.Log, err = json.Marshal(page)
	must(t, err)
	c.bundle.Officers = officersEver(page)
	c.add(seal.KindOfficer, 0, seal.Letter{Text: "подписано прежним ключом"}, former)
	for days, fits := range map[int]bool{-1: true, 0: true, 1: false} {
		c.bundle.Messages[1].Day = store.DayOf(time.Now().AddDate(0, 0, days))
		out, err := c.open(c.write(c.bundle))
		must(t, err)
		if strings.Contains(out, "DOES NOT FIT") == fits {
			t.Errorf("%d days from the removal: %s", days, out)
		}
	}
}

// secondAgency is the agency "two" with a log and a folder of its own.
func secondAgency(t *testing.T) (ceremony, *protectedFlags, neighbour) {
	t.Helper()
	c := ceremony{t, t.TempDir()}
	needProtected(t, "", "log", "new", c.at("keys"), "--agency", "two", "--signer", c.at("signer"))
	k, err := seal.NewKeyFile("two", seal.RoleOfficer)
	must(t, err)
	keyWork = 10
	defer func() { keyWork = 0 }()
	must(t, writeKeyFiles(c.at("two.key"), k, []byte(keyPassphrase)))
	needProtected(t, "", "log", "add", c.at("keys"), c.at("two.key.pub"), "--signer", c.at("signer"))
	page, _ := c.page()
	f := &protectedFlags{agency: "two", data: c.at("data")}
	must(t, os.MkdirAll(f.folder(), 0o700))
	must(t, os.CopyFS(filepath.Join(f.folder(), keyLogFolder), os.DirFS(c.at("keys"))))
	raw, err := json.Marshal(protectedAgency{Names: map[string]string{"ru": "Второй орган"}, Verifier: page.Verifier})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(f.folder(), agencyFile), raw, 0o600))
	return c, f, neighbour{Agency: "two", Verifier: page.Verifier, Log: page}
}

func TestAHandoverIsSealedToTheOtherAgencysLogAndTakenByItsImport(t *testing.T) {
	c := newCarried(t)
	two, f, about := secondAgency(t)
	path := c.write(c.bundle)
	own, _ := c.page()
	for name, bad := range map[string]neighbour{"another verifier": {Agency: "two", Verifier: own.Verifier, Log: about.Log},
		"no verifier": {Agency: "two", Log: about.Log}, "the log of a third": {Agency: "two", Verifier: own.Verifier, Log: own}} {
		raw, err := json.Marshal(bad)
		must(t, err)
		must(t, os.WriteFile(c.at("two.json"), raw, 0o600))
		if _, err := c.open(path, "--handover", c.at("two.json")); err == nil {
			t.Errorf("%s: handed over", name)
		}
	}
	raw, err := json.Marshal(about)
	must(t, err)
	must(t, os.WriteFile(c.at("two.json"), raw, 0o600))
	if out, err := c.open(path, "--handover", c.at("two.json")); err != nil {
		t.Fatal(err, out)
	}
	raw, err = os.ReadFile(path + ".handover")
	must(t, err)
	h := officer.Handover{Format: "priemnaya-handover-1", From: "demo", By: c.bundle.Recipients[0], ReportID: c.bundle.ReportID,
		Tag: bytes.Repeat([]byte{1}, 32), Secret: bytes.Repeat([]byte{2}, 32), Arrived: store.DayOf(time.Now()), Latest: store.DayOf(time.Now())}
	must(t, json.Unmarshal(raw, &h)) // "to" and "messages"; the desk adds the rest
	raw, err = json.Marshal(h)
	must(t, err)
	must(t, os.WriteFile(c.at("over.json"), raw, 0o600))

	for name, spoil := range map[string]string{"for another agency": strings.Replace(string(raw), `"to":"two"`, `"to":"one"`, 1), "damaged": string(raw[:len(raw)/2])} {
		must(t, os.WriteFile(c.at("bad.json"), []byte(spoil), 0o600))
		if _, err := runProtected(t, "", "officer", "import", c.at("bad.json"), "--agency", "two", "--data", f.data); err == nil {
			t.Errorf("a handover %s was taken", name)
		}
	}
	out := needProtected(t, "", "officer", "import", c.at("over.json"), "--agency", "two", "--data", f.data)
	if !strings.Contains(out, `add "demo" to origins`) || !strings.Contains(out, h.By.Fingerprint()) {
		t.Error(out)
	}
	if _, err := runProtected(t, "", "officer", "import", c.at("over.json"), "--agency", "two", "--data", f.data); err == nil {
		t.Error("a handover was taken twice")
	}
	needProtected(t, "", "log", "former", two.at("keys"), c.at("over.json.pub"), "--signer", two.at("signer"))
	page, state := two.page()
	if len(state.Entries) != 1 || len(officersEver(page)) != 2 {
		t.Errorf("%d active, %d officers ever", len(state.Entries), len(officersEver(page)))
	}
	k, err := os.Open(two.at("two.key"))
	must(t, err)
	defer k.Close()
	me, err := seal.ReadKey(k, []byte(keyPassphrase))
	must(t, err)
	a, err := f.read()
	must(t, err)
	s, err := f.open(t.Context(), a)
	must(t, err)
	defer s.Close()
	_, messages, err := s.Report(t.Context(), c.bundle.Report)
	must(t, err)
	opened, err := seal.Open(seal.Place{Agency: "two", Report: c.bundle.Report, Kind: seal.KindReport}, messages[0].Sealed, me.Identity)
	must(t, err)
	if letter, err := seal.DecodeLetter(opened.Body); err != nil || letter.Text != carriedText || !opened.By(h.By) {
		t.Errorf("the other agency reads %+v, %v", letter, err)
	}
}
