package casework

import (
	"errors"
	"strings"
)

// Code classifies an error for whoever must react to it: a page chooses the
// HTTP status by it, a worker decides whether to try again.
type Code string

// The codes. Each Store, Shelf and Office method names those it returns.
const (
	// Invalid means that the input breaks a rule; Fields say which and where.
	Invalid Code = "invalid"
	// NotFound means that the thing does not exist or the actor may not know
	// that it does: both look the same from outside.
	NotFound Code = "not_found"
	// Forbidden means that the actor is known and lacks the right for the act.
	Forbidden Code = "forbidden"
	// Unauthenticated means that nobody is signed in.
	Unauthenticated Code = "unauthenticated"
	// Conflict means that somebody else has acted meanwhile.
	Conflict Code = "conflict"
	// Exists means that a record with this identity is stored already.
	Exists Code = "exists"
	// NotAllowed means that the regulation does not allow the act now.
	NotAllowed Code = "not_allowed"
	// NoCalendar means that the production calendar of a needed year is missing.
	NoCalendar Code = "no_calendar"
	// TooLarge means that a size or a number is above its limit.
	TooLarge Code = "too_large"
	// TooMany means that the caller asks too often and must wait.
	TooMany Code = "too_many"
	// Unavailable means that a service we depend on does not answer now.
	Unavailable Code = "unavailable"
	// Corrupted means that stored data fail their own check.
	Corrupted Code = "corrupted"
	// Internal is everything else: a defect of ours.
	Internal Code = "internal"
)

// FieldError is one field's mistake. Key is a message key of the locale files,
// Data fills its placeholders. Field is the name of the form or API field.
type FieldError struct {
	Field string         `json:"field"`
	Key   string         `json:"key"`
	Data  map[string]any `json:"data,omitempty"`
}

// Error is the error of every operation in the domain and its stores.
type Error struct {
	// Code says what kind of failure it is; never empty.
	Code Code
	// Op names the operation, such as "casework.Register".
	Op string
	// Message is a message key of the locale files; empty means the general
	// message of the code.
	Message string
	// Data fills the placeholders of Message.
	Data map[string]any
	// Norm is the article that forbids, where one does.
	Norm string
	// Fields lists mistakes of single fields, in the order of the form.
	Fields []FieldError
	// Err is the cause; it is for the log, never for the user.
	Err error
}

// Error renders the error for a log. It never contains what a citizen wrote:
// messages are keys and causes come from our own code.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	b.WriteString(": ")
	b.WriteString(string(e.Code))
	if e.Message != "" {
		b.WriteString(" (" + e.Message + ")")
	}
	for _, f := range e.Fields {
		b.WriteString(" " + f.Field + "=" + f.Key)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, &Error{Code: c}) compare codes.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Op == "" && t.Message == "" && t.Code == e.Code
}

// CodeOf returns the code of the first *Error in err's chain, Internal for
// any other error and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Fail makes an error with a message key.
func Fail(code Code, op, message string) *Error {
	return &Error{Code: code, Op: op, Message: message}
}

// wrap makes an error with a cause; a nil cause gives nil.
func wrap(code Code, op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Code: code, Op: op, Err: err}
}
