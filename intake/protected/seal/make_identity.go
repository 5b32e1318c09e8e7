package seal

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
)

// SeedSize is the length of an identity's seed in bytes.
const SeedSize = 32

// Identity is the private half of one who opens and signs: an officer, the
// agency's recovery key, or an author. It is never printed; keep it no longer
// than needed and call Wipe.
type Identity struct {
	seed [SeedSize]byte
	open hpke.PrivateKey
	seal [32]byte // X25519 public key
	sign ed25519.PrivateKey
}

// NewIdentity makes an identity from the system's randomness.
func NewIdentity() *Identity {
	var seed [SeedSize]byte
	rand.Read(seed[:])
	defer Wipe(seed[:])
	i, err := FromSeed(seed[:])
	if err != nil {
		panic(err) // a seed of the right length always makes an identity
	}
	return i
}

// FromSeed makes the identity of a seed of SeedSize bytes. The caller wipes the
// seed.
func FromSeed(seed []byte) (*Identity, error) {
	if len(seed) != SeedSize {
		return nil, errors.New("seal: a seed has 32 bytes")
	}
	i := &Identity{}
	copy(i.seed[:], seed)
	open := derive(seed, domain+"seal")
	sign := derive(seed, domain+"sign")
	defer Wipe(open)
	defer Wipe(sign)
	priv, err := ecdh.X25519().NewPrivateKey(open)
	if err != nil {
		return nil, err
	}
	if i.open, err = hpke.NewDHKEMPrivateKey(priv); err != nil {
		return nil, err
	}
	copy(i.seal[:], priv.PublicKey().Bytes())
	i.sign = ed25519.NewKeyFromSeed(sign)
	return i, nil
}

// Seed returns a copy of the secret. The caller wipes it.
func (i *Identity) Seed() []byte { return append([]byte(nil), i.seed[:]...) }

// Wipe overwrites what can be overwritten. The identity is of no use afterwards.
func (i *Identity) Wipe() {
	if i == nil {
		return
	}
	Wipe(i.seed[:])
	Wipe(i.sign)
	i.open = nil
}

// String hides the secret from logs.
func (i *Identity) String() string { return "seal.Identity" }

// GoString hides the secret from logs.
func (i *Identity) GoString() string { return "seal.Identity" }

// Public is the public half of an identity.
func (i *Identity) Public() Public {
	p := Public{Seal: i.seal}
	copy(p.Sign[:], i.sign.Public().(ed25519.PublicKey))
	return p
}

// Public is what others know of an identity: to whom one seals and by whose key
// a signature is checked.
type Public struct {
	Seal [32]byte // X25519
	Sign [32]byte // Ed25519
}

const publicPrefix = "prk1-"

// String is the key as text: "prk1-" and 86 letters of base64url.
func (p Public) String() string {
	return publicPrefix + base64.RawURLEncoding.EncodeToString(append(append([]byte(nil), p.Seal[:]...), p.Sign[:]...))
}

// ParsePublic reads what String wrote.
func ParsePublic(s string) (Public, error) {
	var p Public
	rest, ok := strings.CutPrefix(strings.TrimSpace(s), publicPrefix)
	b, err := base64.RawURLEncoding.Strict().DecodeString(rest)
	if !ok || err != nil || len(b) != 64 {
		return p, errors.New("seal: a public key is prk1- and 86 letters")
	}
	copy(p.Seal[:], b[:32])
	copy(p.Sign[:], b[32:])
	return p, p.check()
}

// check refuses keys of small order, with which the shared secret is known to
// everybody, and keys that are none.
func (p Public) check() error {
	pub, err := ecdh.X25519().NewPublicKey(p.Seal[:])
	if err != nil {
		return err
	}
	probe, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	if _, err := probe.ECDH(pub); err != nil {
		return errors.New("seal: the public key is of small order")
	}
	return nil
}

// MarshalText writes the key into JSON as String does.
func (p Public) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the key from JSON.
func (p *Public) UnmarshalText(b []byte) (err error) {
	*p, err = ParsePublic(string(b))
	return err
}

// Fingerprint is the first 16 bytes of SHA-256 of the key, in groups of four
// hexadecimal digits, for comparison by eye or voice.
func (p Public) Fingerprint() string {
	sum := sha256.Sum256([]byte(p.String()))
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i, c := range sum[:16] {
		if i > 0 && i%2 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

// derive makes 32 bytes of a secret that is itself uniformly random.
func derive(secret []byte, info string) []byte {
	out, err := hkdf.Key(sha256.New, secret, nil, info, 32)
	if err != nil {
		panic(err) // only for lengths beyond 8,160 bytes
	}
	return out
}

// Wipe overwrites a secret. Copies that the language or the system made are
// beyond reach; see the threat model.
func Wipe(b []byte) { clear(b) }
