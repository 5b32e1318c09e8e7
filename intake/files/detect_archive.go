package files

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Parts by which office documents are known.
const (
	contentTypes = "[Content_Types].xml"
	odfMimetype  = "mimetype"
)

// typesMax bounds the parts that are parsed to tell documents apart.
const typesMax = 1 << 20

// detectZIP tells office documents and plain archives apart by the directory.
func detectZIP(src *io.SectionReader) (Kind, error) {
	archive, err := openArchive(src)
	if err != nil {
		return Kind{}, err
	}
	for _, f := range archive.File {
		if f.Flags&1 != 0 {
			return Kind{}, refuse(ArchiveEncrypted, nil, nil)
		}
		switch f.Name {
		case contentTypes:
			return detectOOXML(archive, f)
		case odfMimetype:
			mime, err := readPart(f, 256)
			if err != nil {
				return Kind{}, err
			}
			if string(mime) == ODT.MIME {
				return ODT, nil
			}
			if strings.HasPrefix(string(mime), "application/") {
				return Kind{}, refuse(TypeNotAllowed, data{"Type": strings.ToValidUTF8(string(mime), "")}, nil)
			}
		}
	}
	return ZIP, nil
}

// readPart unpacks a small part of a document.
func readPart(f *zip.File, limit int64) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, refuse(Broken, nil, err)
	}
	defer in.Close()
	p, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, refuse(Broken, nil, err)
	}
	if int64(len(p)) > limit {
		return nil, broken("document: part is too long")
	}
	return p, nil
}

// partType is one line of [Content_Types].xml.
type partType struct {
	PartName    string `xml:"PartName,attr"`
	ContentType string `xml:"ContentType,attr"`
}

// detectOOXML reads [Content_Types].xml: the main part decides what the
// document is, and a macro part anywhere decides that it is refused.
func detectOOXML(archive *zip.Reader, f *zip.File) (Kind, error) {
	p, err := readPart(f, typesMax)
	if err != nil {
		return Kind{}, err
	}
	var types struct {
		XMLName  xml.Name
		Override []partType `xml:"Override"`
		Default  []partType `xml:"Default"`
	}
	if err := xml.Unmarshal(p, &types); err != nil || types.XMLName.Local != "Types" {
		return Kind{}, broken("document: content types")
	}
	parts := map[string]bool{}
	for _, f := range archive.File {
		name := strings.ToLower(f.Name)
		parts["/"+name] = true
		if isMacroPart(name) {
			return Kind{}, refuse(Macros, nil, nil)
		}
	}
	kind, other := Kind{}, ""
	for _, t := range append(types.Override, types.Default...) {
		if mime := strings.ToLower(t.ContentType); strings.Contains(mime, "macroenabled") || strings.Contains(mime, "vbaproject") || strings.Contains(mime, "activex") {
			return Kind{}, refuse(Macros, nil, nil)
		}
		main, ok := strings.CutSuffix(t.ContentType, ".main+xml")
		if !ok || !parts[strings.ToLower(t.PartName)] {
			continue
		}
		switch main {
		case DOCX.MIME:
			kind = DOCX
		case XLSX.MIME:
			kind = XLSX
		default:
			other = t.ContentType
		}
	}
	if kind.Name == "" && other != "" {
		return Kind{}, refuse(TypeNotAllowed, data{"Type": strings.ToValidUTF8(other, "")}, nil)
	}
	if kind.Name == "" {
		return Kind{}, refuse(Broken, nil, errors.New("document: no main part"))
	}
	return kind, nil
}

// isMacroPart knows the parts of a document that hold programs.
func isMacroPart(name string) bool {
	base := name[strings.LastIndexByte(name, '/')+1:]
	return base == "vbaproject.bin" || base == "vbadata.xml" || strings.Contains(name, "/activex/") || strings.HasPrefix(name, "activex/") ||
		strings.Contains(name, "/macrosheets/")
}
