package files

import (
	"cmp"
	"slices"
)

// item is one item of a HEIC file: a picture, a tile, EXIF or XMP.
type item struct {
	kind, mime string
}

// emptyExif is what stands in the place of blanked EXIF: no offset, then a TIFF
// block without entries, so that viewers that insist on EXIF find it valid.
var emptyExif = []byte("\x00\x00\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00")

// extentsMax bounds the extents of all items; a picture of many tiles has some
// hundreds.
const extentsMax = 100_000

// topMeta blanks the metadata items of a HEIC file (ISO/IEC 23008-12) through
// the item location table. The metadata box of an MP4 file, whose handler is
// not "pict", is blanked as a whole.
func (m *mediaWash) topMeta(meta box) error {
	if meta.end-meta.body < 4 {
		return broken("heic: short metadata box")
	}
	kids, err := m.r.children(meta.body+4, meta.end)
	if err != nil {
		return err
	}
	parts := map[string]box{}
	for _, k := range kids {
		parts[k.kind] = k
		switch k.kind {
		case "idat":
			m.data = append(m.data, k)
			slices.SortFunc(m.data, func(a, b box) int { return cmp.Compare(a.at, b.at) })
		case "free", "skip", "uuid", "udta", "XMP_":
			m.blank(k, boxRemoved(k.kind))
		}
	}
	if handler, ok := parts["hdlr"]; !ok || !m.handles(handler, "pict") {
		m.meta = m.moov
		m.blank(meta, RemovedTags)
		return nil
	}
	items, err := m.items(parts["iinf"])
	if err != nil {
		return err
	}
	return m.blankItems(parts["iloc"], parts["idat"], items)
}

func (m *mediaWash) handles(hdlr box, want string) bool {
	p, err := m.r.content(hdlr)
	return err == nil && len(p) >= 12 && string(p[8:12]) == want
}

// items reads the item information box.
func (m *mediaWash) items(iinf box) (map[int64]item, error) {
	p, err := m.r.content(iinf)
	if err != nil {
		return nil, err
	}
	f := &fields{b: p}
	skip := int64(4 + 2)
	if f.u(4)>>24 != 0 {
		skip = 4 + 4
	}
	if iinf.body+skip > iinf.end {
		return nil, broken("heic: no items")
	}
	kids, err := m.r.children(iinf.body+skip, iinf.end)
	if err != nil {
		return nil, err
	}
	items := map[int64]item{}
	for _, k := range kids {
		if k.kind != "infe" {
			continue
		}
		p, err := m.r.content(k)
		if err != nil {
			return nil, err
		}
		f := &fields{b: p}
		width := 2
		switch version := f.u(4) >> 24; {
		case version < 2:
			return nil, broken("heic: item entry of an old version")
		case version > 2:
			width = 4
		}
		id := f.u(width)
		f.u(2)
		it := item{kind: string([]byte{byte(f.u(1)), byte(f.u(1)), byte(f.u(1)), byte(f.u(1))})}
		f.str()
		if it.kind == "mime" {
			it.mime = f.str()
		}
		if f.short {
			return nil, broken("heic: short item entry")
		}
		items[id] = it
	}
	if len(items) == 0 {
		return nil, broken("heic: no items")
	}
	return items, nil
}

// blankItems blanks the extents of every item that is metadata.
func (m *mediaWash) blankItems(iloc, idat box, items map[int64]item) error {
	p, err := m.r.content(iloc)
	if err != nil {
		return err
	}
	f := &fields{b: p}
	version := f.u(4) >> 24
	sizes := f.u(2)
	offBytes, lenBytes, baseBytes, idxBytes := int(sizes>>12&15), int(sizes>>8&15), int(sizes>>4&15), int(sizes&15)
	if version > 2 || offBytes > 8 || lenBytes > 8 || baseBytes > 8 || idxBytes > 8 {
		return broken("heic: item locations")
	}
	if version == 0 {
		idxBytes = 0
	}
	idBytes := 2
	if version == 2 {
		idBytes = 4
	}
	for range f.u(idBytes) {
		id, method := f.u(idBytes), int64(0)
		if version > 0 {
			method = f.u(2) & 15
		}
		f.u(2)
		base := f.u(baseBytes)
		if method == 1 {
			base += idat.body
		}
		for range f.u(2) {
			// Extents may take no bytes at all, so the box does not bound them.
			if m.extents++; m.extents > extentsMax {
				return broken("heic: too many extents")
			}
			f.u(idxBytes)
			at, n := base+f.u(offBytes), f.u(lenBytes)
			if f.short {
				return broken("heic: short item locations")
			}
			if err := m.blankExtent(items[id], method, at, n); err != nil {
				return err
			}
		}
		if f.short {
			return broken("heic: short item locations")
		}
	}
	return nil
}

// blankExtent blanks one extent when its item is metadata.
func (m *mediaWash) blankExtent(it item, method, at, n int64) error {
	var fill []byte
	switch it.kind {
	case "Exif":
		m.note(RemovedEXIF)
		fill = emptyExif
	case "mime", "uri ":
		m.note(RemovedXMP)
	default:
		return nil
	}
	if method > 1 || n == 0 || !m.holds(at, n) {
		return broken("heic: metadata outside of the data")
	}
	if int64(len(fill)) > n {
		fill = nil
	}
	m.patches = append(m.patches, patch{at: at, n: n, fill: fill})
	return nil
}
