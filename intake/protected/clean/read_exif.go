package clean

import (
	"bytes"
	"encoding/binary"
)

// exifTags says what a tag of EXIF tells.
var exifTags = map[uint16]string{
	0x010e: Comment, 0x9286: Comment, 0x9c9c: Comment, 0x9c9b: Comment,
	0x010f: Device, 0x0110: Device, 0xa430: Author, 0xa431: Device, 0xa432: Camera, 0xa433: Device, 0xa434: Device, 0xa435: Device,
	0x0131: Software, 0x013c: Device, 0x0132: Time, 0x9003: Time, 0x9004: Time, 0x9010: Time, 0x9011: Time, 0x9012: Time,
	0x013b: Author, 0x8298: Author, 0x9c9d: Author, 0x8825: Place, 0x927c: Camera, 0xa420: Device,
}

// exif notes what an EXIF block tells and gives the orientation, 1 if there is
// none. Broken EXIF is noted as data of a camera: all of it goes anyway.
func (n notes) exif(b []byte) int {
	n.note(Camera)
	turn := 1
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		order = binary.BigEndian
	case !bytes.HasPrefix(b, []byte("II*\x00")):
		return turn
	}
	if len(b) < 8 {
		return turn
	}
	todo, seen := []uint32{order.Uint32(b[4:])}, 0
	for len(todo) > 0 && seen < 8 {
		at := uint64(todo[0])
		todo, seen = todo[1:], seen+1
		if at+2 > uint64(len(b)) {
			continue
		}
		count := uint64(order.Uint16(b[at:]))
		for i := range count {
			e := at + 2 + 12*i
			if e+12 > uint64(len(b)) {
				break
			}
			tag := order.Uint16(b[e:])
			if what, ok := exifTags[tag]; ok {
				n.note(what)
			}
			switch tag {
			case 0x0112:
				turn = int(order.Uint16(b[e+8:]))
			case 0x8769:
				todo = append(todo, order.Uint32(b[e+8:]))
			}
		}
		if next := at + 2 + 12*count; seen == 1 && next+4 <= uint64(len(b)) && order.Uint32(b[next:]) != 0 {
			n.note(Preview)
		}
	}
	return turn
}
