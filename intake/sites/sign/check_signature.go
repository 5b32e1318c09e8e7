package sign

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Skew is how far the clocks of both sides may differ. A nonce must be
// remembered for twice as long.
const Skew = 5 * time.Minute

// The refusals of Verify. A receiver answers ErrKey and ErrSignature alike.
var (
	ErrSignature = errors.New("sign: the signature does not match")
	ErrClock     = errors.New("sign: the request was signed at another time")
	ErrDigest    = errors.New("sign: the body is not the one that was signed")
	ErrKey       = errors.New("sign: unknown key")
)

// Signature is a signature as read from a request, not checked yet.
type Signature struct {
	KeyID   string
	Nonce   string
	Created time.Time
	// Covered are the components it covers.
	Covered []string

	base string
	mac  []byte
}

var (
	keyForm   = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)
	nonceForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)
	// paramsForm is the inner list of covered components and its parameters.
	paramsForm = regexp.MustCompile(`^\(("[a-z0-9@-]+"(?: "[a-z0-9@-]+"){0,15})\)((?:;[a-z]+=(?:[0-9]{1,12}|"[A-Za-z0-9._-]{1,100}")){1,8})$`)
)

// maxHeader is the longest signature header that is looked at.
const maxHeader = 2048

// Read takes the signature of a message out of its headers; hasBody tells
// whether the message has a body. Errors: ErrForm.
func Read(m Message, hasBody bool) (Signature, error) {
	params, ok := member(m, "signature-input")
	if !ok {
		return Signature{}, ErrForm
	}
	found := paramsForm.FindStringSubmatch(params)
	if found == nil {
		return Signature{}, ErrForm
	}
	s := Signature{Covered: strings.Split(strings.Trim(found[1], `"`), `" "`)}
	if err := s.readParams(found[2]); err != nil {
		return Signature{}, err
	}
	for i, name := range s.Covered {
		if slices.Contains(s.Covered[:i], name) {
			return Signature{}, ErrForm
		}
	}
	for _, name := range m.needed(hasBody) {
		if !slices.Contains(s.Covered, name) {
			return Signature{}, ErrForm
		}
	}
	value, ok := member(m, "signature")
	if !ok || len(value) < 2 || value[0] != ':' || value[len(value)-1] != ':' {
		return Signature{}, ErrForm
	}
	var err error
	if s.mac, err = base64.StdEncoding.Strict().DecodeString(value[1 : len(value)-1]); err != nil {
		return Signature{}, ErrForm
	}
	s.base, err = m.base(s.Covered, params)
	return s, err
}

// member is the value of the member sig, the only one, of a header.
func member(m Message, name string) (string, bool) {
	if m.Header == nil {
		return "", false
	}
	values := m.Header(name)
	if len(values) != 1 || len(values[0]) > maxHeader {
		return "", false
	}
	return strings.CutPrefix(strings.Trim(values[0], " \t"), "sig=")
}

func (s *Signature) readParams(list string) error {
	seen := map[string]bool{}
	for _, pair := range strings.Split(list, ";")[1:] {
		name, value, _ := strings.Cut(pair, "=")
		if seen[name] {
			return ErrForm
		}
		seen[name] = true
		text, quoted := strings.CutPrefix(value, `"`)
		text = strings.TrimSuffix(text, `"`)
		if quoted == (name == "created") {
			return ErrForm
		}
		switch name {
		case "created":
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return ErrForm
			}
			s.Created = time.Unix(n, 0)
		case "keyid":
			s.KeyID = text
		case "nonce":
			s.Nonce = text
		case "alg":
			if text != "hmac-sha256" {
				return ErrForm
			}
		default:
			return ErrForm
		}
	}
	if !seen["created"] || !keyForm.MatchString(s.KeyID) || !nonceForm.MatchString(s.Nonce) {
		return ErrForm
	}
	return nil
}

// By reports whether the secret made the signature, in the same time for every
// secret and signature.
func (s Signature) By(secret []byte) bool { return hmac.Equal(s.mac, sum(secret, s.base)) }

// Fresh reports whether the signature was made within Skew of now.
func (s Signature) Fresh(now time.Time) bool {
	d := now.Sub(s.Created)
	return d <= Skew && d >= -Skew
}

// DigestMatches reports whether a Content-Digest holds the SHA-256 of a body.
// Further algorithms beside sha-256 are not looked at.
func DigestMatches(header string, body []byte) bool {
	want := Digest(body)
	return slices.ContainsFunc(strings.Split(header, ","), func(member string) bool {
		return hmac.Equal([]byte(strings.TrimSpace(member)), []byte(want))
	})
}

// Verify checks a request that was received whole: form, key, signature, time
// and body. secret gives the secret of a key. The caller must still refuse a
// nonce of the key that he has seen within the last 2×Skew.
// Errors: ErrForm, ErrKey, ErrSignature, ErrClock, ErrDigest.
func Verify(r *http.Request, body []byte, secret func(keyID string) ([]byte, bool), now time.Time) (Signature, error) {
	s, err := Read(MessageOf(r), len(body) > 0)
	if err != nil {
		return s, err
	}
	key, known := secret(s.KeyID)
	switch {
	case !known:
		return s, ErrKey
	case !s.By(key):
		return s, ErrSignature
	case !s.Fresh(now):
		return s, ErrClock
	case len(body) > 0 && !DigestMatches(r.Header.Get(HeaderDigest), body):
		return s, ErrDigest
	}
	return s, nil
}
