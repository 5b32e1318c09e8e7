package clean

import (
	"bytes"
	"strconv"
	"strings"
)

// pdfDropped are keys that never tell anything about what a page shows.
var pdfDropped = map[string]string{
	"Metadata": XMP, "PieceInfo": Properties, "LastModified": Time, "Thumb": Preview, "AF": Attached, "EmbeddedFiles": Attached,
	"EF": Attached, "Collection": Attached, "JavaScript": Scripts, "JS": Scripts, "AA": Scripts, "OpenAction": Scripts, "XFA": Scripts,
	"SpiderInfo": Properties, "Perms": Signature, "DSS": Signature, "Legal": Signature, "CreatorInfo": Software, "Requirements": Properties,
	"Renditions": Attached, "URI": "", "IDS": "", "URLS": "", "Templates": Revisions, "OPI": Paths, "Extensions": "",
}

// pdfActions may stay: they lead to another page or open a link.
var pdfActions = map[string]bool{"GoTo": true, "URI": true, "Named": true}

// pdfAnnotations carry files, sounds and films.
var pdfAnnotations = map[string]bool{"FileAttachment": true, "Sound": true, "Movie": true, "Screen": true, "RichMedia": true, "3D": true}

// pdfWriter writes the objects that can be reached from the pages into a new
// file, in the order in which they are met.
type pdfWriter struct {
	notes
	file    *pdfFile
	out     bytes.Buffer
	numbers map[int]int
	queue   []int
	offsets []int
}

// pdf makes a PDF anew. Errors: Damaged, Protected, Unpacks, Unreadable.
func (n notes) pdf(data []byte) ([]byte, error) {
	f, err := readPDF(data)
	if err != nil {
		return nil, err
	}
	root := f.dictOf(f.root)
	if root == nil || f.dictOf(root.get("Pages")) == nil {
		return nil, Damaged
	}
	if f.ends > 1 {
		n.note(Revisions)
	}
	if bytes.Contains(data, []byte("/Producer")) || bytes.Contains(data, []byte("/Author")) || bytes.Contains(data, []byte("/Creator")) {
		n.note(Properties)
	}
	w := &pdfWriter{notes: n, file: f, numbers: map[int]int{}}
	w.out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	ref, ok := f.root.(pdfRef)
	if !ok {
		// A catalog that stands in the trailer itself gets a number of its own.
		f.objects[-1], ref = root, -1
	}
	w.number(int(ref))
	for i := 0; i < len(w.queue); i++ {
		w.offsets = append(w.offsets, w.out.Len())
		w.out.WriteString(strconv.Itoa(i+1) + " 0 obj\n")
		w.value(f.objects[w.queue[i]], 0)
		w.out.WriteString("\nendobj\n")
	}
	if len(w.queue) < len(f.objects) {
		n.note(Unused)
	}
	w.end()
	return w.out.Bytes(), nil
}

// number gives an object its place in the new file.
func (w *pdfWriter) number(old int) int {
	if x, ok := w.numbers[old]; ok {
		return x
	}
	w.queue = append(w.queue, old)
	w.numbers[old] = len(w.queue)
	return len(w.queue)
}

// end writes the table of addresses and a trailer that names the catalog only.
func (w *pdfWriter) end() {
	at := w.out.Len()
	size := strconv.Itoa(len(w.offsets) + 1)
	w.out.WriteString("xref\n0 " + size + "\n0000000000 65535 f \n")
	for _, o := range w.offsets {
		s := strconv.Itoa(o)
		w.out.WriteString(strings.Repeat("0", 10-len(s)) + s + " 00000 n \n")
	}
	w.out.WriteString("trailer\n<</Size " + size + "/Root 1 0 R>>\nstartxref\n" + strconv.Itoa(at) + "\n%%EOF\n")
}

func (w *pdfWriter) value(v any, depth int) {
	switch x := v.(type) {
	case pdfRaw:
		w.out.Write(x)
	case pdfRef:
		if _, ok := w.file.objects[int(x)]; !ok {
			w.out.WriteString("null")
			return
		}
		w.out.WriteString(strconv.Itoa(w.number(int(x))) + " 0 R")
	case pdfArray:
		w.out.WriteByte('[')
		for i, e := range x {
			if w.unwanted(e) {
				continue
			}
			if i > 0 {
				w.out.WriteByte(' ')
			}
			w.value(e, depth+1)
		}
		w.out.WriteByte(']')
	case *pdfDict:
		w.dict(x, depth)
	case *pdfStream:
		w.stream(x, depth)
	default:
		w.out.WriteString("null")
	}
}

// unwanted tells annotations that carry something, and signatures.
func (w *pdfWriter) unwanted(v any) bool {
	d := w.file.dictOf(v)
	if d == nil {
		return false
	}
	if pdfAnnotations[d.name("Subtype")] && (d.get("Rect") != nil || d.name("Type") == "Annot") {
		w.note(Attached)
		return true
	}
	return false
}

