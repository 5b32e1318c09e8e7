package files

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"io"
)

const pngMagic = "\x89PNG\r\n\x1a\n"

// pngKept are the chunks that make the picture; every other chunk is dropped.
var pngKept = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true,
	"tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "sBIT": true, "cICP": true,
	"bKGD": true, "hIST": true, "pHYs": true, "sPLT": true, "acTL": true, "fcTL": true, "fdAT": true,
}

// pngNames say what a dropped chunk was.
var pngNames = map[string]string{
	"tEXt": RemovedText, "zTXt": RemovedText, "iTXt": RemovedText, "tIME": RemovedTime,
}

// pngExifMax bounds the EXIF chunk that is read for its orientation.
const pngExifMax = 1 << 20

// washPNG copies the chunks that make the picture, checking the length and the
// CRC of each. An orientation survives as the smallest possible eXIf chunk;
// what follows IEND is dropped.
func washPNG(w *washer, src *io.SectionReader, dst io.Writer) error {
	in, out := bufio.NewReaderSize(src, 64<<10), bufio.NewWriterSize(dst, 64<<10)
	magic := make([]byte, len(pngMagic))
	if _, err := io.ReadFull(in, magic); err != nil || string(magic) != pngMagic {
		return broken("png: signature")
	}
	_, _ = out.Write(magic)
	first, pixels := true, false
	for {
		var head [8]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return brokenAt(err, "png")
		}
		name := string(head[4:])
		if first != (name == "IHDR") {
			return broken("png: no header first")
		}
		first = false
		if err := w.pngChunk(in, out, head); err != nil {
			return brokenAt(err, "png chunk")
		}
		pixels = pixels || name == "IDAT"
		if name == "IEND" {
			break
		}
	}
	if !pixels {
		return broken("png: no picture in the file")
	}
	if _, err := in.Peek(1); err == nil {
		w.note(RemovedTrailing)
	}
	return out.Flush()
}

// pngChunk copies or drops the chunk that begins with head.
func (w *washer) pngChunk(in *bufio.Reader, out io.Writer, head [8]byte) error {
	n, name := int64(binary.BigEndian.Uint32(head[:])), string(head[4:])
	if n > 1<<31-1 {
		return broken("png: chunk length")
	}
	switch {
	case name == "IHDR":
		return w.pngHeader(in, out, n)
	case name == "eXIf" && n <= pngExifMax:
		return w.pngExif(in, out, n)
	case name == "IEND" && n != 0:
		return broken("png: end chunk with content")
	case !pngKept[name]:
		what, ok := pngNames[name]
		if !ok {
			what = RemovedExtra
		}
		w.note(what)
		_, err := io.CopyN(io.Discard, in, n+4)
		return err
	}
	if _, err := out.Write(head[:]); err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	_, _ = sum.Write(head[4:])
	if _, err := io.CopyN(io.MultiWriter(out, sum), in, n); err != nil {
		return err
	}
	return checkCRC(in, out, sum.Sum32())
}

// checkCRC reads the CRC that ends a chunk and writes it on.
func checkCRC(in io.Reader, out io.Writer, want uint32) error {
	var crc [4]byte
	if _, err := io.ReadFull(in, crc[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(crc[:]) != want {
		return broken("png: chunk checksum")
	}
	_, err := out.Write(crc[:])
	return err
}

func (w *washer) pngHeader(in io.Reader, out io.Writer, n int64) error {
	if n != 13 {
		return broken("png: header length")
	}
	body := make([]byte, 13)
	if _, err := io.ReadFull(in, body); err != nil {
		return err
	}
	if err := w.checkPixels(int64(binary.BigEndian.Uint32(body)), int64(binary.BigEndian.Uint32(body[4:]))); err != nil {
		return err
	}
	chunk := makeChunk("IHDR", body)
	if _, err := out.Write(chunk[:len(chunk)-4]); err != nil {
		return err
	}
	return checkCRC(in, out, binary.BigEndian.Uint32(chunk[len(chunk)-4:]))
}

func (w *washer) pngExif(in io.Reader, out io.Writer, n int64) error {
	body := make([]byte, n+4)
	if _, err := io.ReadFull(in, body); err != nil {
		return err
	}
	facts := readExif(body[:n])
	w.noteExif(facts)
	if facts.orientation == 1 {
		return nil
	}
	_, err := out.Write(makeChunk("eXIf", orientationTIFF(facts.orientation)))
	return err
}

// makeChunk makes a whole chunk.
func makeChunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}
