package identity

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the empty border a reader needs, in modules.
const quiet = 4

// qrCode is a QR code as one SVG path: the page needs no picture file and the
// secret in it no address.
type qrCode struct {
	// Size is the side with its border, in modules; Path draws the dark ones.
	Size int
	Path string
}

func drawQR(text string) (qrCode, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return qrCode{}, fmt.Errorf("identity: draw QR: %w", err)
	}
	side := code.Bounds().Dx()
	var path strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			run := 0
			for x+run < side && color.GrayModel.Convert(code.At(x+run, y)).(color.Gray).Y < 128 {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
				x += run
			}
		}
	}
	return qrCode{Size: side + 2*quiet, Path: path.String()}, nil
}

// groupSecret writes the secret in fours, to be typed by hand.
func groupSecret(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
