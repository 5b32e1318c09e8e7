package clean

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"strconv"
)

// pdfObjects bounds how many objects a file may have.
const pdfObjects = 300_000

// pdfFile is a file as its objects say, each in its last revision. The tables
// of addresses are not used: a file is read from its beginning to its end, so
// one whose tables are broken can be read as well.
type pdfFile struct {
	objects map[int]any
	root    any
	// lengths are the objects that hold but a number: lengths of streams.
	lengths map[int]int
	// left is how many bytes packed objects may yet unpack to.
	left int64
	// ends counts the marks of the end of a revision.
	ends int
}

// nextHead finds the beginning of the next object, "12 0 obj", from a place on:
// where it begins, its number, and where its value begins. None is -1.
func nextHead(b []byte, at int) (begin, number, value int) {
	for {
		i := bytes.Index(b[at:], []byte("obj"))
		if i < 0 {
			return -1, 0, 0
		}
		i += at
		at = i + len("obj")
		_, j, ok := numberBefore(b, i)
		if !ok {
			continue
		}
		n, k, ok := numberBefore(b, j)
		if ok && n <= 1<<31 && (k == 0 || !regular(b[k-1])) {
			return k, n, at
		}
	}
}

// numberBefore reads a number and the white space behind it, which end at a
// place; it returns where the number begins.
func numberBefore(b []byte, end int) (n, begin int, ok bool) {
	i := end
	for i > 0 && pdfSpace(b[i-1]) {
		i--
	}
	if i == end {
		return 0, 0, false
	}
	last := i
	for i > 0 && b[i-1] >= '0' && b[i-1] <= '9' && last-i < 10 {
		i--
	}
	n, err := strconv.Atoi(string(b[i:last]))
	return n, i, err == nil
}

func regular(c byte) bool { return !pdfSpace(c) && !pdfDelimiter(c) }

// readLengths finds the objects that hold but a number.
func (f *pdfFile) readLengths(b []byte) {
	for at := 0; ; {
		begin, number, value := nextHead(b, at)
		if begin < 0 {
			return
		}
		at = value
		l := &pdfLexer{b: b, i: value}
		if n, err := strconv.Atoi(string(l.word())); err == nil && string(l.word()) == "endobj" && n >= 0 {
			f.lengths[number] = n
		}
	}
}

// readPDF reads all objects. Errors: Damaged, Protected, Unpacks.
func readPDF(b []byte) (*pdfFile, error) {
	f := &pdfFile{objects: map[int]any{}, lengths: map[int]int{}, left: MaxUnpacked}
	f.readLengths(b)
	at := 0
	for {
		begin, number, value := nextHead(b, at)
		between := b[at:]
		if begin >= at {
			between = b[at:begin]
		}
		if err := f.trailers(between); err != nil {
			return nil, err
		}
		if begin < 0 {
			break
		}
		at = value
		l := &pdfLexer{b: b, i: value}
		v, err := f.object(l)
		if err != nil {
			// What cannot be read is left out; if the pages need it, they show
			// less, as in any other reader.
			continue
		}
		if err := f.take(number, v); err != nil {
			return nil, err
		}
		if len(f.objects) > pdfObjects {
			return nil, Damaged
		}
		at = l.i
	}
	if f.root == nil {
		return nil, Damaged
	}
	return f, nil
}

// trailers reads what stands between objects.
func (f *pdfFile) trailers(b []byte) error {
	f.ends += bytes.Count(b, []byte("%%EOF"))
	for {
		i := bytes.Index(b, []byte("trailer"))
		if i < 0 {
			return nil
		}
		l := &pdfLexer{b: b, i: i + len("trailer")}
		if v, err := l.value(0); err == nil {
			if d, ok := v.(*pdfDict); ok {
				if err := f.trailer(d); err != nil {
					return err
				}
			}
		}
		b = b[i+len("trailer"):]
	}
}

