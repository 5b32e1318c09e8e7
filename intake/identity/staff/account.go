package staff

import (
	"regexp"
	"slices"
	"time"

	"priemnaya/casework"
)

// Staff is a member of staff as colleagues and administrators see him.
type Staff struct {
	// Login is lower-case latin letters, digits, dot, dash; it never changes.
	Login    string           `json:"login"`
	Name     string           `json:"name"`
	Position string           `json:"position,omitempty"`
	Email    string           `json:"email,omitempty"`
	Grants   []casework.Grant `json:"grants,omitempty"`
	// Disabled accounts cannot sign in, and their sessions end at once.
	Disabled bool `json:"disabled,omitempty"`
	// MustChange demands a new password at the next sign-in.
	MustChange bool `json:"mustChange,omitempty"`
	// Enrolled is true once a second factor is set up.
	Enrolled bool      `json:"enrolled,omitempty"`
	Created  time.Time `json:"created"`
	// Epoch grows when password or second factor change or the account is
	// disabled; older sessions end.
	Epoch int64 `json:"epoch"`
}

// ActorID is the stable identity of the account: "staff:petrova".
func (s Staff) ActorID() string { return "staff:" + s.Login }

// Actor is the account as casework knows it.
func (s Staff) Actor() casework.Actor {
	return casework.Actor{ID: s.ActorID(), Name: s.Name, Grants: slices.Clone(s.Grants)}
}

// In reports whether the account holds any role in the body.
func (s Staff) In(body string) bool {
	return slices.ContainsFunc(s.Grants, func(g casework.Grant) bool {
		return g.Body == body || g.Body == casework.Everywhere
	})
}

// account is the record on the shelf: the profile and its secrets.
type account struct {
	Staff
	// Password is argon2id in the PHC form; empty cannot sign in.
	Password string `json:"password,omitempty"`
	// TOTP is the sealed secret, Pending one that is not proved yet.
	TOTP    []byte `json:"totp,omitempty"`
	Pending []byte `json:"pending,omitempty"`
	// LastStep is the time step of the last TOTP code taken.
	LastStep int64 `json:"lastStep,omitempty"`
	// Recovery holds the hashes of unused recovery codes.
	Recovery []string `json:"recovery,omitempty"`

	version int64
}

var loginForm = regexp.MustCompile(`^[a-z][a-z0-9.-]{1,63}$`)
