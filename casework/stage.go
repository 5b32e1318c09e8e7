package casework

import (
	"slices"
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
