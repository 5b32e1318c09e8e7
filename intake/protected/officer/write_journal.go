package officer

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// JournalFile is the journal of the officers' acts in the folder of an agency.
const JournalFile = "officers.journal"

// Act is what an officer did.
type Act string

// The acts.
const (
	ActSignIn   Act = "sign_in"
	ActDenied   Act = "denied"
	ActList     Act = "list"
	ActOpen     Act = "open"
	ActBundle   Act = "bundle"
	ActFile     Act = "file"
	ActReply    Act = "reply"
	ActNote     Act = "note"
	ActHandOver Act = "hand_over"
	ActShred    Act = "shred"
)

// Entry is a line of the journal.
type Entry struct {
	Seq    int    `json:"seq"`
	Day    string `json:"day"`
	By     string `json:"by"`
	Act    Act    `json:"act"`
	Report string `json:"report,omitempty"`
	// To is the agency a report was handed over to.
	To   string `json:"to,omitempty"`
	Prev string `json:"prev"`
	Hash string `json:"hash"`
}

func (e Entry) sum() string {
	e.Hash = ""
	raw, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and a number can always be written
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// Journal is append-only; each line holds the hash of the one before it.
type Journal struct {
	path string
	now  func() time.Time
	mu   sync.Mutex
}

// OpenJournal opens the journal in the folder of an agency.
func OpenJournal(folder string, now func() time.Time) *Journal {
	return &Journal{path: filepath.Join(folder, JournalFile), now: now}
}

// Read reads all entries and checks the chain. The error names the first line
// that is not as it was written.
func (j *Journal) Read() ([]Entry, error) {
	raw, err := os.ReadFile(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Entry
	prev := ""
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for lines.Scan() {
		var e Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.Seq != len(out)+1 || e.Prev != prev || e.Hash != e.sum() {
			return out, fmt.Errorf("the journal is broken at line %d", len(out)+1)
		}
		prev, out = e.Hash, append(out, e)
	}
	return out, lines.Err()
}

// Write adds a line and returns after the disk has it.
func (j *Journal) Write(by string, act Act, report, to string) (err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	f, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	last, err := lastEntry(f)
	if err != nil {
		return err
	}
	e := Entry{Seq: last.Seq + 1, Day: j.now().UTC().Format(time.DateOnly), By: by, Act: act, Report: report, To: to, Prev: last.Hash}
	e.Hash = e.sum()
	raw, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(raw, '\n')); err != nil {
		return err
	}
	return f.Sync()
}

// lastEntry reads the last line, which is shorter than 1 KiB.
func lastEntry(f *os.File) (Entry, error) {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return Entry{}, err
	}
	tail := make([]byte, min(info.Size(), 1024))
	if _, err := f.ReadAt(tail, info.Size()-int64(len(tail))); err != nil {
		return Entry{}, err
	}
	tail = bytes.TrimSuffix(tail, []byte("\n"))
	var e Entry
	err = json.Unmarshal(tail[bytes.LastIndexByte(tail, '\n')+1:], &e)
	if err != nil {
		return e, fmt.Errorf("the end of %s is damaged: %w", JournalFile, err)
	}
	return e, nil
}
