package seal

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"

	"priemnaya/intake/protected/words"
)

// The field of the shares: the scalars of ristretto255.
var field = group.Ristretto255

// NewRecovery makes an identity that Split can divide: its seed is a scalar,
// about 252 random bits.
func NewRecovery() *Identity {
	s := field.RandomNonZeroScalar(rand.Reader)
	seed, err := s.MarshalBinary()
	if err != nil {
		panic(err) // a scalar always has its 32 bytes
	}
	defer Wipe(seed)
	i, err := FromSeed(seed)
	if err != nil {
		panic(err)
	}
	return i
}

// ShareSet is what everybody may know of shares: how many are needed, to which
// key they lead, and commitments by which each is checked.
type ShareSet struct {
	Format      string   `json:"format"` // "priemnaya-shares-1"
	Needed      int      `json:"needed"`
	Made        int      `json:"made"`
	Public      Public   `json:"public"`
	Commitments []string `json:"commitments"` // coefficients times the base point, hexadecimal
}

const shareFormat = "priemnaya-shares-1"

// Share is one part of a key: the words a keeper gets.
type Share struct {
	Number int // from 1
	bytes  [shareSize]byte
}

// A share is needed 1, number 1, value 32, checksum 2: 24 words of 12 bits.
const (
	shareSize  = 36
	shareWords = 24
	wordBits   = 12
	maxShares  = 32
)

// ShareError names a share that is wrong.
type ShareError struct {
	Position int    // which of the shares given, from 1
	Reason   string // "typo", "other set", "twice", "number"
}

func (e *ShareError) Error() string {
	return fmt.Sprintf("seal: share %d is wrong: %s", e.Position, e.Reason)
}

// ErrTooFewShares says that more shares are needed.
var ErrTooFewShares = errors.New("seal: there are fewer shares than needed")

// Split divides a recovery key into made shares of which any needed ones
// restore it; needed−1 say nothing. 2 ≤ needed ≤ made ≤ 32. Error also for a key
// that was not made by NewRecovery.
func Split(i *Identity, needed, made int) (ShareSet, []Share, error) {
	if needed < 2 || needed > made || made > maxShares {
		return ShareSet{}, nil, errors.New("seal: want 2 ≤ needed ≤ made ≤ 32")
	}
	secret, err := scalar(i.seed[:])
	if err != nil {
		return ShareSet{}, nil, errors.New("seal: only a recovery key can be split")
	}
	s := secretsharing.New(rand.Reader, uint(needed-1), secret)
	set := ShareSet{Format: shareFormat, Needed: needed, Made: made, Public: i.Public()}
	for _, c := range s.CommitSecret() {
		b, err := c.MarshalBinaryCompress()
		if err != nil {
			return ShareSet{}, nil, err
		}
		set.Commitments = append(set.Commitments, hex.EncodeToString(b))
	}
	var out []Share
	for n := 1; n <= made; n++ {
		value, err := s.ShareWithID(field.NewScalar().SetUint64(uint64(n))).Value.MarshalBinary()
		if err != nil {
			return ShareSet{}, nil, err
		}
		sh := Share{Number: n}
		sh.bytes[0], sh.bytes[1] = byte(needed), byte(n)
		copy(sh.bytes[2:34], value)
		copy(sh.bytes[34:], sh.checksum())
		Wipe(value)
		out = append(out, sh)
	}
	return set, out, nil
}

func (s *Share) checksum() []byte {
	sum := sha256.Sum256(append([]byte(domain+"share\n"), s.bytes[:34]...))
	return sum[:2]
}

// Words is the share as 24 words of the list, to be printed. The caller wipes it.
func (s *Share) Words() []byte {
	var out []byte
	for i := range shareWords {
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, words.At(bits(s.bytes[:], i))...)
	}
	return out
}

// Wipe overwrites the share.
func (s *Share) Wipe() { Wipe(s.bytes[:]) }

// String hides the secret from logs.
func (s Share) String() string { return fmt.Sprintf("seal.Share(%d)", s.Number) }

// GoString hides the secret from logs.
func (s Share) GoString() string { return s.String() }

