package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
)

// sealText encrypts a text as it was received, where cleaning changed it:
// AES-256-GCM, the nonce in front.
func (a *App) sealText(text []byte) ([]byte, error) {
	block, err := aes.NewCipher(a.keys.derive("texts"))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	rand.Read(nonce)
	return gcm.Seal(nonce, nonce, text, nil), nil
}
