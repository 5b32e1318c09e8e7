package files

import (
	"bytes"
	"encoding/binary"
	"io"
)

// eocdTail is where a zip reader looks for the end of the directory: the record
// and its longest comment.
const eocdTail = 22 + 65535

// refusePolyglot refuses a file whose head is of one type while its tail ends a
// zip archive: a viewer shows the one, an unpacker takes the other. What can be
// cut off without harm (HTML or PHP behind a picture) is cut by the cleaners.
func refusePolyglot(kind Kind, src *io.SectionReader) error {
	if kind.is(ZIP) || kind.is(DOCX) || kind.is(XLSX) || kind.is(ODT) {
		return nil
	}
	found, err := hasZIPEnd(src)
	if err != nil {
		return err
	}
	if found {
		return refuse(Polyglot, data{"Type": kind.Name, "Also": ZIP.Name}, nil)
	}
	if kind.is(PDF) {
		return nil
	}
	head := make([]byte, min(1024, src.Size()))
	if _, err := src.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	if bytes.Contains(head, []byte("%PDF-")) && !kind.is(TXT) && !kind.is(RTF) {
		return refuse(Polyglot, data{"Type": kind.Name, "Also": PDF.Name}, nil)
	}
	return nil
}

// hasZIPEnd looks for an end-of-directory record that leads to a directory, as
// forgiving readers find it: anywhere in the tail, with offsets counted from
// the start of the file or from the start of the archive.
func hasZIPEnd(src io.ReaderAt) (bool, error) {
	size, ok := src.(interface{ Size() int64 })
	if !ok {
		return false, nil
	}
	from := max(0, size.Size()-eocdTail)
	tail := make([]byte, size.Size()-from)
	if _, err := src.ReadAt(tail, from); err != nil && err != io.EOF {
		return false, err
	}
	for end := len(tail); end > 0; {
		i := bytes.LastIndex(tail[:end], []byte("PK\x05\x06"))
		if i < 0 {
			return false, nil
		}
		end = i
		if len(tail)-i >= 22 && leadsToDirectory(src, tail[i:], from+int64(i)) {
			return true, nil
		}
	}
	return false, nil
}

// leadsToDirectory tells whether a central directory entry is where the record
// at place at says, or directly before the record. An empty archive and a
// zip64 record count as a directory.
func leadsToDirectory(src io.ReaderAt, record []byte, at int64) bool {
	size, offset := int64(binary.LittleEndian.Uint32(record[12:])), int64(binary.LittleEndian.Uint32(record[16:]))
	if size == 0 && offset <= at || size == 1<<32-1 || offset == 1<<32-1 {
		return true
	}
	for _, place := range []int64{offset, at - size} {
		var sig [4]byte
		if place < 0 || place >= at {
			continue
		}
		if _, err := src.ReadAt(sig[:], place); err == nil && string(sig[:]) == "PK\x01\x02" {
			return true
		}
	}
	return false
}
