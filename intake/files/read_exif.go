package files

import "encoding/binary"

// Tags of the first directory of a TIFF block (EXIF) that matter here.
const (
	tagOrientation = 0x0112
	tagSoftware    = 0x0131
	tagArtist      = 0x013B
	tagGPS         = 0x8825
)

// exifFacts is what the cleaner wants to know of an EXIF block before it drops
// the block.
type exifFacts struct {
	// orientation is 1 to 8; 1 (upright) when absent or senseless.
	orientation           uint16
	gps, author, software bool
}

// readExif reads the first directory of a TIFF block. A block that does not
// parse has no facts; it is dropped all the same.
func readExif(tiff []byte) exifFacts {
	facts := exifFacts{orientation: 1}
	if len(tiff) < 8 {
		return facts
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return facts
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return facts
	}
	n := int64(order.Uint16(tiff[at:]))
	for i := range n {
		e := at + 2 + 12*i
		if e+12 > int64(len(tiff)) {
			break
		}
		switch order.Uint16(tiff[e:]) {
		case tagOrientation:
			if v := order.Uint16(tiff[e+8:]); v >= 1 && v <= 8 {
				facts.orientation = v
			}
		case tagSoftware:
			facts.software = true
		case tagArtist:
			facts.author = true
		case tagGPS:
			facts.gps = true
		}
	}
	return facts
}

// noteExif records the removal of an EXIF block.
func (w *washer) noteExif(facts exifFacts) {
	w.note(RemovedEXIF)
	if facts.gps {
		w.note(RemovedGPS)
	}
	if facts.author {
		w.note(RemovedAuthor)
	}
	if facts.software {
		w.note(RemovedSoftware)
	}
}

// orientationTIFF is the smallest TIFF block that holds an orientation: a
// picture taken with a turned telephone must stay upright.
func orientationTIFF(orientation uint16) []byte {
	b := []byte("MM\x00*\x00\x00\x00\x08\x00\x01")
	b = binary.BigEndian.AppendUint16(b, tagOrientation)
	b = append(b, 0, 3, 0, 0, 0, 1)
	b = binary.BigEndian.AppendUint16(b, orientation)
	return append(b, 0, 0, 0, 0, 0, 0)
}