// bits returns group i of 12 bits.
func bits(b []byte, i int) int {
	at := i * wordBits / 8
	if i%2 == 0 {
		return int(b[at])<<4 | int(b[at+1])>>4
	}
	return int(b[at]&15)<<8 | int(b[at+1])
}

// ParseShare reads the words of a share, however they were typed. position is
// which of the shares given it is, for the error (*ShareError).
func ParseShare(position int, typed []byte) (Share, error) {
	wrong := func() (Share, error) { return Share{}, &ShareError{position, "typo"} }
	list := bytes.FieldsFunc(typed, func(r rune) bool { return r <= '@' || r == '—' || r == '–' })
	if len(list) != shareWords {
		return wrong()
	}
	var s Share
	for i, w := range list {
		n := words.Number(w)
		if n < 0 || n >= 1<<wordBits {
			return wrong()
		}
		at := i * wordBits / 8
		if i%2 == 0 {
			s.bytes[at], s.bytes[at+1] = byte(n>>4), byte(n<<4)
		} else {
			s.bytes[at] |= byte(n >> 8)
			s.bytes[at+1] = byte(n)
		}
	}
	if !bytes.Equal(s.checksum(), s.bytes[34:]) {
		return wrong()
	}
	s.Number = int(s.bytes[1])
	return s, nil
}

// Join restores the key. Every share is checked by the commitments first, so a
// wrong one is named (*ShareError) and not mixed in. Other errors:
// ErrTooFewShares, a set that is none.
func Join(set ShareSet, shares []Share) (*Identity, error) {
	commitments, err := set.read()
	if err != nil {
		return nil, err
	}
	var seen []int
	var parts []secretsharing.Share
	for i, s := range shares {
		reason := ""
		value, err := scalar(s.bytes[2:34])
		part := secretsharing.Share{ID: field.NewScalar().SetUint64(uint64(s.Number)), Value: value}
		switch {
		case s.Number < 1 || s.Number > set.Made || err != nil:
			reason = "number"
		case slices.Contains(seen, s.Number):
			reason = "twice"
		case int(s.bytes[0]) != set.Needed || !secretsharing.Verify(uint(set.Needed-1), part, commitments):
			reason = "other set"
		}
		if reason != "" {
			return nil, &ShareError{i + 1, reason}
		}
		seen, parts = append(seen, s.Number), append(parts, part)
	}
	if len(parts) < set.Needed {
		return nil, ErrTooFewShares
	}
	secret, err := secretsharing.Recover(uint(set.Needed-1), parts[:set.Needed])
	if err != nil {
		return nil, err
	}
	seed, err := secret.MarshalBinary()
	if err != nil {
		return nil, err
	}
	defer Wipe(seed)
	i, err := FromSeed(seed)
	if err != nil {
		return nil, err
	}
	if i.Public() != set.Public {
		return nil, errors.New("seal: the shares make another key than the set says")
	}
	return i, nil
}

func (set ShareSet) read() (secretsharing.SecretCommitment, error) {
	if set.Format != shareFormat || set.Needed < 2 || len(set.Commitments) != set.Needed {
		return nil, errors.New("seal: this is no description of shares")
	}
	var out secretsharing.SecretCommitment
	for _, c := range set.Commitments {
		b, err := hex.DecodeString(c)
		if err != nil {
			return nil, err
		}
		e := field.NewElement()
		if err := e.UnmarshalBinary(b); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// ParseShareSet reads the public description of shares.
func ParseShareSet(data []byte) (ShareSet, error) {
	var set ShareSet
	if err := json.Unmarshal(data, &set); err != nil {
		return set, err
	}
	_, err := set.read()
	return set, err
}

// scalar reads a scalar and refuses bytes that are not its only form.
func scalar(b []byte) (group.Scalar, error) {
	s := field.NewScalar()
	if err := s.UnmarshalBinary(b); err != nil {
		return nil, err
	}
	again, err := s.MarshalBinary()
	if err != nil {
		return nil, err
	}
	defer Wipe(again)
	if !bytes.Equal(again, b) {
		return nil, errors.New("seal: not a scalar")
	}
	return s, nil
}
