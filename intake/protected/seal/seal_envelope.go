package seal

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"slices"
)

const (
	magic       = "PRSEAL\x00\x01"
	stanzaSize  = 32 + 32 + tagSize
	stanzaGroup = 8
	// MaxRecipients is how many may open one envelope.
	MaxRecipients = 64
	// Overhead of the smallest header in bytes.
	headerMin = len(magic) + 1 + stanzaGroup*stanzaSize + 32
)

var (
	// ErrDamaged says that an envelope is not whole, not genuine, or belongs to
	// another place.
	ErrDamaged = errors.New("seal: the envelope is damaged or does not belong here")
	// ErrNotForYou says that no stanza opens with this identity at this place.
	ErrNotForYou = errors.New("seal: this key does not open the envelope")
)

// Opened is what an envelope held.
type Opened struct {
	Body   []byte   // the caller wipes it
	Signed bool     // a signature was present and right
	Signer [32]byte // its Ed25519 key: compare with Public.Sign of the one expected
}

// By reports whether the body was signed by the holder of p.
func (o Opened) By(p Public) bool {
	return o.Signed && subtle.ConstantTimeCompare(o.Signer[:], p.Sign[:]) == 1
}

// Seal makes an envelope of the body for this place that each of the recipients
// opens. from signs inside; nil leaves the envelope unsigned. The body is padded
// to a step. Errors: ErrTooLong, a place or recipient that is none, no recipient
// or more than MaxRecipients. Two calls never give the same bytes.
func Seal(place Place, body []byte, from *Identity, to []Public) ([]byte, error) {
	if err := place.Check(); err != nil {
		return nil, err
	}
	if err := checkRecipients(to); err != nil {
		return nil, err
	}
	plain, err := frame(place, body, from)
	if err != nil {
		return nil, err
	}
	defer Wipe(plain)
	content := make([]byte, 32)
	rand.Read(content)
	defer Wipe(content)
	head, err := header(place, content, to)
	if err != nil {
		return nil, err
	}
	key := derive(content, place.label("payload"))
	defer Wipe(key)
	out := slices.Grow(head, len(plain)+chunks(len(plain))*tagSize)
	return encrypt(out, key, plain), nil
}

func checkRecipients(to []Public) error {
	if len(to) == 0 || len(to) > MaxRecipients {
		return errors.New("seal: an envelope has from 1 to 64 recipients")
	}
	for _, p := range to {
		if err := p.check(); err != nil {
			return err
		}
	}
	return nil
}

// header wraps the content key to every recipient and to as many keys thrown
// away as fill the group, in random order.
func header(place Place, content []byte, to []Public) ([]byte, error) {
	keys := make([][32]byte, 0, len(to)+stanzaGroup)
	for _, p := range to {
		if !slices.Contains(keys, p.Seal) {
			keys = append(keys, p.Seal)
		}
	}
	for len(keys)%stanzaGroup != 0 {
		k, err := ecdh.X25519().GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		keys = append(keys, [32]byte(k.PublicKey().Bytes()))
	}
	shuffle(keys)
	commit := derive(content, place.label("commit"))
	out := append([]byte(magic), byte(len(keys)))
	for _, k := range keys {
		stanza, err := wrap(place, content, commit, k)
		if err != nil {
			return nil, err
		}
		out = append(out, stanza...)
	}
	return append(out, commit...), nil
}

// wrap seals the content key to one X25519 key.
func wrap(place Place, content, commit []byte, to [32]byte) ([]byte, error) {
	pub, err := ecdh.X25519().NewPublicKey(to[:])
	if err != nil {
		return nil, err
	}
	pk, err := hpke.NewDHKEMPublicKey(pub)
	if err != nil {
		return nil, err
	}
	enc, sender, err := hpke.NewSender(pk, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(place.label("wrap")))
	if err != nil {
		return nil, err
	}
	sealed, err := sender.Seal(commit, content)
	return append(enc, sealed...), err
}

// shuffle orders the keys at random, so that a stanza's place tells nothing.
func shuffle(keys [][32]byte) {
	for i := len(keys) - 1; i > 0; i-- {
		j := below(i + 1)
		keys[i], keys[j] = keys[j], keys[i]
	}
}

// below returns a uniformly random number under n, 1 ≤ n ≤ 256.
func below(n int) int {
	limit := 256 - 256%n
	var b [1]byte
	for {
		rand.Read(b[:])
		if int(b[0]) < limit {
			return int(b[0]) % n
		}
	}
}

// Decoy makes an envelope of the shortest step that nobody can open. Without a
// recipient's key it cannot be told from a real one; it hides how many messages
// a report has.
func Decoy(place Place) ([]byte, error) {
	nobody := NewIdentity()
	defer nobody.Wipe()
	return Seal(place, nil, nobody, []Public{nobody.Public()})
}
