package suggest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func saved(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := mustTrained(t).Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestALoadedModelSuggestsTheSame(t *testing.T) {
	m, err := Load(bytes.NewReader(saved(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range invented(50, 99) {
		q := Query{Text: e.Text, Place: e.Place}
		if got, want := m.Suggest(q), mustTrained(t).Suggest(q); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: got %+v, want %+v", e.Text, got, want)
		}
	}
}

func TestLoadRefusesGarbage(t *testing.T) {
	good := saved(t)
	changed := func(at int) []byte {
		b := slices.Clone(good)
		b[at] ^= 0x10
		return b
	}
	huge := slices.Clone(good)
	binary.BigEndian.PutUint64(huge[len(fileMagic):], math.MaxUint64)
	long := slices.Clone(good)
	binary.BigEndian.PutUint64(long[len(fileMagic):], maxModelBytes)
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"an empty file", nil},
		{"a text", []byte(strings.Repeat("это не модель ", 100))},
		{"another version", append([]byte("priemnaya suggest model 9\n"), good[len(fileMagic):]...)},
		{"only the heading", good[:len(fileMagic)+8+sha256.Size]},
		{"a file without its last byte", good[:len(good)-1]},
		{"a changed check sum", changed(len(fileMagic) + 10)},
		{"a changed byte in the middle", changed(len(good) / 2)},
		{"a changed last byte", changed(len(good) - 1)},
		{"an impossible size", huge},
		{"a size that never comes", long},
		{"a sound envelope around nonsense", envelope([]byte("nonsense"))},
		{"a sound envelope around nothing", envelope(nil)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if m, err := Load(bytes.NewReader(c.file)); m != nil || !errors.Is(err, ErrNotModel) {
				t.Errorf("got %v, %v", m, err)
			}
		})
	}
}

// envelope wraps a body with a right heading and check sum.
func envelope(body []byte) []byte {
	sum := sha256.Sum256(body)
	return slices.Concat(binary.BigEndian.AppendUint64([]byte(fileMagic), uint64(len(body))), sum[:], body)
}

func TestLoadRefusesTablesThatDoNotFit(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(f *modelFile)
	}{
		{"another reading of texts", func(f *modelFile) { f.Reading = "x" }},
		{"no experts", func(f *modelFile) { f.Experts = nil }},
		{"no words", func(f *modelFile) { f.Experts.Words = nil }},
		{"a word without a weight", func(f *modelFile) { f.Experts.Words.Keys = append(f.Experts.Words.Keys, "wлишнее") }},
		{"a nameless word", func(f *modelFile) { f.Experts.Words.Keys[0] = "" }},
		{"a block outside the words", func(f *modelFile) { f.Experts.Words.End[1] = 1 << 30 }},
		{"a label without scores", func(f *modelFile) { f.Experts.Labels[taskBody] = append(f.Experts.Labels[taskBody], "яя") }},
		{"labels out of order", func(f *modelFile) { slices.Reverse(f.Experts.Labels[taskTopic]) }},
		{"a score for no label", func(f *modelFile) { f.Experts.Tasks[taskTopic].Linear.Weight.Column[0] = 60000 }},
		{"a row outside the table", func(f *modelFile) { f.Experts.Tasks[taskTopic].Names.Start[1] = 1 << 30 }},
		{"a negative row", func(f *modelFile) { f.Experts.Tasks[taskTopic].Centroid.Start[0] = -5 }},
		{"a case of no label", func(f *modelFile) { f.Experts.Neighbours.Truth[taskBody][0] = 1000 }},
		{"a case too many", func(f *modelFile) {
			f.Experts.Neighbours.Truth[taskBody] = append(f.Experts.Neighbours.Truth[taskBody], 0)
		}},
		{"a missing way to a category", func(f *modelFile) { f.Experts.ToCategory[0] = nil }},
		{"a missing way to a body", func(f *modelFile) { f.Experts.ToBody = f.Experts.ToBody[1:] }},
		{"a weight that is not a number", func(f *modelFile) { f.Chain.Guess.Weight[0] = math.NaN() }},
		{"a weight too few", func(f *modelFile) { f.Chain.Stacks[taskBody].Weight = f.Chain.Stacks[taskBody].Weight[1:] }},
		{"an infinite threshold", func(f *modelFile) { f.Chain.Tuning[taskTopic].Sure = math.Inf(1) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Load(bytes.NewReader(saved(t)))
			if err != nil {
				t.Fatal(err)
			}
			f := modelFile{readingOfTexts(), m.experts, m.chain}
			c.spoil(&f)
			var body bytes.Buffer
			if err := gob.NewEncoder(&body).Encode(f); err != nil {
				t.Fatal(err)
			}
			if _, err := Load(bytes.NewReader(envelope(body.Bytes()))); !errors.Is(err, ErrNotModel) {
				t.Errorf("got %v", err)
			}
		})
	}
}

type brokenDisk struct{ after int }

func (d *brokenDisk) Write(p []byte) (int, error) {
	if d.after--; d.after < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

var errDisk = errors.New("no space left")

func TestSaveReportsAFullDisk(t *testing.T) {
	for after := range 2 {
		if err := mustTrained(t).Save(&brokenDisk{after}); !errors.Is(err, errDisk) {
			t.Errorf("after %d writes: %v", after, err)
		}
	}
}
