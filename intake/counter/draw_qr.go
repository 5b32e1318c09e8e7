package counter

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// qrBorder is the empty border a reader needs, in modules.
const qrBorder = 4

// qrCode is a QR code as one SVG path.
type qrCode struct {
	// Size is the side with its border, in modules.
	Size int
	Path string
}

func drawQR(text string) (qrCode, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return qrCode{}, fmt.Errorf("counter: draw QR: %w", err)
	}
	side := code.Bounds().Dx()
	var path strings.Builder
	for y := range side {
		for x := range side {
			if color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+qrBorder, y+qrBorder)
			}
		}
	}
	return qrCode{Size: side + 2*qrBorder, Path: path.String()}, nil
}
