package files

import (
	"io"
	"sort"
)

// mediaWash collects the places of one HEIC or MP4 file to be blanked.
type mediaWash struct {
	*washer
	r       *boxReader
	patches []patch
	// moov and meta say which of the two the file has.
	moov, meta bool
	extents    int
	// data are the boxes in which content may lie, in the order of the file.
	data []box
}

// topBoxes may stand at the top of a file; boxes of other types there are
// blanked: nothing plays them and they can hold anything.
var topBoxes = map[string]bool{
	"ftyp": true, "styp": true, "moov": true, "mdat": true, "meta": true, "moof": true, "mfra": true,
	"sidx": true, "ssix": true, "pdin": true, "wide": true, "idat": true,
}

// mediaContainers are the boxes whose children are looked at.
var mediaContainers = map[string]bool{
	"moov": true, "trak": true, "mdia": true, "minf": true, "stbl": true, "mvex": true, "moof": true, "traf": true, "edts": true,
}

// washMedia copies a HEIC or MP4 file with user data, metadata boxes, recording
// times and telemetry tracks blanked in place: offsets into the file stay true,
// so picture and sound are untouched. What follows the last box is dropped.
func washMedia(w *washer, src *io.SectionReader, dst io.Writer) error {
	m := &mediaWash{washer: w, r: &boxReader{ReaderAt: src, size: src.Size()}}
	boxes, err := m.topLevel()
	if err != nil {
		return err
	}
	for _, b := range boxes {
		if err := m.top(b); err != nil {
			return err
		}
	}
	if !m.moov && !m.meta {
		return broken("media: neither pictures nor tracks")
	}
	return copyPatched(dst, src, m.r.size, m.patches)
}

// topLevel lists the boxes of the outermost level and sets the size of the
// reader to the end of the last.
func (m *mediaWash) topLevel() ([]box, error) {
	var boxes []box
	end, filmed := int64(0), false
	for end < m.r.size {
		b, err := m.r.next(end, m.r.size)
		if err != nil {
			// A box of the film itself that is cut short is a broken film, not
			// something hung on behind it.
			if topBoxes[b.kind] || !filmed {
				return nil, err
			}
			m.note(RemovedTrailing)
			break
		}
		if b.kind == "mdat" || b.kind == "idat" {
			m.data = append(m.data, b)
		}
		filmed = filmed || b.kind == "moov" || b.kind == "meta"
		boxes, end = append(boxes, b), b.end
	}
	m.r.size = end
	return boxes, nil
}

// top looks at a box of the outermost level.
func (m *mediaWash) top(b box) error {
	switch {
	case b.kind == "meta":
		m.meta = true
		return m.topMeta(b)
	case b.kind == "moov":
		m.moov = true
		return m.walk(b, 0)
	case b.kind == "moof":
		return m.walk(b, 0)
	case !topBoxes[b.kind]:
		m.blank(b, boxRemoved(b.kind))
	}
	return nil
}

// holds tells whether n bytes at at lie in a data box. What does not must not be
// blanked: a table that points at the boxes themselves would have us destroy
// the file.
func (m *mediaWash) holds(at, n int64) bool {
	// In order, so that many samples over many boxes stay cheap.
	i := sort.Search(len(m.data), func(i int) bool { return m.data[i].end >= at })
	return i < len(m.data) && n >= 0 && at >= m.data[i].body && n <= m.data[i].end-at
}

// boxRemoved names what a blanked box was.
func boxRemoved(kind string) string {
	switch kind {
	case "uuid", "XMP_":
		return RemovedXMP
	case "udta", "meta":
		return RemovedTags
	}
	return RemovedExtra
}

// walk looks for what must go below b.
func (m *mediaWash) walk(b box, depth int) error {
	if depth > boxDepthMax {
		return broken("media: boxes nested too deep")
	}
	kids, err := m.r.children(b.body, b.end)
	if err != nil {
		return err
	}
	for _, k := range kids {
		switch {
		case k.kind == "udta" || k.kind == "meta" || k.kind == "uuid":
			m.blank(k, boxRemoved(k.kind))
		case k.kind == "free" || k.kind == "skip":
			m.blank(k, RemovedExtra)
		case k.kind == "mvhd" || k.kind == "tkhd" || k.kind == "mdhd":
			err = m.times(k)
		case k.kind == "hdlr":
			err = m.handlerName(k)
		case k.kind == "trak":
			if err = m.track(k); err == nil {
				err = m.walk(k, depth+1)
			}
		case mediaContainers[k.kind]:
			err = m.walk(k, depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// blank turns a box into free space of zeros. Space that holds only zeros
// already is left out of the record.
func (m *mediaWash) blank(b box, what string) {
	if (b.kind == "free" || b.kind == "skip") && m.allZero(b) {
		return
	}
	m.note(what)
	// The type is the four bytes after the size, also in the long form.
	m.patches = append(m.patches,
		patch{at: b.at + 4, n: 4, fill: []byte("free")}, patch{at: b.body, n: b.end - b.body})
}

func (m *mediaWash) allZero(b box) bool {
	buf := make([]byte, 4096)
	for at := b.body; at < b.end; {
		n := min(int64(len(buf)), b.end-at)
		if _, err := m.r.ReadAt(buf[:n], at); err != nil {
			return false
		}
		for _, c := range buf[:n] {
			if c != 0 {
				return false
			}
		}
		at += n
	}
	return true
}

// times blanks the creation and modification times of a header box.
func (m *mediaWash) times(b box) error {
	p, err := m.r.content(b)
	if err != nil || len(p) < 20 {
		return brokenIf(err == nil, err, "media: short header box")
	}
	n := int64(8)
	if p[0] == 1 {
		n = 16
	}
	for _, c := range p[4 : 4+n] {
		if c != 0 {
			m.note(RemovedTime)
			m.patches = append(m.patches, patch{at: b.body + 4, n: n})
			break
		}
	}
	return nil
}

// handlerName blanks the name of a handler, which says by what software or
// device the track was made.
func (m *mediaWash) handlerName(b box) error {
	p, err := m.r.content(b)
	if err != nil || len(p) < 20 {
		return brokenIf(err == nil, err, "media: short handler box")
	}
	for i, c := range p[min(24, len(p)):] {
		if c != 0 {
			m.note(RemovedSoftware)
			m.patches = append(m.patches, patch{at: b.body + 24 + int64(i), n: b.end - b.body - 24 - int64(i)})
			break
		}
	}
	return nil
}

// brokenIf returns err, or a refusal when cond holds.
func brokenIf(cond bool, err error, words string) error {
	if cond {
		return broken("%s", words)
	}
	return err
}
