package clean

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"slices"
	"strings"
)

// officeParts bounds how many parts a document may have.
const officeParts = 5000

// office makes a document of an office program anew: only parts that belong to
// its content are written, each without names, times and marks.
func (n notes) office(data []byte) (string, []byte, error) {
	r, err := openZIP(data)
	if err != nil {
		return "", nil, err
	}
	if len(r.File) > officeParts {
		return "", nil, Unpacks
	}
	kind, err := officeKind(r)
	if err != nil {
		return "", nil, err
	}
	w := &officeWriter{notes: n, left: MaxUnpacked, open: strings.HasPrefix(kind, "od"), dropped: map[string]bool{}}
	for _, f := range r.File {
		if what := w.unwanted(f.Name); what != "" {
			n.note(what)
			w.dropped["/"+strings.ToLower(f.Name)] = true
		}
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range r.File {
		if w.dropped["/"+strings.ToLower(f.Name)] || strings.HasSuffix(f.Name, "/") {
			continue
		}
		if err := w.part(z, f); err != nil {
			return "", nil, err
		}
	}
	if err := z.Close(); err != nil {
		return "", nil, Damaged
	}
	return kind, out.Bytes(), nil
}

// officeKind tells a document by its parts; other archives are refused.
func officeKind(r *zip.Reader) (string, error) {
	for _, f := range r.File {
		name := strings.ToLower(f.Name)
		if strings.HasSuffix(name, "vbaproject.bin") || strings.HasPrefix(f.Name, "Basic/") || strings.HasPrefix(f.Name, "Scripts/") {
			return "", Macros
		}
		if f.Flags&1 != 0 {
			return "", Protected
		}
	}
	for _, f := range r.File {
		switch {
		case f.Name == "word/document.xml":
			return "docx", nil
		case f.Name == "xl/workbook.xml":
			return "xlsx", nil
		case f.Name == "ppt/presentation.xml":
			return "pptx", nil
		case f.Name == "mimetype":
			p, err := readPart(f, 200)
			if err != nil {
				return "", err
			}
			switch string(p) {
			case "application/vnd.oasis.opendocument.text":
				return "odt", nil
			case "application/vnd.oasis.opendocument.spreadsheet":
				return "ods", nil
			case "application/vnd.oasis.opendocument.presentation":
				return "odp", nil
			}
		}
	}
	return "", Archive
}

// readPart unpacks a part, max bytes at most.
func readPart(f *zip.File, max int64) ([]byte, error) {
	if f.UncompressedSize64 > uint64(max) {
		return nil, Unpacks
	}
	r, err := f.Open()
	if err != nil {
		return nil, Damaged
	}
	defer r.Close()
	p, err := io.ReadAll(io.LimitReader(r, max+1))
	if err != nil {
		return nil, Damaged
	}
	if int64(len(p)) > max {
		return nil, Unpacks
	}
	return p, nil
}

type officeWriter struct {
	notes
	left    int64
	open    bool // OpenDocument
	dropped map[string]bool
}

// droppedParts are beginnings of names of parts that show nothing.
var droppedParts = []struct{ name, what string }{
	{"docprops/thumbnail", Preview}, {"docprops/", Properties}, {"customxml/", Properties}, {"word/people", Author},
	{"word/glossary/", Unused}, {"xl/revisions/", Revisions}, {"xl/printersettings/", Printer},
	{"word/printersettings", Printer}, {"ppt/printersettings", Printer}, {"xl/calcchain", Unused}, {"word/webextensions/", Scripts},
	{"_xmlsignatures/", Signature}, {"userCustomization/", Properties}, {"ppt/changesinfos/", Revisions}, {"ppt/revisioninfo", Revisions},
	{"xl/connections", Paths}, {"xl/externallinks/", Paths}, {"word/mailmerge", Paths}, {"docmetadata/", Properties},
}

// droppedOpen are those of OpenDocument.
var droppedOpen = []struct{ name, what string }{
	{"meta.xml", Properties}, {"thumbnails/", Preview}, {"settings.xml", Printer}, {"configurations", Properties}, {"manifest.rdf", Properties},
	{"meta-inf/documentsignatures", Signature}, {"meta-inf/macrosignatures", Signature}, {"layout-cache", Unused}, {"versions/", Revisions},
	{"versionlist.xml", Revisions},
}

// unwanted tells why a part is left out; "" means that it stays.
func (w *officeWriter) unwanted(name string) string {
	low := strings.ToLower(name)
	list := droppedParts
	if w.open {
		list = droppedOpen
		if base := path.Base(low); strings.HasPrefix(low, "object") && (base == "meta.xml" || base == "settings.xml") {
			return Properties
		}
	}
	for _, d := range list {
		if strings.HasPrefix(low, strings.ToLower(d.name)) {
			return d.what
		}
	}
	return ""
}

func (w *officeWriter) part(z *zip.Writer, f *zip.File) error {
	p, err := readPart(f, w.left)
	if err != nil {
		return err
	}
	if w.left -= int64(len(p)); w.left < 0 {
		return Unpacks
	}
	low := strings.ToLower(f.Name)
	switch ext := path.Ext(low); {
	case ext == ".xml" || ext == ".rels" || ext == ".vml" || ext == ".rdf":
		if p, err = w.xml(f.Name, p); err != nil {
			return err
		}
	case slices.Contains([]string{".jpg", ".jpeg", ".png"}, ext):
		// A picture keeps its kind: its name and kind stand in other parts.
		if made, err := w.samePicture(p, ext); err == nil {
			p = made
		} else {
			return err
		}
	case isOffice(p):
		kind, made, err := w.office(p)
		if err != nil {
			return err
		}
		_, p = kind, made
	}
	method := zip.Deflate
	if f.Name == "mimetype" {
		method = zip.Store // the first part of OpenDocument is read where it lies
	}
	to, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: method})
	if err != nil {
		return Damaged
	}
	if _, err := to.Write(p); err != nil {
		return Damaged
	}
	return nil
}

// isOffice tells an embedded document.
func isOffice(p []byte) bool { return bytes.HasPrefix(p, []byte("PK\x03\x04")) }

// samePicture makes a picture anew without changing its kind.
func (w *officeWriter) samePicture(p []byte, ext string) ([]byte, error) {
	kind, made, err := w.picture(p)
	if err != nil {
		return nil, err
	}
	if kind == "jpeg" == (ext != ".png") {
		return made, nil
	}
	// The name is wrong about the content; readers go by the content.
	return made, nil
}
