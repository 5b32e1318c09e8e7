package casework

import (
	"maps"
	"slices"
	"time"
)

// Case is the case document (дело): everything that is known about one
// appeal, saved whole and atomically.
type Case struct {
	// ID is derived from the applicant and the idempotency key of the
	// submission; it tells nothing and is never shown as a number.
	ID string `json:"id"`
	// Version counts saves; the store sets and checks it.
	Version int64 `json:"version"`
	// Number is the legal registration number, empty before registration.
	Number string `json:"number,omitempty"`
	// Receipt is the number given to the applicant on filing.
	Receipt string `json:"receipt"`
	// AccessHash verifies the access code of the receipt.
	AccessHash string     `json:"accessHash"`
	Procedure  Procedure  `json:"procedure"`
	Origin     Origin     `json:"origin"`
	Parties    Parties    `json:"parties"`
	Place      Placement  `json:"place"`
	Subject    Subject    `json:"subject"`
	Questions  []Question `json:"questions"`
	Content    Content    `json:"content"`
	Stage      Stage      `json:"stage"`
	Terms      []Term     `json:"terms"`
	Draft      *Draft     `json:"draft,omitempty"`
	Answers    []Answer   `json:"answers,omitempty"`
	Links      []Link     `json:"links,omitempty"`
	Route      Route      `json:"route"`
	Journal    []Event    `json:"journal"`
	Outbox     []Notice   `json:"outbox"`
	// Inside is what staff keep for themselves; nil for everybody else.
	Inside *Inside `json:"inside,omitempty"`
}

// Origin says how the case came in.
type Origin struct {
	Channel Channel `json:"channel"`
	// Source is the registered site, counter or bot, if any.
	Source string `json:"source,omitempty"`
	// Assurance is how surely the author was identified then.
	Assurance Assurance `json:"assurance"`
	// ReceivedAt is the instant of receipt; it starts the registration term.
	ReceivedAt time.Time `json:"receivedAt"`
	// RegisteredOn is the legal date of registration at the present body.
	RegisteredOn Date `json:"registeredOn"`
	// Lang is the language in which the applicant is spoken to: ru or en.
	Lang string `json:"lang"`
}

// Placement says who has the case.
type Placement struct {
	// Body is the ID of the body; empty while received or held.
	Body    string `json:"body,omitempty"`
	Unit    string `json:"unit,omitempty"`
	Officer string `json:"officer,omitempty"`
}

// Subject says what the case is about.
type Subject struct {
	// Summary is one line for lists, made from the text.
	Summary string `json:"summary"`
	// Topics are codes of the thematic classifier.
	Topics []string `json:"topics,omitempty"`
	// Territory is the code of the place the appeal is about.
	Territory string `json:"territory,omitempty"`
	// Address is the place as the applicant wrote it.
	Address string `json:"address,omitempty"`
	// Addressee is the body the applicant chose; empty: "you decide".
	Addressee string `json:"addressee,omitempty"`
}

// Question is the reporting unit (ССТУ): an appeal may hold several.
type Question struct {
	ID      string  `json:"id"`
	Topic   string  `json:"topic,omitempty"`
	Body    string  `json:"body,omitempty"`
	Outcome Outcome `json:"outcome,omitempty"`
}

// Content is what the applicant sent.
type Content struct {
	// Text is the text as it is shown: typed characters, cleaned of
	// controls; it is escaped on the way out, never here.
	Text string `json:"text"`
	// OriginalSHA256 is the hash of the text as received.
	OriginalSHA256 string `json:"originalSHA256"`
	// Original is the text as received, sealed, if cleaning changed it.
	Original []byte `json:"original,omitempty"`
	Files    []File `json:"files,omitempty"`
}

// File is an attachment (приложение). The bytes are in the blob store.
type File struct {
	// ID names the blobs; it is unguessable.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Type is the MIME type found in the content.
	Type string `json:"type"`
	// Size and SHA256 are those of the original as received, in bytes and hex.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// WorkSize and WorkSHA256 are those of the cleaned working copy.
	WorkSize   int64  `json:"workSize"`
	WorkSHA256 string `json:"workSHA256"`
	// Cleaned lists what was removed from the working copy.
	Cleaned []string `json:"cleaned,omitempty"`
	// Scan is "clean" after a virus scan, "unscanned" when the scanner did not
	// answer and the file was accepted all the same, empty without a scanner.
	Scan string `json:"scan,omitempty"`
	// KeyID names the master key under which the blobs were sealed.
	KeyID string `json:"keyID,omitempty"`
}

// Link ties the case to another one.
type Link struct {
	// Kind is repeat, duplicate, parent, copy.
	Kind string `json:"kind"`
	Case string `json:"case"`
}

// Clone makes a deep enough copy for an act: slices that acts change are
// copied, contents that never change are shared.
func (c Case) Clone() Case {
	c.Questions = slices.Clone(c.Questions)
	c.Terms = slices.Clone(c.Terms)
	c.Answers = slices.Clone(c.Answers)
	c.Links = slices.Clone(c.Links)
	c.Journal = slices.Clone(c.Journal)
	c.Outbox = slices.Clone(c.Outbox)
	c.Parties.Applicants = cloneApplicants(c.Parties.Applicants)
	c.Subject.Topics = slices.Clone(c.Subject.Topics)
	c.Procedure.Happened = maps.Clone(c.Procedure.Happened)
	c.Procedure.Requests = slices.Clone(c.Procedure.Requests)
	c.Inside = c.Inside.clone()
	if c.Procedure.Complaint != nil {
		complaint := *c.Procedure.Complaint
		c.Procedure.Complaint = &complaint
	}
	if c.Draft != nil {
		d := *c.Draft
		d.Files, d.Visas = slices.Clone(d.Files), slices.Clone(d.Visas)
		d.Outcomes, d.Parts = maps.Clone(d.Outcomes), maps.Clone(d.Parts)
		c.Draft = &d
	}
	return c
}

// Applicant is the first applicant: the one who gets the answer.
func (c *Case) Applicant() Applicant {
	if len(c.Parties.Applicants) == 0 {
		return Applicant{}
	}
	return c.Parties.Applicants[0]
}

// PublicNumber is what to call the case in a letter: the registration number,
// or the receipt before registration.
func (c *Case) PublicNumber() string {
	if c.Number != "" {
		return c.Number
	}
	return c.Receipt
}

// AllFiles lists every attachment of the appeal, its draft, its answers, its
// requests, and the redacted copies.
func (c *Case) AllFiles() []File {
	out := slices.Clone(c.Content.Files)
	if c.Draft != nil {
		out = append(out, c.Draft.Files...)
		if p := c.Draft.Paper; p != nil {
			out = append(out, p.Letter, p.Detached)
		}
	}
	for _, a := range c.Answers {
		out = append(out, a.Documents()...)
	}
	for _, r := range c.Procedure.Requests {
		out = append(out, r.Files...)
	}
	return append(out, c.Inside.files()...)
}

// FileByID finds one of them.
func (c *Case) FileByID(id string) (File, bool) {
	all := c.AllFiles()
	i := slices.IndexFunc(all, func(f File) bool { return f.ID == id })
	if i < 0 {
		return File{}, false
	}
	return all[i], true
}
