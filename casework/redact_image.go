package casework

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
)

// MaxPixels is the largest picture that can be redacted.
const MaxPixels = 50_000_000

// MaxAreas is how many areas of one picture can be hidden.
const MaxAreas = 200

// blockSide is the side of the blocks in which JPEG keeps a picture, with the
// usual halving of its colours. Areas grow to whole blocks, because the loss of
// a block that was partly hidden would still tell of what was there.
const blockSide = 16

// Area is a rectangle of a picture in thousandths of its width and height, so
// that it is the same whatever size it is shown in.
type Area struct {
	Left   int `json:"left"`
	Top    int `json:"top"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// sound reports whether the area lies in a picture and has a surface.
func (a Area) sound() bool {
	return a.Left >= 0 && a.Top >= 0 && a.Width > 0 && a.Height > 0 && a.Left+a.Width <= 1000 && a.Top+a.Height <= 1000
}

// RedactableImage reports whether RedactImage knows pictures of a MIME type.
func RedactableImage(mime string) bool { return mime == "image/jpeg" || mime == "image/png" }

// RedactImage paints areas of a JPEG or PNG picture over and writes a new PNG:
// nothing of the old file is carried over, neither what was under the areas nor
// any metadata. Areas are those of the picture as browsers show it, turned by the
// orientation of its EXIF. Errors: Invalid
// for areas that lie outside or a picture that cannot be read, TooLarge.
func RedactImage(content []byte, areas []Area) ([]byte, error) {
	const op = "casework.RedactImage"
	if len(areas) == 0 || len(areas) > MaxAreas {
		return nil, badField("areas", "redact.areas_count", map[string]any{"Max": MaxAreas})
	}
	for _, a := range areas {
		if !a.sound() {
			return nil, badField("areas", "redact.areas", nil)
		}
	}
	conf, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || format != "jpeg" && format != "png" {
		return nil, &Error{Code: Invalid, Op: op, Message: "redact.picture"}
	}
	if conf.Width <= 0 || conf.Height <= 0 || conf.Width*conf.Height > MaxPixels {
		return nil, &Error{Code: TooLarge, Op: op, Message: "redact.picture_large"}
	}
	old, err := decodeImage(bytes.NewReader(content), format)
	if err != nil {
		return nil, &Error{Code: Invalid, Op: op, Message: "redact.picture"}
	}
	picture := upright(old, orientation(content))
	for _, a := range areas {
		draw.Draw(picture, a.in(picture.Bounds()), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return nil, wrap(Unavailable, op, err)
	}
	return out.Bytes(), nil
}

func decodeImage(r io.Reader, format string) (image.Image, error) {
	if format == "jpeg" {
		return jpeg.Decode(r)
	}
	return png.Decode(r)
}

// in is the area in pixels, grown to whole blocks.
func (a Area) in(b image.Rectangle) image.Rectangle {
	w, h := b.Dx(), b.Dy()
	r := image.Rect(a.Left*w/1000, a.Top*h/1000, ((a.Left+a.Width)*w+999)/1000, ((a.Top+a.Height)*h+999)/1000)
	r.Min.X, r.Min.Y = r.Min.X/blockSide*blockSide, r.Min.Y/blockSide*blockSide
	r.Max.X, r.Max.Y = (r.Max.X+blockSide-1)/blockSide*blockSide, (r.Max.Y+blockSide-1)/blockSide*blockSide
	return r.Add(b.Min).Intersect(b)
}

// upright copies a picture as it is shown: turned by its orientation.
func upright(src image.Image, turn int) *image.NRGBA {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	flat := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(flat, flat.Bounds(), src, b.Min, draw.Src)
	if turn < 2 || turn > 8 {
		return flat
	}
	size := image.Rect(0, 0, w, h)
	if turn > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewNRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := turned(x, y, w, h, turn)
			copy(out.Pix[out.PixOffset(tx, ty):][:4], flat.Pix[flat.PixOffset(x, y):][:4])
		}
	}
	return out
}

// turned is where a pixel of the stored picture stands in the shown one (EXIF
// 2.3, tag 0x0112).
func turned(x, y, w, h, turn int) (int, int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	}
	return y, w - 1 - x
}

// orientation is the tag 0x0112 of the EXIF of a JPEG; 1 where there is none.
func orientation(jpegFile []byte) int {
	b := jpegFile
	if len(b) < 4 || b[0] != 0xFF || b[1] != 0xD8 {
		return 1
	}
	for at := 2; at+4 <= len(b) && b[at] == 0xFF && b[at+1] != 0xDA; {
		size := int(b[at+2])<<8 | int(b[at+3])
		if size < 2 || at+2+size > len(b) {
			return 1
		}
		part := b[at+4 : at+2+size]
		if b[at+1] == 0xE1 && len(part) > 14 && string(part[:6]) == "Exif\x00\x00" {
			return tiffOrientation(part[6:])
		}
		at += 2 + size
	}
	return 1
}

func tiffOrientation(t []byte) int {
	little := string(t[:2]) == "II"
	num := func(at, n int) int {
		if at < 0 || at+n > len(t) {
			return 0
		}
		v := 0
		for i := range n {
			k := at + i
			if little {
				k = at + n - 1 - i
			}
			v = v<<8 | int(t[k])
		}
		return v
	}
	at := num(4, 4)
	for i := range min(num(at, 2), 512) {
		if entry := at + 2 + 12*i; num(entry, 2) == 0x0112 {
			return num(entry+8, 2)
		}
	}
	return 1
}
