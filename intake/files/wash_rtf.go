package files

import (
	"bufio"
	"bytes"
	"io"
)

// rtfRefused are control words of RTF that carry or fetch a program object.
var rtfRefused = map[string]bool{
	"objdata": true, "objupdate": true, "objautlink": true, "objlink": true, "objocx": true, "objclass": true, "ddeauto": true,
}

// rtfDropped are groups that say who wrote the text, when and on what.
var rtfDropped = map[string]string{
	"info": RemovedAuthor, "generator": RemovedSoftware, "userprops": RemovedTags, "xmlnstbl": RemovedExtra,
	"revtbl": RemovedAuthor, "rsidtbl": RemovedSoftware, "company": RemovedAuthor, "operator": RemovedAuthor,
	"author": RemovedAuthor, "atnauthor": RemovedAuthor, "atnid": RemovedAuthor, "datastore": RemovedExtra,
}

// rtfWash copies an RTF file group by group.
type rtfWash struct {
	*washer
	in    *bufio.Reader
	out   *bufio.Writer
	depth int
	// drop is the depth of the group being dropped, 0 when none is.
	drop int
	// held is the beginning of a group, written once its first word is known.
	held []byte
}

// rtfDepthMax bounds the nesting of groups.
const rtfDepthMax = 2000

// washRTF copies the text without its information groups and refuses embedded
// objects. What follows the outermost group is dropped.
func washRTF(w *washer, src *io.SectionReader, dst io.Writer) error {
	r := &rtfWash{washer: w, in: bufio.NewReaderSize(src, 64<<10), out: bufio.NewWriterSize(dst, 64<<10)}
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return brokenAt(err, "rtf")
		}
		switch c {
		case '{':
			r.depth++
			r.release()
			r.hold('{')
		case '}':
			r.release()
			r.put('}')
			if r.drop == r.depth {
				r.drop = 0
			}
			r.depth--
		case '\\':
			err = r.control()
		case 0:
			return broken("rtf: NUL in the text")
		case '\r', '\n', ' ':
			r.add(c)
		default:
			r.release()
			r.put(c)
		}
		if err != nil {
			return brokenAt(err, "rtf")
		}
		if r.depth > rtfDepthMax {
			return broken("rtf: groups nested too deep")
		}
		if r.depth == 0 {
			break
		}
	}
	r.noteTail()
	return r.out.Flush()
}

// noteTail records what is cut off, if it is more than line ends and padding.
func (r *rtfWash) noteTail() {
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return
		}
		if !bytes.ContainsRune([]byte("\r\n \x00\x1a"), rune(c)) {
			r.note(RemovedTrailing)
			return
		}
	}
}

func (r *rtfWash) put(c ...byte) {
	if r.drop == 0 {
		_, _ = r.out.Write(c)
	}
}

func (r *rtfWash) hold(c byte) { r.held = append(r.held[:0], c) }

// add puts a byte where it belongs: to the beginning being held or out.
func (r *rtfWash) add(c ...byte) {
	if len(r.held) > 0 && len(r.held) < 256 {
		r.held = append(r.held, c...)
		return
	}
	r.release()
	r.put(c...)
}

func (r *rtfWash) release() {
	if len(r.held) > 0 {
		r.put(r.held...)
		r.held = r.held[:0]
	}
}

// control reads a control word or symbol after its backslash.
func (r *rtfWash) control() error {
	c, err := r.in.ReadByte()
	if err != nil {
		return err
	}
	if !isLetter(c) {
		r.add('\\', c)
		if c != '*' {
			r.release()
		}
		return nil
	}
	word := []byte{c}
	for {
		p, err := r.in.Peek(1)
		if err != nil || !isLetter(p[0]) || len(word) > 64 {
			break
		}
		word = append(word, p[0])
		_, _ = r.in.Discard(1)
	}
	name := string(bytes.ToLower(word))
	if rtfRefused[name] {
		return refuse(ActiveContent, data{"Type": RTF.Name}, nil)
	}
	if name == "bin" {
		return broken("rtf: binary data")
	}
	if what, ok := rtfDropped[name]; ok && len(r.held) > 0 && r.drop == 0 && r.depth > 1 {
		r.note(what)
		r.drop, r.held = r.depth, r.held[:0]
		return nil
	}
	r.add('\\')
	r.add(word...)
	r.release()
	return nil
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
