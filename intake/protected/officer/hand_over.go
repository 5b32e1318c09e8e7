package officer

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// Neighbour is another agency to which reports can be handed over. Its keys
// must come from the key log, not from the word of anybody on the line.
type Neighbour struct {
	Agency     string            `json:"agency"`
	Names      map[string]string `json:"names"`
	Recipients []seal.Public     `json:"recipients"`
}

// Handover is a whole report sealed anew for another agency. It can be opened
// there only; the process that hands it over cannot read it either.
type Handover struct {
	Format string `json:"format"`
	From   string `json:"from"`
	To     string `json:"to"`
	// By is the key of the officer who sealed it anew; his signature stands on
	// every envelope, since those of the author and of other officers belong to
	// the place they were made for.
	By       seal.Public `json:"by"`
	ReportID string      `json:"report"`
	// Tag and Secret are the hashes by which the author's words find the report.
	Tag      []byte    `json:"tag"`
	Secret   []byte    `json:"secret"`
	Arrived  store.Day `json:"arrived"`
	Latest   store.Day `json:"latest"`
	Messages []Carried `json:"messages"`
}

// OutFolder is where handovers wait to be carried to the other agency.
const OutFolder = "out"

// handOver checks what the browser has sealed anew against the stored report:
// the same messages and files, none left out, none added.
func handOver(d store.Dump, from, to string, by seal.Public, sealed []Carried) (Handover, error) {
	h := Handover{Format: handoverFormat, From: from, To: to, By: by, ReportID: d.Report.ID.String(), Tag: d.Words.Tag[:], Secret: d.Words.Secret[:],
		Arrived: d.Report.Arrived, Latest: d.Report.Latest, Messages: sealed}
	if len(sealed) != len(d.Messages) {
		return h, ErrFormat
	}
	for i, m := range d.Messages {
		s := &h.Messages[i]
		if s.Kind != m.Kind || s.Number != m.Number || len(s.Files) != len(m.Files) || seal.Check(s.Sealed) != nil {
			return h, ErrFormat
		}
		s.Day = m.Day
		for k, f := range m.Files {
			if s.Files[k].Number != f.Number || seal.Check(s.Files[k].Sealed) != nil {
				return h, ErrFormat
			}
		}
	}
	return h, nil
}

// writeHandover leaves a handover in the out folder under a random name.
func writeHandover(folder string, h Handover) (string, error) {
	raw, err := json.Marshal(h)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(folder, OutFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	name := h.To + "-" + rand.Text()[:12] + ".json"
	return name, replaceFile(filepath.Join(dir, name), raw)
}

// Import takes a handover into the store of the agency it was sealed for.
// Errors: ErrFormat if it is for somebody else, those of the store.
func Import(ctx context.Context, s *store.Store, agency string, raw []byte) (Handover, error) {
	var h Handover
	if err := json.Unmarshal(raw, &h); err != nil || h.Format != handoverFormat || h.To != agency || len(h.Tag) != 32 || len(h.Secret) != 32 {
		return h, ErrFormat
	}
	id, err := seal.ParseReport(h.ReportID)
	if err != nil {
		return h, ErrFormat
	}
	d := store.Dump{Words: store.Words{Tag: [32]byte(h.Tag), Secret: [32]byte(h.Secret)},
		Report: store.Report{ID: id, Arrived: h.Arrived, Latest: h.Latest}}
	for i, m := range h.Messages {
		if seal.Check(m.Sealed) != nil {
			return h, ErrFormat
		}
		out := store.Message{Place: i, Kind: m.Kind, Number: m.Number, Day: m.Day, Once: [16]byte(newMark()), Sealed: m.Sealed}
		for _, f := range m.Files {
			if seal.Check(f.Sealed) != nil {
				return h, ErrFormat
			}
			out.Files = append(out.Files, store.File{Number: f.Number, Sealed: f.Sealed})
		}
		d.Messages = append(d.Messages, out)
	}
	if len(d.Messages) == 0 || slices.ContainsFunc(d.Messages[1:], func(m store.Message) bool { return m.Kind == seal.KindReport }) {
		return h, ErrFormat
	}
	return h, s.Import(ctx, d)
}

// Reseal makes the messages of a handover on the officer's own machine: every
// envelope of a bundle with files, opened and sealed for the other agency.
func (b Bundle) Reseal(me *seal.Identity, to Neighbour) ([]Carried, error) {
	if len(to.Recipients) == 0 {
		return nil, errors.New("the other agency has no keys")
	}
	_, author, err := b.Open(me)
	if err != nil {
		return nil, err
	}
	keys := slices.Clone(to.Recipients)
	if author != nil {
		keys = append(keys, *author)
	}
	again := func(kind seal.Kind, number uint32, sealed []byte) ([]byte, error) {
		opened, err := seal.Open(seal.Place{Agency: b.Agency, Report: b.Report, Kind: kind, Number: number}, sealed, me)
		if err != nil {
			return nil, err
		}
		defer seal.Wipe(opened.Body)
		body := opened.Body
		if kind == seal.KindReport {
			letter, err := seal.DecodeLetter(body)
			if err != nil {
				return nil, err
			}
			if letter.Origin == "" {
				letter.Origin = b.Agency + " " + b.ReportID
			}
			if body, err = letter.Encode(); err != nil {
				return nil, err
			}
			defer seal.Wipe(body)
		}
		return seal.Seal(seal.Place{Agency: to.Agency, Report: b.Report, Kind: kind, Number: number}, body, me, keys)
	}
	var out []Carried
	for _, m := range b.Messages {
		c := Carried{Kind: m.Kind, Number: m.Number, Day: m.Day}
		if c.Sealed, err = again(m.Kind, m.Number, m.Sealed); err != nil {
			return nil, err
		}
		for _, f := range m.Files {
			sealed, err := again(seal.KindFile, f.Number, f.Sealed)
			if err != nil {
				return nil, err
			}
			c.Files = append(c.Files, CarriedFile{Number: f.Number, Sealed: sealed})
		}
		out = append(out, c)
	}
	return out, nil
}

func newMark() []byte {
	mark := make([]byte, 16)
	rand.Read(mark)
	return mark
}

// removeHandover takes back a handover that could not be journalled.
func removeHandover(folder, name string) error { return os.Remove(filepath.Join(folder, name)) }
