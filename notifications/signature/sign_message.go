package signature

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed message.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// Tolerance is how far a timestamp may be off in either direction.
const Tolerance = 5 * time.Minute

// Prefix begins the written form of every key.
const Prefix = "whsec_"

// The reasons why a message is refused.
var (
	// ErrHeaders: a header is missing or cannot be read.
	ErrHeaders = errors.New("signature: a header is missing or malformed")
	// ErrTimestamp: the message is too old or from the future.
	ErrTimestamp = errors.New("signature: the timestamp is too far off")
	// ErrSignature: no signature is made by a key we know.
	ErrSignature = errors.New("signature: no signature matches")
	// ErrKey: a key is not "whsec_" and base64 of 24 to 64 bytes.
	ErrKey = errors.New(`signature: a key is "whsec_" and base64 of 24 to 64 bytes`)
)

// Key is the secret that both sides know. It never prints itself.
type Key struct{ bytes []byte }

// String hides the key.
func (Key) String() string { return Prefix + "…" }

// GoString hides the key.
func (k Key) GoString() string { return k.String() }

// Text is the written form of the key, to be shown once to its owner.
func (k Key) Text() string { return Prefix + base64.StdEncoding.EncodeToString(k.bytes) }

// NewKey makes a random key of 32 bytes.
func NewKey() Key {
	b := make([]byte, 32)
	rand.Read(b)
	return Key{b}
}

// KeyOf takes the bytes of a key that is kept elsewhere. Errors: ErrKey.
func KeyOf(raw []byte) (Key, error) {
	if len(raw) < 24 || len(raw) > 64 {
		return Key{}, ErrKey
	}
	return Key{append([]byte(nil), raw...)}, nil
}

// ParseKey reads the written form. Errors: ErrKey.
func ParseKey(text string) (Key, error) {
	coded, ok := strings.CutPrefix(strings.TrimSpace(text), Prefix)
	b, err := base64.StdEncoding.DecodeString(coded)
	if !ok || err != nil {
		return Key{}, ErrKey
	}
	return KeyOf(b)
}

// Sign makes the value of HeaderSignature: one signature for each key, in
// their order.
func Sign(id string, at time.Time, body []byte, keys ...Key) string {
	var out []string
	for _, k := range keys {
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(sum(k, id, stamp(at), body)))
	}
	return strings.Join(out, " ")
}

// Put sets the three headers of a message.
func Put(h http.Header, id string, at time.Time, body []byte, keys ...Key) {
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, stamp(at))
	h.Set(HeaderSignature, Sign(id, at, body, keys...))
}

// Verify checks a received message against the keys known to the receiver. It
// does not know which identities came before: whoever calls it remembers them
// for twice Tolerance. Errors: ErrHeaders, ErrTimestamp, ErrSignature.
func Verify(h http.Header, body []byte, now time.Time, keys ...Key) error {
	id, at, given := h.Get(HeaderID), h.Get(HeaderTimestamp), h.Get(HeaderSignature)
	seconds, err := strconv.ParseInt(at, 10, 64)
	if id == "" || given == "" || err != nil || strings.ContainsAny(id, ". \t") {
		return ErrHeaders
	}
	matched := false
	for _, one := range strings.Fields(given) {
		version, coded, _ := strings.Cut(one, ",")
		mac, err := base64.StdEncoding.DecodeString(coded)
		if version != "v1" || err != nil {
			continue
		}
		for _, k := range keys {
			matched = hmac.Equal(mac, sum(k, id, at, body)) || matched
		}
	}
	if !matched {
		return ErrSignature
	}
	if off := now.Sub(time.Unix(seconds, 0)); off > Tolerance || off < -Tolerance {
		return ErrTimestamp
	}
	return nil
}

func stamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

func sum(k Key, id, at string, body []byte) []byte {
	mac := hmac.New(sha256.New, k.bytes)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	return mac.Sum(nil)
}
