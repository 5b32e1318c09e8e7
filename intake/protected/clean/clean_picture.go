package clean

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// quality of a JPEG that is encoded again: the difference is not to be seen.
const quality = 88

// picture decodes a picture to pixels and encodes them again.
func (n notes) picture(data []byte) (string, []byte, error) {
	var (
		decode func([]byte) (image.Image, error)
		c      image.Config
		err    error
		turn   = 1
		format = "jpeg"
	)
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8")):
		turn = n.jpegMarks(data)
		c, err = jpeg.DecodeConfig(bytes.NewReader(data))
		decode = func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		n.pngMarks(data)
		format = "png"
		c, err = png.DecodeConfig(bytes.NewReader(data))
		decode = func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }
	case isWebP(data):
		turn = n.webpMarks(data)
		c, err = webp.DecodeConfig(bytes.NewReader(data))
		decode = func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) }
	default:
		format = "png"
		c, err = gif.DecodeConfig(bytes.NewReader(data))
		decode = func(b []byte) (image.Image, error) { return gif.Decode(bytes.NewReader(b)) }
		n.gifMarks(data)
	}
	if err != nil {
		return "", nil, Damaged
	}
	if err := bounded(c, deep(c.ColorModel)); err != nil {
		return "", nil, err
	}
	img, err := decode(data)
	if err != nil {
		return "", nil, Damaged
	}
	img = upright(img, turn)
	if format == "jpeg" && !opaque(img) {
		format = "png"
	}
	var out bytes.Buffer
	if format == "png" {
		err = (&png.Encoder{CompressionLevel: png.DefaultCompression}).Encode(&out, flat(img))
	} else {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: quality})
	}
	if err != nil {
		return "", nil, Damaged
	}
	return format, out.Bytes(), nil
}

func deep(m color.Model) bool {
	return m == color.RGBA64Model || m == color.NRGBA64Model || m == color.Gray16Model
}

func opaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return !ok || o.Opaque()
}

// flat keeps the pixels and drops what a palette could carry: colours that no
// pixel uses, and an order of colours that is a mark of the program.
func flat(img image.Image) image.Image {
	p, ok := img.(*image.Paletted)
	if !ok {
		return img
	}
	out := image.NewNRGBA(p.Bounds())
	draw.Draw(out, out.Bounds(), p, p.Bounds().Min, draw.Src)
	return out
}

// upright turns a picture as its EXIF orientation says, because that mark goes.
func upright(img image.Image, turn int) image.Image {
	if turn < 2 || turn > 8 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	ow, oh := w, h
	if turn >= 5 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch turn {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			r, g, bl, _ := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
			i := out.PixOffset(tx, ty)
			out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = byte(r>>8), byte(g>>8), byte(bl>>8), 255
		}
	}
	return out
}

// jpegMarks notes what a JPEG carries besides pixels, and gives its orientation.
func (n notes) jpegMarks(b []byte) int {
	turn := 1
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		kind, size := b[i+1], int(binary.BigEndian.Uint16(b[i+2:]))
		if kind == 0xff {
			i++
			continue
		}
		if kind == 0xda || size < 2 || i+2+size > len(b) {
			break
		}
		part := b[i+4 : i+2+size]
		switch {
		case kind == 0xe1 && bytes.HasPrefix(part, []byte("Exif\x00\x00")):
			turn = n.exif(part[6:])
		case kind == 0xe1:
			n.note(XMP)
		case kind == 0xfe:
			n.note(Comment)
		case kind == 0xed:
			n.note(Author)
		case kind >= 0xe2 && kind <= 0xef && kind != 0xee:
			n.note(Camera)
		}
		i += 2 + size
	}
	if i := bytes.LastIndex(b, []byte("\xff\xd9")); i >= 0 && i+2 < len(b) {
		n.note(Trailing)
	}
	return turn
}

func (n notes) pngMarks(b []byte) {
	for i := 8; i+12 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[i:]))
		kind := string(b[i+4 : i+8])
		if size < 0 || i+12+size > len(b) {
			return
		}
		switch kind {
		case "tEXt", "zTXt", "iTXt":
			n.note(Comment)
		case "eXIf":
			n.exif(b[i+8 : i+8+size])
		case "tIME":
			n.note(Time)
		case "iCCP", "pHYs":
			n.note(Camera)
		case "IEND":
			if i+12 < len(b) {
				n.note(Trailing)
			}
			return
		}
		i += 12 + size
	}
}

func (n notes) webpMarks(b []byte) int {
	turn := 1
	for i := 12; i+8 <= len(b); {
		size := int(binary.LittleEndian.Uint32(b[i+4:]))
		if size < 0 || i+8+size > len(b) {
			break
		}
		part := b[i+8 : i+8+size]
		switch string(b[i : i+4]) {
		case "EXIF":
			turn = n.exif(bytes.TrimPrefix(part, []byte("Exif\x00\x00")))
		case "XMP ":
			n.note(XMP)
		case "ICCP":
			n.note(Camera)
		case "ANIM":
			n.note(Frames)
		}
		i += 8 + size + size%2
	}
	return turn
}

func (n notes) gifMarks(b []byte) {
	if bytes.Contains(b, []byte("\x21\xfe")) {
		n.note(Comment)
	}
	if bytes.Contains(b, []byte("NETSCAPE2.0")) {
		n.note(Frames)
	}
	if bytes.Contains(b, []byte("XMP DataXMP")) {
		n.note(XMP)
	}
}
