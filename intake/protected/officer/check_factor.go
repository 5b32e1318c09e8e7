package officer

import (
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// Factor is a second factor of sign-in. One-time codes are the one there is; a
// hardware key (WebAuthn) implements the same two methods.
type Factor interface {
	// Enrol makes the secret kept in the account and what the officer sets his
	// device up with.
	Enrol(login string) (secret, setup string, err error)
	// Verify checks an answer; used is the mark of the last answer taken, and the
	// mark of this one is greater, so that none is taken twice.
	Verify(secret, answer string, used int64, now time.Time) (mark int64, ok bool)
}

// Codes are one-time codes by RFC 6238: six digits, thirty seconds, one step of
// slack before and after.
type Codes struct{ Issuer string }

// Enrol implements Factor.
func (c Codes) Enrol(login string) (string, string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: c.Issuer, AccountName: login})
	if err != nil {
		return "", "", err
	}
	return key.Secret(), key.URL(), nil
}

// CodeOf is the code that an officer's device shows at an instant, from the setup
// that Enrol returned.
func CodeOf(setup string, at time.Time) (string, error) {
	key, err := otp.NewKeyFromURL(setup)
	if err != nil {
		return "", err
	}
	return totp.GenerateCode(key.Secret(), at)
}

// codePeriod is how long a code holds.
const codePeriod = 30

// Verify implements Factor.
func (c Codes) Verify(secret, answer string, used int64, now time.Time) (int64, bool) {
	step := now.Unix() / codePeriod
	for _, s := range []int64{step, step - 1, step + 1} {
		want, err := totp.GenerateCode(secret, time.Unix(s*codePeriod, 0))
		if err == nil && s > used && answer == want {
			return s, true
		}
	}
	return 0, false
}
