package store

import (
	"errors"
	"time"

	"priemnaya/intake/protected/seal"
)

// Errors of the store; everything else is a failure of the disk.
var (
	// ErrNone: there is no such report, or it has expired or been shredded, or the
	// words are not its author's.
	ErrNone = errors.New("protected store: no such report")
	// ErrTaken: a report of these words exists; the author pressed twice.
	ErrTaken = errors.New("protected store: the report exists")
	// ErrStale: somebody was quicker; the number of an envelope or the version of a
	// note is taken. Read the report again, seal with the next number, try again.
	ErrStale = errors.New("protected store: somebody was quicker")
	// ErrFull: the report has as many messages or files as one may have, or the
	// store as many reports.
	ErrFull = errors.New("protected store: full")
)

// MaxMessages and MaxFiles are how many one report may have, both sides
// together.
const (
	MaxMessages = 500
	MaxFiles    = 500
)

// ID names a report; its author's side draws it by lot (seal.NewReport). It is
// the Report of every envelope's seal.Place.
type ID = seal.Report

// Words are the hashes of what an author's words lead to (seal.TagHash,
// seal.SecretHash): the first finds his report, the second proves that he has
// the words. Neither leads back.
type Words struct{ Tag, Secret [32]byte }

// WordsOf are the hashes of an author at the agency of this store.
func WordsOf(a *seal.Author) Words {
	return Words{Tag: seal.TagHash(a.Tag), Secret: seal.SecretHash(a.Secret)}
}

// Day is a calendar day of UTC, counted from 1 January 1970: the finest time
// that is kept anywhere in the channel.
type Day int32

// DayOf is the day of an instant.
func DayOf(t time.Time) Day { return Day(t.Unix() / 86400) }

// Time is the beginning of the day.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Message is one letter of a dialogue with its files, sealed by its writer.
type Message struct {
	// Place is the order of the message in its report, from 0; the store sets it.
	Place int
	// Kind is seal.KindReport for the first, then KindAuthor or KindOfficer; Number
	// counts messages of the kind from 0. Both are part of the envelope's seal.Place.
	Kind   seal.Kind
	Number uint32
	// Day is set by the store.
	Day Day
	// Once is a random mark of the writer, not zero: a message with the mark of
	// another one in the same report is the same message sent twice, kept once.
	Once [16]byte
	// Sealed is the envelope of a seal.Letter.
	Sealed []byte
	Files  []File
}

// File is one file of a message.
type File struct {
	// Number counts the files of a report from 0 (envelope of seal.KindFile).
	Number uint32
	// Sealed is the envelope of a seal.File. Box and Report leave it nil; the
	// method File of the store reads it.
	Sealed []byte
}

// Report is what the store knows of one report. The author's public keys are in
// the letter of its first message, for those who may open it.
type Report struct {
	ID ID
	// Arrived is the day of the first message, Latest of the author's last one.
	Arrived, Latest Day
	// Expires is the day on which the report is shredded by itself.
	Expires Day
	// Desk is the sealed note of the officers (labels, who works on it, closed or
	// not), empty at first; Version counts its changes from 0 and is the number of
	// its envelope (seal.KindNote).
	Desk    []byte
	Version uint32
}

// Next is the number that the next message of a kind takes.
func Next(messages []Message, kind seal.Kind) uint32 {
	var n uint32
	for _, m := range messages {
		if m.Kind == kind {
			n = max(n, m.Number+1)
		}
	}
	return n
}

// NextFile is the number that the next file takes.
func NextFile(messages []Message) uint32 {
	var n uint32
	for _, m := range messages {
		for _, f := range m.Files {
			n = max(n, f.Number+1)
		}
	}
	return n
}
