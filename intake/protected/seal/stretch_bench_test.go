package seal

import "testing"

func BenchmarkStretch(b *testing.B) {
	for b.Loop() {
		if _, err := Stretch(sevenWords); err != nil {
			b.Fatal(err)
		}
	}
}
