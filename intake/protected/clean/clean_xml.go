package clean

import (
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strings"
)

// droppedElements go with all they hold, by local name.
var droppedElements = map[string]string{
	"rsids": Revisions, "attachedTemplate": Paths, "mailMerge": Paths, "absPath": Paths, "fileSharing": Author, "docVars": Properties,
	"documentId": Properties, "docId": Properties, "chartTrackingRefBased": "", "creationId": "",
}

// blankElements keep their place and lose their text.
var blankElements = map[string]string{
	"creator": Author, "creator-initials": Author, "sender-initials": Author, "initial-creator": Author, "printed-by": Author,
	"author-name": Author, "author-initials": Author, "sender-firstname": Author, "sender-lastname": Author, "sender-title": Author,
	"sender-position": Author, "sender-email": Author, "sender-phone-private": Author, "sender-phone-work": Author, "sender-fax": Author,
	"sender-company": Author, "sender-street": Author, "sender-city": Author, "sender-postal-code": Author, "sender-country": Author,
	"sender-state-or-province": Author, "file-name": Paths, "template-name": Paths, "print-date": Time, "print-time": Time,
	"modification-date": Time, "modification-time": Time, "creation-date": Time, "creation-time": Time, "editing-duration": Time,
	"editing-cycles": Time,
}

// neutralDate stands where a date must be.
const neutralDate = "2000-01-01T00:00:00"

// xml copies a part without names, times and marks. Prefixes stay as they are
// written, so namespaces mean the same.
func (w *officeWriter) xml(name string, p []byte) ([]byte, error) {
	p = bytes.TrimPrefix(p, []byte("\xef\xbb\xbf"))
	x := &xmlWriter{officeWriter: w, part: name}
	dec := xml.NewDecoder(bytes.NewReader(p))
	dec.Strict = true
	dec.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, Unreadable }
	x.out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	for {
		t, err := dec.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, Damaged
		}
		if err := x.token(t); err != nil {
			return nil, err
		}
	}
	return x.out.Bytes(), nil
}

type xmlWriter struct {
	*officeWriter
	part string
	out  bytes.Buffer
	// open are the names of open elements.
	open []string
	// dropTo and blankTo are how deep the element lies that is left out or
	// loses its text; 0 is none.
	dropTo, blankTo int
	// held is a start tag that may yet turn out to be empty.
	held bool
}

func (x *xmlWriter) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		return x.start(t)
	case xml.EndElement:
		x.end(t)
	case xml.CharData:
		if x.dropTo == 0 && x.blankTo == 0 {
			x.finish()
			escape(&x.out, string(t))
		} else if x.blankTo > 0 && x.dropTo == 0 && strings.TrimSpace(string(t)) != "" && x.isDate() {
			x.finish()
			x.out.WriteString(neutralDate)
		}
	case xml.Directive:
		// A few entities unpack to gigabytes; no office program writes any.
		return Unpacks
	}
	// Comments and instructions of programs are not content.
	return nil
}

// isDate reports whether the blank element must hold a date.
func (x *xmlWriter) isDate() bool {
	return len(x.open) > 0 && x.open[len(x.open)-1] == "dc:date"
}

func (x *xmlWriter) start(t xml.StartElement) error {
	if len(x.open) > 1000 {
		return Damaged
	}
	full := t.Name.Local
	if t.Name.Space != "" {
		full = t.Name.Space + ":" + t.Name.Local
	}
	x.open = append(x.open, full)
	if x.dropTo > 0 {
		return nil
	}
	if what, ok := droppedElements[t.Name.Local]; ok || x.deadLink(t) {
		if what != "" {
			x.note(what)
		}
		x.dropTo = len(x.open)
		return nil
	}
	x.finish()
	if what, ok := blankElements[t.Name.Local]; ok && x.blankTo == 0 && x.officeWriter.open {
		x.note(what)
		x.blankTo = len(x.open)
	}
	if t.Name.Local == "date" && t.Name.Space == "dc" && x.blankTo == 0 {
		x.note(Time)
		x.blankTo = len(x.open)
	}
	if t.Name.Local == "author" && strings.Contains(strings.ToLower(x.part), "comments") && x.blankTo == 0 {
		// A spreadsheet lists the authors of its comments as elements.
		x.note(Author)
		x.blankTo = len(x.open)
	}
	x.out.WriteByte('<')
	x.out.WriteString(full)
	for _, a := range t.Attr {
		x.attribute(a)
	}
	x.held = true
	return nil
}

