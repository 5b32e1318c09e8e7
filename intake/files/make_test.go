package files

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
)

// secret stands for everything that must not be in a working copy.
const secret = "IVANOV-SECRET-55.7558N"

func testKeys(t testing.TB) *Keyring {
	t.Helper()
	ring, err := NewKeyring("k1", map[string][]byte{"k1": bytes.Repeat([]byte{7}, KeyBytes)})
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// testStore makes a store in memory; change adjusts its configuration.
func testStore(t testing.TB, change func(*Config)) (*Store, *blob.Bucket) {
	t.Helper()
	bucket := memblob.OpenBucket(nil)
	t.Cleanup(func() { _ = bucket.Close() })
	cfg := Config{Bucket: bucket, Keys: testKeys(t), TempDir: t.TempDir()}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s, cfg.Bucket
}

func put(t testing.TB, s *Store, name string, content []byte) File {
	t.Helper()
	f, err := s.Put(context.Background(), name, bytes.NewReader(content))
	if err != nil {
		t.Fatalf("Put(%q): %v", name, err)
	}
	return f
}

func read(t testing.TB, s *Store, f File, c Copy) []byte {
	t.Helper()
	r, err := s.Open(context.Background(), f, c)
	if err != nil {
		t.Fatalf("Open(%s): %v", c, err)
	}
	defer r.Close()
	p, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read %s: %v", c, err)
	}
	return p
}

// keys lists the blobs of a bucket.
func keys(t testing.TB, b *blob.Bucket) []string {
	t.Helper()
	var out []string
	list := b.List(nil)
	for {
		obj, err := list.Next(context.Background())
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, obj.Key)
	}
}

func makePDF(body string) []byte {
	return []byte("%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n" + body + "\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n")
}

func picture() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for y := range 30 {
		for x := range 40 {
			img.Set(x, y, color.RGBA{uint8(6 * x), uint8(8 * y), uint8(x * y), 255})
		}
	}
	return img
}

// makeTIFF makes an EXIF block with orientation, artist, software and a GPS
// directory pointer.
func makeTIFF(orientation uint16) []byte {
	b := []byte("II*\x00\x08\x00\x00\x00\x04\x00")
	entry := func(tag, kind uint16, count, value uint32) {
		b = binary.LittleEndian.AppendUint16(b, tag)
		b = binary.LittleEndian.AppendUint16(b, kind)
		b = binary.LittleEndian.AppendUint32(b, count)
		b = binary.LittleEndian.AppendUint32(b, value)
	}
	entry(tagOrientation, 3, 1, uint32(orientation))
	entry(tagSoftware, 2, uint32(len(secret)), 62)
	entry(tagArtist, 2, uint32(len(secret)), 62)
	entry(tagGPS, 4, 1, 62)
	b = append(b, 0, 0, 0, 0)
	return append(b, secret...)
}

func segment(marker byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2)), body...)
}

// makeJPEG makes a picture with the given segments after the start marker.
func makeJPEG(t testing.TB, segments ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	out := append([]byte{}, b.Bytes()[:2]...)
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, b.Bytes()[2:]...)
}

func hostileJPEG(t testing.TB) []byte {
	return makeJPEG(t,
		segment(jpegAPP0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01"+secret[:3]),
		segment(jpegAPP1, "Exif\x00\x00"+string(makeTIFF(6))),
		segment(jpegAPP1, "http://ns.adobe.com/xap/1.0/\x00"+secret),
		segment(jpegAPP2, "ICC_PROFILE\x00\x01\x01colours"),
		segment(jpegAPP2, "MPF\x00"+secret),
		segment(jpegAPP13, "Photoshop 3.0\x00"+secret),
		segment(jpegAPP14, "Adobe\x00\x64\x00\x00\x00\x00\x00"+secret),
		segment(jpegCOM, secret),
	)
}

// makePNG makes a picture with the given chunks after its header.
func makePNG(t testing.TB, chunks ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	const header = 8 + 25
	out := append([]byte{}, b.Bytes()[:header]...)
	for _, c := range chunks {
		out = append(out, c...)
	}
	return append(out, b.Bytes()[header:]...)
}

func hostilePNG(t testing.TB) []byte {
	return makePNG(t,
		makeChunk("tEXt", []byte("Author\x00"+secret)), makeChunk("zTXt", []byte("Software\x00\x00"+secret)),
		makeChunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret)), makeChunk("tIME", []byte{7, 234, 1, 1, 1, 1, 1}),
		makeChunk("eXIf", makeTIFF(6)), makeChunk("prVt", []byte(secret)), makeChunk("gAMA", []byte{0, 0, 0xb1, 0x8f}))
}

// entry is one entry of an archive to make.
type entry struct {
	name, content string
	method        uint16
}

