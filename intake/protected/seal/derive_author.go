package seal

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
)

const (
	// WordCount is how many words an author keeps.
	WordCount = 7
	// Rounds of PBKDF2: docs/decisions/2026-11-22-words-to-keys.md.
	Rounds   = 65536
	wordSalt = "priemnaya/protected/words/v1"
)

// Stretched is what the words become by the slow step. It is as secret as the
// words.
type Stretched [32]byte

// Stretch takes the canonical form of seven words (words.Canonical) and costs
// some 10 to 40 ms of one core, whatever the words are. The caller wipes canonical
// and, when done, the result.
func Stretch(canonical []byte) (*Stretched, error) {
	if bytes.Count(canonical, []byte(" ")) != WordCount-1 {
		return nil, errors.New("seal: the canonical form has seven words")
	}
	pre := sha256.Sum256(canonical)
	defer Wipe(pre[:])
	out, err := pbkdf2.Key(sha256.New, string(pre[:]), []byte(wordSalt), Rounds, 32)
	if err != nil {
		return nil, err
	}
	defer Wipe(out)
	s := Stretched(out)
	return &s, nil
}

// Wipe overwrites the secret.
func (s *Stretched) Wipe() { Wipe(s[:]) }

// String hides the secret from logs.
func (s Stretched) String() string { return "seal.Stretched" }

// GoString hides the secret from logs.
func (s Stretched) GoString() string { return "seal.Stretched" }

// Author is what the words give at one agency.
type Author struct {
	*Identity
	Tag    [32]byte // finds the report; the server stores TagHash
	Secret [32]byte // proves the words; the server stores SecretHash
}

// Author derives the author's keys at an agency, at no cost to speak of.
func (s *Stretched) Author(agency string) (*Author, error) {
	if err := checkAgency(agency); err != nil {
		return nil, err
	}
	part := func(x string) []byte { return derive(s[:], domain+x+"\n"+agency) }
	seed := part("identity")
	defer Wipe(seed)
	id, err := FromSeed(seed)
	if err != nil {
		return nil, err
	}
	return &Author{Identity: id, Tag: [32]byte(part("tag")), Secret: [32]byte(part("secret"))}, nil
}

// Wipe overwrites all of it.
func (a *Author) Wipe() {
	a.Identity.Wipe()
	Wipe(a.Tag[:])
	Wipe(a.Secret[:])
}

// TagHash is what the server stores and looks up: of a stolen store nobody makes
// the tag.
func TagHash(tag [32]byte) [32]byte {
	return sha256.Sum256(append([]byte(domain+"stored tag\n"), tag[:]...))
}

// SecretHash is what the server stores to check the secret.
func SecretHash(secret [32]byte) [32]byte {
	return sha256.Sum256(append([]byte(domain+"stored secret\n"), secret[:]...))
}

// SecretMatches compares in constant time. For a report that does not exist
// call it with any stored hash, so that both ways cost the same.
func SecretMatches(stored, secret [32]byte) bool {
	got := SecretHash(secret)
	return subtle.ConstantTimeCompare(stored[:], got[:]) == 1
}
