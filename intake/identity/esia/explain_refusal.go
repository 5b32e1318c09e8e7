package esia

import (
	"errors"
	"fmt"
	"regexp"

	"priemnaya/casework"
)

// Cause says who can mend a refusal, and so what the page advises.
type Cause string

// The causes.
const (
	// CauseCitizen: the person decided so or must do something at ESIA.
	CauseCitizen Cause = "citizen"
	// CausePassing: the same attempt may succeed if begun anew.
	CausePassing Cause = "passing"
	// CauseOurs: our request or registration is wrong; an administrator must look.
	CauseOurs Cause = "ours"
)

// Refusal is an error that ESIA answered with.
type Refusal struct {
	// Number is six digits, "007004"; empty if ESIA gave none that we know.
	Number string
	Cause  Cause
}

// Error names the number only: descriptions from outside never enter a log.
func (r *Refusal) Error() string {
	if r.Number == "" {
		return "esia: refused without a known number"
	}
	return "esia: refused with ESIA-" + r.Number
}

var refusals = map[string]Cause{
	"007002": CauseOurs,    // certificate does not belong to the mnemonic
	"007003": CauseOurs,    // bad or repeated parameter
	"007004": CauseCitizen, // the person or the service refused
	"007005": CauseOurs,    // method not allowed to the client
	"007006": CauseOurs,    // bad scope
	"007007": CausePassing, // unexpected failure
	"007008": CausePassing, // overloaded
	"007009": CauseOurs,    // way of answering unsupported
	"007011": CausePassing, // code or refresh token invalid, expired, of another client
	"007012": CauseOurs,    // grant unsupported
	"007013": CauseOurs,    // no scope
	"007014": CauseOurs,    // parameter missing
	"007015": CauseOurs,    // wrong time of the request: our clock
	"007019": CauseOurs,    // no permission
	"007023": CauseOurs,    // redirect_uri not registered
	"007039": CauseOurs,    // PKCE
	"007040": CauseOurs,    // PKCE
	"007046": CauseCitizen, // one-time code
	"007053": CauseOurs,    // client_secret wrong
	"007055": CauseCitizen, // account not confirmed
	"007194": CauseOurs,    // scope of an organisation
	"008010": CauseOurs,    // client authentication
}

// Numbers lists the numbers of refusals that have a text of their own.
func Numbers() []string {
	var list []string
	for number := range refusals {
		list = append(list, number)
	}
	return list
}

var numberForm = regexp.MustCompile(`ESIA-(\d{6})`)

// Explain turns error_description of a callback or of a reply into an error
// whose Message is identity.esia.e<number>. The description is not kept:
// anybody can write one into the address of a callback.
func Explain(op, description string) error {
	refusal := &Refusal{Cause: CausePassing}
	message := "identity.esia.unknown"
	if found := numberForm.FindStringSubmatch(description); found != nil {
		if cause, known := refusals[found[1]]; known {
			refusal.Number, refusal.Cause = found[1], cause
			message = "identity.esia.e" + found[1]
		}
	}
	code := casework.Unavailable
	if refusal.Cause == CauseCitizen {
		code = casework.Forbidden
	}
	return &casework.Error{Code: code, Op: op, Message: message, Err: refusal}
}

// CauseOf says who can mend the error; anything that is not a Refusal passes.
func CauseOf(err error) Cause {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return refusal.Cause
	}
	return CausePassing
}

// distrust is the error of a reply that fails a check. why is ours, never a
// quotation.
func distrust(op, why string) error {
	return &casework.Error{Code: casework.Unauthenticated, Op: op, Message: "identity.esia.distrusted",
		Err: fmt.Errorf("esia: %s", why)}
}

func unreachable(op string, err error) error {
	return &casework.Error{Code: casework.Unavailable, Op: op, Message: "identity.esia.unreachable", Err: err}
}
