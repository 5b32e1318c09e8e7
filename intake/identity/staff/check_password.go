package staff

import (
	"context"
	"errors"
	"strings"

	"priemnaya/casework"
)

// Step is what a person must do next to sign in.
type Step string

// The steps, in their order.
const (
	// StepCode: give a code of the second factor.
	StepCode Step = "code"
	// StepChange: choose a new password.
	StepChange Step = "change"
	// StepEnrol: set up a second factor.
	StepEnrol Step = "enrol"
	// StepDone: signed in.
	StepDone Step = "done"
)

// Entry is a sign-in under way: who, at which epoch, and whether the second
// factor was shown.
type Entry struct {
	Login  string `json:"login"`
	Epoch  int64  `json:"epoch"`
	Second bool   `json:"second"`
}

// Credentials are what a person typed, and from where.
type Credentials struct {
	Login, Password string
	// Address is of the client; it is stored only as a salted hash.
	Address string
}

// ErrWrong is the one answer to an unknown login, a wrong password, a disabled
// account and a wrong code.
var ErrWrong = &casework.Error{Code: casework.Unauthenticated, Op: "staff.SignIn", Message: "identity.staff.wrong"}

// Enter checks login and password. Unknown and disabled accounts take the same
// time and get the same answer as a wrong password. Errors: ErrWrong, *Locked.
func (d *Directory) Enter(ctx context.Context, typed Credentials) (Entry, error) {
	login := strings.ToLower(strings.TrimSpace(typed.Login))
	keys := d.keysFor(login, typed.Address)
	if err := d.countAll(ctx, keys); err != nil {
		return Entry{}, err
	}
	a, err := d.fetch(ctx, login)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return Entry{}, err
	}
	usable := err == nil && a.Password != "" && !a.Disabled
	stored := a.Password
	if !usable {
		stored = d.dummy
	}
	if len(typed.Password) > 4*maxPassword {
		typed.Password = ""
	}
	if err := d.enter(ctx); err != nil {
		return Entry{}, err
	}
	good, weak, err := check(stored, typed.Password, d.config.Argon)
	d.leave()
	if err != nil {
		return Entry{}, &casework.Error{Code: casework.Corrupted, Op: "staff.Enter", Err: err}
	}
	if !good || !usable {
		return Entry{}, ErrWrong
	}
	if weak {
		d.rehash(ctx, login, stored, typed.Password)
	}
	d.takeBack(ctx, keys.address)
	if !a.Enrolled {
		// With a second factor ahead the failures stay counted until it is shown.
		_ = d.Unlock(ctx, login)
	}
	return Entry{Login: login, Epoch: a.Epoch}, nil
}

// rehash replaces a hash made with weaker parameters. It fails in silence: the
// person has signed in, and the next time it is tried again.
func (d *Directory) rehash(ctx context.Context, login, old, password string) {
	hash, err := d.makeHash(ctx, password)
	if err != nil {
		return
	}
	_, _ = d.change(ctx, login, false, func(a *account) error {
		if a.Password == old {
			a.Password = hash
		}
		return nil
	})
}

// Next says what an entry lacks. Errors: Unauthenticated if the account has
// changed since.
func (d *Directory) Next(ctx context.Context, e Entry) (Step, Staff, error) {
	a, err := d.load(ctx, e)
	if err != nil {
		return "", Staff{}, err
	}
	return d.step(a, e), a.Staff, nil
}

func (d *Directory) step(a account, e Entry) Step {
	switch {
	case a.Enrolled && !e.Second:
		return StepCode
	case a.MustChange:
		return StepChange
	case !a.Enrolled && d.config.RequireTOTP:
		return StepEnrol
	}
	return StepDone
}

// load fetches the account of an entry if the entry still holds.
func (d *Directory) load(ctx context.Context, e Entry) (account, error) {
	a, err := d.fetch(ctx, e.Login)
	if casework.CodeOf(err) == casework.NotFound || err == nil && !e.holds(a) {
		return account{}, casework.Fail(casework.Unauthenticated, "staff.Entry", "identity.staff.again")
	}
	return a, err
}

func (e Entry) holds(a account) bool { return !a.Disabled && a.Epoch == e.Epoch }

// Replace sets the password its owner chose at StepChange; the entry goes on
// with the new epoch, everything older ends. Errors: Invalid with Fields.
func (d *Directory) Replace(ctx context.Context, e Entry, password string) (Entry, error) {
	a, err := d.load(ctx, e)
	if err != nil {
		return e, err
	}
	if d.step(a, e) != StepChange {
		return e, casework.Fail(casework.NotAllowed, "staff.Replace", "identity.staff.again")
	}
	return d.replace(ctx, a, e, password)
}

// ChangePassword lets a signed-in person choose a new password; the present
// one is asked again. All his other sessions end; the entry returned carries
// the new epoch. Errors: ErrWrong, *Locked, Invalid with Fields.
func (d *Directory) ChangePassword(ctx context.Context, typed Credentials, password string) (Entry, error) {
	before, err := d.Get(ctx, typed.Login)
	if err != nil {
		return Entry{}, err
	}
	e, err := d.Enter(ctx, typed)
	if err != nil {
		return e, err
	}
	if before.Enrolled {
		// His session proves the second factor.
		_ = d.Unlock(ctx, typed.Login)
	}
	a, err := d.load(ctx, e)
	if err != nil {
		return e, err
	}
	return d.replace(ctx, a, e, password)
}

func (d *Directory) replace(ctx context.Context, a account, e Entry, password string) (Entry, error) {
	const op = "staff.Replace"
	if key := checkPolicy(e.Login, a.Name, password); key != "" {
		return e, invalidField(op, "password", key)
	}
	if err := d.enter(ctx); err != nil {
		return e, err
	}
	same, _, err := check(a.Password, password, d.config.Argon)
	d.leave()
	if err == nil && same {
		return e, invalidField(op, "password", "identity.password.same")
	}
	hash, err := d.makeHash(ctx, password)
	if err != nil {
		return e, err
	}
	a, err = d.change(ctx, e.Login, false, func(a *account) error {
		if !e.holds(*a) {
			return casework.Fail(casework.Unauthenticated, op, "identity.staff.again")
		}
		a.Password, a.MustChange = hash, false
		a.Epoch++
		return nil
	})
	e.Epoch = a.Epoch
	return e, err
}

type attemptKeys struct{ account, address string }

func (d *Directory) keysFor(login, address string) attemptKeys {
	return attemptKeys{d.attemptKey("account", login), d.attemptKey("address", address)}
}

func (d *Directory) countAll(ctx context.Context, keys attemptKeys) error {
	return errors.Join(d.countAttempt(ctx, keys.address, addressTries), d.countAttempt(ctx, keys.account, accountTries))
}

// forgive forgets the failures of an account after a full sign-in, and takes
// back the one just counted of the address: a guesser who owns one account must
// not be able to wash his address clean with it.
func (d *Directory) forgive(ctx context.Context, keys attemptKeys) {
	_ = d.config.Shelf.Remove(ctx, attemptKind, keys.account)
	d.takeBack(ctx, keys.address)
}
