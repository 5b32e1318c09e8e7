package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"priemnaya/casework"
)

const (
	kind       = "session"
	cookieName = "session"
	// touchEvery is how often a session in use is written, so that a click
	// costs no save.
	touchEvery = time.Minute
)

// Session is what is remembered about one signed-in person. Exactly one of
// Applicant and Login is set.
type Session struct {
	// Applicant is the citizen as the identity provider described him.
	Applicant *casework.Applicant `json:"applicant,omitempty"`
	// Login is the staff account, Epoch its epoch at sign-in: another epoch
	// there ends the session.
	Login string `json:"login,omitempty"`
	Epoch int64  `json:"epoch,omitempty"`
	// Method is how the person signed in: "esia", "oidc:…", "password",
	// "password+totp".
	Method string    `json:"method"`
	Began  time.Time `json:"began"`
	Seen   time.Time `json:"seen"`
}

// owner is the key under which RevokeAll finds the sessions of one person.
func (s Session) owner() string {
	if s.Applicant != nil {
		return s.Applicant.Key
	}
	return "staff:" + s.Login
}

// Config is what Sessions need; Shelf, Now and Staff are required.
type Config struct {
	Shelf casework.Shelf
	Now   func() time.Time
	// Secure is true behind TLS: the cookie is Secure and named __Host-.
	Secure bool
	// Staff gives the present actor of an account; NotFound, a disabled
	// account or another epoch is an error and ends the session.
	Staff func(ctx context.Context, login string, epoch int64) (casework.Actor, error)
	// CitizenIdle, StaffIdle and Longest are 2 h, 30 min and 12 h if zero.
	CitizenIdle, StaffIdle, Longest time.Duration
}

// Sessions begins, finds and ends sessions. Safe for parallel use.
type Sessions struct {
	config Config
}

// New checks the configuration.
func New(config Config) (*Sessions, error) {
	if config.Shelf == nil || config.Now == nil || config.Staff == nil {
		return nil, errors.New("session: a shelf, a clock and the staff are required")
	}
	for _, limit := range []struct {
		value *time.Duration
		usual time.Duration
	}{{&config.CitizenIdle, 2 * time.Hour}, {&config.StaffIdle, 30 * time.Minute}, {&config.Longest, 12 * time.Hour}} {
		if *limit.value == 0 {
			*limit.value = limit.usual
		}
	}
	return &Sessions{config: config}, nil
}

// create stores a new session and returns its token, which exists nowhere else.
func (s *Sessions) create(ctx context.Context, made Session) (token string, err error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // crypto/rand never fails: it aborts the program instead
	token = base64.RawURLEncoding.EncodeToString(raw)
	made.Began = s.config.Now()
	made.Seen = made.Began
	return token, s.save(ctx, casework.Record{Kind: kind, ID: hashOf(token)}, made)
}

func (s *Sessions) save(ctx context.Context, r casework.Record, held Session) error {
	body, err := json.Marshal(held)
	if err != nil {
		return &casework.Error{Code: casework.Internal, Op: "session.Save", Err: err}
	}
	r.Owner, r.Data, r.Expires = held.owner(), body, s.ends(held)
	_, err = s.config.Shelf.Put(ctx, r)
	return err
}

// ends is the moment at which the session dies if it is not used any more.
func (s *Sessions) ends(held Session) time.Time {
	idle := s.config.StaffIdle
	if held.Applicant != nil {
		idle = s.config.CitizenIdle
	}
	end, last := held.Seen.Add(idle), held.Began.Add(s.config.Longest)
	if end.After(last) {
		return last
	}
	return end
}

// find loads the session of a token. Errors: NotFound if there is none or it
// has ended.
func (s *Sessions) find(ctx context.Context, token string) (Session, error) {
	const op = "session.Find"
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 {
		return Session{}, &casework.Error{Code: casework.NotFound, Op: op}
	}
	record, err := s.config.Shelf.Fetch(ctx, kind, hashOf(token))
	if err != nil {
		return Session{}, err
	}
	var held Session
	if err := json.Unmarshal(record.Data, &held); err != nil {
		return Session{}, &casework.Error{Code: casework.NotFound, Op: op, Err: err}
	}
	now := s.config.Now()
	if !now.Before(s.ends(held)) {
		return Session{}, &casework.Error{Code: casework.NotFound, Op: op}
	}
	if now.Sub(held.Seen) >= touchEvery {
		held.Seen = now
		// A parallel request of the same browser may have been quicker, or the
		// store may be busy; neither makes the person less signed in.
		_ = s.save(ctx, record, held)
	}
	return held, nil
}

// RevokeAll ends every session of a person: the key of an applicant or
// "staff:" and the login.
func (s *Sessions) RevokeAll(ctx context.Context, owner string) error {
	if owner == "" {
		return nil
	}
	for {
		records, next, err := s.config.Shelf.List(ctx, kind, owner, casework.Window{Limit: casework.MaxLimit})
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := s.config.Shelf.Remove(ctx, kind, r.ID); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
	}
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
