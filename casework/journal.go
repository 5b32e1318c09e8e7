package casework

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Event is one entry of a case's journal (журнал). Each holds the hash of the
// one before it, so that nobody can change the past unnoticed.
type Event struct {
	// Seq counts from 1.
	Seq int       `json:"seq"`
	At  time.Time `json:"at"`
	// Actor is the ID of whoever acted, Role the role in which he did.
	Actor string `json:"actor"`
	Role  Role   `json:"role"`
	// For is the absent person in whose place the actor has acted, "" in his own
	// right.
	For string  `json:"for,omitempty"`
	Act ActKind `json:"act"`
	// Facts are the act's facts by name: codes, dates, hashes, never texts.
	Facts map[string]string `json:"facts,omitempty"`
	// Prev is the hash of the previous event, "" for the first.
	Prev string `json:"prev"`
	Hash string `json:"hash"`
}

// sum computes the event's hash over the case ID and every other field.
func (e Event) sum(caseID string) string {
	h := sha256.New()
	put := func(s string) { h.Write([]byte(strconv.Itoa(len(s)) + ":" + s)) }
	put(caseID)
	put(strconv.Itoa(e.Seq))
	put(e.At.UTC().Format(time.RFC3339Nano))
	put(e.Actor)
	put(string(e.Role))
	put(string(e.Act))
	// Maps are written with sorted keys, so the bytes are always the same;
	// a map of strings cannot fail to be written.
	facts, _ := json.Marshal(e.Facts)
	if bytes.Equal(facts, []byte("{}")) {
		facts = []byte("null")
	}
	put(string(facts))
	put(e.Prev)
	if e.For != "" {
		put(e.For)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// record appends one event to the journal. Times are kept to the millisecond:
// every store keeps at least that, so hashes survive a move between stores.
func (c *Case) record(at time.Time, by Actor, role Role, act ActKind, facts map[string]string) {
	e := Event{Seq: len(c.Journal) + 1, At: at.UTC().Truncate(time.Millisecond), Actor: by.ID,
		Role: role, For: by.acting, Act: act, Facts: facts}
	if n := len(c.Journal); n > 0 {
		e.Prev = c.Journal[n-1].Hash
	}
	e.Hash = e.sum(c.ID)
	c.Journal = append(c.Journal, e)
}

// VerifyJournal checks the chain of a case and that the case's texts, files
// and answers are those the journal speaks of. It returns a Corrupted error
// that names the first broken event.
func VerifyJournal(c *Case) error {
	broken := func(seq int, what string) error {
		return &Error{Code: Corrupted, Op: "casework.VerifyJournal", Message: "journal.broken",
			Data: map[string]any{"Seq": seq, "What": what},
			Err:  fmt.Errorf("case %s: event %d: %s", c.ID, seq, what)}
	}
	prev := ""
	for i, e := range c.Journal {
		switch {
		case e.Seq != i+1:
			return broken(i+1, "sequence")
		case e.Prev != prev:
			return broken(e.Seq, "previous hash")
		case e.Hash != e.sum(c.ID):
			return broken(e.Seq, "hash")
		}
		prev = e.Hash
	}
	if len(c.Journal) == 0 {
		return broken(0, "empty")
	}
	return verifyContents(c, broken)
}

// verifyContents compares the hashes of contents with the facts that the acts
// which brought them wrote into the journal.
func verifyContents(c *Case, broken func(int, string) error) error {
	first := c.Journal[0]
	if first.Facts["text"] != textDigest(c.Content.Text) {
		return broken(1, "text")
	}
	if first.Facts["files"] != filesDigest(c.Content.Files) {
		return broken(1, "files")
	}
	n := 0
	for _, e := range c.Journal {
		if e.Act != ActAnswer {
			continue
		}
		if n >= len(c.Answers) || e.Facts["digest"] != LetterDigest(c.ID, c.Answers[n].Text, c.Answers[n].Files) {
			return broken(e.Seq, "answer")
		}
		if e.Facts["paper"] != paperDigest(c.Answers[n].Paper) {
			return broken(e.Seq, "letter")
		}
		n++
	}
	if n != len(c.Answers) {
		return broken(len(c.Journal), "answers")
	}
	return nil
}

func textDigest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// filesDigest is one hash over the hashes of files; the single hashes are in
// the facts too, one by one.
func filesDigest(files []File) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%s %d %s %s\n", f.SHA256, f.Size, f.WorkSHA256, f.ID)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// LetterDigest is what a head signs: the hex SHA-256 over the case, the text
// and the files of a letter.
func LetterDigest(caseID, text string, files []File) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d:%s\n%s\n", caseID, len(text), text, filesDigest(files))
	return hex.EncodeToString(h.Sum(nil))
}
