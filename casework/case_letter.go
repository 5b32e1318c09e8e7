package casework

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Outcome is the result of a question.
type Outcome string

// The outcomes (law.md section 7).
const (
	OutcomeSupported    Outcome = "supported"     // поддержано
	OutcomeMeasures     Outcome = "measures"      // поддержано, меры приняты
	OutcomeExplained    Outcome = "explained"     // разъяснено
	OutcomeNotSupported Outcome = "not_supported" // не поддержано
)

// Further outcomes of complaints; the regulation says which a regime knows.
const (
	OutcomeSatisfied   Outcome = "satisfied"    // удовлетворено
	OutcomeRefused     Outcome = "refused"      // отказано
	OutcomeCancelled   Outcome = "cancelled"    // решение отменено полностью или частично
	OutcomeNewDecision Outcome = "new_decision" // отменено и принято новое решение
	OutcomeUnlawful    Outcome = "unlawful"     // действия признаны незаконными
)

// Outcomes lists the outcomes an answer on the merits may have.
func Outcomes() []Outcome {
	return []Outcome{OutcomeSupported, OutcomeMeasures, OutcomeExplained, OutcomeNotSupported}
}

// Draft is the answer in preparation. Revision grows with each save; a save
// over another revision than the one read is refused (promise G4).
type Draft struct {
	Text    string  `json:"text"`
	Files   []File  `json:"files,omitempty"`
	Outcome Outcome `json:"outcome,omitempty"`
	// Outcomes are those of single questions, where they differ.
	Outcomes map[string]Outcome `json:"outcomes,omitempty"`
	// Parts are the parts of the letter that the outcome demands, by name.
	Parts  map[string]string `json:"parts,omitempty"`
	Author string            `json:"author"`
	// AuthorFor is the absent person in whose place the author wrote.
	AuthorFor string    `json:"authorFor,omitempty"`
	Revision  int       `json:"revision"`
	SavedAt   time.Time `json:"savedAt"`
	// Remarks is why a head returned the draft, if he did.
	Remarks   string     `json:"remarks,omitempty"`
	Signature *Signature `json:"signature,omitempty"`
	// Number and Paper are there once it is signed: the outgoing number and the
	// printed letter. Letters signed by older programs have neither.
	Number string `json:"number,omitempty"`
	Paper  *Paper `json:"paper,omitempty"`
	// Visas are the agreements that were asked for.
	Visas []Visa `json:"visas,omitempty"`
}

// Letter is the whole text of the letter: what was written, and after it the
// parts that the outcome demands, in the order of their names.
func (d Draft) Letter() string {
	text := d.Text
	for _, name := range slices.Sorted(maps.Keys(d.Parts)) {
		if part := strings.TrimSpace(d.Parts[name]); part != "" {
			text += "\n\n" + part
		}
	}
	return text
}

// Signature is an electronic signature over a letter's digest.
type Signature struct {
	By        string    `json:"by"`
	Name      string    `json:"name"`
	At        time.Time `json:"at"`
	Algorithm string    `json:"algorithm"`
	// Digest is the hex SHA-256 of the signed letter (LetterDigest).
	Digest string `json:"digest"`
	Value  []byte `json:"value"`
	// Key identifies the key or certificate.
	Key string `json:"key,omitempty"`
	// For and ForName are the absent person in whose place it was signed, Post
	// what stands below the letter then; empty for a signature in one's own right.
	For     string `json:"for,omitempty"`
	ForName string `json:"forName,omitempty"`
	Post    string `json:"post,omitempty"`
}

// Answer is a letter that was sent.
type Answer struct {
	ID        string            `json:"id"`
	Body      string            `json:"body"`
	Text      string            `json:"text"`
	Files     []File            `json:"files,omitempty"`
	Outcome   Outcome           `json:"outcome"`
	Parts     map[string]string `json:"parts,omitempty"`
	Number    string            `json:"number"`
	SentAt    time.Time         `json:"sentAt"`
	Signature Signature         `json:"signature"`
	// Paper is the letter as a file with its signature; nil in old cases.
	Paper *Paper `json:"paper,omitempty"`
	// Mark is what the applicant thinks of it; never shown at the desk.
	Mark *Mark `json:"mark,omitempty"`
	// Review is the second look at it, if somebody asked for one.
	Review *Review `json:"review,omitempty"`
}
