package sqlitestore

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/words"
)

// The index of words numbers cases by their receipt, so that it yields finds
// newest first by itself: the cost of a page does not grow with the number of
// finds. A number is the second of receipt and a place within that second.
const widsInSecond = 1 << 16

// wordsBase is the first number of the second of an instant.
func wordsBase(at time.Time) int64 { return at.Unix() * widsInSecond }

// secondOf is the first number of the second that a number belongs to.
func secondOf(wid int64) int64 { return wid &^ (widsInSecond - 1) }

// nextWid is a free number for a case received at an instant. More than 65,536
// cases of one second, as an import may bring, overflow into the next.
func (b *batch) nextWid(at time.Time) (int64, error) {
	for base := wordsBase(at); ; base += widsInSecond {
		var last int64
		_, err := b.scan("SELECT coalesce(max(wid), ?) FROM rows WHERE wid >= ? AND wid < ?",
			[]any{base - 1, base, base + widsInSecond}, &last)
		if err != nil || last+1 < base+widsInSecond {
			return last + 1, err
		}
	}
}

// moveWords gives a case whose receipt has moved another number and takes its
// words out of the index; they are queued by whoever calls.
func (b *batch) moveWords(u *revision) error {
	var was int64
	found, err := b.scan("SELECT wid FROM rows WHERE docid = ? AND version = ?", []any{u.docid, u.version}, &was)
	if err != nil || !found {
		return err
	}
	wid, err := b.nextWid(u.row.ReceivedAt)
	if err != nil {
		return err
	}
	if err := b.exec("UPDATE rows SET wid = ? WHERE docid = ?", wid, u.docid); err != nil {
		return err
	}
	return b.exec("DELETE FROM words WHERE rowid = ?", was)
}

// bodyTerm marks the body of a case among its words, so that a common word is
// looked for among the cases of one body only. No word begins with the sign.
func bodyTerm(body string) string {
	h := fnv.New64a()
	h.Write([]byte(body))
	return fmt.Sprintf("§%016x", h.Sum64())
}

// matchOf makes the expression for the index of words; words are stems of
// letters and digits, so there is nothing to escape. It is empty for a query
// without words; some is false if nothing can be found.
func matchOf(q casework.Query) (match string, some bool) {
	if strings.TrimSpace(q.Text) == "" {
		return "", true
	}
	terms := words.QueryTerms(q.Text)
	if len(terms) == 0 {
		return "", false
	}
	match = `"` + strings.Join(terms[:min(len(terms), maxTextTerms)], `" AND "`) + `"`
	if n := len(q.Bodies); n > 0 && n <= maxMerged {
		var bodies []string
		for _, b := range once(q.Bodies) {
			bodies = append(bodies, `"`+bodyTerm(b)+`"`)
		}
		match += " AND (" + strings.Join(bodies, " OR ") + ")"
	}
	return match, true
}
