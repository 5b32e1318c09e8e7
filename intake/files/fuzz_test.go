package files

import (
	"bytes"
	"context"
	"io"
	"testing"

	"priemnaya/casework"
)

// fuzzLimits keep one run short.
var fuzzLimits = Limits{FileBytes: 1 << 20, ArchiveBytes: 4 << 20, ArchiveEntries: 100, Pixels: 1 << 20}.withDefaults()

// fuzzWash checks what must hold of any input: no panic, a refusal with a
// reason or a working copy that is accepted again with nothing left to remove.
func fuzzWash(t *testing.T, content []byte) {
	if len(content) == 0 {
		return
	}
	dir := t.TempDir()
	run := func(p []byte) ([]byte, *washer, error) {
		w := &washer{ctx: context.Background(), limits: fuzzLimits, removed: map[string]bool{},
			scratch: func() (*scratch, error) { return newScratch(dir) }}
		var out bytes.Buffer
		_, err := w.wash(io.NewSectionReader(bytes.NewReader(p), 0, int64(len(p))), &out)
		return out.Bytes(), w, err
	}
	once, w, err := run(content)
	if err != nil {
		if ReasonOf(err) == "" || casework.CodeOf(err) == casework.Internal {
			t.Fatalf("refused without a reason: %v", err)
		}
		return
	}
	if w.unpacked > fuzzLimits.ArchiveBytes {
		t.Fatalf("unpacked %d bytes", w.unpacked)
	}
	twice, _, err := run(once)
	if err != nil {
		t.Fatalf("the working copy is refused: %v", err)
	}
	if len(twice) > len(once)+len(once)/8+1024 {
		t.Fatalf("the second working copy grows from %d to %d", len(once), len(twice))
	}
}

func FuzzWash(f *testing.F) {
	for _, content := range honest(f) {
		f.Add(content)
	}
	for _, h := range hostileFiles(f) {
		if len(h.content) < 64<<10 {
			f.Add(h.content)
		}
	}
	f.Fuzz(fuzzWash)
}

func FuzzMediaBoxes(f *testing.F) {
	f.Add(makeHEIC())
	f.Add(makeMP4())
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) < 16 {
			return
		}
		copy(content[4:], "ftypheic")
		fuzzWash(t, content)
	})
}

func FuzzArchive(f *testing.F) {
	f.Add(makeZIP(f, entry{"a.txt", "text", 8}))
	f.Add(makeDOCX(f))
	f.Add(makeODT(f))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 4 {
			copy(content, "PK\x03\x04")
			fuzzWash(t, content)
		}
	})
}

func FuzzUnseal(f *testing.F) {
	ring := testKeys(f)
	f.Add(sealed(f, ring, "b", []byte("text")))
	f.Add([]byte(sealMagic))
	f.Fuzz(func(t *testing.T, blob []byte) {
		if got, err := unseal(ring, "b", blob); err == nil && string(got) != "text" {
			t.Fatalf("a forged stream opens to %q", got)
		}
	})
}

func FuzzCleanName(f *testing.F) {
	f.Add("Жалоба.pdf")
	f.Add("con .tar\u202e.txt")
	f.Fuzz(func(t *testing.T, name string) { checkName(t, name, CleanName(name, ODT), ODT) })
}

func FuzzClamdReply(f *testing.F) {
	f.Add("stream: OK")
	f.Add("stream: X FOUND")
	f.Fuzz(func(t *testing.T, reply string) {
		if signature, err := readReply(reply); err == nil && signature == "" && !bytes.Contains([]byte(reply), []byte("OK")) {
			t.Fatalf("%q is taken for clean", reply)
		}
	})
}