func (f *pdfFile) trailer(d *pdfDict) error {
	if d.get("Encrypt") != nil {
		return Protected
	}
	if r := d.get("Root"); r != nil {
		f.root = r
	}
	return nil
}

// object reads the value of an object and the stream behind it.
func (f *pdfFile) object(l *pdfLexer) (any, error) {
	v, err := l.value(0)
	if err != nil {
		return nil, err
	}
	d, ok := v.(*pdfDict)
	l.skip()
	if !ok || !bytes.HasPrefix(l.b[l.i:], []byte("stream")) {
		return v, nil
	}
	l.i += len("stream")
	if bytes.HasPrefix(l.b[l.i:], []byte("\r\n")) {
		l.i += 2
	} else if l.i < len(l.b) && (l.b[l.i] == '\n' || l.b[l.i] == '\r') {
		l.i++
	}
	size, ok := d.number("Length")
	if ref, is := d.get("Length").(pdfRef); is {
		size, ok = f.lengths[int(ref)]
	}
	if end := l.i + size; ok && size >= 0 && end <= len(l.b) {
		after := &pdfLexer{b: l.b, i: end}
		after.skip()
		if bytes.HasPrefix(after.b[after.i:], []byte("endstream")) {
			s := &pdfStream{d, l.b[l.i:end]}
			l.i = after.i + len("endstream")
			return s, nil
		}
	}
	end := bytes.Index(l.b[l.i:], []byte("endstream"))
	if end < 0 {
		return nil, Damaged
	}
	data := l.b[l.i : l.i+end]
	l.i += end + len("endstream")
	data = bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))
	return &pdfStream{d, data}, nil
}

// take keeps an object; a later one of the same number replaces it.
func (f *pdfFile) take(number int, v any) error {
	s, ok := v.(*pdfStream)
	if !ok {
		f.objects[number] = v
		return nil
	}
	switch s.dict.name("Type") {
	case "XRef":
		return f.trailer(s.dict)
	case "ObjStm":
		return f.unpack(s)
	}
	f.objects[number] = v
	return nil
}

// unpack reads the objects in a packed stream.
func (f *pdfFile) unpack(s *pdfStream) error {
	if name := oneFilter(s.dict.get("Filter")); name != "FlateDecode" && s.dict.get("Filter") != nil || s.dict.get("DecodeParms") != nil {
		return Unreadable
	}
	data := s.data
	if s.dict.get("Filter") != nil {
		r, err := zlib.NewReader(bytes.NewReader(s.data))
		if err != nil {
			return Damaged
		}
		data, err = io.ReadAll(io.LimitReader(r, f.left+1))
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return Damaged
		}
	}
	if f.left -= int64(len(data)); f.left < 0 {
		return Unpacks
	}
	count, ok1 := s.dict.number("N")
	first, ok2 := s.dict.number("First")
	if !ok1 || !ok2 || first > len(data) || count > pdfObjects {
		return Damaged
	}
	heads := &pdfLexer{b: data[:first]}
	for range count {
		number, err1 := strconv.Atoi(string(heads.word()))
		offset, err2 := strconv.Atoi(string(heads.word()))
		if err1 != nil || err2 != nil || offset < 0 || first+offset > len(data) {
			return Damaged
		}
		if v, err := (&pdfLexer{b: data, i: first + offset}).value(0); err == nil {
			f.objects[number] = v
		}
	}
	return nil
}

// resolve follows references to a value.
func (f *pdfFile) resolve(v any) any {
	for range 16 {
		ref, ok := v.(pdfRef)
		if !ok {
			return v
		}
		v = f.objects[int(ref)]
	}
	return nil
}

// dictOf is the dictionary of a value, its stream's included; nil if none.
func (f *pdfFile) dictOf(v any) *pdfDict {
	switch x := f.resolve(v).(type) {
	case *pdfDict:
		return x
	case *pdfStream:
		return x.dict
	}
	return nil
}
