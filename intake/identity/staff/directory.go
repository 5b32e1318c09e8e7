package staff

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

const kind = "staff"

// Config is what a Directory needs; Shelf, Now and Secret are required.
type Config struct {
	Shelf casework.Shelf
	Now   func() time.Time
	// Secret seals TOTP secrets and salts address hashes; at least 32 bytes.
	Secret []byte
	// RequireTOTP demands a second factor of everybody. Only a demonstration
	// on loopback may switch it off.
	RequireTOTP bool
	// Argon are the parameters for new hashes; zero is Minimum.
	Argon Argon
	// Issuer names the installation in authenticator apps; empty is "Priemnaya".
	Issuer string
}

// Directory keeps the accounts on the shelf. Safe for parallel use.
type Directory struct {
	config  Config
	box     cipher.AEAD
	macKey  []byte
	dummy   string
	working chan struct{} // bounds how many hashes are made at once
	// administering is held while an account is changed by an administrator.
	administering sync.Mutex
}

// Open checks the configuration and derives the keys.
func Open(config Config) (*Directory, error) {
	switch {
	case config.Shelf == nil || config.Now == nil:
		return nil, errors.New("staff: a shelf and a clock are required")
	case len(config.Secret) < 32:
		return nil, fmt.Errorf("staff: the secret has %d bytes, at least 32 are needed", len(config.Secret))
	}
	if config.Argon == (Argon{}) {
		config.Argon = Minimum
	}
	if config.Issuer == "" {
		config.Issuer = "Priemnaya"
	}
	sealKey, err := hkdf.Key(sha256.New, config.Secret, nil, "priemnaya staff seal", 32)
	if err != nil {
		return nil, fmt.Errorf("staff: derive key: %w", err)
	}
	macKey, err := hkdf.Key(sha256.New, config.Secret, nil, "priemnaya staff mac", 32)
	if err != nil {
		return nil, fmt.Errorf("staff: derive key: %w", err)
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, fmt.Errorf("staff: %w", err)
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("staff: %w", err)
	}
	return &Directory{config: config, box: box, macKey: macKey,
		dummy:   config.Argon.hash("a password that nobody has"),
		working: make(chan struct{}, 2*runtime.GOMAXPROCS(0))}, nil
}

// Get loads one account. Errors: NotFound.
func (d *Directory) Get(ctx context.Context, login string) (Staff, error) {
	a, err := d.fetch(ctx, login)
	return a.Staff, err
}

// Actor gives the actor of an account for a session begun at the epoch.
// Errors: NotFound; Unauthenticated if the account is disabled or its epoch
// is another by now.
func (d *Directory) Actor(ctx context.Context, login string, epoch int64) (casework.Actor, error) {
	a, err := d.fetch(ctx, login)
	if err != nil {
		return casework.Actor{}, err
	}
	if a.Disabled || a.Epoch != epoch {
		return casework.Actor{}, casework.Fail(casework.Unauthenticated, "staff.Actor", "")
	}
	return a.Actor(), nil
}

// List gives the accounts with any role in the body in the order of logins,
// disabled ones too; body "" means all accounts.
func (d *Directory) List(ctx context.Context, body string) ([]Staff, error) {
	var list []Staff
	window := casework.Window{Limit: casework.MaxLimit}
	for {
		records, next, err := d.config.Shelf.List(ctx, kind, "", window)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			a, err := decode(r)
			if err != nil {
				return nil, err
			}
			if body == "" || a.In(body) {
				list = append(list, a.Staff)
			}
		}
		if next == "" {
			return list, nil
		}
		window.After = next
	}
}

// Officers gives those who may be made the executor of a case in the body:
// enabled accounts with the role of an officer or of a head there.
func (d *Directory) Officers(ctx context.Context, body string) ([]casework.Actor, error) {
	list, err := d.List(ctx, body)
	if err != nil {
		return nil, err
	}
	var out []casework.Actor
	for _, s := range list {
		if bodies, all := s.Actor().Bodies(casework.RoleOfficer, casework.RoleHead); !s.Disabled && (all || contains(bodies, body)) {
			out = append(out, s.Actor())
		}
	}
	return out, nil
}

func contains(list []string, wanted string) bool {
	for _, s := range list {
		if s == wanted {
			return true
		}
	}
	return false
}

