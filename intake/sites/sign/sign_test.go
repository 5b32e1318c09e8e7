package sign

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	key = Key{ID: "roads-site.0a1b2c3d", Secret: []byte("a secret that both sides know")}
	now = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
)

func secretOf(id string) ([]byte, bool) { return key.Secret, id == key.ID }

func signed(t testing.TB, method, target string, body []byte, headers ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(method, target, bytes.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if err := Request(r, body, key, now); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheBaseIsThatOfTheStandard(t *testing.T) {
	r := httptest.NewRequest("POST", "/api/v1/appeals?a=%20b&a", strings.NewReader("{}"))
	r.Header.Set("Content-Digest", Digest([]byte("{}")))
	if err := WithNonce(r, key, "0123456789abcdef", now); err != nil {
		t.Fatal(err)
	}
	s, err := Read(MessageOf(r), true)
	if err != nil {
		t.Fatal(err)
	}
	// The digest of "{}" is the one openssl gives.
	want := `"@method": POST
"@path": /api/v1/appeals
"@query": ?a=%20b&a
"content-digest": sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:
"@signature-params": ("@method" "@path" "@query" "content-digest");created=1795165200;keyid="roads-site.0a1b2c3d";nonce="0123456789abcdef";alg="hmac-sha256"`
	if s.base != want {
		t.Errorf("base\n%s\ninstead of\n%s", s.base, want)
	}
}

func TestTheExampleOfTheStandardIsMade(t *testing.T) {
	// RFC 9421 appendix B.2.5: the secret, the base and the signature of the
	// standard itself.
	secret, err := base64.StdEncoding.DecodeString("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==")
	if err != nil {
		t.Fatal(err)
	}
	m := Message{Method: "POST", Target: "/foo", Header: func(name string) []string {
		return map[string][]string{"date": {"Tue, 20 Apr 2021 02:07:55 GMT"}, "content-type": {"application/json"},
			"authority": {"example.com"}}[name]
	}}
	const params = `("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"`
	base, err := m.base([]string{"date", "authority", "content-type"}, params)
	if err != nil {
		t.Fatal(err)
	}
	base = strings.Replace(base, `"authority"`, `"@authority"`, 1) // our profile does not cover the host
	if got := base64.StdEncoding.EncodeToString(sum(secret, base)); got != "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=" {
		t.Errorf("signature %s of\n%s", got, base)
	}
}

func TestARequestIsVerifiedWhole(t *testing.T) {
	body := []byte(`{"a":1}`)
	good := func() *http.Request {
		return signed(t, "POST", "/x/y?z=1", body, "Idempotency-Key", "k", "Upload-Offset", "7")
	}
	for name, x := range map[string]struct {
		spoil func(r *http.Request) []byte
		at    time.Time
		want  error
	}{
		"as it was sent":      {func(r *http.Request) []byte { return body }, now, nil},
		"five minutes later":  {func(r *http.Request) []byte { return body }, now.Add(5 * time.Minute), nil},
		"later":               {func(r *http.Request) []byte { return body }, now.Add(5*time.Minute + time.Second), ErrClock},
		"before":              {func(r *http.Request) []byte { return body }, now.Add(-5*time.Minute - time.Second), ErrClock},
		"another method":      {func(r *http.Request) []byte { r.Method = "PUT"; return body }, now, ErrSignature},
		"another path":        {func(r *http.Request) []byte { r.RequestURI = "/x/z?z=1"; return body }, now, ErrSignature},
		"an encoded path":     {func(r *http.Request) []byte { r.RequestURI = "/%78/y?z=1"; return body }, now, ErrSignature},
		"another query":       {func(r *http.Request) []byte { r.RequestURI = "/x/y?z=2"; return body }, now, ErrSignature},
		"no query":            {func(r *http.Request) []byte { r.RequestURI = "/x/y"; return body }, now, ErrSignature},
		"another body":        {func(r *http.Request) []byte { return []byte(`{"a":2}`) }, now, ErrDigest},
		"another digest":      {func(r *http.Request) []byte { r.Header.Set(HeaderDigest, Digest([]byte("b"))); return []byte("b") }, now, ErrSignature},
		"another header":      {func(r *http.Request) []byte { r.Header.Set("Idempotency-Key", "l"); return body }, now, ErrSignature},
		"a header twice":      {func(r *http.Request) []byte { r.Header.Add("Upload-Offset", "8"); return body }, now, ErrSignature},
		"no header":           {func(r *http.Request) []byte { r.Header.Del("Upload-Offset"); return body }, now, ErrForm},
		"no signature":        {func(r *http.Request) []byte { r.Header.Del(HeaderSignature); return body }, now, ErrForm},
		"two signatures":      {func(r *http.Request) []byte { r.Header.Add(HeaderSignature, "sig=:AAAA:"); return body }, now, ErrForm},
		"no input":            {func(r *http.Request) []byte { r.Header.Del(HeaderInput); return body }, now, ErrForm},
		"another key":         {func(r *http.Request) []byte { replace(r, "0a1b2c3d", "ffffffff"); return body }, now, ErrKey},
		"another nonce":       {func(r *http.Request) []byte { replace(r, `nonce="`, `nonce="A`); return body }, now, ErrSignature},
		"another time":        {func(r *http.Request) []byte { replace(r, "created=1", "created=2"); return body }, now, ErrSignature},
		"another algorithm":   {func(r *http.Request) []byte { replace(r, "hmac-sha256", "none"); return body }, now, ErrForm},
		"an uncovered digest": {func(r *http.Request) []byte { replace(r, ` "content-digest"`, ""); return body }, now, ErrForm},
		"an uncovered key":    {func(r *http.Request) []byte { replace(r, ` "idempotency-key"`, ""); return body }, now, ErrForm},
		"an uncovered method": {func(r *http.Request) []byte { replace(r, `"@method" `, ""); return body }, now, ErrForm},
		"a component twice":   {func(r *http.Request) []byte { replace(r, `"@method" `, `"@method" "@method" `); return body }, now, ErrForm},
		"a parameter twice":   {func(r *http.Request) []byte { replace(r, `;alg=`, `;keyid="x";alg=`); return body }, now, ErrForm},
		"no time": {func(r *http.Request) []byte {
			replace(r, `;created=`+strconv.FormatInt(now.Unix(), 10), "")
			return body
		}, now, ErrForm},
		"a quoted time": {func(r *http.Request) []byte {
			replace(r, `created=`+strconv.FormatInt(now.Unix(), 10), `created="1"`)
			return body
		}, now, ErrForm},
		"a bare key": {func(r *http.Request) []byte { replace(r, `keyid="`+key.ID+`"`, "keyid=17"); return body }, now, ErrForm},
		"no nonce": {func(r *http.Request) []byte {
			r.Header.Set(HeaderInput, nonceOf.ReplaceAllString(r.Header.Get(HeaderInput), ""))
			return body
		}, now, ErrForm},
		"a short nonce": {func(r *http.Request) []byte {
			r.Header.Set(HeaderInput, nonceOf.ReplaceAllString(r.Header.Get(HeaderInput), `;nonce="short"`))
			return body
		}, now, ErrForm},
		"an unknown member":    {func(r *http.Request) []byte { replace(r, "sig=", "other="); return body }, now, ErrForm},
		"no bytes":             {func(r *http.Request) []byte { r.Header.Set(HeaderSignature, "sig=::"); return body }, now, ErrSignature},
		"an unquoted value":    {func(r *http.Request) []byte { r.Header.Set(HeaderSignature, "sig=AAAA"); return body }, now, ErrForm},
		"the host":             {func(r *http.Request) []byte { replace(r, `"@method" `, `"@method" "@authority" `); return body }, now, ErrForm},
		"a missing header":     {func(r *http.Request) []byte { replace(r, `"@method" `, `"@method" "x-none" `); return body }, now, ErrForm},
		"an unknown parameter": {func(r *http.Request) []byte { replace(r, `;alg=`, `;tag="x";alg=`); return body }, now, ErrForm},
		"a huge header":        {func(r *http.Request) []byte { replace(r, `;alg=`, strings.Repeat(`;a=1`, 5000)+`;alg=`); return body }, now, ErrForm},
	} {
		r := good()
		got := x.spoil(r)
		if _, err := Verify(r, got, secretOf, x.at); !errors.Is(err, x.want) || (err == nil) != (x.want == nil) {
			t.Errorf("%s: %v instead of %v", name, err, x.want)
		}
	}
}

// nonceOf finds the nonce of a signature.
var nonceOf = regexp.MustCompile(`;nonce="[^"]*"`)

func TestWhatHasNoBaseIsNotSigned(t *testing.T) {
	header := func(value string) func(string) []string {
		return func(name string) []string {
			if name == "idempotency-key" {
				return []string{value}
			}
			return nil
		}
	}
	for name, m := range map[string]Message{
		"a target without a slash":   {Method: "GET", Target: "a"},
		"a fragment":                 {Method: "GET", Target: "/a#b"},
		"a space in the target":      {Method: "GET", Target: "/a b"},
		"a line break in the target": {Method: "GET", Target: "/a\nb"},
		"no method":                  {Target: "/a"},
		"a method of two words":      {Method: "GET /b", Target: "/a"},
		"a line break in a header":   {Method: "GET", Target: "/a", Header: header("1\n\"@method\": PUT")},
	} {
		if base, err := m.base(m.needed(false), "p"); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %q, %v", name, base, err)
		}
	}
	if _, err := (Message{Method: "GET", Target: "/a"}).base([]string{"idempotency-key"}, "p"); !errors.Is(err, ErrForm) {
		t.Errorf("a header of a message without headers: %v", err)
	}
	if _, err := Read(Message{Method: "GET", Target: "/a"}, false); !errors.Is(err, ErrForm) {
		t.Errorf("a signature of a message without headers: %v", err)
	}
	if base, err := (Message{Method: "GET", Target: "/a", Header: header(" a\tb ")}).base([]string{"idempotency-key"}, "p"); err != nil || !strings.HasPrefix(base, "\"idempotency-key\": a\tb\n") {
		t.Errorf("a tab: %q, %v", base, err)
	}
	for name, k := range map[string]struct{ id, nonce string }{"a key with a quote": {`a"b`, "0123456789abcdef"}, "a short nonce": {key.ID, "x"}} {
		if err := WithNonce(httptest.NewRequest("GET", "/a", nil), Key{ID: k.id, Secret: key.Secret}, k.nonce, now); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARequestWithoutMethodIsSignedAsItIsSent(t *testing.T) {
	r := &http.Request{URL: &url.URL{Path: "/a"}, Header: http.Header{}}
	if err := Request(r, nil, key, now); err != nil {
		t.Fatal(err)
	}
	r.Method = http.MethodGet
	if _, err := Verify(r, nil, secretOf, now); err != nil {
		t.Error(err)
	}
}

func replace(r *http.Request, from, to string) {
	r.Header.Set(HeaderInput, strings.Replace(r.Header.Get(HeaderInput), from, to, 1))
}

func TestAServerOfNetHTTPVerifiesWhatAClientSigned(t *testing.T) {
	body := []byte("piece")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := new(bytes.Buffer)
		_, _ = got.ReadFrom(r.Body)
		if _, err := Verify(r, got.Bytes(), secretOf, now); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	for _, target := range []string{"/", "/a%2Fb/%D1%84?x=%26&y=a+b", "/a?", "/?x"} {
		r, err := http.NewRequest("PATCH", server.URL+target, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Upload-Offset", "0")
		if err := Request(r, body, key, now); err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != 200 {
			t.Errorf("%s: %d", target, answer.StatusCode)
		}
	}
}

// FuzzBase checks that two different requests never have one signature base,
// and that whatever can be signed is verified.
func FuzzBase(f *testing.F) {
	f.Add("GET", "/a?b", "x", "POST", "/a", "?b")
	f.Add("GET", "/a", "1\n\"@query\": ?", "GET", "/a?", "")
	f.Add("GET", "/a", " 1", "GET", "/a", "1 ")
	f.Fuzz(func(t *testing.T, m1, t1, h1, m2, t2, h2 string) {
		message := func(method, target, value string) Message {
			return Message{Method: method, Target: target, Header: func(name string) []string {
				if name == "idempotency-key" {
					return []string{value}
				}
				return nil
			}}
		}
		covered := []string{"@method", "@path", "@query", "idempotency-key"}
		a, errA := message(m1, t1, h1).base(covered, "p")
		b, errB := message(m2, t2, h2).base(covered, "p")
		if errA != nil || errB != nil || a != b {
			return
		}
		// The only freedom: space around a value, and an empty query.
		same := m1 == m2 && strings.TrimSuffix(t1, "?") == strings.TrimSuffix(t2, "?") && strings.Trim(h1, " \t") == strings.Trim(h2, " \t")
		if !same {
			t.Errorf("one base for %q %q %q and %q %q %q", m1, t1, h1, m2, t2, h2)
		}
	})
}

// FuzzRead checks that nothing read from foreign headers ends in a panic or is
// taken for a signature of ours.
func FuzzRead(f *testing.F) {
	r := signed(f, "GET", "/a", nil)
	f.Add(r.Header.Get(HeaderInput), "sig=:AAAA:")
	f.Add(`sig=();created=1;keyid="a";nonce="0123456789abcdef"`, "sig=::")
	f.Fuzz(func(t *testing.T, input, signature string) {
		s, err := Read(Message{Method: "GET", Target: "/a", Header: func(name string) []string {
			switch name {
			case "signature-input":
				return []string{input}
			case "signature":
				return []string{signature}
			}
			return nil
		}}, false)
		if err == nil && s.By([]byte("a secret the fuzzer does not know")) {
			t.Errorf("%q %q was accepted", input, signature)
		}
	})
}
