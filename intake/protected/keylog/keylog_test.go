package keylog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"priemnaya/intake/protected/seal"
)

var day = time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC)

type agencyLog struct {
	t              *testing.T
	folder, signer string
}

func newLog(t *testing.T) *agencyLog {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "keys")
	signer, err := Create(folder, "demo")
	if err != nil {
		t.Fatal(err)
	}
	return &agencyLog{t, folder, signer}
}

func (l *agencyLog) add(action Action, key seal.Public) {
	l.t.Helper()
	if err := Append(l.folder, Entry{Agency: "demo", Action: action, Role: seal.RoleOfficer, Key: key}, l.signer, day); err != nil {
		l.t.Fatal(err)
	}
}

func (l *agencyLog) page() Page {
	l.t.Helper()
	p, err := Read(l.folder)
	if err != nil {
		l.t.Fatal(err)
	}
	return p
}

func key() seal.Public { return seal.NewIdentity().Public() }

func TestTheLogSaysWhichKeysAreActive(t *testing.T) {
	l, a, b := newLog(t), key(), key()
	l.add(ActionAdd, a)
	l.add(ActionAdd, b)
	l.add(ActionRemove, a)
	p := l.page()
	s, err := Check(p, p.Verifier)
	if err != nil || s.Size != 3 || len(s.Recipients()) != 1 || s.Recipients()[0] != b || len(s.Fingerprint()) != 39 {
		t.Fatal(s, err)
	}
	if s.Entries[0].Day != "2026-11-22" {
		t.Errorf("the log keeps %s, want the day only", s.Entries[0].Day)
	}
	for _, e := range []Entry{{Agency: "demo", Action: ActionAdd, Role: seal.RoleOfficer, Key: b}, {Agency: "demo", Action: ActionRemove, Role: seal.RoleOfficer, Key: a},
		{Agency: "demo", Action: "swap", Role: seal.RoleOfficer, Key: a}, {Agency: "demo", Action: ActionAdd, Role: "friend", Key: a}, {Agency: "other", Action: ActionAdd, Role: seal.RoleOfficer, Key: a}} {
		if err := Append(l.folder, e, l.signer, day); err == nil {
			t.Errorf("%+v was appended", e)
		}
	}
	if got := l.page(); len(got.Entries) != 3 || got.Head != p.Head {
		t.Error("a refused entry changed the log")
	}
}

