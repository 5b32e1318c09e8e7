package files

import (
	"archive/zip"
	"bytes"
	"context"
	"image"
	"io"
	"slices"
	"strings"
	"testing"
)

// washed runs the cleaner over content and returns the working copy.
func washed(t testing.TB, content []byte) ([]byte, Kind, []string) {
	t.Helper()
	w := testWasher(t)
	var out bytes.Buffer
	kind, err := w.wash(io.NewSectionReader(bytes.NewReader(content), 0, int64(len(content))), &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), kind, w.list()
}

func testWasher(t testing.TB) *washer {
	dir := t.TempDir()
	return &washer{ctx: context.Background(), limits: DefaultLimits(), removed: map[string]bool{},
		scratch: func() (*scratch, error) { return newScratch(dir) }}
}

func wantRemoved(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("removed %v, want %v", got, want)
	}
}

// samePicture fails when the two files do not decode to the same pixels.
func samePicture(t *testing.T, a, b []byte) {
	t.Helper()
	x, _, err := image.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	y, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("working copy does not decode: %v", err)
	}
	if x.Bounds() != y.Bounds() {
		t.Fatal("size has changed")
	}
	for py := range x.Bounds().Dy() {
		for px := range x.Bounds().Dx() {
			if x.At(px, py) != y.At(px, py) {
				t.Fatalf("pixel %d,%d has changed", px, py)
			}
		}
	}
}

func TestJPEGLosesItsMetadataAndKeepsPixelsProfileAndOrientation(t *testing.T) {
	content := hostileJPEG(t)
	out, _, removed := washed(t, content)
	samePicture(t, content, out)
	wantRemoved(t, removed, RemovedEXIF, RemovedGPS, RemovedAuthor, RemovedSoftware, RemovedXMP, RemovedIPTC, RemovedComment, RemovedExtra, RemovedThumbnails)
	if !bytes.Contains(out, []byte("ICC_PROFILE\x00\x01\x01colours")) {
		t.Error("colour profile is gone")
	}
	at := bytes.Index(out, []byte("Exif\x00\x00"))
	if at < 0 || readExif(out[at+6:]) != (exifFacts{orientation: 6}) {
		t.Error("orientation is gone or not alone")
	}
	upright, _, _ := washed(t, makeJPEG(t, segment(jpegAPP1, "Exif\x00\x00"+string(makeTIFF(1)))))
	if bytes.Contains(upright, []byte("Exif")) {
		t.Error("EXIF of an upright picture is kept")
	}
}

func TestWhatIsHiddenBehindAPictureVanishes(t *testing.T) {
	for name, clean := range map[string][]byte{"jpeg": makeJPEG(t), "png": makePNG(t)} {
		for _, tail := range []string{"<?php system(1);", "<script>alert(1)</script>", "\x00", "MZ\x90\x00"} {
			out, _, removed := washed(t, append(bytes.Clone(clean), tail...))
			if !bytes.Equal(out, clean) {
				t.Errorf("%s: %d bytes left of %q", name, len(out)-len(clean), tail)
			}
			wantRemoved(t, removed, RemovedTrailing)
		}
	}
}

func TestPNGLosesItsMetadataAndKeepsPixelsAndOrientation(t *testing.T) {
	content := hostilePNG(t)
	out, _, removed := washed(t, content)
	samePicture(t, content, out)
	wantRemoved(t, removed, RemovedEXIF, RemovedGPS, RemovedAuthor, RemovedSoftware, RemovedText, RemovedTime, RemovedExtra)
	at := bytes.Index(out, []byte("eXIf"))
	if at < 0 || readExif(out[at+4:]) != (exifFacts{orientation: 6}) {
		t.Error("orientation is gone or not alone")
	}
	if !bytes.Contains(out, []byte("gAMA")) || bytes.Contains(out, []byte("tIME")) {
		t.Error("wrong chunks kept")
	}
}

func TestPictureWithoutMetadataStaysByteForByte(t *testing.T) {
	for _, content := range [][]byte{makeJPEG(t), makePNG(t), []byte(mp3Frames(10))} {
		out, kind, removed := washed(t, content)
		if !bytes.Equal(out, content) || len(removed) != 0 {
			t.Errorf("%s has changed: %v", kind.Name, removed)
		}
	}
}

