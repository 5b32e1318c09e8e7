package keylog

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"priemnaya/intake/protected/seal"
)

// Action is what an entry does.
type Action string

// Actions of entries.
const (
	ActionAdd    Action = "add"
	ActionRemove Action = "remove"
)

// Entry is one line of the log. It names no person.
type Entry struct {
	Number  int64       `json:"number"` // from 0
	Day     string      `json:"day"`    // "2006-01-02"
	Agency  string      `json:"agency"`
	Action  Action      `json:"action"`
	Role    seal.Role   `json:"role"`
	Key     seal.Public `json:"key"`
	Carrier string      `json:"carrier,omitempty"` // "age1…" for bundles, of officers
}

// about is log.json.
type about struct {
	Origin   string `json:"origin"`
	Verifier string `json:"verifier"`
}

const (
	entriesFile = "entries.jsonl"
	headFile    = "head"
	aboutFile   = "log.json"
)

// Create makes an empty log of an agency in a folder and returns the signing key
// of its heads, to be kept elsewhere. Error also if there is a log already.
func Create(folder, agency string) (signer string, err error) {
	if _, err := os.Stat(filepath.Join(folder, aboutFile)); !errors.Is(err, fs.ErrNotExist) {
		return "", errors.Join(errors.New("keylog: there is a log already"), err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	origin := "priemnaya-protected-" + agency
	signer, verifier, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return "", err
	}
	head, err := signHead(origin, nil, signer)
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(about{origin, verifier})
	if err != nil {
		return "", err
	}
	return signer, errors.Join(replace(filepath.Join(folder, entriesFile), nil), replace(filepath.Join(folder, headFile), head),
		replace(filepath.Join(folder, aboutFile), append(raw, '\n')))
}

// Append adds an entry and signs the new head. The log on disk is checked first:
// nothing is appended to one that is not whole. Adding a key that is active, or
// removing one that is not, is an error.
func Append(folder string, e Entry, signer string, day time.Time) error {
	p, err := Read(folder)
	if err != nil {
		return err
	}
	state, err := Check(p, "")
	if err != nil {
		return err
	}
	e.Number, e.Day = int64(len(p.Entries)), day.Format(time.DateOnly)
	if _, err := apply(state.Entries, e); err != nil {
		return err
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	lines := append(slices.Clone(p.Entries), string(line))
	head, err := signHead(state.Origin, lines, signer)
	if err != nil {
		return err
	}
	if _, err := Check(Page{Entries: lines, Head: string(head), Verifier: p.Verifier}, ""); err != nil {
		return fmt.Errorf("keylog: this is not the signing key of the log: %w", err)
	}
	// The entries first: Read takes no more of them than the head says, so a
	// crash in between leaves the old log.
	return errors.Join(replace(filepath.Join(folder, entriesFile), []byte(strings.Join(lines, "\n")+"\n")), replace(filepath.Join(folder, headFile), head))
}

// Read returns the log of a folder as it is handed to others.
func Read(folder string) (Page, error) {
	var p Page
	raw, err1 := os.ReadFile(filepath.Join(folder, aboutFile))
	head, err2 := os.ReadFile(filepath.Join(folder, headFile))
	entries, err3 := os.ReadFile(filepath.Join(folder, entriesFile))
	if err := errors.Join(err1, err2, err3); err != nil {
		return p, err
	}
	var a about
	if err := json.Unmarshal(raw, &a); err != nil {
		return p, err
	}
	p.Head, p.Verifier = string(head), a.Verifier
	for line := range bytes.Lines(entries) {
		p.Entries = append(p.Entries, strings.TrimSuffix(string(line), "\n"))
	}
	size, _, _, err := readHead(p.Head, a.Verifier)
	if err != nil {
		return p, err
	}
	if int64(len(p.Entries)) > size {
		p.Entries = p.Entries[:size]
	}
	return p, nil
}

func signHead(origin string, lines []string, key string) ([]byte, error) {
	signer, err := note.NewSigner(strings.TrimSpace(key))
	if err != nil {
		return nil, err
	}
	root, err := rootOf(lines)
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", origin, len(lines), root)}, signer)
}

// hashes of a tree, as tlog stores them.
type hashes []tlog.Hash

// ReadHashes answers tlog.
func (h hashes) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		if n < 0 || n >= int64(len(h)) {
			return nil, errors.New("keylog: no such hash")
		}
		out[i] = h[n]
	}
	return out, nil
}

func treeOf(lines []string) (hashes, error) {
	var h hashes
	for i, line := range lines {
		more, err := tlog.StoredHashes(int64(i), []byte(line), h)
		if err != nil {
			return nil, err
		}
		h = append(h, more...)
	}
	return h, nil
}

func rootOf(lines []string) (tlog.Hash, error) {
	h, err := treeOf(lines)
	if err != nil {
		return tlog.Hash{}, err
	}
	return tlog.TreeHash(int64(len(lines)), h)
}

// replace writes a file whole or leaves the old one.
func replace(path string, data []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
