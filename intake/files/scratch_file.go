package files

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"io"
	"os"
)

// scratch is a temporary file whose bytes are encrypted with a key that lives
// in memory only, so that neither a crash nor a stolen disk shows an upload. It
// is written once from front to back and then read at any place. AES-CTR
// without a tag is enough: nobody but this process ever reads it back, and each
// scratch has a key of its own.
type scratch struct {
	file  *os.File
	block cipher.Block
	enc   cipher.Stream
	buf   []byte
	size  int64
}

// newScratch makes a scratch in dir ("" is the system's). The name is removed
// from the folder at once where the system allows that.
func newScratch(dir string) (*scratch, error) {
	f, err := os.CreateTemp(dir, "priemnaya-upload-*")
	if err != nil {
		return nil, err
	}
	// Windows refuses to remove an open file; Close tries again.
	_ = os.Remove(f.Name())
	block, err := aes.NewCipher(randomBytes(KeyBytes))
	if err != nil {
		return nil, err
	}
	return &scratch{
		file: f, block: block, buf: make([]byte, 32<<10),
		enc: cipher.NewCTR(block, make([]byte, aes.BlockSize)),
	}, nil
}

// Write appends p.
func (s *scratch) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		n := min(len(p), len(s.buf))
		s.enc.XORKeyStream(s.buf[:n], p[:n])
		m, err := s.file.Write(s.buf[:n])
		written += m
		s.size += int64(m)
		if err != nil {
			return written, err
		}
		p = p[n:]
	}
	return written, nil
}

// ReadAt decrypts from offset off. It may be called from several goroutines.
func (s *scratch) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.file.ReadAt(p, off)
	if n > 0 {
		iv := make([]byte, aes.BlockSize)
		binary.BigEndian.PutUint64(iv[8:], uint64(off/aes.BlockSize))
		ctr := cipher.NewCTR(s.block, iv)
		var skip [aes.BlockSize]byte
		ctr.XORKeyStream(skip[:off%aes.BlockSize], skip[:off%aes.BlockSize])
		ctr.XORKeyStream(p[:n], p[:n])
	}
	return n, err
}

// section is the whole content.
func (s *scratch) section() *io.SectionReader { return io.NewSectionReader(s, 0, s.size) }

// Close drops the content for good.
func (s *scratch) Close() error {
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	return err
}
