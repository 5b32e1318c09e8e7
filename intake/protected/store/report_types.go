package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// Errors of the store; everything else is a failure of the disk.
var (
	// ErrNone: there is no such report, or it has expired or been shredded.
	ErrNone = errors.New("protected store: no such report")
	// ErrTaken: a report under this key exists; the author pressed twice.
	ErrTaken = errors.New("protected store: the report exists")
	// ErrStale: the desk's note was changed meanwhile.
	ErrStale = errors.New("protected store: the note was changed meanwhile")
	// ErrFull: the report has as many messages as one may have.
	ErrFull = errors.New("protected store: the report is full")
)

// MaxMessages is how many messages one report may have, both sides together.
const MaxMessages = 500

// Key finds the report of an author. It is a hash of the locator that only the
// author's words lead to, so that neither a copy of the store nor an officer
// can ask for a report in the author's place.
type Key [32]byte

// KeyOf is the key that a locator leads to.
func KeyOf(locator []byte) Key {
	return sha256.Sum256(append([]byte("priemnaya protected locator\x00"), locator...))
}

// ID names a report on the officers' side; it is random and tells nothing.
type ID [16]byte

func (id ID) String() string { return hex.EncodeToString(id[:]) }

// ParseID reads what String wrote. Errors: ErrNone.
func ParseID(s string) (ID, error) {
	var id ID
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(id) {
		return id, ErrNone
	}
	copy(id[:], raw)
	return id, nil
}

// Day is a calendar day of UTC, counted from 1 January 1970: the finest time
// that is kept anywhere in the channel.
type Day int32

// DayOf is the day of an instant.
func DayOf(t time.Time) Day { return Day(t.Unix() / 86400) }

// Time is the beginning of the day.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Side says who wrote a message.
type Side byte

// The two sides of a dialogue.
const (
	FromAuthor Side = 1
	FromAgency Side = 2
)

// Message is one letter of a dialogue, sealed by whoever wrote it.
type Message struct {
	// Place is the number of the message in its report, from 0. The store sets it.
	Place int
	From  Side
	// Day is set by the store.
	Day Day
	// Once is a random mark of the writer: a message with the mark of another one
	// in the same report is the same message sent twice, and is kept once.
	Once [16]byte
	// Sealed is the envelope with the text, padded to a step by the writer.
	Sealed []byte
	// Files is the sealed bundle of all files, padded to a step; empty where there
	// are none. Box and Report leave it empty and set HasFiles: Files reads it.
	Files    []byte
	HasFiles bool
}

// Report is what the store knows of one report.
type Report struct {
	ID ID
	// Author is the author's public key, to which officers seal their answers.
	Author []byte
	// Arrived is the day of the first message, Latest of the author's last one.
	Arrived, Latest Day
	// Expires is the day on which the report is shredded by itself.
	Expires Day
	// Messages is how many there are.
	Messages int
	// Desk is a sealed note of the officers (labels, who works on it, closed or
	// not); the store does not look into it. Version counts its changes from 0.
	Desk    []byte
	Version int
}
