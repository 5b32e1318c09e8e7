package files

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	jpegSOI   = 0xD8
	jpegEOI   = 0xD9
	jpegSOS   = 0xDA
	jpegCOM   = 0xFE
	jpegAPP0  = 0xE0
	jpegAPP1  = 0xE1
	jpegAPP2  = 0xE2
	jpegAPP13 = 0xED
	jpegAPP14 = 0xEE
	jpegAPP15 = 0xEF
)

// jpegWash walks the segments of one picture.
type jpegWash struct {
	*washer
	in     *bufio.Reader
	out    *bufio.Writer
	framed bool
	scans  int
	turned bool
	// pending says that the 0xFF of the next marker has been read already.
	pending bool
}

// washJPEG copies the picture without decoding it, so that no quality is lost:
// comments and application segments stay behind except JFIF, the colour profile
// and Adobe's colour transform; of EXIF the orientation alone is kept. What
// follows the end marker is dropped.
func washJPEG(w *washer, src *io.SectionReader, dst io.Writer) error {
	j := &jpegWash{washer: w, in: bufio.NewReaderSize(src, 64<<10), out: bufio.NewWriterSize(dst, 64<<10)}
	var soi [2]byte
	if _, err := io.ReadFull(j.in, soi[:]); err != nil || soi != [2]byte{0xFF, jpegSOI} {
		return broken("jpeg: no start marker")
	}
	_, _ = j.out.Write(soi[:])
	for {
		marker, err := j.marker()
		if err != nil {
			return brokenAt(err, "jpeg")
		}
		if marker == jpegEOI {
			break
		}
		if err := j.segment(marker); err != nil {
			return brokenAt(err, "jpeg segment")
		}
	}
	if !j.framed || j.scans == 0 {
		return broken("jpeg: no picture in the file")
	}
	if _, err := j.in.Peek(1); err == nil {
		w.note(RemovedTrailing)
	}
	_, _ = j.out.Write([]byte{0xFF, jpegEOI})
	return j.out.Flush()
}

// marker finds the next marker; bytes between segments are dropped.
func (j *jpegWash) marker() (byte, error) {
	for {
		b, err := byte(0xFF), error(nil)
		if !j.pending {
			b, err = j.in.ReadByte()
		}
		j.pending = false
		if err != nil {
			return 0, err
		}
		if b != 0xFF {
			j.note(RemovedExtra)
			continue
		}
		for b == 0xFF {
			if b, err = j.in.ReadByte(); err != nil {
				return 0, err
			}
		}
		if b != 0 {
			return b, nil
		}
	}
}

// segment copies or drops one segment; after a start of scan it copies the
// entropy-coded data too.
func (j *jpegWash) segment(marker byte) error {
	if marker == 0x01 || marker == jpegSOI || marker >= 0xD0 && marker <= 0xD7 {
		return broken("jpeg: marker %#x out of place", marker)
	}
	var length [2]byte
	if _, err := io.ReadFull(j.in, length[:]); err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(length[:]))
	if n < 2 {
		return broken("jpeg: segment length")
	}
	body := make([]byte, n-2)
	if _, err := io.ReadFull(j.in, body); err != nil {
		return err
	}
	if isSOF(marker) {
		if err := j.frame(body); err != nil {
			return err
		}
	}
	body = j.keep(marker, body)
	if body != nil {
		head := binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2))
		if _, err := j.out.Write(append(head, body...)); err != nil {
			return err
		}
	}
	if marker == jpegSOS {
		j.scans++
		return j.entropy()
	}
	return nil
}

func isSOF(marker byte) bool {
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
}

// frame checks the size of the picture. A height of zero (given later by a DNL
// segment) is not used by any camera and not accepted.
func (j *jpegWash) frame(body []byte) error {
	if len(body) < 6 {
		return broken("jpeg: frame header")
	}
	j.framed = true
	return j.checkPixels(int64(binary.BigEndian.Uint16(body[3:])), int64(binary.BigEndian.Uint16(body[1:])))
}

// keep returns the body to write for a segment, nil to drop it.
func (j *jpegWash) keep(marker byte, body []byte) []byte {
	switch {
	case marker == jpegCOM:
		j.note(RemovedComment)
		return nil
	case marker < jpegAPP0 || marker > jpegAPP15:
		return body
	case marker == jpegAPP0 && bytes.HasPrefix(body, []byte("JFIF\x00")) && len(body) >= 14:
		if len(body) > 14 {
			j.note(RemovedThumbnails)
		}
		// Version, units and density; then a thumbnail of 0 by 0.
		return append(bytes.Clone(body[:12]), 0, 0)
	case marker == jpegAPP2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")):
		return body
	case marker == jpegAPP14 && bytes.HasPrefix(body, []byte("Adobe")) && len(body) >= 12:
		return body[:12]
	case marker == jpegAPP1 && bytes.HasPrefix(body, []byte("Exif\x00")) && len(body) >= 6:
		return j.exif(body[6:])
	case marker == jpegAPP1:
		j.note(RemovedXMP)
	case marker == jpegAPP13:
		j.note(RemovedIPTC)
	default:
		j.note(RemovedExtra)
	}
	return nil
}

func (j *jpegWash) exif(tiff []byte) []byte {
	facts := readExif(tiff)
	j.noteExif(facts)
	if facts.orientation == 1 || j.turned {
		return nil
	}
	j.turned = true
	return append([]byte("Exif\x00\x00"), orientationTIFF(facts.orientation)...)
}

// entropy copies coded data up to the next marker that is not a restart.
func (j *jpegWash) entropy() error {
	for {
		part, err := j.in.ReadSlice(0xFF)
		if errors.Is(err, bufio.ErrBufferFull) {
			if _, err := j.out.Write(part); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if _, err := j.out.Write(part[:len(part)-1]); err != nil {
			return err
		}
		next, err := j.in.Peek(1)
		if err != nil {
			return err
		}
		b := next[0]
		if b != 0 && (b < 0xD0 || b > 0xD7) {
			j.pending = true
			return nil
		}
		_, _ = j.in.Discard(1)
		// An error of the writer stays with it and comes back from the next Write.
		_ = j.out.WriteByte(0xFF)
		_ = j.out.WriteByte(b)
	}
}
