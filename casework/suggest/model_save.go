package suggest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
)

// A saved model is: fileMagic, the length of the body as eight bytes big
// endian, the SHA-256 of the body, the body (gob of modelFile).
const (
	fileMagic = "priemnaya suggest model 1\n"
	// maxModelBytes bounds what Load reads into memory.
	maxModelBytes = 1 << 30
)

// ErrNotModel is returned by Load for anything that Save did not write, or
// that was cut or changed since.
var ErrNotModel = errors.New("not a model of suggestions of this version")

// modelFile is the body of a saved model.
type modelFile struct {
	Reading string // readingOfTexts when it was trained
	Experts *experts
	Chain   chain
}

// Save writes the model. The same model gives the same bytes. It holds stems
// and label names but no text, name or address of an applicant as such.
func (m *Model) Save(w io.Writer) error {
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(modelFile{readingOfTexts(), m.experts, m.chain}); err != nil {
		return fmt.Errorf("encoding the model: %w", err)
	}
	if body.Len() > maxModelBytes {
		return fmt.Errorf("the model has %d bytes, at most %d can be loaded again", body.Len(), maxModelBytes)
	}
	sum := sha256.Sum256(body.Bytes())
	head := binary.BigEndian.AppendUint64([]byte(fileMagic), uint64(body.Len()))
	if _, err := w.Write(append(head, sum[:]...)); err != nil {
		return fmt.Errorf("writing the model: %w", err)
	}
	if _, err := w.Write(body.Bytes()); err != nil {
		return fmt.Errorf("writing the model: %w", err)
	}
	return nil
}

// Load reads what Save wrote and nothing after it. Garbage, a cut or changed
// file and another version give ErrNotModel with the reason; memory stays
// within the size of the input and 1 GiB.
func Load(r io.Reader) (*Model, error) {
	head := make([]byte, len(fileMagic)+8+sha256.Size)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, refuse("the heading is cut", err)
	}
	if string(head[:len(fileMagic)]) != fileMagic {
		return nil, refuse("the heading is another", nil)
	}
	head = head[len(fileMagic):]
	size := binary.BigEndian.Uint64(head)
	if size > maxModelBytes {
		return nil, refuse(fmt.Sprintf("a size of %d bytes is too large", size), nil)
	}
	var body bytes.Buffer // grows with what really arrives, not with what is promised
	if _, err := io.CopyN(&body, r, int64(size)); err != nil {
		return nil, refuse("the file is cut", err)
	}
	if sum := sha256.Sum256(body.Bytes()); !bytes.Equal(sum[:], head[8:]) {
		return nil, refuse("the check sum differs: the file was changed", nil)
	}
	var f modelFile
	if err := gob.NewDecoder(&body).Decode(&f); err != nil {
		return nil, refuse("the contents cannot be read", err)
	}
	if f.Reading != readingOfTexts() {
		return nil, refuse("it was learnt by another release that reads texts differently: train again", nil)
	}
	if err := f.check(); err != nil {
		return nil, refuse("the contents contradict themselves", err)
	}
	f.Experts.Words.buildIndex()
	return &Model{experts: f.Experts, chain: f.Chain}, nil
}

// readingOfTexts is a fingerprint of how this release turns a text into
// features. A model that was learnt from other features would not fail: it
// would quietly suggest worse.
var readingOfTexts = sync.OnceValue(func() string {
	h := sha256.New()
	fmt.Fprintln(h, blockWeight)
	for _, f := range extract(Query{Text: conceptList, Place: "г. Заречный"}) {
		fmt.Fprintln(h, f.block, f.key)
	}
	return hex.EncodeToString(h.Sum(nil))
})

func refuse(reason string, cause error) error {
	if cause != nil && !errors.Is(cause, io.EOF) && !errors.Is(cause, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %s: %w", ErrNotModel, reason, cause)
	}
	return fmt.Errorf("%w: %s", ErrNotModel, reason)
}

var errShape = errors.New("the tables do not fit together")

// check makes sure that no suggestion can read outside the tables.
func (f *modelFile) check() error {
	x := f.Experts
	if x == nil || x.Words == nil {
		return errShape
	}
	features := len(x.Words.Keys)
	if len(x.Words.IDF) != features || !slices.IsSorted(x.Words.End[:]) || x.Words.End[0] < 0 || int(x.Words.End[blockCount-1]) != features {
		return errShape
	}
	for _, k := range x.Words.Keys {
		if k == "" {
			return errShape
		}
	}
	for t := range taskCount {
		if err := x.checkTask(t, features, &f.Chain); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	if !finite(f.Chain.Guess.Weight, expertCount) {
		return errShape
	}
	topics := len(x.Labels[taskTopic])
	if !x.ToCategory.fits(topics, len(x.Labels[taskCategory])) || !x.ToBody.fits(topics, len(x.Labels[taskBody])) {
		return errShape
	}
	return x.Neighbours.Cases.check(features, len(x.Neighbours.Truth[0]))
}

func (x *experts) checkTask(t task, features int, c *chain) error {
	labels, e, tuning := len(x.Labels[t]), &x.Tasks[t], c.Tuning[t]
	if labels > MaxLabels || !slices.IsSorted(x.Labels[t]) {
		return errShape
	}
	if len(e.Linear.Bias) != labels || len(e.Bayes.Unseen) != labels || len(e.Frequency) != labels {
		return errShape
	}
	for _, m := range []*matrix{&e.Linear.Weight, &e.Bayes.Ratio, &e.Centroid, &e.Names} {
		if err := m.check(features, labels); err != nil {
			return err
		}
	}
	if !finite(c.Stacks[t].Weight, expertCount+1) || !finite([]float64{tuning.Power, tuning.Known, tuning.Sure}, 3) {
		return errShape
	}
	cases := x.Neighbours.Truth[t]
	if len(cases) != len(x.Neighbours.Truth[0]) {
		return errShape
	}
	for _, l := range cases {
		if l < -1 || int(l) >= labels {
			return errShape
		}
	}
	return nil
}

func (m transition) fits(rows, columns int) bool {
	if len(m) != rows {
		return false
	}
	for _, row := range m {
		if len(row) != columns {
			return false
		}
	}
	return true
}

func finite(list []float64, n int) bool {
	for _, v := range list {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return len(list) == n
}