func TestRewrittenHistoryIsCaught(t *testing.T) {
	l, mallory := newLog(t), key()
	for range 5 {
		l.add(ActionAdd, key())
	}
	good := l.page()
	for name, spoil := range map[string]func(p *Page){
		"a key exchanged":        func(p *Page) { p.Entries[2] = strings.Replace(p.Entries[2], "prk1-", "prk1-A", 1)[:len(p.Entries[2])] },
		"an entry left out":      func(p *Page) { p.Entries = append(p.Entries[:1], p.Entries[2:]...) },
		"the last one cut":       func(p *Page) { p.Entries = p.Entries[:4] },
		"entries swapped":        func(p *Page) { p.Entries[0], p.Entries[1] = p.Entries[1], p.Entries[0] },
		"an entry added":         func(p *Page) { p.Entries = append(p.Entries, p.Entries[0]) },
		"another size":           func(p *Page) { p.Head = strings.Replace(p.Head, "\n5\n", "\n4\n", 1); p.Entries = p.Entries[:4] },
		"a signature spoilt":     func(p *Page) { p.Head = p.Head[:len(p.Head)-6] + "AAAA=\n" },
		"the head of a stranger": func(p *Page) { o := newLog(t); o.add(ActionAdd, mallory); q := o.page(); p.Head = q.Head },
	} {
		p := Page{Entries: append([]string(nil), good.Entries...), Head: good.Head, Verifier: good.Verifier}
		spoil(&p)
		if _, err := Check(p, good.Verifier); !errors.Is(err, ErrHead) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A whole other world, consistent in itself, is caught by who knows the key.
	o := newLog(t)
	o.add(ActionAdd, mallory)
	if _, err := Check(o.page(), good.Verifier); !errors.Is(err, ErrHead) {
		t.Error(err)
	}
	if _, err := Check(o.page(), ""); err != nil {
		t.Error("without a pinned key that world is believed, as documented:", err)
	}
}

func TestASplitViewIsCaughtByAWitness(t *testing.T) {
	l := newLog(t)
	l.add(ActionAdd, key())
	seen := l.page() // what the witness keeps
	for name := range map[string]bool{"the same size": true, "a greater size": true} {
		// The log's owner makes two continuations and signs both.
		other := &agencyLog{t, filepath.Join(t.TempDir(), "copy"), l.signer}
		signed, err := signHead("priemnaya-protected-demo", nil, l.signer)
		if err != nil {
			t.Fatal(err)
		}
		for file, data := range map[string][]byte{entriesFile: nil, headFile: signed} {
			if err := os.MkdirAll(other.folder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := replace(filepath.Join(other.folder, file), data); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := os.ReadFile(filepath.Join(l.folder, aboutFile))
		if err != nil {
			t.Fatal(err)
		}
		if err := replace(filepath.Join(other.folder, aboutFile), raw); err != nil {
			t.Fatal(err)
		}
		other.add(ActionAdd, key())
		if name == "a greater size" {
			other.add(ActionAdd, key())
		}
		p := other.page()
		proof, err := Proof(p, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := Follow(seen.Head, p.Head, seen.Verifier, proof); !errors.Is(err, ErrFork) {
			t.Errorf("%s: %v", name, err)
		}
		if err := Follow(p.Head, seen.Head, seen.Verifier, proof); !errors.Is(err, ErrFork) {
			t.Errorf("%s, backwards: %v", name, err)
		}
	}
}

func TestALogThatOnlyGrewIsFollowed(t *testing.T) {
	l := newLog(t)
	var heads []string
	for range 6 {
		l.add(ActionAdd, key())
		heads = append(heads, l.page().Head)
	}
	p := l.page()
	for i, h := range heads {
		proof, err := Proof(p, int64(i+1))
		if err != nil {
			t.Fatal(err)
		}
		if err := Follow(h, p.Head, p.Verifier, proof); err != nil {
			t.Errorf("from size %d: %v", i+1, err)
		}
	}
}

func TestARemovedKeyIsNoRecipientAnyMore(t *testing.T) {
	l, a, b := newLog(t), key(), key()
	l.add(ActionAdd, a)
	l.add(ActionAdd, b)
	before := l.page()
	l.add(ActionRemove, a)
	// A server that hides the removal shows the old, rightly signed head: it is
	// older than the one a witness has.
	now := l.page()
	proof, err := Proof(before, 2)
	if err != nil {
		t.Fatal(err)
	}
	if err := Follow(now.Head, before.Head, now.Verifier, proof); !errors.Is(err, ErrFork) {
		t.Error("a head older than the one seen was followed")
	}
	if s, err := Check(now, now.Verifier); err != nil || len(s.Recipients()) != 1 || s.Recipients()[0] != b {
		t.Error(s, err)
	}
}

func TestACrashBetweenTheTwoFilesLeavesTheOldLog(t *testing.T) {
	l := newLog(t)
	l.add(ActionAdd, key())
	old := l.page()
	l.add(ActionAdd, key())
	if err := replace(filepath.Join(l.folder, headFile), []byte(old.Head)); err != nil {
		t.Fatal(err)
	}
	p := l.page()
	if s, err := Check(p, ""); err != nil || s.Size != 1 {
		t.Fatal(s, err)
	}
	l.add(ActionAdd, key())
	if s, err := Check(l.page(), ""); err != nil || s.Size != 2 {
		t.Fatal(s, err)
	}
}

func TestAnotherSigningKeyIsRefusedAndOneLogIsNotMadeTwice(t *testing.T) {
	l, o := newLog(t), newLog(t)
	if err := Append(l.folder, Entry{Agency: "demo", Action: ActionAdd, Role: seal.RoleOfficer, Key: key()}, o.signer, day); err == nil {
		t.Error("a stranger's signature was taken")
	}
	if _, err := Create(l.folder, "demo"); err == nil {
		t.Error("a log was overwritten")
	}
}

func TestHeadsThatAreRightlySignedAndSayNonsenseAreRefused(t *testing.T) {
	l := newLog(t)
	l.add(ActionAdd, key())
	good := l.page()
	signer, err := note.NewSigner(strings.TrimSpace(l.signer))
	if err != nil {
		t.Fatal(err)
	}
	_, root, origin, err := readHead(good.Head, good.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"another origin":           fmt.Sprintf("priemnaya-protected-other\n1\n%s\n", root),
		"no root":                  origin + "\n1\n",
		"a short root":             origin + "\n1\nAAAA\n",
		"a root that is no base64": origin + "\n1\n???\n",
		"a size with a plus":       fmt.Sprintf("%s\n+1\n%s\n", origin, root),
		"a size below nothing":     fmt.Sprintf("%s\n-1\n%s\n", origin, root),
		"a size that is no number": fmt.Sprintf("%s\none\n%s\n", origin, root),
		"another size":             fmt.Sprintf("%s\n2\n%s\n", origin, root),
	} {
		head, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Check(Page{Entries: good.Entries, Head: string(head), Verifier: good.Verifier}, ""); !errors.Is(err, ErrHead) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALogContinuesWhatWasSeenOrIsAFork(t *testing.T) {
	l := newLog(t)
	empty := l.page()
	l.add(ActionAdd, key())
	one := l.page()
	l.add(ActionAdd, key())
	two := l.page()
	for name, seen := range map[string]string{"nothing": empty.Head, "one entry": one.Head, "the same": two.Head} {
		if err := Continues(seen, two); err != nil {
			t.Errorf("seen %s: %v", name, err)
		}
	}
	if err := Continues(two.Head, one); !errors.Is(err, ErrFork) {
		t.Errorf("a log that has shrunk: %v", err)
	}
	if err := Continues(two.Head[:20], two); !errors.Is(err, ErrHead) {
		t.Errorf("a head cut off: %v", err)
	}
	if _, err := (hashes{}).ReadHashes([]int64{0}); err == nil {
		t.Error("a hash that is not there was given")
	}
}

func TestATenureLastsFromTheEntryThatAddsAKeyToTheOneThatRemovesIt(t *testing.T) {
	l, a, b := newLog(t), key(), key()
	at := func(day time.Time, action Action, role seal.Role, key seal.Public) {
		t.Helper()
		if err := Append(l.folder, Entry{Agency: "demo", Action: action, Role: role, Key: key}, l.signer, day); err != nil {
			t.Fatal(err)
		}
	}
	recovery := key()
	at(day, ActionAdd, seal.RoleOfficer, a)
	at(day, ActionAdd, seal.RoleRecovery, recovery)
	at(day.AddDate(0, 0, 1), ActionAdd, seal.RoleOfficer, b)
	at(day.AddDate(0, 0, 2), ActionRemove, seal.RoleOfficer, a)
	at(day.AddDate(0, 0, 3), ActionAdd, seal.RoleOfficer, a)
	at(day.AddDate(0, 0, 4), ActionRemove, seal.RoleOfficer, a)
	want := []Tenure{{a, "2026-11-22", "2026-11-24"}, {b, "2026-11-23", ""}, {a, "2026-11-25", "2026-11-26"}}
	got := Officers(l.page())
	if !slices.Equal(got, want) {
		t.Fatalf("tenures %v, want %v", got, want)
	}
	for day, signs := range map[string]bool{"2026-11-01": true, "2026-11-24": true, "2026-11-25": false} {
		if got[0].Signs(day) != signs {
			t.Errorf("on %s: %v", day, !signs)
		}
	}
	if !got[1].Signs("2099-01-01") {
		t.Error("an active key signs no more")
	}
}
