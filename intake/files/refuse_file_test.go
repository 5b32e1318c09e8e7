package files

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"priemnaya/casework"
)

// hostile is one upload that must be refused.
type hostile struct {
	name    string
	content []byte
	want    Reason
}

// patched changes a copy of b.
func patched(b []byte, change func([]byte)) []byte {
	c := bytes.Clone(b)
	change(c)
	return c
}

// setInZIP changes the first local and the first directory header of an archive.
func setInZIP(archive []byte, local, central int, v uint16) []byte {
	return patched(archive, func(b []byte) {
		if local >= 0 {
			binary.LittleEndian.PutUint16(b[local:], v)
		}
		binary.LittleEndian.PutUint16(b[bytes.Index(b, []byte("PK\x01\x02"))+central:], v)
	})
}

func plainZIP(t testing.TB) []byte { return makeZIP(t, entry{"a.txt", "text", zip.Deflate}) }

// overlappingZIP has a hundred entries that share one packed body.
func overlappingZIP(t testing.TB) []byte {
	one := makeZIP(t, entry{"a.txt", strings.Repeat("lorem ipsum ", 5000), zip.Deflate})
	at := bytes.Index(one, []byte("PK\x01\x02"))
	end := bytes.Index(one, []byte("PK\x05\x06"))
	dir := one[at:end]
	out := bytes.Clone(one[:at])
	const n = 100
	for i := range n {
		d := bytes.Clone(dir)
		copy(d[46:], fmt.Sprintf("%05d", i))
		out = append(out, d...)
	}
	record := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(record[8:], n)
	binary.LittleEndian.PutUint16(record[10:], n)
	binary.LittleEndian.PutUint32(record[12:], uint32(n*len(dir)))
	return append(out, record...)
}

func manyEntries(n int) []entry {
	out := make([]entry, n)
	for i := range out {
		out[i] = entry{fmt.Sprintf("%d.txt", i), "text", zip.Store}
	}
	return out
}

// lyingZIP declares four bytes where there are many.
func lyingZIP(t testing.TB) []byte {
	b := makeZIP(t, entry{"a.txt", strings.Repeat("A", 4000), zip.Deflate})
	at := bytes.Index(b, []byte("PK\x01\x02"))
	return patched(b, func(b []byte) { binary.LittleEndian.PutUint32(b[at+24:], 4) })
}

