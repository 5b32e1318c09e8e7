package identity

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/boombuler/barcode/qr"
)

func TestTheDrawnQRCodeHasExactlyTheModulesOfTheCode(t *testing.T) {
	const text = "otpauth://totp/Priemnaya:petrova?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Priemnaya"
	drawn, err := drawQR(text)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	dark := map[[2]int]bool{}
	for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`).FindAllStringSubmatch(drawn.Path, -1) {
		x, _ := strconv.Atoi(run[1])
		y, _ := strconv.Atoi(run[2])
		length, _ := strconv.Atoi(run[3])
		for i := range length {
			dark[[2]int{x + i, y}] = true
		}
	}
	side := code.Bounds().Dx()
	if drawn.Size != side+8 {
		t.Errorf("the side is %d, the code has %d modules", drawn.Size, side)
	}
	for y := range drawn.Size {
		for x := range drawn.Size {
			inside := x >= 4 && y >= 4 && x < side+4 && y < side+4
			want := false
			if inside {
				r, _, _, _ := code.At(x-4, y-4).RGBA()
				want = r == 0
			}
			if dark[[2]int{x, y}] != want {
				t.Fatalf("module %d,%d is dark: %v", x, y, !want)
			}
		}
	}
	if got := groupSecret("ABCDEFGHIJ"); got != "ABCD EFGH IJ" {
		t.Errorf("%q", got)
	}
}