// Save makes an account or changes its profile: name, position, e-mail,
// grants, Disabled and MustChange. Secrets, epoch and Created are kept.
// Disabling ends all sessions. Errors: Invalid with Fields.
func (d *Directory) Save(ctx context.Context, s Staff) (Staff, error) {
	const op = "staff.Save"
	s.Name, _ = templates.CleanLine(s.Name, 0)
	s.Position, _ = templates.CleanLine(s.Position, 0)
	wrong := &casework.Error{Code: casework.Invalid, Op: op}
	if !loginForm.MatchString(s.Login) {
		wrong.Fields = append(wrong.Fields, casework.FieldError{Field: "login", Key: "identity.staff.login_form"})
	}
	if s.Name == "" {
		wrong.Fields = append(wrong.Fields, casework.FieldError{Field: "name", Key: "identity.staff.name_empty"})
	}
	for _, g := range s.Grants {
		// A system actor bypasses the rights; nobody signs in as one.
		// What somebody may do for the absent follows from the book of absences.
		if g.Role == casework.RoleSystem || g.Role == casework.RoleCitizen || g.Role == "" || g.Body == "" || g.For != "" {
			wrong.Fields = append(wrong.Fields, casework.FieldError{Field: "grants", Key: "identity.staff.grant_form"})
			break
		}
	}
	if len(wrong.Fields) > 0 {
		return Staff{}, wrong
	}
	a, err := d.change(ctx, s.Login, true, func(a *account) error {
		if s.Disabled && !a.Disabled {
			a.Epoch++
		}
		a.Login, a.Name, a.Position, a.Email = s.Login, s.Name, s.Position, s.Email
		a.Grants, a.Disabled, a.MustChange = s.Grants, s.Disabled, s.MustChange
		return nil
	})
	return a.Staff, err
}

// SetPassword gives the account a password as an administrator does. mustChange
// demands another one at the next sign-in. All sessions end. Errors: NotFound,
// Invalid.
func (d *Directory) SetPassword(ctx context.Context, login, password string, mustChange bool) error {
	a, err := d.fetch(ctx, login)
	if err != nil {
		return err
	}
	if key := checkPolicy(login, a.Name, password); key != "" {
		return invalidField("staff.SetPassword", "password", key)
	}
	hash, err := d.makeHash(ctx, password)
	if err != nil {
		return err
	}
	_, err = d.change(ctx, login, false, func(a *account) error {
		a.Password, a.MustChange = hash, mustChange
		a.Epoch++
		return nil
	})
	return err
}

// ResetTOTP removes the second factor of an account whose owner has lost it;
// the next sign-in asks to set one up. All sessions end. Errors: NotFound.
func (d *Directory) ResetTOTP(ctx context.Context, login string) error {
	_, err := d.change(ctx, login, false, func(a *account) error {
		a.TOTP, a.Pending, a.Recovery, a.Enrolled, a.LastStep = nil, nil, nil, false, 0
		a.Epoch++
		return nil
	})
	return err
}

// fetch loads an account with its secrets. Errors: NotFound.
func (d *Directory) fetch(ctx context.Context, login string) (account, error) {
	if !loginForm.MatchString(login) {
		return account{}, &casework.Error{Code: casework.NotFound, Op: "staff.Get"}
	}
	r, err := d.config.Shelf.Fetch(ctx, kind, login)
	if err != nil {
		return account{}, err
	}
	return decode(r)
}

func decode(r casework.Record) (account, error) {
	a := account{version: r.Version}
	if err := json.Unmarshal(r.Data, &a); err != nil {
		return a, &casework.Error{Code: casework.Corrupted, Op: "staff.Get", Err: err}
	}
	return a, nil
}

// rounds is how often a change is tried while others save the same record.
const rounds = 10

// change loads, changes and saves; create allows that there is none yet.
func (d *Directory) change(ctx context.Context, login string, create bool, apply func(*account) error) (account, error) {
	for round := 0; ; round++ {
		a, err := d.fetch(ctx, login)
		if casework.CodeOf(err) == casework.NotFound && create {
			a, err = account{Staff: Staff{Created: d.config.Now()}}, nil
		}
		if err != nil {
			return a, err
		}
		if err := apply(&a); err != nil {
			return a, err
		}
		body, err := json.Marshal(a)
		if err != nil {
			return a, &casework.Error{Code: casework.Internal, Op: "staff.Save", Err: err}
		}
		_, err = d.config.Shelf.Put(ctx, casework.Record{Kind: kind, ID: login, Version: a.version, Data: body})
		if code := casework.CodeOf(err); (code == casework.Conflict || code == casework.Exists) && round < rounds {
			continue
		}
		return a, err
	}
}

// makeHash hashes while few others do: argon2 takes memory by design.
func (d *Directory) makeHash(ctx context.Context, password string) (string, error) {
	if err := d.enter(ctx); err != nil {
		return "", err
	}
	defer d.leave()
	return d.config.Argon.hash(password), nil
}

func (d *Directory) enter(ctx context.Context) error {
	select {
	case d.working <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &casework.Error{Code: casework.Unavailable, Op: "staff.Hash", Err: ctx.Err()}
	}
}

func (d *Directory) leave() { <-d.working }

func invalidField(op, field, key string) error {
	return &casework.Error{Code: casework.Invalid, Op: op, Message: key,
		Fields: []casework.FieldError{{Field: field, Key: key, Data: map[string]any{"Min": minPassword}}}}
}
