package staff

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"priemnaya/casework"
)

const (
	period = 30 // seconds of one TOTP step
	// recoveryCodes is how many are given out; each has 80 bits.
	recoveryCodes = 10
)

// Enrolment is a second factor about to be set up.
type Enrolment struct {
	// URI is what the QR code holds (otpauth://…), Secret what to type instead.
	URI, Secret string
}

// BeginEnrolment gives the secret to show at StepEnrol: the same one until it
// is proved, so that reloading the page does not invalidate a scanned code.
// Errors: NotAllowed if a second factor is set up already.
func (d *Directory) BeginEnrolment(ctx context.Context, e Entry) (Enrolment, error) {
	fresh, err := totp.Generate(totp.GenerateOpts{Issuer: d.config.Issuer, AccountName: e.Login, Period: period, SecretSize: 20})
	if err != nil {
		return Enrolment{}, &casework.Error{Code: casework.Internal, Op: "staff.Enrol", Err: err}
	}
	var shown Enrolment
	_, err = d.change(ctx, e.Login, false, func(a *account) error {
		if !e.holds(*a) || a.Enrolled {
			return casework.Fail(casework.NotAllowed, "staff.Enrol", "identity.staff.again")
		}
		secret, err := d.open(e.Login, a.Pending)
		if err != nil {
			secret = fresh.Secret()
			a.Pending = d.seal(e.Login, secret)
		}
		shown.Secret = secret
		shown.URI = strings.Replace(fresh.URL(), fresh.Secret(), secret, 1)
		return nil
	})
	return shown, err
}

// FinishEnrolment proves that the app shows the right codes and returns the
// recovery codes, which are shown once. Other sessions end. Errors: ErrWrong,
// *Locked, NotAllowed.
func (d *Directory) FinishEnrolment(ctx context.Context, e Entry, code string) (Entry, []string, error) {
	keys := d.keysFor(e.Login, "")
	if err := d.countAttempt(ctx, keys.account, accountTries); err != nil {
		return e, nil, err
	}
	plain := make([]string, recoveryCodes)
	hashes := make([]string, recoveryCodes)
	for i := range plain {
		raw := make([]byte, 10)
		_, _ = rand.Read(raw)
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		plain[i], hashes[i] = text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:], d.hashRecovery(e.Login, text)
	}
	a, err := d.change(ctx, e.Login, false, func(a *account) error {
		if !e.holds(*a) || a.Enrolled {
			return casework.Fail(casework.NotAllowed, "staff.Enrol", "identity.staff.again")
		}
		secret, err := d.open(e.Login, a.Pending)
		if err != nil {
			return casework.Fail(casework.NotAllowed, "staff.Enrol", "identity.staff.again")
		}
		step := matchStep(secret, code, d.config.Now(), 0)
		if step == 0 {
			return ErrWrong
		}
		a.TOTP, a.Pending, a.Recovery, a.Enrolled, a.LastStep = a.Pending, nil, hashes, true, step
		a.Epoch++
		return nil
	})
	if err != nil {
		return e, nil, err
	}
	_ = d.config.Shelf.Remove(ctx, attemptKind, keys.account)
	e.Epoch, e.Second = a.Epoch, true
	return e, plain, nil
}

// Second checks a code of the second factor, or a recovery code. Each code
// works once. Errors: ErrWrong, *Locked, Unauthenticated.
func (d *Directory) Second(ctx context.Context, e Entry, code, address string) (Entry, error) {
	keys := d.keysFor(e.Login, address)
	if err := d.countAll(ctx, keys); err != nil {
		return e, err
	}
	_, err := d.change(ctx, e.Login, false, func(a *account) error {
		if !e.holds(*a) || !a.Enrolled {
			return casework.Fail(casework.Unauthenticated, "staff.Second", "identity.staff.again")
		}
		return d.spendCode(a, code)
	})
	if err != nil {
		return e, err
	}
	d.forgive(ctx, keys)
	e.Second = true
	return e, nil
}

// spendCode marks a good code as used; saving with the version check makes it
// work once even if it is sent twice at the same moment.
func (d *Directory) spendCode(a *account, code string) error {
	text := strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	if len(text) == 16 {
		hash := d.hashRecovery(a.Login, text)
		at := slices.IndexFunc(a.Recovery, func(h string) bool {
			return subtle.ConstantTimeCompare([]byte(h), []byte(hash)) == 1
		})
		if at < 0 {
			return ErrWrong
		}
		a.Recovery = slices.Delete(a.Recovery, at, at+1)
		return nil
	}
	secret, err := d.open(a.Login, a.TOTP)
	if err != nil {
		return &casework.Error{Code: casework.Corrupted, Op: "staff.Second", Err: err}
	}
	step := matchStep(secret, text, d.config.Now(), a.LastStep)
	if step == 0 {
		return ErrWrong
	}
	a.LastStep = step
	return nil
}

// matchStep finds the time step of a code among the present one and its two
// neighbours, later than last; 0 if there is none.
func matchStep(secret, code string, now time.Time, last int64) int64 {
	present := now.Unix() / period
	for _, step := range []int64{present, present - 1, present + 1} {
		good, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && good && step > last {
			return step
		}
	}
	return 0
}

func (d *Directory) hashRecovery(login, text string) string {
	sum := hmac.New(sha256.New, d.macKey)
	sum.Write([]byte("recovery\x00" + login + "\x00" + text))
	return hex.EncodeToString(sum.Sum(nil))
}

// seal binds the secret to its account: it cannot be moved to another one.
func (d *Directory) seal(login, secret string) []byte {
	nonce := make([]byte, d.box.NonceSize())
	_, _ = rand.Read(nonce)
	return d.box.Seal(nonce, nonce, []byte(secret), []byte("totp "+login))
}

func (d *Directory) open(login string, sealed []byte) (string, error) {
	if len(sealed) < d.box.NonceSize() {
		return "", casework.Fail(casework.NotFound, "staff.Open", "")
	}
	secret, err := d.box.Open(nil, sealed[:d.box.NonceSize()], sealed[d.box.NonceSize():], []byte("totp "+login))
	if err != nil {
		return "", &casework.Error{Code: casework.Corrupted, Op: "staff.Open", Err: err}
	}
	return string(secret), nil
}
