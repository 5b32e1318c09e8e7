package sign

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed request.
const (
	HeaderDigest    = "Content-Digest"
	HeaderInput     = "Signature-Input"
	HeaderSignature = "Signature"
)

// Key is a key of a site: its ID is public, its secret is shared by the site
// and us.
type Key struct {
	ID     string
	Secret []byte
}

// Request signs a request with the body given; the body of r itself is neither
// read nor set. Every call makes a new nonce. Errors: ErrForm if the request
// cannot be signed.
func Request(r *http.Request, body []byte, k Key, now time.Time) error {
	digest := ""
	if len(body) > 0 {
		digest = Digest(body)
	}
	return Stream(r, digest, k, now)
}

// Stream signs a request whose body is too large to hold: digest is its
// Content-Digest (see Digest), empty where there is no body.
func Stream(r *http.Request, digest string, k Key, now time.Time) error {
	if digest != "" {
		r.Header.Set(HeaderDigest, digest)
	} else {
		r.Header.Del(HeaderDigest)
	}
	return WithNonce(r, k, NewNonce(), now)
}

// WithNonce signs a request whose Content-Digest is set already, with a nonce
// of the caller's: for retries that must be recognised and for tests.
func WithNonce(r *http.Request, k Key, nonce string, now time.Time) error {
	if !keyForm.MatchString(k.ID) || !nonceForm.MatchString(nonce) {
		return ErrForm
	}
	m := MessageOf(r)
	covered := m.needed(r.Header.Get(HeaderDigest) != "")
	params := `("` + strings.Join(covered, `" "`) + `");created=` + strconv.FormatInt(now.Unix(), 10) +
		`;keyid="` + k.ID + `";nonce="` + nonce + `";alg="hmac-sha256"`
	base, err := m.base(covered, params)
	if err != nil {
		return err
	}
	r.Header.Set(HeaderInput, "sig="+params)
	r.Header.Set(HeaderSignature, "sig=:"+base64.StdEncoding.EncodeToString(sum(k.Secret, base))+":")
	return nil
}

// MessageOf is a request of net/http as a message, for client and server.
func MessageOf(r *http.Request) Message {
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	target := r.RequestURI // what a server has received
	if target == "" && r.URL != nil {
		target = r.URL.RequestURI()
	}
	return Message{Method: method, Target: target, Header: r.Header.Values}
}

// NewNonce makes a nonce of 128 random bits.
func NewNonce() string {
	var raw [16]byte
	rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// Digest is the Content-Digest of a body (RFC 9530).
func Digest(body []byte) string {
	s := sha256.Sum256(body)
	return DigestOf(s[:])
}

// DigestOf writes a SHA-256 that is known already as a Content-Digest.
func DigestOf(sha []byte) string {
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sha) + ":"
}

func sum(secret []byte, base string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(base))
	return h.Sum(nil)
}
