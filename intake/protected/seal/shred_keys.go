package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

const (
	// ShredSlots is how many reports an agency can hold at once.
	ShredSlots    = 65536
	shredKeySize  = 32
	shredFileSize = ShredSlots * shredKeySize
	lockSalt      = 32
)

// Shred is the file of the reports' shred keys: slots of random bytes, written
// whole when it is made, overwritten in place when a report is deleted. It must
// lie outside every backup. Safe for concurrent use.
type Shred struct {
	mu    sync.RWMutex
	files []*os.File
}

// OpenShred opens the file, or makes it if none of the paths exists. More paths
// are copies on other disks; every erasure goes to all. Errors: only some
// exist, wrong length, copies differ.
func OpenShred(paths ...string) (*Shred, error) {
	if len(paths) == 0 {
		return nil, errors.New("seal: no path for the shred keys")
	}
	found := 0
	for _, p := range paths {
		if _, err := os.Stat(p); err == nil {
			found++
		}
	}
	if found == 0 {
		if err := makeShred(paths); err != nil {
			return nil, err
		}
	} else if found != len(paths) {
		return nil, errors.New("seal: a copy of the shred keys is missing")
	}
	s := &Shred{}
	for _, p := range paths {
		f, err := os.OpenFile(p, os.O_RDWR, 0)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.files = append(s.files, f)
	}
	if err := s.compare(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func makeShred(paths []string) error {
	all := make([]byte, shredFileSize)
	rand.Read(all)
	defer Wipe(all)
	for _, p := range paths {
		if err := writeSynced(p, all); err != nil {
			return err
		}
	}
	return nil
}

// writeSynced makes a file that others cannot read, whole or not at all.
func writeSynced(path string, data []byte) error {
	next := path + ".new"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// compare makes the copies equal to the first file. A few slots differ after a
// crash in the middle of Erase, which writes the first file first; more is
// damage and is left to a person.
func (s *Shred) compare() error {
	var first []byte
	defer func() { Wipe(first) }()
	for i, f := range s.files {
		all := make([]byte, shredFileSize+1)
		n, err := io.ReadFull(io.NewSectionReader(f, 0, shredFileSize+1), all)
		if !errors.Is(err, io.ErrUnexpectedEOF) || n != shredFileSize {
			return fmt.Errorf("seal: %s does not have %d bytes: %w", f.Name(), shredFileSize, err)
		}
		if i == 0 {
			first = all
			continue
		}
		err = s.repair(f, first, all)
		Wipe(all)
		if err != nil {
			return err
		}
	}
	return nil
}

// maxRepair is how many slots of a copy may lag behind.
const maxRepair = 16

func (s *Shred) repair(f *os.File, first, copied []byte) error {
	var differ []int64
	for at := int64(0); at < shredFileSize; at += shredKeySize {
		if !bytes.Equal(first[at:at+shredKeySize], copied[at:at+shredKeySize]) {
			differ = append(differ, at)
		}
	}
	if len(differ) > maxRepair {
		return fmt.Errorf("seal: %s differs from %s in %d slots: it is another file or damaged", f.Name(), s.files[0].Name(), len(differ))
	}
	for _, at := range differ {
		if _, err := f.WriteAt(first[at:at+shredKeySize], at); err != nil {
			return err
		}
	}
	if len(differ) > 0 {
		return f.Sync()
	}
	return nil
}

// Close closes the files.
func (s *Shred) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all error
	for _, f := range s.files {
		all = errors.Join(all, f.Close())
	}
	s.files = nil
	return all
}

// RandomSlot proposes a slot. The caller's store keeps slots unique and asks
// again for one that is taken.
func RandomSlot() int {
	var b [2]byte
	rand.Read(b[:])
	return int(b[0])<<8 | int(b[1])
}

// key reads a slot. The caller holds the lock and wipes the key.
func (s *Shred) key(slot int) ([]byte, error) {
	if slot < 0 || slot >= ShredSlots || len(s.files) == 0 {
		return nil, errors.New("seal: no such shred slot")
	}
	k := make([]byte, shredKeySize)
	_, err := s.files[0].ReadAt(k, int64(slot)*shredKeySize)
	return k, err
}

// Lock encrypts an envelope under the key of a slot, for the store. The result
// is longer by 32 bytes and 16 for every 64 KiB begun.
func (s *Shred) Lock(slot int, envelope []byte) ([]byte, error) {
	if len(envelope) == 0 {
		return nil, ErrDamaged
	}
	s.mu.RLock()
	k, err := s.key(slot)
	s.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	defer Wipe(k)
	salt := make([]byte, lockSalt, lockSalt+len(envelope)+chunks(len(envelope))*tagSize)
	rand.Read(salt)
	return encrypt(salt, blobKey(k, salt), envelope), nil
}

// Unlock returns the envelope. Error: ErrDamaged, also after Erase.
func (s *Shred) Unlock(slot int, locked []byte) ([]byte, error) {
	if len(locked) <= lockSalt {
		return nil, ErrDamaged
	}
	s.mu.RLock()
	k, err := s.key(slot)
	s.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	defer Wipe(k)
	return decrypt(blobKey(k, locked[:lockSalt]), locked[lockSalt:])
}

// Erase overwrites a slot in every copy and returns after the disks have it.
// What was locked under it opens no more, from no backup. On an error the slot
// counts as not erased: call again.
func (s *Shred) Erase(slot int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.key(slot); err != nil {
		return err
	}
	fresh := make([]byte, shredKeySize)
	rand.Read(fresh)
	defer Wipe(fresh)
	var all error
	for _, f := range s.files {
		_, err := f.WriteAt(fresh, int64(slot)*shredKeySize)
		all = errors.Join(all, err, f.Sync())
	}
	return all
}

func blobKey(slotKey, salt []byte) []byte {
	k, err := hkdf.Key(sha256.New, slotKey, salt, domain+"shred", 32)
	if err != nil {
		panic(err)
	}
	return k
}
