package verify

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"priemnaya/intake/sites/sign"
)

// admit judges the signature as the API does, and tells the client as little.
func (w *Watch) admit(k *call) bool {
	f := w.findings
	s, err := sign.Read(sign.MessageOf(k.Request), len(k.body) > 0)
	what := k.Method + " " + k.URL.Path
	switch {
	case k.Header.Get(sign.HeaderInput) == "":
		f.fail(checkSigned, "%s came without Signature-Input", what)
	case err != nil:
		f.fail(checkSigned, "%s: the form is not that of the profile; covered must be \"@method\" \"@path\" \"@query\", \"content-digest\" with a body, idempotency-key and upload-offset where sent; parameters created, keyid, nonce of 16 to 64 signs; label sig", what)
	case s.KeyID != w.Key.ID:
		f.fail(checkSigned, "%s is signed by another key than %s", what, w.Key.ID)
	case !s.By(w.Key.Secret):
		f.fail(checkSigned, "%s: the signature does not match; take method, path and query as they are sent, without decoding, an empty query as ?, and the secret as it is", what)
	case !s.Fresh(k.now):
		f.fail(checkClock, "%s was signed %v off our time", what, k.now.Sub(s.Created).Abs().Round(time.Second))
		k.refuse(http.StatusUnauthorized, "clock")
		return false
	case len(k.body) > 0 && !sign.DigestMatches(k.Header.Get(sign.HeaderDigest), k.body):
		f.fail(checkDigest, "%s: Content-Digest is not the SHA-256 of the body that came", what)
		k.refuse(http.StatusBadRequest, "digest")
		return false
	case w.nonces[s.Nonce]:
		f.fail(checkNonce, "%s came with a nonce that was used; sign every attempt anew", what)
		k.refuse(http.StatusUnauthorized, "replay")
		return false
	default:
		w.accept(k, s)
		return true
	}
	k.refuse(http.StatusUnauthorized, "signature")
	return false
}

// accept notes a good signature; one that is fresh only because the wait was
// short is still an old one.
func (w *Watch) accept(k *call, s sign.Signature) {
	w.nonces[s.Nonce] = true
	w.findings.pass(checkSigned, checkClock, checkNonce, checkForm)
	if len(k.body) > 0 {
		w.findings.pass(checkDigest)
	}
	target := k.Method + " " + k.RequestURI
	if last, again := w.signedAt[target]; again && last.created.Equal(s.Created) && k.now.Sub(last.came) >= 1500*time.Millisecond {
		w.findings.fail(checkClock, "%s came again after %v with the same created; sign every attempt anew", k.Method+" "+k.URL.Path, k.now.Sub(last.came).Round(100*time.Millisecond))
	}
	w.signedAt[target] = moment{s.Created, k.now}
}

// slack forgives a coarse timer.
const slack = 50 * time.Millisecond

// kept answers a request that must still wait.
func (w *Watch) kept(k *call) bool {
	h, held := w.holds[k.operation()]
	if !held {
		return false
	}
	left := h.until.Sub(k.now)
	if left <= slack {
		delete(w.holds, k.operation())
		w.findings.pass(h.early, h.again)
		return false
	}
	w.findings.fail(h.early, "%s came again %v too early", k.operation(), left.Round(10*time.Millisecond))
	k.hold(h, left)
	return true
}

// postpone answers that an operation has to wait.
func (w *Watch) postpone(k *call, h hold) {
	wait := time.Duration(math.Ceil(w.Wait.Seconds())) * time.Second
	h.until = k.now.Add(wait)
	w.holds[k.operation()] = h
	k.hold(h, wait)
}

func (k *call) operation() string { return k.Method + " " + k.URL.Path }

func (k *call) hold(h hold, left time.Duration) {
	k.out.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(left.Seconds())))))
	k.refuse(h.status, h.code)
}

// refuse answers with a problem (RFC 9457), which has a field more.
func (k *call) refuse(status int, code string, more ...any) {
	p := map[string]any{"type": "urn:priemnaya:problem:" + code, "title": strings.ReplaceAll(code, "_", " "), "status": status, "code": code,
		"detail": fmt.Sprintf("The client check answers %d here.", status)}
	for i := 0; i+1 < len(more); i += 2 {
		p[fmt.Sprint(more[i])] = more[i+1]
	}
	k.write(status, "application/problem+json", p)
}

// reply answers with JSON.
func (k *call) reply(status int, v any) { k.write(status, "application/json", v) }

func (k *call) write(status int, media string, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of texts and numbers always become JSON
	}
	h := k.out.Header()
	h.Set("Content-Type", media)
	h.Set("Cache-Control", "no-store")
	h.Set("RateLimit", `"minute";r=500;t=60`)
	h.Set("RateLimit-Policy", `"minute";q=600;w=60, "day";q=100000;w=86400`)
	k.out.WriteHeader(status)
	_, _ = k.out.Write(raw)
}
