package clean_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"priemnaya/intake/protected/clean"
	"priemnaya/templates"
)

// canary stands wherever a file can tell about its author.
const canary = "KANAREIKA"

// told fails if what comes out tells the canary, also packed.
func told(t *testing.T, data []byte) {
	t.Helper()
	if bytes.Contains(data, []byte(canary)) {
		t.Error("the clean file tells the canary")
	}
	if r, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
		for _, f := range r.File {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			p, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(p, []byte(canary)) || strings.Contains(f.Name, canary) {
				t.Errorf("part %s tells the canary: %s", f.Name, p)
			}
		}
	}
}

func has(t *testing.T, r clean.Result, want ...string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(r.Removed, w) {
			t.Errorf("%s is not among %v", w, r.Removed)
		}
	}
}

func made(t *testing.T, data []byte) clean.Result {
	t.Helper()
	r, err := clean.File(data)
	if err != nil {
		t.Fatal(err)
	}
	told(t, r.Data)
	return r
}

// sample is a picture of two colours, so that a turn can be seen.
func sample(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{200, 30, 30, 255}
			if x >= w/2 {
				c = color.RGBA{30, 30, 200, 255}
			}
			img.Set(x, y, c)
		}
	}
	return img
}

// exifBlock tells a maker, a place and an orientation.
func exifBlock(turn uint16) []byte {
	var b bytes.Buffer
	b.WriteString("Exif\x00\x00MM\x00*\x00\x00\x00\x08")
	be := func(v any) { _ = binary.Write(&b, binary.BigEndian, v) }
	be(uint16(3))
	be(uint16(0x010f))
	be(uint16(2))
	be(uint32(10))
	be(uint32(60))
	be(uint16(0x0112))
	be(uint16(3))
	be(uint32(1))
	be(turn)
	be(uint16(0))
	be(uint16(0x8825))
	be(uint16(4))
	be(uint32(1))
	be(uint32(70))
	be(uint32(0))
	b.WriteString(strings.Repeat("\x00", 10) + canary)
	return b.Bytes()
}

func withSegments(plain []byte, segments map[byte][]byte) []byte {
	out := append([]byte(nil), plain[:2]...)
	for _, kind := range []byte{0xe1, 0xfe, 0xed} {
		if p, ok := segments[kind]; ok {
			out = append(out, 0xff, kind, byte((len(p)+2)>>8), byte(len(p)+2))
			out = append(out, p...)
		}
	}
	return append(out, plain[2:]...)
}

func jpegOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAPhotoIsMadeOfItsPixelsAndStandsUpright(t *testing.T) {
	photo := withSegments(jpegOf(t, sample(40, 20)), map[byte][]byte{0xe1: exifBlock(6), 0xfe: []byte(canary), 0xed: []byte("Photoshop 3.0\x00" + canary)})
	photo = append(photo, canary...)
	r := made(t, photo)
	has(t, r, clean.Place, clean.Device, clean.Comment, clean.Author, clean.Trailing, clean.Camera)
	img, err := jpeg.Decode(bytes.NewReader(r.Data))
	if err != nil || r.Kind != "jpeg" {
		t.Fatalf("%s %v", r.Kind, err)
	}
	if img.Bounds().Dx() != 20 || img.Bounds().Dy() != 40 {
		t.Fatalf("the picture is %v", img.Bounds())
	}
	// Turned by a quarter to the right, the red left half is above.
	if red, _, blue, _ := img.At(10, 3).RGBA(); red < blue {
		t.Error("the picture is turned the wrong way")
	}
}

func TestOtherPicturesAreMadeOfTheirPixels(t *testing.T) {
	var p, g bytes.Buffer
	if err := png.Encode(&p, sample(8, 8)); err != nil {
		t.Fatal(err)
	}
	raw := p.Bytes()
	chunk := func(kind, body string) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		out = append(out, kind+body...)
		return binary.BigEndian.AppendUint32(out, crcOf(kind+body))
	}
	dirty := slices.Concat(raw[:33], chunk("tEXt", "Author\x00"+canary), chunk("tIME", "1234567"), raw[33:], []byte(canary))
	has(t, made(t, dirty), clean.Comment, clean.Time, clean.Trailing)
	if err := gif.Encode(&g, sample(8, 8), nil); err != nil {
		t.Fatal(err)
	}
	raw = g.Bytes()
	commented := slices.Concat(raw[:len(raw)-1], []byte("\x21\xfe\x09"+canary+"\x00;"))
	if r := made(t, commented); r.Kind != "png" {
		t.Errorf("a GIF became %s", r.Kind)
	}
}

