package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
)

// personSealer keeps the names of applicants who have them closed: AES-256-GCM
// under a key of its own, the nonce in front, the context authenticated.
type personSealer struct{ key []byte }

// errSealed says that a sealed person does not open under this key.
var errSealed = errors.New("a sealed person cannot be opened")

func (s personSealer) gcm() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// SealPerson implements casework.PersonSealer.
func (s personSealer) SealPerson(plain, context []byte) ([]byte, error) {
	gcm, err := s.gcm()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	rand.Read(nonce)
	return gcm.Seal(nonce, nonce, plain, context), nil
}

// OpenPerson implements casework.PersonSealer.
func (s personSealer) OpenPerson(sealed, context []byte) ([]byte, error) {
	gcm, err := s.gcm()
	if err != nil {
		return nil, err
	}
	if len(sealed) < gcm.NonceSize() {
		return nil, errSealed
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], context)
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}
