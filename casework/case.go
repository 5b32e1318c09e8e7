package casework

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Stage is where a case stands. Only acts change it.
type Stage string

// The stages of an appeal. Which act leads where is said by the regulation.
const (
	// StageReceived: stored, the router has not looked yet.
	StageReceived Stage = "received"
	// StageHeld: the router was not sure; a registrar decides (разбор).
	StageHeld Stage = "held"
	// StageRouted: at a body, not registered there yet.
	StageRouted Stage = "routed"
	// StageRegistered: has a registration number; nobody works on it yet.
	StageRegistered Stage = "registered"
	// StageInWork: an officer is assigned.
	StageInWork Stage = "in_work"
	// StageOnSigning: a draft waits for the head.
	StageOnSigning Stage = "on_signing"
	// StageSigned: signed, not sent yet.
	StageSigned Stage = "signed"
	// StageAnswered: the answer is sent; nothing is owed but what it promised.
	StageAnswered Stage = "answered"
	// StageLeft: left without an answer on the merits on a ground of law.
	StageLeft Stage = "left"
	// StageReturned: returned with an explanation (59-FZ art. 8 p. 7, 11 p. 2).
	StageReturned Stage = "returned"
	// StageRejected: not an appeal, or consideration refused.
	StageRejected Stage = "rejected"
	// StageWithdrawn: the applicant has withdrawn it (59-FZ art. 5 p. 5).
	StageWithdrawn Stage = "withdrawn"
)

// Stages lists all stages in the order of the way of a case.
func Stages() []Stage {
	return []Stage{StageReceived, StageHeld, StageRouted, StageRegistered, StageInWork,
		StageOnSigning, StageSigned, StageAnswered, StageLeft, StageReturned, StageRejected, StageWithdrawn}
}

// Open reports whether the body still has to act on the case. Terms may run
// on after the end: a promised remedy is watched.
func (s Stage) Open() bool {
	switch s {
	case StageAnswered, StageLeft, StageReturned, StageRejected, StageWithdrawn:
		return false
	}
	return true
}

// OpenStages lists the stages in which the body still has to act.
func OpenStages() []Stage {
	return slices.DeleteFunc(Stages(), func(s Stage) bool { return !s.Open() })
}

// Kind is the kind of an appeal (59-FZ art. 4).
type Kind string

// The kinds.
const (
	// KindProposal is a предложение.
	KindProposal Kind = "proposal"
	// KindStatement is a заявление.
	KindStatement Kind = "statement"
	// KindComplaint is a жалоба.
	KindComplaint Kind = "complaint"
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
}

// Procedure says by which law the case is handled.
type Procedure struct {
	Regime Regime `json:"regime"`
	// Version of the regulation under which the case was received.
	Version string `json:"version"`
	Kind    Kind   `json:"kind,omitempty"`
	// Variant picks other rules of terms within the regulation: "migration",
	// "short", "moratorium"; empty for the ordinary course.
	Variant string `json:"variant,omitempty"`
	// Happened holds the days of start events other than receipt and
	// registration: decided, found, knew, …
	Happened map[string]Date `json:"happened,omitempty"`
	// Complaint is what a complaint has beyond an appeal.
	Complaint *Complaint `json:"complaint,omitempty"`
	// Requests are questions to the applicant and to other bodies.
	Requests []Request `json:"requests,omitempty"`
	// Proposal is an officer's proposal to extend, until a head decides.
	Proposal *Proposal `json:"proposal,omitempty"`
	// Ended is the ground of law on which the case ended without an answer on
	// the merits.
	Ended string `json:"ended,omitempty"`
}

// Complaint (жалоба) is what 210-FZ art. 11.2 p. 5 and 248-FZ art. 41 ask for
// beyond the fields of an appeal.
type Complaint struct {
	// Grounds are keys of Regulation.Complaints.
	Grounds []string `json:"grounds,omitempty"`
	// Against says whose decision or act is complained of.
	Against []Against `json:"against,omitempty"`
	// Decision is the number, date and subject of what is complained of.
	Decision string `json:"decision,omitempty"`
	// Register is the number of the control event in the register (248-FZ).
	Register string `json:"register,omitempty"`
	// Demands is what the applicant asks for.
	Demands string `json:"demands,omitempty"`
	// Restore is the petition to restore a missed filing term, with reasons.
	Restore string `json:"restore,omitempty"`
	// Suspend is the petition to suspend the decision, with reasons.
	Suspend string `json:"suspend,omitempty"`
	// Order is true if a предписание is complained of.
	Order bool `json:"order,omitempty"`
	// Withdrawn is the part that was withdrawn (248-FZ art. 40).
	Withdrawn string `json:"withdrawn,omitempty"`
	// Suspended is the decision on Suspend: granted or refused.
	Suspended string `json:"suspended,omitempty"`
	// LateFiled is true if the filing term had passed on receipt.
	LateFiled bool `json:"lateFiled,omitempty"`
}

