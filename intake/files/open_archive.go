package files

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// directoryMax bounds the directory of an archive, which is read into memory.
const directoryMax = 4 << 20

// entryNameMax bounds the path of an entry, in bytes.
const entryNameMax = 1024

// ratioFrom is the size from which the packing ratio of an entry is judged:
// small files of blanks pack well without being bombs.
const ratioFrom = 1 << 20

// openArchive reads the directory of a zip file that begins at the first byte
// of src and ends at the last: no bytes before, between directory and end, or
// behind. Errors: Broken, Polyglot.
func openArchive(src *io.SectionReader) (*zip.Reader, error) {
	size := src.Size()
	from := max(0, size-eocdTail)
	tail := make([]byte, size-from)
	if _, err := src.ReadAt(tail, from); err != nil && err != io.EOF {
		return nil, err
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < 22 {
		return nil, broken("zip: no end of directory")
	}
	record := tail[i:]
	comment := int(binary.LittleEndian.Uint16(record[20:]))
	dirSize, dirAt := int64(binary.LittleEndian.Uint32(record[12:])), int64(binary.LittleEndian.Uint32(record[16:]))
	switch {
	case len(record) != 22+comment:
		return nil, refuse(Polyglot, data{"Type": ZIP.Name}, nil)
	case dirSize == 1<<32-1 || dirAt == 1<<32-1 || binary.LittleEndian.Uint16(record[4:]) != 0:
		return nil, broken("zip: zip64 or split archive")
	case dirAt+dirSize != from+int64(i):
		return nil, broken("zip: directory out of place")
	case dirSize > directoryMax:
		return nil, refuse(ArchiveBomb, data{"Max": directoryMax}, nil)
	}
	var sig [4]byte
	if _, err := src.ReadAt(sig[:], 0); err != nil || dirSize > 0 && string(sig[:]) != "PK\x03\x04" {
		return nil, refuse(Polyglot, data{"Type": ZIP.Name}, err)
	}
	archive, err := zip.NewReader(src, size)
	if err != nil && err != zip.ErrInsecurePath {
		return nil, refuse(Broken, nil, err)
	}
	return archive, nil
}

// checkEntries holds every entry against the limits before a byte is unpacked.
// Errors: ArchiveEntries, ArchivePath, ArchiveEncrypted, ArchiveBomb, Broken.
func (w *washer) checkEntries(archive *zip.Reader, packed int64) error {
	if w.entries += len(archive.File); w.entries > w.limits.ArchiveEntries {
		return refuse(ArchiveEntries, data{"Max": w.limits.ArchiveEntries}, nil)
	}
	seen := map[string]bool{}
	var unpacked, compressed uint64
	for _, f := range archive.File {
		name := entryName(f)
		if !safePath(name) || f.Mode()&(fs.ModeType&^fs.ModeDir) != 0 {
			return refuse(ArchivePath, data{"Inner": CleanName(name, Kind{})}, nil)
		}
		if fold := strings.ToLower(name); seen[fold] {
			return broken("zip: two entries of one name")
		} else {
			seen[fold] = true
		}
		if f.Flags&1 != 0 {
			return refuse(ArchiveEncrypted, nil, nil)
		}
		if f.Method != zip.Store && f.Method != zip.Deflate {
			return broken("zip: packing method %d", f.Method)
		}
		// Sums that wrap around would pass the comparison below.
		if f.UncompressedSize64 > 1<<40 || f.CompressedSize64 > 1<<40 {
			return refuse(ArchiveBomb, data{"Max": w.limits.ArchiveBytes}, nil)
		}
		unpacked += f.UncompressedSize64
		compressed += f.CompressedSize64
		if f.UncompressedSize64 > ratioFrom && f.UncompressedSize64/max(1, f.CompressedSize64) > uint64(w.limits.ArchiveRatio) {
			return refuse(ArchiveBomb, data{"Max": w.limits.ArchiveBytes}, nil)
		}
	}
	// Entries that share their packed bytes are the densest of bombs.
	if unpacked > uint64(w.limits.ArchiveBytes-w.unpacked) || compressed > uint64(packed) {
		return refuse(ArchiveBomb, data{"Max": w.limits.ArchiveBytes}, nil)
	}
	return nil
}

// unpack copies the content of an entry to dst, no more than it declares, and
// charges it to the upload.
func (w *washer) unpack(f *zip.File, dst io.Writer) error {
	in, err := f.Open()
	if err != nil {
		return refuse(Broken, nil, err)
	}
	defer in.Close()
	n, err := io.Copy(dst, io.LimitReader(&watched{ctx: w.ctx, r: in}, int64(f.UncompressedSize64)+1))
	w.unpacked += n
	switch {
	case w.ctx.Err() != nil:
		return w.ctx.Err()
	case err != nil:
		return refuse(Broken, nil, err)
	case w.unpacked > w.limits.ArchiveBytes:
		return refuse(ArchiveBomb, data{"Max": w.limits.ArchiveBytes}, nil)
	case n != int64(f.UncompressedSize64):
		return broken("zip: entry length")
	}
	return nil
}

// entryName is the name of an entry in UTF-8: archives made in Russian Windows
// carry names in code page 866 without saying so.
func entryName(f *zip.File) string {
	if f.NonUTF8 && !utf8.ValidString(f.Name) {
		if s, err := charmap.CodePage866.NewDecoder().String(f.Name); err == nil {
			return s
		}
	}
	return f.Name
}

// safePath tells whether a path stays inside the folder it is unpacked to, on
// any system.
func safePath(name string) bool {
	if name == "" || len(name) > entryNameMax || !utf8.ValidString(name) || strings.ContainsAny(name, "\\:") || strings.HasPrefix(name, "/") {
		return false
	}
	for _, r := range name {
		if unicode.IsControl(r) {
			return false
		}
	}
	for _, part := range strings.Split(strings.TrimSuffix(name, "/"), "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return true
}
