package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// photo is a JPEG without pixels that tells a maker and a place.
func photo() []byte {
	var b bytes.Buffer
	be := func(v ...any) {
		for _, x := range v {
			_ = binary.Write(&b, binary.BigEndian, x)
		}
	}
	b.WriteString("Exif\x00\x00MM\x00*\x00\x00\x00\x08")
	be(uint16(2), uint16(0x010f), uint16(2), uint32(6), uint32(40), uint16(0x8825), uint16(4), uint32(1), uint32(48), uint32(0))
	b.WriteString("\x00\x00ACME1\x00\x00\x00")
	be(uint16(4), uint16(1), uint16(2), uint32(2), []byte("N\x00\x00\x00"), uint16(2), uint16(5), uint32(3), uint32(102),
		uint16(3), uint16(2), uint32(2), []byte("W\x00\x00\x00"), uint16(4), uint16(5), uint32(3), uint32(126), uint32(0))
	be(uint32(55), uint32(1), uint32(30), uint32(1), uint32(0), uint32(1), uint32(37), uint32(1), uint32(0), uint32(1), uint32(36), uint32(1))
	head := []byte{0xff, 0xd8, 0xff, 0xe1, byte((b.Len() + 2) >> 8), byte(b.Len() + 2)}
	return append(append(head, b.Bytes()...), 0xff, 0xd9)
}

func document(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"docProps/core.xml": `<c xmlns:dc="urn:dc"><dc:creator>Иван Петров</dc:creator></c>`, "word/document.xml": "<w/>"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheBrowserShowsWhatAFileTellsBeforeItIsSent(t *testing.T) {
	files := map[string][]byte{"photo": photo(), "document": document(t), "pdf": []byte("%PDF-1.4 <</Author(Ivan Petrov)/Producer(Scan 5)>> %%EOF"),
		"text": []byte("обычный текст"), "broken": []byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*\x00\x00\xff\xff")}
	out := inBrowser(t, `const r = {}; for (const [name, data] of Object.entries(cases)) {
		r[name] = await PriemPreview.look(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name)); } done(r);`, files)
	for name, want := range map[string][]string{"photo": {"device ACME1", "place 55.50000, -37.01000"}, "document": {"author Иван Петров"},
		"pdf": {"author Ivan Petrov", "software Scan 5"}, "text": nil, "broken": {"camera "}} {
		var got []string
		list, _ := out[name].([]any)
		for _, x := range list {
			m, _ := x.(map[string]any)
			got = append(got, fmt.Sprintf("%v %v", m["what"], m["value"]))
		}
		if strings.Join(got, "; ") != strings.Join(want, "; ") {
			t.Errorf("%s tells %q, want %q", name, got, want)
		}
	}
}