func hostileFiles(t testing.TB) []hostile {
	exe := append([]byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xFF\xFF"), make([]byte, 500)...)
	huge := makePNG(t)
	binary.BigEndian.PutUint32(huge[16:], 60_000)
	binary.BigEndian.PutUint32(huge[20:], 60_000)
	bomb := strings.Repeat("\x20", 60<<20)
	return append([]hostile{
		{"no bytes at all", nil, Empty},
		{"renamed exe", exe, TypeNotAllowed},
		{"ELF program", []byte("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 60)), TypeNotAllowed},
		{"shell script", []byte("#!/bin/sh\nrm -rf /\n"), TypeNotAllowed},
		{"HTML page", []byte("  \n<!DOCTYPE html><script>alert(1)</script>"), TypeNotAllowed},
		{"SVG picture with script", []byte(`<?xml version="1.0"?><svg onload="alert(1)"/>`), TypeNotAllowed},
		{"PHP", []byte("<?php system($_GET[0]);"), TypeNotAllowed},
		{"GIF that is JavaScript", []byte("GIF89a/*" + strings.Repeat("\x00", 20) + "*/=1;alert(1)"), TypeNotAllowed},
		{"old Word document", append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 600)...), TypeNotAllowed},
		{"text with NUL", []byte("Прошу\x00починить"), TypeNotAllowed},
		{"text with escape sequences", []byte("Прошу \x1b[2J"), TypeNotAllowed},
		{"text in UTF-16", []byte("\xFF\xFE\x1F\x04\x40\x04\x3E\x04"), TypeNotAllowed},
		{"AVIF picture", []byte("\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf"), TypeNotAllowed},
		{"rar", []byte("Rar!\x1a\x07\x01\x00" + strings.Repeat("\x01", 40)), TypeNotAllowed},
		{"gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + strings.Repeat("\x01", 40)), TypeNotAllowed},

		{"PDF and ZIP in one", append(makePDF("x"), plainZIP(t)...), Polyglot},
		{"ZIP inside a PDF comment", append(append(makePDF("%"), plainZIP(t)...), "\n%%EOF\n"...), Polyglot},
		{"JPEG and ZIP in one", append(makeJPEG(t), plainZIP(t)...), Polyglot},
		{"PNG and ZIP in one", append(makePNG(t), plainZIP(t)...), Polyglot},
		{"MP3 and ZIP in one", append([]byte(mp3Frames(20)), plainZIP(t)...), Polyglot},
		{"JPEG with a PDF in its comment", makeJPEG(t, segment(jpegCOM, string(makePDF("x")))), Polyglot},
		{"ZIP with bytes behind", append(plainZIP(t), "<script>"...), Polyglot},

		{"JPEG cut short", hostileJPEG(t)[:800], Broken},
		{"JPEG without a picture", []byte("\xFF\xD8\xFF\xD9"), Broken},
		{"PNG cut short", makePNG(t)[:60], Broken},
		{"PNG with a wrong checksum", patched(makePNG(t), func(b []byte) { b[len(b)-20] ^= 1 }), Broken},
		{"PDF without an end", []byte("%PDF-1.7\nonly a head"), Broken},
		{"RTF cut short", []byte(`{\rtf1 {\b text`), Broken},
		{"MP4 without tracks", []byte(mkbox("ftyp", mp4Brand) + mkbox("mdat", "x")), Broken},
		{"MP4 with a box longer than the file", []byte(mkbox("ftyp", mp4Brand) + "\x7F\xFF\xFF\xFFmoov"), Broken},
		{"MP4 whose film is cut short", []byte(mkbox("ftyp", mp4Brand) + mkbox("moov") + "\x00\x00\x10\x00mdat1234"), Broken},
		{"ID3 tag without sound", []byte(id3Tag(secret)), TypeNotAllowed},
		{"picture of 3.6 billion pixels", fixIHDR(huge), ImageTooLarge},
		{"RTF with an embedded object", []byte(`{\rtf1{\object\objemb{\*\objdata 0105}}}`), ActiveContent},
	}, hostileArchives(t, bomb, exe)...)
}

// fixIHDR repairs the checksum of a header that was changed.
func fixIHDR(png []byte) []byte {
	copy(png[8:], makeChunk("IHDR", png[16:29]))
	return png
}

func hostileArchives(t testing.TB, bomb string, exe []byte) []hostile {
	nested := makeZIP(t, entry{"inner.zip", string(plainZIP(t)), zip.Store})
	macro := typesPart("word/document.xml", "application/vnd.ms-word.document.macroEnabled")
	return []hostile{
		{"zip bomb of one entry", makeZIP(t, entry{"a.txt", bomb, zip.Deflate}), ArchiveBomb},
		{"zip bomb of shared bodies", overlappingZIP(t), ArchiveBomb},
		{"zip that declares less than it holds", lyingZIP(t), Broken},
		{"zip of too many entries", makeZIP(t, manyEntries(1001)...), ArchiveEntries},
		{"zip in a zip", nested, ArchiveNested},
		{"zip of an exe", makeZIP(t, entry{"фото.jpg", string(exe), zip.Deflate}), TypeNotAllowed},
		{"zip of an empty file", makeZIP(t, entry{"a.txt", "", zip.Store}), Empty},
		{"zip of nothing", makeZIP(t), Empty},
		{"zip of a polyglot", makeZIP(t, entry{"a.pdf", string(makePDF("x")) + string(plainZIP(t)), zip.Deflate}), Polyglot},
		{"path up and out", makeZIP(t, entry{"../../etc/passwd", "x", zip.Store}), ArchivePath},
		{"absolute path", makeZIP(t, entry{"/etc/passwd", "x", zip.Store}), ArchivePath},
		{"path with backslashes", makeZIP(t, entry{`..\..\a.txt`, "x", zip.Store}), ArchivePath},
		{"path with a drive", makeZIP(t, entry{"C:a.txt", "x", zip.Store}), ArchivePath},
		{"path with a control character", makeZIP(t, entry{"a\n.txt", "x", zip.Store}), ArchivePath},
		{"encrypted entry", setInZIP(plainZIP(t), 6, 8, 1), ArchiveEncrypted},
		{"unknown packing", setInZIP(plainZIP(t), 8, 10, 99), Broken},
		{"two entries of one name", makeZIP(t, entry{"a.txt", "x", 0}, entry{"A.TXT", "y", 0}), Broken},
		{"zip cut short", plainZIP(t)[:40], Broken},
		{"docx with macros", makeDOCX(t, entry{"word/vbaProject.bin", "x", zip.Store}), Macros},
		{"docm renamed", makeZIP(t, macro, entry{"word/document.xml", "<document/>", 0}), Macros},
		{"docx bomb", makeDOCX(t, entry{"word/a.xml", bomb, zip.Deflate}), ArchiveBomb},
		{"docx with entities", makeDOCX(t, entry{"word/a.xml", `<!DOCTYPE x [<!ENTITY a "aaaa">]>`, zip.Deflate}), ArchiveBomb},
		{"docx without a main part", makeZIP(t, typesPart("word/document.xml", DOCX.MIME)), Broken},
		{"pptx", makeZIP(t, typesPart("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
			entry{"ppt/presentation.xml", "<p/>", 0}), TypeNotAllowed},
		{"odt with macros", makeODT(t, entry{"Basic/Standard/Module1.xml", "x", zip.Store}), Macros},
		{"odt bomb", makeODT(t, entry{"styles.xml", bomb, zip.Deflate}), ArchiveBomb},
		{"odt with a password", makeZIP(t, entry{odfMimetype, ODT.MIME, 0}, entry{"META-INF/manifest.xml", "<manifest:encryption-data/>", 0}), ArchiveEncrypted},
		{"epub", makeZIP(t, entry{odfMimetype, "application/epub+zip", 0}, entry{"a.txt", "x", 0}), TypeNotAllowed},
	}
}

func TestHostileFilesAreRefusedWithTheirReasonAndLeaveNothingBehind(t *testing.T) {
	for _, h := range hostileFiles(t) {
		t.Run(h.name, func(t *testing.T) {
			s, bucket := testStore(t, nil)
			_, err := s.Put(context.Background(), "договор.pdf", bytes.NewReader(h.content))
			if got := ReasonOf(err); got != h.want {
				t.Fatalf("reason %q, want %q (%v)", got, h.want, err)
			}
			var e *casework.Error
			if errors.As(err, &e); e.Data["Name"] != "договор.pdf" {
				t.Errorf("the refusal does not name the file: %v", e.Data)
			}
			if left := keys(t, bucket); len(left) != 0 {
				t.Errorf("blobs left: %v", left)
			}
		})
	}
}

func TestFaultInsideAnArchiveNamesTheEntry(t *testing.T) {
	s, _ := testStore(t, nil)
	_, err := s.Put(context.Background(), "a.zip", bytes.NewReader(makeZIP(t, entry{"папка/вирус.jpg", "MZ\x00\x01", 0})))
	var e *casework.Error
	if !errors.As(err, &e) || e.Data["Inner"] != "вирус.jpg" || e.Code != casework.Invalid {
		t.Fatalf("got %v", err)
	}
}

// counting counts what was read of an endless upload.
type counting struct{ n int64 }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	c.n += int64(len(p))
	return len(p), nil
}

func TestUploadAboveTheLimitIsCutOffAndNotReadToItsEnd(t *testing.T) {
	s, _ := testStore(t, func(c *Config) { c.Limits.FileBytes = 1 << 20 })
	endless := &counting{}
	_, err := s.Put(context.Background(), "a.txt", endless)
	var e *casework.Error
	if !errors.As(err, &e) || e.Code != casework.TooLarge || ReasonOf(err) != TooLarge || e.Data["Max"] != int64(1<<20) {
		t.Fatalf("got %v", err)
	}
	if endless.n > 1<<20+64<<10 {
		t.Errorf("read %d bytes of an upload limited to 1 MiB", endless.n)
	}
}

func TestUploadOfExactlyTheLimitIsTaken(t *testing.T) {
	s, _ := testStore(t, func(c *Config) { c.Limits.FileBytes = 1000 })
	put(t, s, "a.txt", bytes.Repeat([]byte("a"), 1000))
	if _, err := s.Put(context.Background(), "a.txt", bytes.NewReader(bytes.Repeat([]byte("a"), 1001))); ReasonOf(err) != TooLarge {
		t.Errorf("got %v", err)
	}
}

func TestBrokenOffAndCancelledUploadsAreInterrupted(t *testing.T) {
	s, bucket := testStore(t, nil)
	broken := io.MultiReader(strings.NewReader("text"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, err := s.Put(context.Background(), "a.txt", broken); ReasonOf(err) != Interrupted {
		t.Errorf("broken off: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Put(ctx, "a.txt", strings.NewReader("text")); ReasonOf(err) != Interrupted {
		t.Errorf("cancelled: %v", err)
	}
	if left := keys(t, bucket); len(left) != 0 {
		t.Errorf("blobs left: %v", left)
	}
}

func TestAppealTakesNoMoreFilesThanItsLimits(t *testing.T) {
	l := Limits{Count: 2, FileBytes: 100, TotalBytes: 150}
	one := []File{{Size: 90}}
	for _, c := range []struct {
		already []File
		size    int64
		want    Reason
	}{{nil, 100, ""}, {nil, 101, TooLarge}, {one, 60, ""}, {one, 61, TotalTooLarge}, {append(one, one...), 0, TooMany}} {
		if got := ReasonOf(l.Admit(c.already, c.size)); got != c.want {
			t.Errorf("%d files and %d bytes: %q, want %q", len(c.already), c.size, got, c.want)
		}
	}
	if d := (Limits{}).withDefaults(); d != DefaultLimits() {
		t.Errorf("zero limits become %+v", d)
	}
}