func TestHEICItemsAreBlankedInPlaceAndPixelsStay(t *testing.T) {
	content := makeHEIC()
	out, kind, removed := washed(t, content)
	if len(out) != len(content) || !kind.is(HEIC) {
		t.Fatalf("length %d became %d", len(content), len(out))
	}
	if !bytes.Contains(out, []byte("PIXELS-PIXELS-PIXELS")) || !bytes.Contains(out, emptyExif) || bytes.Contains(out, []byte("xmpmeta")) {
		t.Error("pixels are gone or metadata are not")
	}
	wantRemoved(t, removed, RemovedEXIF, RemovedXMP)
}

func TestFilmLosesPlaceTimeDeviceAndTelemetryAndKeepsItsSamples(t *testing.T) {
	content := makeMP4()
	out, kind, removed := washed(t, content)
	if len(out) != len(content) || !kind.is(MP4) {
		t.Fatalf("length %d became %d", len(content), len(out))
	}
	if !bytes.Contains(out, []byte("PICTURE-DATA-PICTURE-DATA")) {
		t.Error("samples of the picture are gone")
	}
	for _, gone := range []string{secret, "Phone 15", "\x11\x22\x33\x44", "\xa9xyz", "udta", "uuid"} {
		if bytes.Contains(out, []byte(gone)) {
			t.Errorf("%q is still there", gone)
		}
	}
	wantRemoved(t, removed, RemovedTags, RemovedTime, RemovedSoftware, RemovedTelemetry, RemovedXMP, RemovedExtra)
}

func TestFilmWithBytesBehindItsLastBoxIsTrimmed(t *testing.T) {
	content := makeMP4()
	out, _, _ := washed(t, append(bytes.Clone(content), "<script>alert(1)</script>"...))
	if len(out) != len(content) {
		t.Errorf("%d bytes are left", len(out)-len(content))
	}
}

func TestMP3KeepsItsFramesAndNothingElse(t *testing.T) {
	out, _, removed := washed(t, makeMP3())
	if string(out) != mp3Frames(40) {
		t.Errorf("%d bytes left, want the %d of the frames", len(out), len(mp3Frames(40)))
	}
	if !slices.Contains(removed, RemovedTags) {
		t.Errorf("removed %v", removed)
	}
	mixed := mp3Frames(20) + "<?php evil ?>" + mp3Frames(20)
	if out, _, _ := washed(t, []byte(mixed)); string(out) != mp3Frames(40) {
		t.Errorf("bytes between frames stay: %d", len(out)-len(mp3Frames(40)))
	}
}

// parts unpacks an archive.
func parts(t testing.TB, archive []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		p, err := io.ReadAll(in)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		out[f.Name] = string(p)
	}
	return out
}

func TestOfficeDocumentsLoseTheirAuthorAndKeepTheirText(t *testing.T) {
	for name, c := range map[string]struct {
		content    []byte
		part, text string
	}{
		"docx": {makeDOCX(t), "word/document.xml", "Прошу починить крышу"},
		"xlsx": {makeXLSX(t), "xl/workbook.xml", "<workbook/>"},
		"odt":  {makeODT(t), "content.xml", "<content/>"},
	} {
		out, _, removed := washed(t, c.content)
		after := parts(t, out)
		if len(after) != len(parts(t, c.content)) || !strings.Contains(after[c.part], c.text) {
			t.Errorf("%s: parts are gone", name)
		}
		for part, text := range after {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %s still holds the secret", name, part)
			}
		}
		if !slices.Contains(removed, RemovedAuthor) {
			t.Errorf("%s: removed %v", name, removed)
		}
	}
	odt, _, _ := washed(t, makeODT(t))
	if string(odt[30:38]) != odfMimetype || !bytes.HasPrefix(odt[38:], []byte(ODT.MIME)) {
		t.Error("odt does not begin with its unpacked type")
	}
}

