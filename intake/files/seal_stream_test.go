package files

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func sealed(t testing.TB, ring *Keyring, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	s, err := newSealer(&b, ring, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unseal(ring *Keyring, name string, blob []byte) ([]byte, error) {
	u, err := newUnsealer(bytes.NewReader(blob), ring, name)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(u)
}

const sealHeader = len(sealMagic) + 1 + 2 + wrapBytes

func TestSealedStreamOpensToWhatWasWritten(t *testing.T) {
	ring := testKeys(t)
	for _, n := range []int{0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 3*chunkBytes + 17} {
		content := randomBytes(n)
		blob := sealed(t, ring, "b", content)
		got, err := unseal(ring, "b", blob)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes: %v", n, err)
		}
		u, err := newUnsealer(iotest.OneByteReader(bytes.NewReader(blob)), ring, "b")
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(u, content); n < chunkBytes && err != nil {
			t.Errorf("%d bytes, one by one: %v", n, err)
		}
	}
}

func TestAnyFlippedBitOfASealedStreamIsFound(t *testing.T) {
	ring := testKeys(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 2*chunkBytes+100).Draw(t, "length")
		content := bytes.Repeat([]byte{'x'}, n)
		var b bytes.Buffer
		s, err := newSealer(&b, ring, "b")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = s.Write(content)
		_ = s.Close()
		blob := b.Bytes()
		at := rapid.IntRange(0, len(blob)-1).Draw(t, "place")
		blob[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		got, err := unseal(ring, "b", blob)
		if r := ReasonOf(err); r != Corrupted && r != KeyUnknown {
			t.Fatalf("flipped bit at %d of %d: %v", at, len(blob), err)
		}
		if !bytes.HasPrefix(content, got) {
			t.Fatal("altered bytes came out before the error")
		}
	})
}

func TestEveryFlippedByteOfASmallSealedStreamIsFound(t *testing.T) {
	ring := testKeys(t)
	blob := sealed(t, ring, "b", []byte("Прошу починить крышу"))
	for at := range blob {
		bad := bytes.Clone(blob)
		bad[at] ^= 0x80
		if _, err := unseal(ring, "b", bad); err == nil {
			t.Errorf("byte %d", at)
		}
	}
}

func TestCutDoubledMovedAndForeignChunksAreFound(t *testing.T) {
	ring := testKeys(t)
	blob := sealed(t, ring, "b", randomBytes(3*chunkBytes))
	const c = chunkBytes + tagBytes
	chunk := func(i int) []byte { return blob[sealHeader+i*c : sealHeader+(i+1)*c] }
	join := func(parts ...[]byte) []byte { return bytes.Join(append([][]byte{blob[:sealHeader]}, parts...), nil) }
	other := sealed(t, ring, "b", randomBytes(3*chunkBytes))
	for name, bad := range map[string][]byte{
		"cut at a chunk's edge": join(chunk(0), chunk(1)),
		"cut inside a chunk":    blob[:len(blob)-c-5],
		"cut to the header":     join(),
		"cut in the header":     blob[:20],
		"nothing":               nil,
		"moved":                 join(chunk(1), chunk(0), chunk(2)),
		"doubled":               join(chunk(0), chunk(0), chunk(1), chunk(2)),
		"last one twice":        join(chunk(0), chunk(1), chunk(2), chunk(2)),
		"byte more":             append(bytes.Clone(blob), 0),
		"chunk of another file": join(chunk(0), other[sealHeader+c:sealHeader+2*c], chunk(2)),
	} {
		if _, err := unseal(ring, "b", bad); ReasonOf(err) != Corrupted {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := unseal(ring, "another", blob); ReasonOf(err) != Corrupted {
		t.Errorf("blob in the place of another: %v", err)
	}
}

func TestSealedStreamShowsNothingOfItsContent(t *testing.T) {
	ring := testKeys(t)
	content := bytes.Repeat([]byte(secret), 100)
	a, b := sealed(t, ring, "b", content), sealed(t, ring, "b", content)
	if bytes.Contains(a, []byte(secret)) || bytes.Equal(a[sealHeader:], b[sealHeader:]) {
		t.Error("the same content gives the same bytes")
	}
}

func TestFilesOfAnOldMasterKeyStayReadable(t *testing.T) {
	old, fresh := bytes.Repeat([]byte{1}, KeyBytes), bytes.Repeat([]byte{2}, KeyBytes)
	before, err := NewKeyring("2025", map[string][]byte{"2025": old})
	if err != nil {
		t.Fatal(err)
	}
	blob := sealed(t, before, "b", []byte("text"))
	after, err := NewKeyring("2026", map[string][]byte{"2025": old, "2026": fresh})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := unseal(after, "b", blob); err != nil || string(got) != "text" {
		t.Errorf("old key: %v", err)
	}
	without, err := NewKeyring("2026", map[string][]byte{"2026": fresh})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unseal(without, "b", blob); ReasonOf(err) != KeyUnknown {
		t.Errorf("key taken away: %v", err)
	}
}

func TestKeyringRefusesBadKeys(t *testing.T) {
	good := bytes.Repeat([]byte{1}, KeyBytes)
	for name, ring := range map[string]struct {
		current string
		keys    map[string][]byte
	}{
		"no current": {"a", map[string][]byte{"b": good}},
		"short":      {"a", map[string][]byte{"a": good[:31]}},
		"no id":      {"", map[string][]byte{"": good}},
		"none":       {"", nil},
	} {
		if _, err := NewKeyring(ring.current, ring.keys); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestScratchGivesBackAnyRangeAndKeepsNothingInClear(t *testing.T) {
	s, err := newScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	content := randomBytes(100_003)
	for at := 0; at < len(content); at += 777 {
		if _, err := s.Write(content[at:min(at+777, len(content))]); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range [][2]int{{0, 10}, {1, 15}, {15, 17}, {16, 32}, {99_990, 100_003}, {31, 70_001}} {
		p := make([]byte, r[1]-r[0])
		if _, err := s.ReadAt(p, int64(r[0])); err != nil || !bytes.Equal(p, content[r[0]:r[1]]) {
			t.Errorf("range %v: %v", r, err)
		}
	}
	raw := make([]byte, len(content))
	if _, err := s.file.ReadAt(raw, 0); err != nil || bytes.Contains(raw, content[:32]) {
		t.Errorf("the disk shows the content: %v", err)
	}
	if err := iotest.TestReader(s.section(), content); err != nil {
		t.Error(err)
	}
}