func crcOf(s string) uint32 {
	c := ^uint32(0)
	for i := range len(s) {
		c ^= uint32(s[i])
		for range 8 {
			if c&1 == 1 {
				c = c>>1 ^ 0xedb88320
			} else {
				c >>= 1
			}
		}
	}
	return ^c
}

// dirtyPDF tells the canary in every way but on its page.
func dirtyPDF(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n%" + canary + "\n")
	obj := func(n int, s string) { fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, s) }
	stream := func(n int, dict, data string) {
		obj(n, fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data))
	}
	photo := string(withSegments(jpegOf(t, sample(8, 8)), map[byte][]byte{0xe1: exifBlock(1)}))
	obj(1, "<</Type/Catalog/Pages 2 0 R/Metadata 8 0 R/Names<</EmbeddedFiles<</Names[(a) 9 0 R]>>/JavaScript<</Names[(j) 10 0 R]>>>>/OpenAction 10 0 R/PieceInfo<</X("+canary+")>>>>")
	obj(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
	obj(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 5 0 R/Resources<</XObject<</I 6 0 R>>/Font<</F 12 0 R>>>>/Annots[7 0 R 11 0 R 14 0 R]/LastModified("+canary+")/PTEX.FileName("+canary+")>>")
	stream(5, "", "BT /F 12 Tf 20 100 Td (old "+canary+") Tj ET")
	stream(6, "/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", photo)
	obj(7, "<</Type/Annot/Subtype/Text/Rect[1 1 9 9]/Contents(keep me)/T("+canary+")/M("+canary+")/NM("+canary+")>>")
	stream(8, "/Type/Metadata/Subtype/XML", "<x>"+canary+"</x>")
	obj(9, "<</Type/Filespec/F("+canary+")/EF<</F 13 0 R>>>>")
	obj(10, "<</S/JavaScript/JS(app.alert\\('"+canary+"'\\))>>")
	obj(11, "<</Type/Annot/Subtype/FileAttachment/Rect[1 1 9 9]/FS 9 0 R>>")
	obj(12, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	stream(13, "/Type/EmbeddedFile", canary)
	obj(14, "<</Type/Annot/Subtype/Link/Rect[1 1 9 9]/A<</S/Launch/F("+canary+")>>>>")
	obj(15, "<</Author("+canary+")/Producer("+canary+")>>")
	b.WriteString("trailer\n<</Size 16/Root 1 0 R/Info 15 0 R/ID[<" + fmt.Sprintf("%x", canary) + "><00>]>>\nstartxref\n9\n%%EOF\n")
	// A later revision hides what the page said before, in a packed object.
	stream(5, "", "BT /F 12 Tf 20 100 Td (seen) Tj ET")
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write([]byte("12 0 <</Type/Font/Subtype/Type1/BaseFont/Courier>>"))
	_ = z.Close()
	stream(16, "/Type/ObjStm/N 1/First 5/Filter/FlateDecode", packed.String())
	b.WriteString("trailer\n<</Size 17/Root 1 0 R/Info 15 0 R/Prev 9>>\nstartxref\n9\n%%EOF\n")
	return b.Bytes()
}

func TestAPDFKeepsItsPagesOnly(t *testing.T) {
	dirty := dirtyPDF(t)
	r := made(t, dirty)
	has(t, r, clean.XMP, clean.Attached, clean.Scripts, clean.Author, clean.Revisions, clean.Place, clean.Device, clean.Paths, clean.Properties)
	for _, keep := range []string{"(seen)", "(keep me)", "/Courier", "/DCTDecode", "/Link"} {
		if !bytes.Contains(r.Data, []byte(keep)) {
			t.Errorf("%s is gone", keep)
		}
	}
	for _, gone := range []string{"/Helvetica", "JavaScript", "/Info", "/ID"} {
		if bytes.Contains(r.Data, []byte(gone)) {
			t.Errorf("%s is still there", gone)
		}
	}
	again := made(t, r.Data)
	if !bytes.Equal(again.Data, r.Data) || len(again.Removed) > 0 {
		t.Errorf("a clean file is not clean: %v", again.Removed)
	}
}

func TestWhatCannotBeMadeAnewIsRefusedWithAReason(t *testing.T) {
	old := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 100))
	locked := bytes.Replace(dirtyPDF(t), []byte("/Root 1 0 R/Info"), []byte("/Encrypt 15 0 R/Root 1 0 R/Info"), 1)
	for name, x := range map[string]struct {
		data []byte
		want clean.Refusal
	}{
		"nothing":                  {nil, clean.Empty},
		"too much":                 {make([]byte, clean.MaxSize+1), clean.TooLarge},
		"a locked PDF":             {locked, clean.Protected},
		"half a PDF":               {[]byte("%PDF-1.7\n1 0 obj\n<</Type"), clean.Damaged},
		"a picture without end":    {jpegOf(t, sample(40, 40))[:200], clean.Damaged},
		"an old document":          {old, clean.OldOffice},
		"a photo of an apple":      {[]byte("\x00\x00\x00\x18ftypheic" + strings.Repeat("x", 40)), clean.HEIC},
		"a film":                   {[]byte("\x00\x00\x00\x18ftypisom" + strings.Repeat("x", 40)), clean.Moving},
		"an archive":               {zipOf(t, "a.txt", "x"), clean.Archive},
		"a program":                {[]byte("\x7fELF\x00\x01" + canary), clean.Unknown},
		"a picture of a gigapixel": {bombPNG(), clean.TooMany},
		"a document with a macro":  {zipOf(t, "word/document.xml", "<x/>", "word/vbaProject.bin", "x"), clean.Macros},
		"entities that explode":    {zipOf(t, "word/document.xml", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`), clean.Unpacks},
	} {
		_, err := clean.File(x.data)
		var got clean.Refusal
		if !errors.As(err, &got) || got != x.want {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
}

func TestOnlyWhatNothingCanCleanIsTakenAsItIs(t *testing.T) {
	film := []byte("\x00\x00\x00\x18ftypisom" + strings.Repeat("x", 40))
	if r, err := clean.AsIs(film); err != nil || r.Kind != "mp4" || !bytes.Equal(r.Data, film) {
		t.Errorf("%s %v", r.Kind, err)
	}
	if _, err := clean.AsIs(jpegOf(t, sample(40, 40))[:200]); err == nil {
		t.Error("a broken picture is taken uncleaned")
	}
	photo := withSegments(jpegOf(t, sample(8, 8)), map[byte][]byte{0xe1: exifBlock(1)})
	r, err := clean.AsIs(photo)
	if err != nil {
		t.Fatal(err)
	}
	told(t, r.Data)
}

func bombPNG() []byte {
	head := "IHDR" + string(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 40000), 40000)) + "\x08\x02\x00\x00\x00"
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(out, crcOf(head))
}

func zipOf(t *testing.T, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func partOf(t *testing.T, data []byte, name string) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	in, err := r.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(p)
}

func TestADocumentLosesItsAuthors(t *testing.T) {
	photo := string(withSegments(jpegOf(t, sample(8, 8)), map[byte][]byte{0xe1: exifBlock(1)}))
	r := made(t, zipOf(t,
		"[Content_Types].xml", `<Types><Override PartName="/docProps/core.xml" ContentType="x"/><Override PartName="/word/document.xml" ContentType="y"/></Types>`,
		"_rels/.rels", `<Relationships><Relationship Id="1" Type="t" Target="word/document.xml"/><Relationship Id="2" Type="t" Target="docProps/core.xml"/></Relationships>`,
		"docProps/core.xml", "<cp>"+canary+"</cp>", "docProps/app.xml", "<a>"+canary+"</a>", "docProps/thumbnail.jpeg", canary,
		"customXml/item1.xml", "<a>"+canary+"</a>",
		"word/document.xml", `<w:document xmlns:w="urn:w"><w:p w:rsidR="`+canary+`"><w:ins w:id="1" w:author="`+canary+`" w:date="`+canary+`"><w:t xml:space="preserve">Мост &amp; дорога </w:t></w:ins></w:p></w:document>`,
		"word/settings.xml", `<w:settings xmlns:w="urn:w"><w:rsids><w:rsid w:val="`+canary+`"/></w:rsids><w:attachedTemplate r:id="`+canary+`"/><w:zoom w:percent="100"/></w:settings>`,
		"word/_rels/settings.xml.rels", `<Relationships><Relationship Id="1" Type="http://x/attachedTemplate" Target="file:///C:/Users/`+canary+`/a.dotx" TargetMode="External"/></Relationships>`,
		"word/_rels/document.xml.rels", `<Relationships><Relationship Id="1" Type="http://x/hyperlink" Target="file:///C:/Users/`+canary+`/b.docx" TargetMode="External"/></Relationships>`,
		"word/comments.xml", `<w:comments xmlns:w="urn:w"><w:comment w:author="`+canary+`" w:initials="`+canary+`"><w:t>Примечание</w:t></w:comment></w:comments>`,
		"word/people.xml", "<p>"+canary+"</p>",
		"word/media/image1.jpg", photo))
	has(t, r, clean.Author, clean.Properties, clean.Revisions, clean.Paths, clean.Place, clean.Preview)
	if r.Kind != "docx" {
		t.Errorf("kind %s", r.Kind)
	}
	doc := partOf(t, r.Data, "word/document.xml")
	if !strings.Contains(doc, `<w:t xml:space="preserve">Мост &amp; дорога </w:t>`) || !strings.Contains(doc, `xmlns:w="urn:w"`) {
		t.Errorf("the text has changed: %s", doc)
	}
	if types := partOf(t, r.Data, "[Content_Types].xml"); strings.Contains(types, "docProps") || !strings.Contains(types, "/word/document.xml") {
		t.Errorf("types: %s", types)
	}
	if rels := partOf(t, r.Data, "_rels/.rels"); strings.Contains(rels, "docProps") || !strings.Contains(rels, "word/document.xml") {
		t.Errorf("relations: %s", rels)
	}
	if set := partOf(t, r.Data, "word/settings.xml"); !strings.Contains(set, "w:zoom") {
		t.Errorf("settings: %s", set)
	}
}

func TestAnOpenDocumentLosesItsAuthors(t *testing.T) {
	r := made(t, zipOf(t, "mimetype", "application/vnd.oasis.opendocument.text",
		"META-INF/manifest.xml", `<m:manifest xmlns:m="urn:m"><m:file-entry m:full-path="meta.xml"/><m:file-entry m:full-path="content.xml"/></m:manifest>`,
		"meta.xml", "<m>"+canary+"</m>", "settings.xml", "<s>"+canary+"</s>", "Thumbnails/thumbnail.png", canary,
		"content.xml", `<office:d xmlns:office="urn:o" xmlns:dc="urn:dc"><text:changed><dc:creator>`+canary+`</dc:creator><dc:date>`+canary+`</dc:date></text:changed><style:s officeooo:rsid="`+canary+`"/><text:p>Текст</text:p></office:d>`))
	has(t, r, clean.Author, clean.Time, clean.Properties, clean.Preview, clean.Printer)
	if r.Kind != "odt" || !strings.Contains(partOf(t, r.Data, "content.xml"), "<text:p>Текст</text:p>") {
		t.Error("the text is gone")
	}
	if strings.Contains(partOf(t, r.Data, "META-INF/manifest.xml"), "meta.xml\"/><m:file-entry m:full-path=\"meta.xml") {
		t.Error("the list of parts names one that is gone")
	}
}

func TestATextLosesSignsThatAreNotToBeSeen(t *testing.T) {
	r := made(t, []byte("\ufeffЖалоба\u200b на\u2063 мост\n"))
	if string(r.Data) != "Жалоба на мост\n" || r.Kind != "txt" {
		t.Errorf("%q", r.Data)
	}
	has(t, r, clean.Hidden)
}

func TestEveryRemovalAndRefusalHasATextInBothLanguages(t *testing.T) {
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := clean.Removals()
	for _, r := range clean.Refusals() {
		ids = append(ids, string(r))
	}
	for _, id := range ids {
		for _, lang := range []string{"ru", "en"} {
			if !set.Has(lang, id) {
				t.Errorf("%s has no text in %s", id, lang)
			}
		}
	}
}

func FuzzNoFilePanicsOrComesThroughUnchanged(f *testing.F) {
	f.Add([]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[]/Count 0>>endobj trailer<</Root 1 0 R>>"))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*\x00\x00\x00\x08"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("обычный текст"))
	f.Add([]byte("RIFF\x10\x00\x00\x00WEBPEXIF\x04\x00\x00\x00II*\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := clean.File(data)
		var refused clean.Refusal
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		if err == nil && r.Kind == "" {
			t.Fatal("a file of no kind")
		}
	})
}