func (w *pdfWriter) dict(d *pdfDict, depth int) {
	w.tidy(d)
	w.out.WriteString("<<")
	for _, key := range d.keys {
		w.out.WriteString("/" + pdfKey(key) + " ")
		w.value(d.values[key], depth+1)
	}
	w.out.WriteString(">>")
}

// pdfKey writes a name so that it reads the same.
func pdfKey(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '#' || pdfDelimiter(c) {
			b.WriteString("#" + strings.ToUpper(string([]byte{"0123456789abcdef"[c>>4], "0123456789abcdef"[c&15]})))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// tidy takes out of a dictionary what tells about the author.
func (w *pdfWriter) tidy(d *pdfDict) {
	if t := d.name("Type"); t == "Filespec" || t == "F" || d.get("UF") != nil || d.get("EF") != nil {
		w.note(Paths)
		d.keys, d.values = nil, map[string]any{}
	}
	action := d.name("S") == "URI"
	for key, what := range pdfDropped {
		if key == "URI" && action {
			continue
		}
		if d.drop(key) && what != "" {
			w.note(what)
		}
	}
	for _, key := range append([]string(nil), d.keys...) {
		if strings.HasPrefix(key, "PTEX.") && d.drop(key) {
			w.note(Paths)
		}
		if a := w.file.dictOf(d.values[key]); a != nil && w.acts(key, a) {
			d.drop(key)
			w.note(Scripts)
		}
	}
	if kind := d.name("Subtype"); kind != "" && kind != "Widget" && d.get("Rect") != nil {
		for _, key := range []string{"T", "M", "CreationDate", "NM"} {
			if d.drop(key) {
				w.note(Author)
			}
		}
	}
	if d.name("FT") == "Sig" && d.drop("V") {
		w.note(Signature)
	}
	if t := d.name("Type"); t == "Sig" || t == "DocTimeStamp" {
		w.note(Signature)
		d.keys, d.values = nil, map[string]any{}
	}
}

// acts reports an action under a key that does more than lead somewhere.
func (w *pdfWriter) acts(key string, a *pdfDict) bool {
	if key != "A" && key != "Next" && key != "PA" {
		return false
	}
	kind := a.name("S")
	return kind != "" && !pdfActions[kind]
}

func (w *pdfWriter) stream(s *pdfStream, depth int) {
	data := s.data
	if s.dict.name("Subtype") == "Image" && oneFilter(w.file.resolve(s.dict.get("Filter"))) == "DCTDecode" {
		data = w.bareJPEG(data)
	}
	w.tidy(s.dict)
	if len(s.dict.keys) == 0 {
		data = nil
	}
	// A reference to a length would point to a number that no other part needs.
	s.dict.set("Length", pdfRaw(strconv.Itoa(len(data))))
	w.out.WriteString("<<")
	for _, key := range s.dict.keys {
		if key == "F" || key == "FFilter" || key == "FDecodeParms" {
			w.note(Paths)
			continue
		}
		w.out.WriteString("/" + pdfKey(key) + " ")
		w.value(s.dict.values[key], depth+1)
	}
	w.out.WriteString(">>\nstream\n")
	w.out.Write(data)
	w.out.WriteString("\nendstream")
}

// oneFilter is the name of the only filter of a stream.
func oneFilter(v any) string {
	if list, ok := v.(pdfArray); ok {
		if len(list) != 1 {
			return ""
		}
		v = list[0]
	}
	raw, _ := v.(pdfRaw)
	return plainName(strings.TrimPrefix(string(raw), "/"))
}

// bareJPEG takes the parts of a JPEG that are not needed to decode it out,
// without touching its pixels.
func (w *pdfWriter) bareJPEG(b []byte) []byte {
	if !bytes.HasPrefix(b, []byte("\xff\xd8")) {
		return b
	}
	before := len(w.notes)
	w.jpegMarks(b)
	out := append([]byte(nil), b[:2]...)
	i := 2
	for i+4 <= len(b) && b[i] == 0xff && b[i+1] != 0xda {
		size := int(b[i+2])<<8 | int(b[i+3])
		if size < 2 || i+2+size > len(b) {
			return b
		}
		// APP14 says how the colours are meant.
		if kind := b[i+1]; kind != 0xfe && (kind < 0xe0 || kind > 0xef || kind == 0xee) {
			out = append(out, b[i:i+2+size]...)
		}
		i += 2 + size
	}
	if before != len(w.notes) {
		w.note(Camera)
	}
	if end := bytes.LastIndex(b, []byte("\xff\xd9")); end >= i {
		return append(out, b[i:end+2]...)
	}
	return append(out, b[i:]...)
}