func makeZIP(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const corePart = xmlHead + `<cp:coreProperties xmlns:cp="x"><creator>` + secret + `</creator></cp:coreProperties>`

func typesPart(main, mime string) entry {
	return entry{contentTypes, xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/` + main + `" ContentType="` + mime + `.main+xml"/></Types>`, zip.Deflate}
}

func makeDOCX(t testing.TB, more ...entry) []byte {
	return makeZIP(t, append([]entry{
		typesPart("word/document.xml", DOCX.MIME),
		{"word/document.xml", xmlHead + "<document>Прошу починить крышу</document>", zip.Deflate},
		{"docProps/core.xml", corePart, zip.Deflate},
		{"docProps/app.xml", "<Properties><Company>" + secret + "</Company></Properties>", zip.Deflate},
		{"word/media/image1.jpeg", string(hostileJPEG(t)), zip.Store},
	}, more...)...)
}

func makeXLSX(t testing.TB, more ...entry) []byte {
	return makeZIP(t, append([]entry{
		typesPart("xl/workbook.xml", XLSX.MIME),
		{"xl/workbook.xml", "<workbook/>", zip.Deflate}, {"docProps/core.xml", corePart, zip.Deflate},
	}, more...)...)
}

func makeODT(t testing.TB, more ...entry) []byte {
	return makeZIP(t, append([]entry{
		{odfMimetype, ODT.MIME, zip.Store}, {"content.xml", "<content/>", zip.Deflate},
		{"meta.xml", "<meta>" + secret + "</meta>", zip.Deflate},
		{"META-INF/manifest.xml", "<manifest/>", zip.Deflate},
	}, more...)...)
}

// mp3Frames makes n frames of silence: MPEG-1 layer III, 128 kbit/s, 44.1 kHz.
func mp3Frames(n int) string {
	return strings.Repeat("\xFF\xFB\x90\x00"+strings.Repeat("\x00", 413), n)
}

func id3Tag(body string) string {
	n := len(body)
	return "ID3\x03\x00\x00" + string([]byte{byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}) + body
}

func makeMP3() []byte {
	return []byte(id3Tag("TPE1"+secret) + mp3Frames(40) + "APETAGEX" + secret + "TAG" + secret + strings.Repeat("\x00", 103))
}

// mkbox makes an ISO media box of the given parts.
func mkbox(kind string, parts ...string) string {
	body := strings.Join(parts, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))) + kind + body
}

// be is a big-endian number of n bytes.
func be(n int, v uint64) string {
	b := append(make([]byte, n), binary.BigEndian.AppendUint64(nil, v)...)
	return string(b[len(b)-n:])
}

const fullbox = "\x00\x00\x00\x00"

func hdlr(kind, name string) string {
	return mkbox("hdlr", fullbox, be(4, 0), kind, be(8, 0), be(4, 0), name, "\x00")
}

func trackOf(kind string, offset, size int) string {
	stbl := mkbox("stbl", mkbox("stsz", fullbox, be(4, 0), be(4, 1), be(4, uint64(size))),
		mkbox("stsc", fullbox, be(4, 1), be(4, 1), be(4, 1), be(4, 1)),
		mkbox("stco", fullbox, be(4, 1), be(4, uint64(offset))))
	return mkbox("trak", mkbox("tkhd", fullbox, be(8, 0x1122334455667788), be(60, 0)),
		mkbox("mdia", mkbox("mdhd", fullbox, be(8, 0), be(12, 0)), hdlr(kind, "Phone 15 "+secret), mkbox("minf", stbl)))
}

const mp4Brand = "isom\x00\x00\x02\x00isomiso2mp41"

// makeMP4 makes a film whose first sample is the picture and whose second is
// the path of the camera.
func makeMP4() []byte {
	head := mkbox("ftyp", mp4Brand)
	const frame = "PICTURE-DATA-PICTURE-DATA"
	mdat := mkbox("mdat", frame, secret)
	at := len(head) + 8
	moov := mkbox("moov", mkbox("mvhd", fullbox, be(8, 0x1122334455667788), be(88, 0)),
		trackOf("vide", at, len(frame)), trackOf("meta", at+len(frame), len(secret)),
		mkbox("udta", mkbox("\xa9xyz", secret)), mkbox("meta", hdlr("mdta", secret)))
	return []byte(head + mdat + moov + mkbox("uuid", "\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC"+secret) + mkbox("free", secret))
}

// makeHEIC makes a picture file with an Exif and an XMP item.
func makeHEIC() []byte {
	const pixels, xmp = "PIXELS-PIXELS-PIXELS", "<x:xmpmeta>" + secret
	exif := "\x00\x00\x00\x06Exif\x00\x00" + string(makeTIFF(6))
	infe := func(id uint64, kind, more string) string {
		return mkbox("infe", "\x02\x00\x00\x00", be(2, id), be(2, 0), kind, "\x00", more)
	}
	build := func(at int) string {
		loc := func(id uint64, off, n int) string {
			return be(2, id) + be(2, 0) + be(2, 1) + be(4, uint64(off)) + be(4, uint64(n))
		}
		iloc := mkbox("iloc", fullbox, "\x44\x00", be(2, 3), loc(1, at, len(pixels)),
			loc(2, at+len(pixels), len(exif)), loc(3, at+len(pixels)+len(exif), len(xmp)))
		meta := mkbox("meta", fullbox, hdlr("pict", ""), mkbox("iinf", fullbox, be(2, 3),
			infe(1, "hvc1", ""), infe(2, "Exif", ""), infe(3, "mime", "application/rdf+xml\x00")), iloc)
		return mkbox("ftyp", "heic\x00\x00\x00\x00mif1heic") + meta + mkbox("mdat", pixels, exif, xmp)
	}
	at := strings.Index(build(0), "PIXELS")
	return []byte(build(at))
}
