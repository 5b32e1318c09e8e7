package clean

import (
	"bytes"
	"slices"
	"strconv"
)

// A PDF is made of values (ISO 32000-1, 7.3). Names, numbers, strings and
// words stay as they are written (pdfRaw): what is copied is never decoded.
type (
	pdfRaw   []byte
	pdfArray []any
	pdfRef   int // number of an object; generations are not needed in a new file
	pdfDict  struct {
		keys   []string
		values map[string]any
	}
	// pdfStream is a dictionary with the bytes behind it, as they are packed.
	pdfStream struct {
		dict *pdfDict
		data []byte
	}
)

func (d *pdfDict) get(key string) any { return d.values[key] }

func (d *pdfDict) set(key string, v any) {
	if _, ok := d.values[key]; !ok {
		d.keys = append(d.keys, key)
	}
	d.values[key] = v
}

func (d *pdfDict) drop(key string) bool {
	if _, ok := d.values[key]; !ok {
		return false
	}
	delete(d.values, key)
	d.keys = slices.DeleteFunc(d.keys, func(k string) bool { return k == key })
	return true
}

// name is the name that stands under a key, without its slash.
func (d *pdfDict) name(key string) string {
	raw, _ := d.get(key).(pdfRaw)
	if len(raw) == 0 || raw[0] != '/' {
		return ""
	}
	return plainName(string(raw[1:]))
}

// plainName resolves #xx, by which a name could hide from a comparison.
func plainName(s string) string {
	if !bytes.ContainsRune([]byte(s), '#') {
		return s
	}
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '#' && i+2 < len(s) {
			if x, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(x))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

func (d *pdfDict) number(key string) (int, bool) {
	raw, _ := d.get(key).(pdfRaw)
	n, err := strconv.Atoi(string(raw))
	return n, err == nil && n >= 0
}

// pdfDepth bounds how deep values lie in each other.
const pdfDepth = 200

// pdfLexer reads values.
type pdfLexer struct {
	b []byte
	i int
}

func pdfSpace(c byte) bool { return c == 0 || c == 9 || c == 10 || c == 12 || c == 13 || c == 32 }

func pdfDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// skip passes white space and comments; comments are not copied.
func (l *pdfLexer) skip() {
	for l.i < len(l.b) {
		switch c := l.b[l.i]; {
		case pdfSpace(c):
			l.i++
		case c == '%':
			for l.i < len(l.b) && l.b[l.i] != '\n' && l.b[l.i] != '\r' {
				l.i++
			}
		default:
			return
		}
	}
}

// word reads a regular word such as obj, 12 or true.
func (l *pdfLexer) word() []byte {
	l.skip()
	from := l.i
	for l.i < len(l.b) && !pdfSpace(l.b[l.i]) && !pdfDelimiter(l.b[l.i]) {
		l.i++
	}
	return l.b[from:l.i]
}

func (l *pdfLexer) value(depth int) (any, error) {
	l.skip()
	if l.i >= len(l.b) || depth > pdfDepth {
		return nil, Damaged
	}
	from := l.i
	switch c := l.b[l.i]; {
	case bytes.HasPrefix(l.b[l.i:], []byte("<<")):
		l.i += 2
		return l.dict(depth)
	case c == '<':
		end := bytes.IndexByte(l.b[l.i:], '>')
		if end < 0 {
			return nil, Damaged
		}
		l.i += end + 1
		return pdfRaw(l.b[from:l.i]), nil
	case c == '(':
		return l.text()
	case c == '/':
		l.i++
		for l.i < len(l.b) && !pdfSpace(l.b[l.i]) && !pdfDelimiter(l.b[l.i]) {
			l.i++
		}
		return pdfRaw(l.b[from:l.i]), nil
	case c == '[':
		l.i++
		return l.array(depth)
	}
	raw := l.word()
	if len(raw) == 0 {
		return nil, Damaged
	}
	return l.maybeRef(raw), nil
}

// text reads a string in brackets, which may hold brackets in pairs.
func (l *pdfLexer) text() (any, error) {
	from, open := l.i, 0
	for ; l.i < len(l.b); l.i++ {
		switch l.b[l.i] {
		case '\\':
			l.i++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.i++
				return pdfRaw(l.b[from:l.i]), nil
			}
		}
	}
	return nil, Damaged
}

func (l *pdfLexer) array(depth int) (any, error) {
	out := pdfArray{}
	for {
		l.skip()
		if l.i >= len(l.b) {
			return nil, Damaged
		}
		if l.b[l.i] == ']' {
			l.i++
			return out, nil
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

func (l *pdfLexer) dict(depth int) (any, error) {
	out := &pdfDict{values: map[string]any{}}
	for {
		l.skip()
		if bytes.HasPrefix(l.b[l.i:], []byte(">>")) {
			l.i += 2
			return out, nil
		}
		key, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		name, ok := key.(pdfRaw)
		if !ok || len(name) == 0 || name[0] != '/' {
			return nil, Damaged
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out.set(plainName(string(name[1:])), v)
	}
}

// maybeRef looks whether a number begins a reference: "12 0 R".
func (l *pdfLexer) maybeRef(raw []byte) any {
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 0 {
		return pdfRaw(raw)
	}
	back := l.i
	if _, err := strconv.Atoi(string(l.word())); err == nil && string(l.word()) == "R" {
		return pdfRef(n)
	}
	l.i = back
	return pdfRaw(raw)
}
