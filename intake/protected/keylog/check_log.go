package keylog

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"priemnaya/intake/protected/seal"
)

// Page is the whole log as it is handed to pages, offline tools and witnesses.
// It is small: an agency changes keys a few times a year.
type Page struct {
	Entries  []string `json:"entries"` // each as it was signed
	Head     string   `json:"head"`    // signed note
	Verifier string   `json:"verifier"`
}

// State is what a checked log says.
type State struct {
	Origin  string
	Size    int64
	Root    tlog.Hash
	Entries []Entry // active keys: the entries that added them
}

var (
	// ErrHead says that the head is not signed by the log's key, or not for these
	// entries: somebody rewrote history or cut it.
	ErrHead = errors.New("keylog: the head does not belong to the entries")
	// ErrEntry says that an entry is not lawful.
	ErrEntry = errors.New("keylog: an entry is not lawful")
	// ErrFork says that two heads exclude each other: the log shows different
	// people different histories.
	ErrFork = errors.New("keylog: the log does not continue the one seen before")
)

// Check verifies a log from its first entry to its signed head. pinned is the
// verifier key known from elsewhere; "" trusts the page's own. Errors: ErrHead,
// ErrEntry.
func Check(p Page, pinned string) (State, error) {
	if pinned != "" && strings.TrimSpace(pinned) != p.Verifier {
		return State{}, ErrHead
	}
	size, root, origin, err := readHead(p.Head, p.Verifier)
	if err != nil {
		return State{}, err
	}
	if size != int64(len(p.Entries)) {
		return State{}, ErrHead
	}
	got, err := rootOf(p.Entries)
	if err != nil || got != root {
		return State{}, ErrHead
	}
	s := State{Origin: origin, Size: size, Root: root}
	for i, line := range p.Entries {
		var e Entry
		if json.Unmarshal([]byte(line), &e) != nil || e.Number != int64(i) || origin != "priemnaya-protected-"+e.Agency {
			return State{}, ErrEntry
		}
		if s.Entries, err = apply(s.Entries, e); err != nil {
			return State{}, err
		}
	}
	return s, nil
}

// apply changes the active entries by one.
func apply(active []Entry, e Entry) ([]Entry, error) {
	at := slices.IndexFunc(active, func(a Entry) bool { return a.Key == e.Key })
	switch {
	case e.Role != seal.RoleOfficer && e.Role != seal.RoleRecovery:
	case e.Action == ActionAdd && at < 0:
		return append(slices.Clone(active), e), nil
	case e.Action == ActionRemove && at >= 0:
		return slices.Delete(slices.Clone(active), at, at+1), nil
	}
	return nil, ErrEntry
}

// readHead checks the signature of a head by its verifier.
func readHead(head, verifier string) (size int64, root tlog.Hash, origin string, err error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return 0, root, "", ErrHead
	}
	n, err := note.Open([]byte(head), note.VerifierList(v))
	if err != nil {
		return 0, root, "", ErrHead
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 || lines[0] != v.Name() {
		return 0, root, "", ErrHead
	}
	size, err = strconv.ParseInt(lines[1], 10, 64)
	raw, err2 := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || err2 != nil || size < 0 || len(raw) != len(root) || lines[1] != strconv.FormatInt(size, 10) {
		return 0, root, "", ErrHead
	}
	return size, tlog.Hash(raw), lines[0], nil
}

// Recipients are the keys to seal to: all active ones.
func (s State) Recipients() []seal.Public {
	out := make([]seal.Public, 0, len(s.Entries))
	for _, e := range s.Entries {
		out = append(out, e.Key)
	}
	return out
}

// Fingerprint is the beginning of the root, for comparison by eye or voice.
func (s State) Fingerprint() string {
	h := fmt.Sprintf("%x", s.Root[:16])
	var groups []string
	for i := 0; i < len(h); i += 4 {
		groups = append(groups, h[i:i+4])
	}
	return strings.Join(groups, " ")
}

// Proof shows that the log only grew: the proof of RFC 6962 from a size.
func Proof(p Page, from int64) (tlog.TreeProof, error) {
	h, err := treeOf(p.Entries)
	if err != nil {
		return nil, err
	}
	if from == 0 {
		return nil, nil
	}
	return tlog.ProveTree(int64(len(p.Entries)), from, h)
}

// Follow is what a witness does: he has an earlier head and is shown a later
// one with a proof. Both must be signed by the verifier, and the later must
// continue the earlier. Errors: ErrHead, ErrFork.
func Follow(earlier, later, verifier string, proof tlog.TreeProof) error {
	n, old, _, err := readHead(earlier, verifier)
	if err != nil {
		return err
	}
	m, root, _, err := readHead(later, verifier)
	if err != nil {
		return err
	}
	if n == m && old == root || n == 0 {
		return nil
	}
	if n >= m || tlog.CheckTree(proof, m, root, n, old) != nil {
		return ErrFork
	}
	return nil
}

// Continues checks that a log continues a head seen before. Errors: ErrHead,
// ErrFork.
func Continues(seen string, p Page) error {
	size, _, _, err := readHead(seen, p.Verifier)
	if err != nil {
		return err
	}
	if size > int64(len(p.Entries)) {
		return ErrFork
	}
	proof, err := Proof(p, size)
	if err != nil {
		return err
	}
	return Follow(seen, p.Head, p.Verifier, proof)
}
