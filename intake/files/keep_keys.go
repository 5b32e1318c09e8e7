package files

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

// KeyBytes is the length of a master key.
const KeyBytes = 32

// Keyring holds the master keys of the file store. New files are sealed under
// the current key; the others stay for reading until nothing refers to them.
type Keyring struct {
	current string
	keys    map[string]cipher.AEAD
}

// NewKeyring makes a keyring. Every key has KeyBytes bytes, every id has 1 to
// 64 bytes, and current is one of them.
func NewKeyring(current string, keys map[string][]byte) (*Keyring, error) {
	ring := &Keyring{current: current, keys: map[string]cipher.AEAD{}}
	for id, key := range keys {
		if id == "" || len(id) > 64 {
			return nil, errors.New("files: a master key id has 1 to 64 bytes")
		}
		if len(key) != KeyBytes {
			return nil, fmt.Errorf("files: master key %q has %d bytes, not %d", id, len(key), KeyBytes)
		}
		aead, err := newGCM(key)
		if err != nil {
			return nil, err
		}
		ring.keys[id] = aead
	}
	if ring.keys[current] == nil {
		return nil, fmt.Errorf("files: there is no master key %q", current)
	}
	return ring, nil
}

// Current returns the id of the key under which new files are sealed.
func (k *Keyring) Current() string { return k.current }

// wrap encrypts a file key under the current master key, bound to header.
func (k *Keyring) wrap(fileKey, header []byte) []byte {
	nonce := randomBytes(nonceBytes)
	return k.keys[k.current].Seal(nonce, nonce, fileKey, header)
}

// unwrap opens what wrap made with the master key id.
func (k *Keyring) unwrap(id string, wrapped, header []byte) ([]byte, error) {
	aead := k.keys[id]
	if aead == nil {
		return nil, refuse(KeyUnknown, data{"Key": id}, nil)
	}
	key, err := aead.Open(nil, wrapped[:nonceBytes], wrapped[nonceBytes:], header)
	if err != nil {
		return nil, refuse(Corrupted, nil, err)
	}
	return key, nil
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// randomBytes cannot fail: crypto/rand stops the program when the system has
// no randomness.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
