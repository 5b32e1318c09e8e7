package staff

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"priemnaya/casework"
)

const (
	attemptKind = "staff-attempts"
	// accountTries is how many attempts an account has before the first delay.
	accountTries = 5
	// addressTries is higher: a whole office often has one address.
	addressTries = 20
	// firstDelay doubles with every further failure up to longestDelay.
	firstDelay   = 30 * time.Second
	longestDelay = time.Hour
	// forgetAfter is how long failures are remembered after the last one.
	forgetAfter = 24 * time.Hour
)

// attempts counts the failures of an account or an address.
type attempts struct {
	Failed int       `json:"failed"`
	Until  time.Time `json:"until"`
}

// attemptKey hides logins and addresses: a typed login may be a password typed
// into the wrong field, and an address is personal data.
func (d *Directory) attemptKey(what, value string) string {
	sum := hmac.New(sha256.New, d.macKey)
	sum.Write([]byte(what + "\x00" + value))
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// countAttempt counts an attempt as failed before it is checked, so that
// parallel guesses cannot slip through together; forgive takes it back.
// Errors: TooMany while the delay lasts.
func (d *Directory) countAttempt(ctx context.Context, key string, tries int) error {
	for round := 0; ; round++ {
		record, err := d.config.Shelf.Fetch(ctx, attemptKind, key)
		if err != nil && casework.CodeOf(err) != casework.NotFound {
			return err
		}
		if err != nil {
			record = casework.Record{Kind: attemptKind, ID: key}
		}
		var a attempts
		if len(record.Data) > 0 {
			if err := json.Unmarshal(record.Data, &a); err != nil {
				a = attempts{}
			}
		}
		now := d.config.Now()
		if now.Before(a.Until) {
			return &Locked{wait: a.Until.Sub(now)}
		}
		a.Failed++
		if a.Failed >= tries {
			a.Until = now.Add(delay(a.Failed - tries))
		}
		if record.Data, err = json.Marshal(a); err != nil {
			return &casework.Error{Code: casework.Internal, Op: "staff.Count", Err: err}
		}
		record.Expires = now.Add(forgetAfter)
		_, err = d.config.Shelf.Put(ctx, record)
		if code := casework.CodeOf(err); (code == casework.Conflict || code == casework.Exists) && round < rounds {
			continue
		}
		return err
	}
}

func delay(over int) time.Duration {
	wait := firstDelay
	for range over {
		if wait *= 2; wait >= longestDelay {
			return longestDelay
		}
	}
	return wait
}

// Locked says that there were too many failures lately and how long to wait;
// the same for accounts that exist and that do not.
type Locked struct{ wait time.Duration }

// Error names no account.
func (l *Locked) Error() string { return "staff: too many failed attempts" }

// RetryAfter is how long to wait.
func (l *Locked) RetryAfter() time.Duration { return l.wait }

// Unwrap makes casework.CodeOf say TooMany.
func (l *Locked) Unwrap() error { return &casework.Error{Code: casework.TooMany, Op: "staff.Locked"} }

// Unlock forgets the failures of an account, as an administrator does.
func (d *Directory) Unlock(ctx context.Context, login string) error {
	return d.config.Shelf.Remove(ctx, attemptKind, d.attemptKey("account", login))
}

// takeBack undoes one countAttempt. A lost race leaves one failure too many
// for a day, which harms nobody.
func (d *Directory) takeBack(ctx context.Context, key string) {
	record, err := d.config.Shelf.Fetch(ctx, attemptKind, key)
	var a attempts
	if err != nil || json.Unmarshal(record.Data, &a) != nil {
		return
	}
	if a.Failed--; a.Failed < addressTries {
		a.Until = time.Time{}
	}
	if record.Data, err = json.Marshal(a); err == nil {
		_, _ = d.config.Shelf.Put(ctx, record)
	}
}