// attribute writes an attribute without names, times and marks.
func (x *xmlWriter) attribute(a xml.Attr) {
	local := a.Name.Local
	low := strings.ToLower(local)
	value := a.Value
	switch {
	case a.Name.Space == "xmlns" || a.Name.Space == "" && local == "xmlns":
	case strings.HasPrefix(low, "rsid") || low == "paraid" || low == "textid" || low == "durableid" || low == "paraidparent":
		if low != "paraidparent" {
			x.note(Revisions)
		}
		return
	case low == "author" || low == "displayname" && strings.Contains(x.part, "person") || low == "creator" || low == "username" ||
		low == "name" && strings.Contains(strings.ToLower(x.part), "authors") || low == "lastmodifiedby" || low == "author-name" || low == "chg-author":
		x.note(Author)
		value = "-"
	case low == "initials" || low == "userid" || low == "providerid" || low == "author-initials":
		x.note(Author)
		value = ""
	case (low == "date" || low == "dateutc" || low == "dt" || low == "chg-date-time") && (a.Name.Space == "w" || strings.HasPrefix(a.Name.Space, "w") || a.Name.Space == "office" && low != "date" || strings.Contains(strings.ToLower(x.part), "comment")):
		x.note(Time)
		value = neutralDate
	case low == "target" && strings.HasSuffix(x.part, ".rels") && isPath(value):
		x.note(Paths)
		value = "about:blank"
	}
	x.out.WriteByte(' ')
	if a.Name.Space != "" {
		x.out.WriteString(a.Name.Space + ":")
	}
	x.out.WriteString(local + `="`)
	escapeAttribute(&x.out, value)
	x.out.WriteByte('"')
}

// isPath tells an address on the author's own computer or network.
func isPath(s string) bool {
	low := strings.ToLower(s)
	return strings.HasPrefix(low, "file:") || strings.HasPrefix(s, `\\`) || len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

// deadLink tells an entry of a list of parts that names one that was left out.
func (x *xmlWriter) deadLink(t xml.StartElement) bool {
	get := func(name string) string {
		for _, a := range t.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	switch t.Name.Local {
	case "Relationship":
		target := get("Target")
		if get("TargetMode") == "External" {
			return strings.HasSuffix(get("Type"), "/attachedTemplate") || strings.HasSuffix(get("Type"), "/externalLinkPath")
		}
		if !strings.HasPrefix(target, "/") {
			// Targets are relative to the part that the list belongs to.
			target = path.Join("/", path.Dir(path.Dir(x.part)), target)
		}
		return x.dropped[strings.ToLower(target)]
	case "Override":
		return x.dropped[strings.ToLower(get("PartName"))]
	case "file-entry":
		return x.dropped["/"+strings.ToLower(get("full-path"))]
	case "externalReference", "externalReferences":
		return x.part == "xl/workbook.xml"
	}
	return false
}

func (x *xmlWriter) end(xml.EndElement) {
	if len(x.open) == 0 {
		return
	}
	name, depth := x.open[len(x.open)-1], len(x.open)
	x.open = x.open[:depth-1]
	switch {
	case x.dropTo == depth:
		x.dropTo = 0
		return
	case x.dropTo > 0:
		return
	}
	if x.blankTo == depth {
		x.blankTo = 0
	}
	if x.held {
		x.out.WriteString("/>")
		x.held = false
		return
	}
	x.out.WriteString("</" + name + ">")
}

// finish closes the start tag that was held.
func (x *xmlWriter) finish() {
	if x.held {
		x.out.WriteByte('>')
		x.held = false
	}
}

var (
	textSigns      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	attributeSigns = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#xD;", "\n", "&#xA;", "\t", "&#x9;")
)

func escape(out *bytes.Buffer, s string)          { _, _ = textSigns.WriteString(out, s) }
func escapeAttribute(out *bytes.Buffer, s string) { _, _ = attributeSigns.WriteString(out, s) }
