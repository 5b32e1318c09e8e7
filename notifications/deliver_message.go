package notifications

import (
	"context"
	"errors"
	"io"
	"time"

	"priemnaya/casework"
)

// Message is one letter, ready to leave.
type Message struct {
	// ID is the Message-ID without angle brackets; the same notice has the
	// same ID on every attempt.
	ID string
	// Thread is a Message-ID shared by all letters of a case, for References.
	Thread string
	// To is the address as the applicant gave it; the Deliverer checks it.
	To string
	// Lang is the language of the letter: ru or en.
	Lang string
	// Subject, Text and HTML are the letter; both forms say the same.
	Subject, Text, HTML string
	// Attachments are files small enough to travel with the letter.
	Attachments []Attachment
}

// Attachment is a file of a letter.
type Attachment struct {
	Name string
	// Type is the MIME type found in the content.
	Type string
	Data []byte
}

// Deliverer carries messages by one medium. It is called by many goroutines.
type Deliverer interface {
	// Deliver hands the message over and returns the proof: the Message-ID and
	// the final reply of the server, without addresses. Errors: *Failure.
	Deliver(ctx context.Context, m Message) (evidence string, err error)
}

// Carrier carries notices whose letters are not the applicant's: it finds the
// recipients and writes the letter itself. It is called by many goroutines.
type Carrier interface {
	// Carry delivers one notice of a case and returns the proof, without
	// addresses. Errors: *Failure.
	Carry(ctx context.Context, c casework.Case, n casework.Notice) (evidence string, err error)
}

// DeskEvidence is the proof of a notice to staff that went by no letter: the
// list of warnings at the desk shows it.
const DeskEvidence = "desk"

// Reason is the code of a failure, kept in the notice and shown to operators.
type Reason string

// The reasons.
const (
	// BadAddress: the address cannot exist or its server denies it.
	BadAddress Reason = "bad_address"
	// Rejected: the server refuses this letter for good.
	Rejected Reason = "rejected"
	// Deferred: the server asks to try this letter later (4xx).
	Deferred Reason = "deferred"
	// Timeout: no reply in time.
	Timeout Reason = "timeout"
	// TLS: no secure connection, or a certificate that cannot be trusted.
	TLS Reason = "tls"
	// Auth: the server does not accept our name and password.
	Auth Reason = "auth"
	// Unavailable: no connection to the server.
	Unavailable Reason = "unavailable"
	// Unconfirmed: the connection broke after the letter was handed over and
	// before the reply; it may have arrived.
	Unconfirmed Reason = "unconfirmed"
	// NoChannel: no Deliverer for this medium is configured.
	NoChannel Reason = "no_channel"
	// Files: an attachment cannot be read now.
	Files Reason = "files"
	// Template: the letter cannot be written: a defect of ours.
	Template Reason = "template"
	// Panic: our code broke down on this notice.
	Panic Reason = "panic"
	// Turn: an earlier notice of the same case has not been settled yet.
	Turn Reason = "turn"
	// Crashed: the process ended during every attempt.
	Crashed Reason = "crashed"
	// Defect is any other failure of ours.
	Defect Reason = "internal"
)

// Failure is why an attempt did not deliver.
type Failure struct {
	Reason Reason
	// Permanent failures are not tried again.
	Permanent bool
	// Service is true if the fault is the server's as a whole and not the
	// letter's: the attempt does not count and the medium rests.
	Service bool
	// Uncounted attempts say nothing about the notice, and the medium goes on:
	// one of many recipients is out of order, or it is not this notice's turn.
	Uncounted bool
	// RetryAt is when to try again, if that is known better than by
	// casework.Backoff.
	RetryAt time.Time
	// Reply is what the server said, without addresses.
	Reply string
	// Err is the cause. It may hold an address, so it is never printed.
	Err error
}

// Error names the reason only: errors reach the log, addresses must not.
func (f *Failure) Error() string { return "notifications: " + string(f.Reason) }

// Unwrap gives the cause to errors.Is and errors.As.
func (f *Failure) Unwrap() error { return f.Err }

// FailureOf finds the failure in an error's chain; any other error is a
// temporary Defect, and a context that ended is a Timeout.
func FailureOf(err error) *Failure {
	var f *Failure
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &Failure{Reason: Timeout, Err: err}
	}
	return &Failure{Reason: Defect, Err: err}
}

// FileOpener reads the working copy of a file of an answer; cmd hands over the
// file store's. Reading fails if the content is not what was recorded.
type FileOpener func(ctx context.Context, f casework.File) (io.ReadCloser, error)
