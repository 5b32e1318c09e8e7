package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	slotSize   = 32
	firstSlots = 1024
)

// shredKeys is the file of slots. Used and free slots look alike; which are
// used is known from reports.db only.
type shredKeys struct{ file *os.File }

func openShredKeys(path string) (*shredKeys, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	k := &shredKeys{file: f}
	n, err := k.slots()
	if err == nil && n < firstSlots {
		err = k.grow(firstSlots - n)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return k, nil
}

func (k *shredKeys) close() error { return k.file.Close() }

func (k *shredKeys) slots() (int, error) {
	info, err := k.file.Stat()
	if err != nil {
		return 0, err
	}
	return int(info.Size() / slotSize), nil
}

// grow adds random slots at the end. The caller holds the write transaction of
// reports.db, which keeps other processes from doing the same.
func (k *shredKeys) grow(n int) error {
	have, err := k.slots()
	if err != nil {
		return err
	}
	more := make([]byte, n*slotSize)
	rand.Read(more)
	if _, err := k.file.WriteAt(more, int64(have)*slotSize); err != nil {
		return err
	}
	return k.file.Sync()
}

// renew puts a new random key into a slot and makes sure that the disk has it.
func (k *shredKeys) renew(slot int) ([]byte, error) {
	key := make([]byte, slotSize)
	rand.Read(key)
	if _, err := k.file.WriteAt(key, int64(slot)*slotSize); err != nil {
		return nil, err
	}
	return key, k.file.Sync()
}

func (k *shredKeys) read(slot int) ([]byte, error) {
	key := make([]byte, slotSize)
	if _, err := k.file.ReadAt(key, int64(slot)*slotSize); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, ErrNone
		}
		return nil, err
	}
	return key, nil
}

// wrap closes content with a key; the label binds it to its place.
func wrap(key, label, content []byte) ([]byte, error) {
	gcm, err := gcmOf(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, gcm.NonceSize(), gcm.NonceSize()+len(content)+gcm.Overhead())
	rand.Read(out)
	return gcm.Seal(out, out, content, label), nil
}

// unwrap opens what wrap closed. A key that was shredded, or a slot that has a
// newer owner, opens nothing: that is ErrNone, as if there had been no report.
func unwrap(key, label, wrapped []byte) ([]byte, error) {
	gcm, err := gcmOf(key)
	if err != nil {
		return nil, err
	}
	if len(wrapped) < gcm.NonceSize() {
		return nil, ErrNone
	}
	content, err := gcm.Open(nil, wrapped[:gcm.NonceSize()], wrapped[gcm.NonceSize():], label)
	if err != nil {
		return nil, ErrNone
	}
	return content, nil
}

func gcmOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// label says where a wrapped thing belongs: a row moved to another report or
// another place does not open.
func label(id ID, what string, place int) []byte {
	return fmt.Appendf(nil, "%s %s %d", id, what, place)
}

func wipe(b []byte) { clear(b) }
