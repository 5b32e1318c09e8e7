package files

import (
	"bytes"
	"context"
	"testing"
)

// bigJPEG is a picture file of about n bytes: coded data of a real picture
// repeated as further restart intervals would be.
func bigJPEG(b *testing.B, n int) []byte {
	small := hostileJPEG(b)
	body := bytes.ReplaceAll(randomBytes(n), []byte{0xFF}, []byte{0xFF, 0x00})
	return append(append(small[:len(small)-2:len(small)-2], body[:n]...), 0x00, 0xFF, 0xD9)
}

// bigPDF is a PDF file of n bytes.
func bigPDF(n int) []byte {
	pad := bytes.Repeat([]byte("0123456789abcdef"), (n-200)/16)
	return makePDF("stream\n" + string(pad) + "\nendstream")
}

func benchmarkPut(b *testing.B, name string, content []byte) {
	s, _ := folderStore(b)
	ctx := context.Background()
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := s.Put(ctx, name, bytes.NewReader(content))
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := s.Delete(ctx, f); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func BenchmarkPutJPEGOf5MB(b *testing.B) { benchmarkPut(b, "a.jpg", bigJPEG(b, 5<<20)) }

func BenchmarkPutPDFOf25MB(b *testing.B) { benchmarkPut(b, "a.pdf", bigPDF(25<<20)) }

func BenchmarkOpenPDFOf25MB(b *testing.B) {
	s, _ := folderStore(b)
	content := bigPDF(25 << 20)
	f := put(b, s, "a.pdf", content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if err := drain(s, f, Working); err != nil {
			b.Fatal(err)
		}
	}
}
