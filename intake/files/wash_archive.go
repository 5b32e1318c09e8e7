package files

import (
	"archive/zip"
	"io"
	"path"
	"strings"
)

// washZIP makes a new archive of the cleaned entries. Every entry passes the
// same checks as a file of its own; an archive inside the archive is refused.
// What operating systems leave in archives (folder pictures, resource forks)
// stays behind. Comments, extra fields, times and gaps are not copied.
func washZIP(w *washer, src *io.SectionReader, dst io.Writer) error {
	if w.inner {
		return refuse(ArchiveNested, nil, nil)
	}
	w.inner = true
	archive, err := openArchive(src)
	if err != nil {
		return err
	}
	if err := w.checkEntries(archive, src.Size()); err != nil {
		return err
	}
	out, files := zip.NewWriter(dst), 0
	names := map[string]bool{}
	for _, f := range archive.File {
		name := entryName(f)
		if strings.HasSuffix(name, "/") {
			if f.UncompressedSize64 != 0 {
				return broken("zip: folder with content")
			}
			continue
		}
		if isSystemFile(name) {
			w.note(RemovedSystem)
			continue
		}
		if err := w.washEntry(f, out, names); err != nil {
			return inside(err, CleanName(name, Kind{}))
		}
		files++
	}
	if files == 0 {
		return refuse(Empty, nil, nil)
	}
	if archive.Comment != "" {
		w.note(RemovedComment)
	}
	return out.Close()
}

// washEntry unpacks one entry to a scratch, cleans it and packs the result.
func (w *washer) washEntry(f *zip.File, out *zip.Writer, names map[string]bool) error {
	if f.UncompressedSize64 == 0 {
		return refuse(Empty, nil, nil)
	}
	raw, err := w.scratch()
	if err != nil {
		return err
	}
	defer raw.Close()
	if err := w.unpack(f, raw); err != nil {
		return err
	}
	clean, err := w.scratch()
	if err != nil {
		return err
	}
	defer clean.Close()
	kind, err := w.wash(raw.section(), clean)
	if err != nil {
		return err
	}
	method := zip.Deflate
	if !packsWell(kind) {
		method = zip.Store
	}
	to, err := out.CreateHeader(&zip.FileHeader{Name: freshName(entryName(f), kind, names), Method: method})
	if err != nil {
		return err
	}
	_, err = io.Copy(to, clean.section())
	return err
}

// packsWell is false for kinds that are packed already.
func packsWell(kind Kind) bool { return kind.is(TXT) || kind.is(RTF) || kind.is(PDF) }

// freshName cleans every part of a path and adds underscores where two names
// have become one.
func freshName(name string, kind Kind, names map[string]bool) string {
	dir, base := path.Split(name)
	var parts []string
	for _, p := range strings.Split(strings.Trim(dir, "/"), "/") {
		if p != "" {
			parts = append(parts, CleanName(p, Kind{}))
		}
	}
	full := path.Join(append(parts, CleanName(base, kind))...)
	for names[strings.ToLower(full)] {
		ext := path.Ext(full)
		full = strings.TrimSuffix(full, ext) + "_" + ext
	}
	names[strings.ToLower(full)] = true
	return full
}

// isSystemFile knows what macOS and Windows add to archives by themselves.
func isSystemFile(name string) bool {
	base := strings.ToLower(path.Base(name))
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") ||
		base == ".ds_store" || base == "thumbs.db" || base == "desktop.ini"
}