func TestArchiveIsMadeAnewOfCleanEntries(t *testing.T) {
	out, _, removed := washed(t, makeZIP(t,
		entry{"фото/крыша.png", string(hostileJPEG(t)), zip.Store},
		entry{"CON.docx", string(makeDOCX(t)), zip.Deflate},
		entry{"\x8f\xe0\xae\xe1\xec\xa1\xa0.txt", "просьба", zip.Deflate},
		entry{"__MACOSX/._a", "\x00\x05\x16\x07", zip.Store},
		entry{"Thumbs.db", "\xd0\xcf\x11\xe0", zip.Store}))
	after := parts(t, out)
	if len(after) != 3 || after["фото/крыша.jpg"] == "" || after["_CON.docx"] == "" || after["Просьба.txt"] != "просьба" {
		t.Fatalf("entries: %q", slices.Sorted(func(yield func(string) bool) {
			for k := range after {
				if !yield(k) {
					return
				}
			}
		}))
	}
	if strings.Contains(after["фото/крыша.jpg"], secret) || strings.Contains(parts(t, []byte(after["_CON.docx"]))["docProps/core.xml"], secret) {
		t.Error("an entry still holds the secret")
	}
	if !slices.Contains(removed, RemovedSystem) || !slices.Contains(removed, RemovedGPS) {
		t.Errorf("removed %v", removed)
	}
}

func TestRTFLosesItsInformationGroupsOnly(t *testing.T) {
	in := `{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\author ` + secret + `}{\title x}}{\*\generator ` + secret + `;}\f0 Text \{a\} {\b bold} \'cf\par}` + "\r\n\x00"
	out, _, removed := washed(t, []byte(in))
	if string(out) != `{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Text \{a\} {\b bold} \'cf\par}` {
		t.Errorf("got %q", out)
	}
	wantRemoved(t, removed, RemovedAuthor, RemovedSoftware)
	out, _, _ = washed(t, []byte(`{\rtf1 a}<script>`))
	if string(out) != `{\rtf1 a}` {
		t.Errorf("tail stays: %q", out)
	}
}

func TestPDFIsCutAtItsLastEndMark(t *testing.T) {
	content := makePDF("text")
	out, _, removed := washed(t, append(bytes.Clone(content), "<html><script>alert(1)</script>"...))
	if !bytes.Equal(out, bytes.TrimSuffix(content, []byte("\n"))) {
		t.Errorf("got %q", out[len(out)-20:])
	}
	wantRemoved(t, removed, RemovedTrailing)
	if out, _, _ := washed(t, content); !bytes.Equal(out, content) {
		t.Error("honest file has changed")
	}
}

func TestTextsInBothEncodingsAreTextsWhateverTheyBeginWith(t *testing.T) {
	for name, text := range map[string]string{
		"UTF-8":                    "Уважаемый Иван Иванович!\r\n\tПрошу…",
		"UTF-8 with mark":          "\xEF\xBB\xBFПрошу",
		"windows-1251":             "\xCF\xF0\xEE\xF8\xF3 \xEF\xEE\xF7\xE8\xED\xE8\xF2\xFC \xEA\xF0\xFB\xF8\xF3 \xB9 5",
		"a letter that begins BM":  "BMW стоит во дворе",
		"a letter that begins MZ":  "MZ — это завод",
		"a cut character at 32 K":  strings.Repeat("a", 32<<10-1) + "Ж",
		"angle brackets inside":    "температура < 18 °C и > 5",
		"JSON":                     `{"a": 1}`,
		"comma-separated":          "a,b,c\n1,2,3\n4,5,6\n",
		"family emoji and joiners": "👨‍👩‍👧 é́",
	} {
		if _, kind, _ := washed(t, []byte(text)); !kind.is(TXT) {
			t.Errorf("%s: %s", name, kind.Name)
		}
	}
}

func TestItemTableThatCostsNoBytesDoesNotKeepTheCleanerBusy(t *testing.T) {
	locations := strings.Repeat(be(2, 2)+be(2, 0)+be(2, 65535), 60_000)
	iloc := mkbox("iloc", fullbox, "\x00\x00", be(2, 60_000), locations)
	infe := mkbox("infe", "\x02\x00\x00\x00", be(2, 2), be(2, 0), "Exif", "\x00")
	meta := mkbox("meta", fullbox, hdlr("pict", ""), mkbox("iinf", fullbox, be(2, 1), infe), iloc)
	content := mkbox("ftyp", "heic\x00\x00\x00\x00mif1heic") + meta
	_, err := testWasher(t).wash(io.NewSectionReader(strings.NewReader(content), 0, int64(len(content))), io.Discard)
	if ReasonOf(err) != Broken {
		t.Errorf("got %v", err)
	}
}
