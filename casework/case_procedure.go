package casework

import (
	"time"
)

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
