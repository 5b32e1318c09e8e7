package officer

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// The formats of what officers carry; every envelope in them is sealed.
const (
	bundleFormat   = "priemnaya-bundle-1"
	replyFormat    = "priemnaya-reply-1"
	handoverFormat = "priemnaya-handover-1"
)

// ErrFormat says that a file is not what it should be.
var ErrFormat = errors.New("officer: the file is not of this kind, or is damaged")

// Carried is one sealed message as it travels.
type Carried struct {
	Kind   seal.Kind     `json:"kind"`
	Number uint32        `json:"number"`
	Day    store.Day     `json:"day"`
	Sealed []byte        `json:"sealed"`
	Files  []CarriedFile `json:"files,omitempty"`
}

// CarriedFile is one sealed file; Sealed is empty where only its number matters.
type CarriedFile struct {
	Number uint32 `json:"number"`
	Sealed []byte `json:"sealed,omitempty"`
}

// Bundle is a report as an officer takes it to a machine without a network, and
// as his browser gets it.
type Bundle struct {
	Format   string      `json:"format"`
	Agency   string      `json:"agency"`
	Report   seal.Report `json:"-"`
	ReportID string      `json:"report"`
	// Recipients are whom a reply is sealed to besides the author.
	Recipients []seal.Public `json:"recipients"`
	// Officers are keys by which officers' messages are checked.
	Officers []seal.Public `json:"officers"`
	// NextMessage and NextFile are the numbers a reply takes.
	NextMessage uint32    `json:"next_message"`
	NextFile    uint32    `json:"next_file"`
	Note        []byte    `json:"note,omitempty"`
	Version     uint32    `json:"version"`
	Messages    []Carried `json:"messages"`
	// Log is the agency's log of keys (keylog.Page), where there is one.
	Log json.RawMessage `json:"log,omitempty"`

	// tenures are the officers of the log once CheckLog has found it whole.
	tenures []keylog.Tenure
}

// Reply is a sealed answer of an officer.
type Reply struct {
	Format   string        `json:"format"`
	Agency   string        `json:"agency"`
	ReportID string        `json:"report"`
	Number   uint32        `json:"number"`
	Once     []byte        `json:"once"`
	Sealed   []byte        `json:"sealed"`
	Files    []CarriedFile `json:"files,omitempty"`
}

// ReadBundle reads a bundle file. Errors: ErrFormat.
func ReadBundle(raw []byte) (Bundle, error) {
	var b Bundle
	if err := json.Unmarshal(raw, &b); err != nil || b.Format != bundleFormat {
		return b, ErrFormat
	}
	id, err := seal.ParseReport(b.ReportID)
	if err != nil {
		return b, ErrFormat
	}
	b.Report = id
	return b, nil
}

// Read is a message after it was opened on the officer's own machine.
type Read struct {
	Kind   seal.Kind
	Number uint32
	Day    store.Day
	Text   string
	// Genuine is true if it was signed by whom it should be.
	Genuine bool
	Files   []seal.File
}

// Open opens every message of a bundle. It runs on the officer's own machine.
// Errors: those of package seal.
func (b Bundle) Open(me *seal.Identity) ([]Read, *seal.Public, error) {
	var out []Read
	var author *seal.Public
	for _, m := range b.Messages {
		place := seal.Place{Agency: b.Agency, Report: b.Report, Kind: m.Kind, Number: m.Number}
		opened, err := seal.Open(place, m.Sealed, me)
		if err != nil {
			return nil, nil, fmt.Errorf("%s %d: %w", m.Kind, m.Number, err)
		}
		letter, err := seal.DecodeLetter(opened.Body)
		if err != nil {
			return nil, nil, err
		}
		if m.Kind == seal.KindReport {
			author = letter.Reply
		}
		r := Read{Kind: m.Kind, Number: m.Number, Day: m.Day, Text: letter.Text, Genuine: b.genuine(m, opened, author)}
		for _, f := range m.Files {
			if len(f.Sealed) == 0 {
				continue
			}
			place.Kind, place.Number = seal.KindFile, f.Number
			inside, err := seal.Open(place, f.Sealed, me)
			if err != nil {
				return nil, nil, fmt.Errorf("file %d: %w", f.Number, err)
			}
			file, err := seal.DecodeFile(inside.Body)
			if err != nil {
				return nil, nil, err
			}
			r.Genuine = r.Genuine && b.genuine(m, inside, author)
			r.Files = append(r.Files, file)
		}
		out = append(out, r)
	}
	return out, author, nil
}

// genuine checks who signed: the author by the key of his report, officers by
// the keys of the agency. What another agency handed over is signed by the
// officer who did so, whose key is among them after the import.
func (b Bundle) genuine(m Carried, o seal.Opened, author *seal.Public) bool {
	if m.Kind != seal.KindOfficer && author != nil && o.By(*author) {
		return true
	}
	if b.tenures != nil {
		day := m.Day.Time().Format(time.DateOnly)
		return slices.ContainsFunc(b.tenures, func(t keylog.Tenure) bool { return o.By(t.Key) && t.Signs(day) })
	}
	for _, k := range b.Officers {
		if o.By(k) {
			return true
		}
	}
	return false
}

// Reply seals an answer to the author of a bundle and to the other officers.
func (b Bundle) Reply(me *seal.Identity, author seal.Public, text string, files []seal.File) (Reply, error) {
	to := append(append([]seal.Public(nil), b.Recipients...), author)
	r := Reply{Format: replyFormat, Agency: b.Agency, ReportID: b.ReportID, Number: b.NextMessage, Once: newMark()}
	body, err := seal.Letter{Text: text}.Encode()
	if err != nil {
		return r, err
	}
	defer seal.Wipe(body)
	if r.Sealed, err = seal.Seal(seal.Place{Agency: b.Agency, Report: b.Report, Kind: seal.KindOfficer, Number: r.Number}, body, me, to); err != nil {
		return r, err
	}
	for i, f := range files {
		n := b.NextFile + uint32(i)
		raw, err := f.Encode()
		if err != nil {
			return r, err
		}
		sealed, err := seal.Seal(seal.Place{Agency: b.Agency, Report: b.Report, Kind: seal.KindFile, Number: n}, raw, me, to)
		seal.Wipe(raw)
		if err != nil {
			return r, err
		}
		r.Files = append(r.Files, CarriedFile{Number: n, Sealed: sealed})
	}
	return r, nil
}
