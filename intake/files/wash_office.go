package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"priemnaya/casework"
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// blankParts are the property parts of OOXML documents and what stands in their
// place: valid, and without author, company, software and times.
var blankParts = map[string]string{
	"docprops/core.xml":   xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>`,
	"docprops/app.xml":    xmlHead + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>`,
	"docprops/custom.xml": xmlHead + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>`,
}

// blankMeta stands in the place of the meta.xml of an ODF document.
const blankMeta = xmlHead + `<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"><office:meta/></office:document-meta>`

// washOOXML copies a docx or xlsx document with empty property parts and
// cleaned pictures.
func washOOXML(w *washer, src *io.SectionReader, dst io.Writer) error {
	return w.washDocument(src, dst, func(name string) (string, bool) {
		blank, ok := blankParts[strings.ToLower(name)]
		return blank, ok
	})
}

// washODT copies a text document with an empty meta.xml and cleaned pictures.
// Basic libraries and scripts are refused as macros.
func washODT(w *washer, src *io.SectionReader, dst io.Writer) error {
	return w.washDocument(src, dst, func(name string) (string, bool) { return blankMeta, name == "meta.xml" })
}

// washDocument copies the parts of a document in their order. Parts that stay as
// they are are copied packed, after they were unpacked once to check length and
// checksum.
func (w *washer) washDocument(src *io.SectionReader, dst io.Writer, blank func(string) (string, bool)) error {
	archive, err := openArchive(src)
	if err != nil {
		return err
	}
	if err := w.checkEntries(archive, src.Size()); err != nil {
		return err
	}
	out := zip.NewWriter(dst)
	for _, f := range archive.File {
		if strings.HasPrefix(f.Name, "Basic/") || strings.HasPrefix(f.Name, "Scripts/") {
			return refuse(Macros, nil, nil)
		}
		if f.Name == "META-INF/manifest.xml" {
			if err := checkManifest(f); err != nil {
				return err
			}
		}
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if text, ok := blank(f.Name); ok {
			w.note(RemovedAuthor)
			w.note(RemovedSoftware)
			err = writePart(out, f, strings.NewReader(text))
		} else {
			err = w.copyPart(out, f)
		}
		if err != nil {
			return err
		}
	}
	return out.Close()
}

// checkManifest refuses documents that are protected with a password: neither a
// scanner nor an officer can look into them.
func checkManifest(f *zip.File) error {
	p, err := readPart(f, typesMax)
	if err != nil {
		return err
	}
	if bytes.Contains(p, []byte("encryption-data")) {
		return refuse(ArchiveEncrypted, nil, nil)
	}
	return nil
}

// pictureFolders hold the pictures of a document.
var pictureFolders = map[string]bool{"media": true, "Pictures": true}

// copyPart copies one part; pictures are cleaned on the way.
func (w *washer) copyPart(out *zip.Writer, f *zip.File) error {
	if !pictureFolders[path.Base(path.Dir(f.Name))] {
		entities := &finder{word: []byte("<!ENTITY")}
		if err := w.unpack(f, entities); err != nil {
			return err
		}
		if entities.found {
			// A few nested entities unpack to gigabytes in an XML parser; no
			// office program writes them.
			return refuse(ArchiveBomb, data{"Max": w.limits.ArchiveBytes}, nil)
		}
		return copyPacked(out, f)
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
	kind, err := detect(raw.section())
	if err == nil && (kind.is(JPEG) || kind.is(PNG)) {
		if err = washes(kind)(w, raw.section(), clean); err == nil {
			return writePart(out, f, clean.section())
		}
	}
	var refused *casework.Error
	if err == nil || errors.As(err, &refused) && ReasonOf(err) != ImageTooLarge {
		// Vector and other pictures, and those that only an office program can
		// read, stay as they are: the document has passed as a whole.
		return copyPacked(out, f)
	}
	return err
}

// copyPacked copies a part without packing it anew, and without extra fields.
func copyPacked(out *zip.Writer, f *zip.File) error {
	raw, err := f.OpenRaw()
	if err != nil {
		return refuse(Broken, nil, err)
	}
	h := plainHeader(f)
	h.CRC32, h.CompressedSize64, h.UncompressedSize64 = f.CRC32, f.CompressedSize64, f.UncompressedSize64
	to, err := out.CreateRaw(h)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, raw)
	return err
}

// writePart packs new content for a part.
func writePart(out *zip.Writer, f *zip.File, content io.Reader) error {
	to, err := out.CreateHeader(plainHeader(f))
	if err != nil {
		return err
	}
	_, err = io.Copy(to, content)
	return err
}

// plainHeader keeps the name and the packing method: the first part of an ODF
// document must stay unpacked.
func plainHeader(f *zip.File) *zip.FileHeader {
	return &zip.FileHeader{Name: f.Name, Method: f.Method, NonUTF8: f.NonUTF8}
}

// finder looks for a word in a stream.
type finder struct {
	word, tail []byte
	found      bool
}

// Write looks at p and at what the last p has left.
func (f *finder) Write(p []byte) (int, error) {
	if f.found {
		return len(p), nil
	}
	// Only the seam is copied, not the whole of p.
	seam := append(f.tail, p[:min(len(p), len(f.word)-1)]...)
	f.found = bytes.Contains(seam, f.word) || bytes.Contains(p, f.word)
	rest := p
	if len(p) < len(f.word) {
		rest = seam
	}
	f.tail = append([]byte(nil), rest[max(0, len(rest)-len(f.word)+1):]...)
	return len(p), nil
}
