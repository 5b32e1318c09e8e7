package seal

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
)

// Kind says what an envelope holds. It is bound to the envelope: a message of
// an officer cannot be shown as one of the author.
type Kind string

// Kinds of envelopes.
const (
	KindReport  Kind = "report"  // first text of the author: a Letter with his public keys
	KindAuthor  Kind = "author"  // a later message of the author: a Letter
	KindOfficer Kind = "officer" // a message of an officer: a Letter
	KindFile    Kind = "file"    // a file of either: a File
	KindNote    Kind = "note"    // an officers' own note, never sealed to the author
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{KindReport, KindAuthor, KindOfficer, KindFile, KindNote} }

// Report is the random tag of a report. It tells nothing about time or order
// and is no secret.
type Report [16]byte

// NewReport returns a fresh tag.
func NewReport() Report {
	var r Report
	rand.Read(r[:])
	return r
}

// String is the tag in hexadecimal.
func (r Report) String() string { return hex.EncodeToString(r[:]) }

// ParseReport reads what String wrote.
func ParseReport(s string) (Report, error) {
	var r Report
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(r) {
		return r, errors.New("seal: a report's tag is 32 hexadecimal digits")
	}
	copy(r[:], b)
	return r, nil
}

// Place is where an envelope belongs. All of it enters every derivation and
// signature, so an envelope opens nowhere else: not at another agency, not in
// another report, not as another message.
type Place struct {
	Agency string // identifier of the agency: 1–64 of a–z, 0–9 and "-"
	Report Report
	Kind   Kind
	Number uint32 // number within the report and kind, from 0; numbers are never used twice
}

// Check refuses a place that could be confused with another.
func (p Place) Check() error {
	if err := checkAgency(p.Agency); err != nil {
		return err
	}
	if p.Report == (Report{}) {
		return errors.New("seal: the report has no tag")
	}
	for _, k := range Kinds() {
		if p.Kind == k {
			return nil
		}
	}
	return fmt.Errorf("seal: %q is no kind of envelope", p.Kind)
}

func checkAgency(s string) error {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			s = ""
			break
		}
	}
	if s == "" || len(s) > 64 {
		return errors.New("seal: an agency's identifier is 1 to 64 of a-z, 0-9 and -")
	}
	return nil
}

// domain begins everything this version derives or signs.
const domain = "priemnaya/protected/v1\n"

// label is the context of one purpose at this place.
func (p Place) label(purpose string) string {
	return domain + purpose + "\n" + p.Agency + "\n" + p.Report.String() + "\n" + string(p.Kind) + "\n" + strconv.FormatUint(uint64(p.Number), 10)
}
