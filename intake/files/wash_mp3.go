package files

import (
	"bufio"
	"bytes"
	"io"
)

// Bit rates of layer III in kbit/s and sampling rates in Hz (ISO/IEC 11172-3
// and 13818-3), index 0 of the rates being "free" and not accepted.
var (
	mp3RatesV1 = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	mp3RatesV2 = [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}
	mp3Hertz   = [4][3]int{{11025, 12000, 8000}, {}, {22050, 24000, 16000}, {44100, 48000, 32000}}
)

// mp3Frame returns the length in bytes of the layer III frame whose header h
// is, 0 when h is no such header. It needs four bytes.
func mp3Frame(h []byte) int {
	if len(h) < 4 || h[0] != 0xFF || h[1]&0xE0 != 0xE0 || h[1]>>1&3 != 1 {
		return 0
	}
	version, rate, hertz := h[1]>>3&3, h[2]>>4, h[2]>>2&3
	if version == 1 || hertz == 3 {
		return 0
	}
	samples, kbit := 72, mp3RatesV2[rate]
	if version == 3 {
		samples, kbit = 144, mp3RatesV1[rate]
	}
	if kbit == 0 {
		return 0
	}
	return samples*kbit*1000/mp3Hertz[version][hertz] + int(h[2]>>1&1)
}

// mp3FrameMax is longer than any frame and the header after it.
const mp3FrameMax = 4 << 10

// mp3Alike tells whether two headers can belong to one stream: version, layer
// and sampling rate stay the same.
func mp3Alike(a, b []byte) bool { return a[1]&0xFE == b[1]&0xFE && a[2]&0x0C == b[2]&0x0C }

// washMP3 copies the audio frames and nothing else: ID3v2, ID3v1, APE and lyrics
// tags, pictures, and anything hidden between or behind the frames stay behind.
func washMP3(w *washer, src *io.SectionReader, dst io.Writer) error {
	in, out := bufio.NewReaderSize(src, 64<<10), bufio.NewWriterSize(dst, 64<<10)
	frames, junk := 0, int64(0)
	inSync := false
	var audio int64
	for {
		head, err := in.Peek(mp3FrameMax)
		if len(head) == 0 {
			break
		}
		if n := id3Length(head); n > 0 {
			w.note(RemovedTags)
			if _, err := io.CopyN(io.Discard, in, n); err != nil && err != io.EOF {
				return err
			}
			inSync = false
			continue
		}
		n := mp3Frame(head)
		if n > 0 && n <= len(head) && (inSync || mp3Follows(head, n)) {
			if _, err := io.CopyN(out, in, int64(n)); err != nil {
				return err
			}
			frames, audio, inSync = frames+1, audio+int64(n), true
			continue
		}
		if err != nil && err != io.EOF {
			return err
		}
		skip := mp3Skip(head)
		w.noteJunk(head)
		junk += int64(skip)
		_, _ = in.Discard(skip)
		inSync = false
	}
	if frames < 3 || junk > audio+64<<10 {
		return broken("mp3: no stream of frames")
	}
	return out.Flush()
}

// mp3Follows tells whether a like frame, a tag or the end follows after n bytes.
func mp3Follows(head []byte, n int) bool {
	rest := head[n:]
	if len(rest) < 4 {
		return true
	}
	return mp3Frame(rest) > 0 && mp3Alike(head, rest) || isMP3Tag(rest)
}

// mp3Skip is the distance to the next byte that may begin a frame or an ID3 tag.
func mp3Skip(head []byte) int {
	for i := 1; i < len(head); i++ {
		if head[i] == 0xFF || head[i] == 'I' {
			return i
		}
	}
	return len(head)
}

func (w *washer) noteJunk(head []byte) {
	switch {
	case isMP3Tag(head):
		w.note(RemovedTags)
	default:
		w.note(RemovedExtra)
	}
}

func isMP3Tag(b []byte) bool {
	for _, magic := range []string{"TAG", "APETAGEX", "LYRICSBEGIN", "ID3"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return true
		}
	}
	return false
}

// id3Length is the length of the ID3v2 tag at the start of b, 0 when none is.
func id3Length(b []byte) int64 {
	if len(b) < 10 || string(b[:3]) != "ID3" || b[3] == 0xFF || (b[6]|b[7]|b[8]|b[9])&0x80 != 0 {
		return 0
	}
	n := int64(b[6])<<21 | int64(b[7])<<14 | int64(b[8])<<7 | int64(b[9])
	n += 10
	if b[5]&0x10 != 0 {
		n += 10
	}
	return n
}
