package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
)

const (
	chunkSize = 64 * kib
	tagSize   = 16
)

// chunks returns how many chunks a plaintext of n > 0 bytes has.
func chunks(n int) int { return (n + chunkSize - 1) / chunkSize }

func newGCM(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for keys of a wrong length
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

// nonce of chunk i: the counter makes the order, the last byte the end.
func nonce(i int, last bool) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint32(n[7:11], uint32(i))
	if last {
		n[11] = 1
	}
	return n
}

// encrypt appends the chunks of plain to out. The key must be used once.
func encrypt(out, key, plain []byte) []byte {
	gcm := newGCM(key)
	for i, n := 0, chunks(len(plain)); i < n; i++ {
		part := plain[i*chunkSize : min((i+1)*chunkSize, len(plain))]
		out = gcm.Seal(out, nonce(i, i == n-1), part, nil)
	}
	return out
}

// decrypt opens all chunks or nothing: a part of a message is never returned.
func decrypt(key, sealed []byte) ([]byte, error) {
	gcm := newGCM(key)
	n := (len(sealed) + chunkSize + tagSize - 1) / (chunkSize + tagSize)
	if len(sealed) <= tagSize || len(sealed) <= n*tagSize {
		return nil, ErrDamaged
	}
	out := make([]byte, 0, len(sealed)-n*tagSize)
	for i := range n {
		part := sealed[i*(chunkSize+tagSize) : min((i+1)*(chunkSize+tagSize), len(sealed))]
		var err error
		if out, err = gcm.Open(out, nonce(i, i == n-1), part, nil); err != nil {
			Wipe(out[:cap(out)])
			return nil, ErrDamaged
		}
	}
	return out, nil
}