// Against names whoever is complained of: a body, one of its units or one of
// its officials. The case must not be given to any of them (59-FZ art. 8 p. 6).
type Against struct {
	Body     string `json:"body,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Official string `json:"official,omitempty"`
}

// Request is a question that the body has asked, and its answer.
type Request struct {
	ID string `json:"id"`
	// To is "applicant" or the body that was asked.
	To   string `json:"to"`
	Text string `json:"text"`
	// Pauses is true if the clock stands still meanwhile.
	Pauses     bool      `json:"pauses,omitempty"`
	AskedAt    time.Time `json:"askedAt"`
	AskedOn    Date      `json:"askedOn"`
	AnsweredAt time.Time `json:"answeredAt,omitzero"`
	Answer     string    `json:"answer,omitempty"`
	Files      []File    `json:"files,omitempty"`
}

// Waiting reports whether the answer has not come yet.
func (r Request) Waiting() bool { return r.AnsweredAt.IsZero() }

// ToApplicant is Request.To for a question to the applicant.
const ToApplicant = "applicant"

// Proposal is a proposed extension.
type Proposal struct {
	By     string `json:"by"`
	Days   int    `json:"days"`
	Reason string `json:"reason"`
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

// Parties are the people of the case.
type Parties struct {
	// Applicants holds at least one; the first gets the answer. Further ones
	// are co-signers of a collective appeal who have signed in themselves.
	Applicants []Applicant `json:"applicants"`
	// Representative acts for the applicant, if somebody does.
	Representative *Representative `json:"representative,omitempty"`
}

// Representative (представитель) acts by a proof of authority.
type Representative struct {
	Name PersonName `json:"name"`
	// Proof is the ID of the attached file that proves the authority.
	Proof string `json:"proof"`
}

// Includes reports whether a person with this key is a party.
func (p Parties) Includes(key string) bool {
	return key != "" && slices.ContainsFunc(p.Applicants, func(a Applicant) bool { return a.Key == key })
}

// Applicant (заявитель) is who appeals.
type Applicant struct {
	// Key is the stable identity: "esia:1000000001". Empty on paper.
	Key       string     `json:"key,omitempty"`
	Name      PersonName `json:"name"`
	Assurance Assurance  `json:"assurance"`
	Contact   Contact    `json:"contact"`
}

// PersonName is a name as 59-FZ art. 7 asks it: patronymic if there is one.
type PersonName struct {
	Surname    string `json:"surname"`
	Given      string `json:"given"`
	Patronymic string `json:"patronymic,omitempty"`
}

// Full is "Surname Given Patronymic".
func (n PersonName) Full() string {
	return strings.Join(strings.Fields(n.Surname+" "+n.Given+" "+n.Patronymic), " ")
}

// Contact is where notices and the answer go (59-FZ art. 7 p. 3, art. 10
// p. 4): an e-mail or a personal account is enough for an electronic appeal.
type Contact struct {
	Email string `json:"email,omitempty"`
	// Post is the postal address, needed for an answer on paper.
	Post  string `json:"post,omitempty"`
	Phone string `json:"phone,omitempty"`
	// Cabinet is true if notices also go to the personal account here.
	Cabinet bool `json:"cabinet"`
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

// Draft is the answer in preparation. Revision grows with each save; a save
// over another revision than the one read is refused (promise G4).
type Draft struct {
	Text    string  `json:"text"`
	Files   []File  `json:"files,omitempty"`
	Outcome Outcome `json:"outcome,omitempty"`
	// Outcomes are those of single questions, where they differ.
	Outcomes map[string]Outcome `json:"outcomes,omitempty"`
	// Parts are the parts of the letter that the outcome demands, by name.
	Parts    map[string]string `json:"parts,omitempty"`
	Author   string            `json:"author"`
	Revision int               `json:"revision"`
	SavedAt  time.Time         `json:"savedAt"`
	// Remarks is why a head returned the draft, if he did.
	Remarks   string     `json:"remarks,omitempty"`
	Signature *Signature `json:"signature,omitempty"`
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
	c.Parties.Applicants = slices.Clone(c.Parties.Applicants)
	c.Subject.Topics = slices.Clone(c.Subject.Topics)
	c.Procedure.Happened = maps.Clone(c.Procedure.Happened)
	c.Procedure.Requests = slices.Clone(c.Procedure.Requests)
	if c.Procedure.Complaint != nil {
		complaint := *c.Procedure.Complaint
		c.Procedure.Complaint = &complaint
	}
	if c.Draft != nil {
		d := *c.Draft
		d.Files = slices.Clone(d.Files)
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

// AllFiles lists every attachment of the appeal, its draft, its answers and
// its requests.
func (c *Case) AllFiles() []File {
	out := slices.Clone(c.Content.Files)
	if c.Draft != nil {
		out = append(out, c.Draft.Files...)
	}
	for _, a := range c.Answers {
		out = append(out, a.Files...)
	}
	for _, r := range c.Procedure.Requests {
		out = append(out, r.Files...)
	}
	return out
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
