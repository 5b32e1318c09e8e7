package files

import (
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"io"
)

// The sealed format, version 1:
//
//	magic "PRSEAL1\n" | length of key id (1) | key id
//	nonce (12) | file key, AES-256-GCM under the master key (32+16)
//	chunks of 64 KiB, each AES-256-GCM under the file key (+16)
//
// The authenticated data of the wrapped key are the header and the name of the
// blob, so that a blob put in the place of another does not open. The nonce of
// a chunk is its number and a last byte that is 1 for the final chunk: a chunk
// that is missing, doubled, moved or altered fails its tag, and so does a
// stream cut at a chunk's edge. The file key is random and used once.
const (
	sealMagic  = "PRSEAL1\n"
	chunkBytes = 64 << 10
	nonceBytes = 12
	tagBytes   = 16
	wrapBytes  = nonceBytes + KeyBytes + tagBytes
)

// chunkNonce is the nonce of the stream's next chunk.
type chunkNonce struct {
	n   uint64
	buf [nonceBytes]byte
}

func (c *chunkNonce) next(last bool) []byte {
	binary.BigEndian.PutUint64(c.buf[3:11], c.n)
	c.n++
	c.buf[11] = 0
	if last {
		c.buf[11] = 1
	}
	return c.buf[:]
}

// sealer encrypts what is written to it. Close writes the final chunk; it does
// not close the writer below.
type sealer struct {
	dst   io.Writer
	aead  cipher.AEAD
	nonce chunkNonce
	buf   []byte
	out   []byte
	err   error
}

// newSealer writes the header to dst. The blob name is bound to the content.
func newSealer(dst io.Writer, ring *Keyring, blobName string) (*sealer, error) {
	fileKey := randomBytes(KeyBytes)
	aead, err := newGCM(fileKey)
	if err != nil {
		return nil, err
	}
	id := ring.Current()
	header := append([]byte(sealMagic), byte(len(id)))
	header = append(header, id...)
	wrapped := ring.wrap(fileKey, append(bytes.Clone(header), blobName...))
	if _, err := dst.Write(append(header, wrapped...)); err != nil {
		return nil, err
	}
	return &sealer{
		dst: dst, aead: aead,
		buf: make([]byte, 0, chunkBytes), out: make([]byte, 0, chunkBytes+tagBytes),
	}, nil
}

// Write collects whole chunks; the last one waits for Close, which alone knows
// that it is the last.
func (s *sealer) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 && s.err == nil {
		if len(s.buf) == chunkBytes {
			s.flush(false)
		}
		n := min(len(p), chunkBytes-len(s.buf))
		s.buf = append(s.buf, p[:n]...)
		p = p[n:]
		written += n
	}
	return written, s.err
}

// Close writes the final chunk.
func (s *sealer) Close() error {
	if s.err == nil {
		s.flush(true)
	}
	err := s.err
	s.err = errors.New("files: write to a closed sealer")
	return err
}

func (s *sealer) flush(last bool) {
	s.out = s.aead.Seal(s.out[:0], s.nonce.next(last), s.buf, nil)
	_, s.err = s.dst.Write(s.out)
	s.buf = s.buf[:0]
}

// unsealer decrypts what a sealer wrote. It returns no byte that has not passed
// its check, and io.EOF only after the final chunk.
type unsealer struct {
	src   io.Reader
	aead  cipher.AEAD
	nonce chunkNonce
	// in holds one sealed chunk and the first byte of the next, by which the
	// final chunk is known.
	in     []byte
	filled int
	// out is the space for one open chunk, plain what of it is not read yet.
	out, plain []byte
	err        error
}

// newUnsealer reads the header from src. Errors: KeyUnknown, Corrupted, and
// those of src.
func newUnsealer(src io.Reader, ring *Keyring, blobName string) (*unsealer, error) {
	header := make([]byte, len(sealMagic)+1)
	if err := readHeader(src, header); err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(header, []byte(sealMagic)) {
		return nil, refuse(Corrupted, nil, errors.New("not a sealed file"))
	}
	id := make([]byte, header[len(sealMagic)])
	wrapped := make([]byte, wrapBytes)
	if err := readHeader(src, id); err != nil {
		return nil, err
	}
	if err := readHeader(src, wrapped); err != nil {
		return nil, err
	}
	bound := append(append(header, id...), blobName...)
	fileKey, err := ring.unwrap(string(id), wrapped, bound)
	if err != nil {
		return nil, err
	}
	aead, err := newGCM(fileKey)
	if err != nil {
		return nil, err
	}
	return &unsealer{
		src: src, aead: aead,
		in: make([]byte, chunkBytes+tagBytes+1), out: make([]byte, 0, chunkBytes),
	}, nil
}

func readHeader(src io.Reader, p []byte) error {
	_, err := io.ReadFull(src, p)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refuse(Corrupted, nil, errors.New("sealed file is cut short"))
	}
	return err
}

func (u *unsealer) Read(p []byte) (int, error) {
	for len(u.plain) == 0 && u.err == nil {
		u.fill()
	}
	if len(u.plain) == 0 {
		return 0, u.err
	}
	n := copy(p, u.plain)
	u.plain = u.plain[n:]
	return n, nil
}

// fill opens the next chunk.
func (u *unsealer) fill() {
	n, err := io.ReadFull(u.src, u.in[u.filled:])
	have := u.filled + n
	last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !last {
		u.err = err
		return
	}
	sealed := u.in[:have]
	if !last {
		sealed = u.in[:have-1]
	}
	u.plain, err = u.aead.Open(u.out[:0], u.nonce.next(last), sealed, nil)
	switch {
	case err != nil:
		u.plain, u.err = nil, refuse(Corrupted, nil, err)
	case last:
		u.err = io.EOF
	default:
		u.in[0] = u.in[have-1]
		u.filled = 1
	}
}
