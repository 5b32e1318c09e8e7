package files

import (
	"encoding/binary"
	"io"
)

// box is one box of an ISO base media file (ISO/IEC 14496-12): HEIC and MP4.
type box struct {
	kind string
	// at is where the box begins, body where its content does, end where the
	// next box begins.
	at, body, end int64
}

// Bounds of the box tree; real files have a few hundred boxes.
const (
	boxesMax    = 20_000
	boxDepthMax = 12
	// boxBodyMax bounds the tables that are read into memory.
	boxBodyMax = 8 << 20
)

// boxReader reads boxes and counts them.
type boxReader struct {
	io.ReaderAt
	size  int64
	count int
}

// next reads the header of the box at at; the box ends at end at the latest. Of
// a box that does not, the kind is returned beside the error.
func (r *boxReader) next(at, end int64) (box, error) {
	if r.count++; r.count > boxesMax {
		return box{}, broken("media: too many boxes")
	}
	var h [16]byte
	if end-at < 8 {
		return box{}, broken("media: box header cut short")
	}
	if _, err := r.ReadAt(h[:8], at); err != nil {
		return box{}, brokenAt(err, "media")
	}
	b := box{kind: string(h[4:8]), at: at, body: at + 8}
	n := int64(binary.BigEndian.Uint32(h[:]))
	switch n {
	case 0:
		n = end - at
	case 1:
		if end-at < 16 {
			return box{}, broken("media: box header cut short")
		}
		if _, err := r.ReadAt(h[8:], at+8); err != nil {
			return box{}, brokenAt(err, "media")
		}
		n = int64(binary.BigEndian.Uint64(h[8:]))
		b.body += 8
	}
	if n < b.body-at || n > end-at {
		return b, broken("media: box of %d bytes in %d", n, end-at)
	}
	b.end = at + n
	return b, nil
}

// children lists the boxes between at and end.
func (r *boxReader) children(at, end int64) ([]box, error) {
	var out []box
	for at < end {
		// A user data list may end with four zero bytes.
		if end-at == 4 {
			return out, nil
		}
		b, err := r.next(at, end)
		if err != nil {
			return out, err
		}
		out = append(out, b)
		at = b.end
	}
	return out, nil
}

// content reads the body of a small box.
func (r *boxReader) content(b box) ([]byte, error) {
	if b.end-b.body > boxBodyMax {
		return nil, broken("media: box %q is too long", b.kind)
	}
	p := make([]byte, b.end-b.body)
	_, err := r.ReadAt(p, b.body)
	return p, brokenAt(err, "media")
}

// field reads big-endian numbers one after the other; a field that is not there
// sets short and reads as zero.
type fields struct {
	b     []byte
	short bool
}

// u reads an unsigned number of n bytes, 0 to 8.
func (f *fields) u(n int) int64 {
	if len(f.b) < n {
		f.short, f.b = true, nil
		return 0
	}
	var v uint64
	for _, c := range f.b[:n] {
		v = v<<8 | uint64(c)
	}
	f.b = f.b[n:]
	return int64(v)
}

// str reads a text that ends with a zero byte.
func (f *fields) str() string {
	for i, c := range f.b {
		if c == 0 {
			s := string(f.b[:i])
			f.b = f.b[i+1:]
			return s
		}
	}
	s := string(f.b)
	f.b = nil
	return s
}
