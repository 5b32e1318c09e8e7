package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"

	"priemnaya/intake/files"
)

// Promises C6 and C7 for documents: the author is gone from the working copy and
// the original is kept as it came.
func TestTheAuthorOfAPDFIsNotInTheWorkingCopyAndTheOriginalIsWhole(t *testing.T) {
	bucket, err := files.OpenBucket(t.Context(), "mem://")
	must(t, err)
	ring, err := files.NewKeyring("main", map[string][]byte{"main": bytes.Repeat([]byte{7}, 32)})
	must(t, err)
	sheet := plainPDF("Ivanov-canary")
	for name, clean := range map[string]func([]byte) ([]byte, []string, error){"with": cleanDocument, "without": nil} {
		s, err := files.New(files.Config{Bucket: bucket, Keys: ring, Clean: clean, TempDir: t.TempDir()})
		must(t, err)
		f, err := s.Put(t.Context(), "Справка.pdf", bytes.NewReader(sheet))
		must(t, err)
		if f.SHA256 != fmt.Sprintf("%x", sha256.Sum256(sheet)) {
			t.Errorf("%s: the hash of the original is another", name)
		}
		for copied, kept := range map[files.Copy]bool{files.Original: true, files.Working: clean == nil} {
			r, err := s.Open(t.Context(), f, copied)
			must(t, err)
			raw, err := io.ReadAll(r)
			must(t, err)
			must(t, r.Close())
			if bytes.Contains(raw, []byte("Ivanov-canary")) != kept || copied == files.Original && !bytes.Equal(raw, sheet) {
				t.Errorf("%s the cleaner, %s copy: author kept: %v", name, copied, !kept)
			}
		}
		must(t, s.Verify(t.Context(), f))
	}
}
