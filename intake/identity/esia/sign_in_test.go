package esia

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

type rsaKey struct{ key *rsa.PublicKey }

func (rsaKey) Algorithm() string { return "RS256" }

func (k rsaKey) Verify(_ context.Context, message, signature []byte) error {
	digest := sha256.Sum256(message)
	return rsa.VerifyPKCS1v15(k.key, crypto.SHA256, digest[:], signature)
}

// forger is an ESIA that says whatever a test wants.
type forger struct {
	server *httptest.Server
	now    time.Time
	// what the tokens and answers hold; tests change them.
	idHead, accessHead map[string]any
	id, access         map[string]any
	sign               func(message []byte) []byte
	token              map[string]any
	person             any
	contacts           any
	before             func(w http.ResponseWriter, r *http.Request) bool
	asked              []string
}

const oid = 1000000077

func newForger(t *testing.T) (*forger, *Client) {
	f := &forger{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	f.server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.server.Close)
	issuer := f.server.URL + "/"
	f.idHead = map[string]any{"ver": 1, "typ": "JWT", "sbt": "id", "alg": "R6"}
	f.accessHead = map[string]any{"ver": 1, "typ": "JWT", "sbt": "access", "alg": "RS256"}
	times := func(m map[string]any) map[string]any {
		m["iss"], m["iat"], m["nbf"], m["exp"], m["urn:esia:sid"] = issuer, f.now.Unix(), f.now.Unix(), f.now.Unix()+3600, "s1"
		return m
	}
	f.id = times(map[string]any{"aud": "PRIEMNAYA", "sub": fmt.Sprint(oid), "urn:esia:sbj": map[string]any{
		"urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": oid, "urn:esia:sbj:is_tru": true, "urn:esia:sbj:lvl": "PR"}})
	f.access = times(map[string]any{"client_id": "PRIEMNAYA", "scope": fmt.Sprintf("openid fullname?oid=%d email?oid=%d", oid, oid), "urn:esia:sbj_id": oid})
	f.sign = func(message []byte) []byte {
		digest := sha256.Sum256(message)
		signature, _ := rsa.SignPKCS1v15(rand.Reader, testKey(), crypto.SHA256, digest[:])
		return signature
	}
	f.token = map[string]any{"token_type": "Bearer", "expires_in": 3600}
	f.person = map[string]any{"firstName": "Нина", "lastName": "Осокина", "middleName": "Глебовна", "trusted": true}
	f.contacts = map[string]any{"elements": []any{map[string]any{"type": "EML", "vrfStu": "VERIFIED", "value": "osokina@post.example"}}}
	client, err := New(plain(func(c *Config) {
		c.BaseURL, c.Keys = f.server.URL, []Verifier{rsaKey{&testKey().PublicKey}}
		c.Now = func() time.Time { return f.now }
		c.Timeout = 2 * time.Second
	}))
	if err != nil {
		t.Fatal(err)
	}
	return f, client
}

func (f *forger) jwt(head, claims map[string]any) string {
	part := func(v any) string { raw, _ := json.Marshal(v); return base64.RawURLEncoding.EncodeToString(raw) }
	message := part(head) + "." + part(claims)
	return message + "." + base64.RawURLEncoding.EncodeToString(f.sign([]byte(message)))
}

func (f *forger) serve(w http.ResponseWriter, r *http.Request) {
	f.asked = append(f.asked, r.Method+" "+r.URL.String())
	if f.before != nil && f.before(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	switch r.URL.Path {
	case "/aas/oauth2/v3/te":
		answer := map[string]any{"access_token": f.jwt(f.accessHead, f.access), "id_token": f.jwt(f.idHead, f.id), "state": r.PostFormValue("state")}
		for k, v := range f.token {
			answer[k] = v
		}
		_ = json.NewEncoder(w).Encode(answer)
	case fmt.Sprintf("/rs/prns/%d", oid):
		_ = json.NewEncoder(w).Encode(f.person)
	case fmt.Sprintf("/rs/prns/%d/ctts", oid):
		_ = json.NewEncoder(w).Encode(f.contacts)
	default:
		http.NotFound(w, r)
	}
}

func TestAPersonIsReadFromTokensAndTwoCallsOnly(t *testing.T) {
	f, client := newForger(t)
	got, err := client.SignIn(t.Context(), "code")
	want := casework.Applicant{Key: "esia:1000000077", Name: casework.PersonName{Surname: "Осокина", Given: "Нина", Patronymic: "Глебовна"},
		Assurance: casework.AssuranceConfirmed, Contact: casework.Contact{Email: "osokina@post.example", Cabinet: true}}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	if asked := strings.Join(f.asked, "\n"); asked != "POST /aas/oauth2/v3/te\nGET /rs/prns/1000000077\nGET /rs/prns/1000000077/ctts?embed=(elements)" {
		t.Errorf("asked:\n%s", asked)
	}
}

func TestTheExchangeHasAllFieldsOfTheProtocol(t *testing.T) {
	f, client := newForger(t)
	var form map[string][]string
	f.before = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/aas/oauth2/v3/te" {
			_ = r.ParseForm()
			form = r.PostForm
		}
		return false
	}
	if _, err := client.SignIn(t.Context(), "the-code"); err != nil {
		t.Fatal(err)
	}
	state := form["state"][0]
	secret := base64.URLEncoding.EncodeToString([]byte("PRIEMNAYAopenid fullname email2026.11.20 09:00:00 +0000" + state + "https://priemnaya.example/cbthe-code"))
	for name, want := range map[string]string{"client_id": "PRIEMNAYA", "code": "the-code", "grant_type": "authorization_code",
		"client_secret": secret, "client_certificate_hash": "AB34" + upper60(), "redirect_uri": "https://priemnaya.example/cb",
		"scope": "openid fullname email", "scope_org": "", "timestamp": "2026.11.20 09:00:00 +0000", "token_type": "Bearer"} {
		if len(form[name]) != 1 || form[name][0] != want {
			t.Errorf("%s is %q", name, form[name])
		}
	}
	if len(form) != 11 {
		t.Errorf("other fields: %v", form)
	}
}

func TestAForgedOrForeignTokenSignsNobodyIn(t *testing.T) {
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, _ := x509.MarshalPKIXPublicKey(&testKey().PublicKey)
	for name, forge := range map[string]func(f *forger){
		"alg none":           func(f *forger) { f.idHead["alg"] = "none"; f.sign = func([]byte) []byte { return nil } },
		"alg None, signed":   func(f *forger) { f.idHead["alg"] = "None" },
		"no alg":             func(f *forger) { delete(f.accessHead, "alg") },
		"an empty signature": func(f *forger) { f.sign = func([]byte) []byte { return nil } },
		"HS256 with the public key for a secret": func(f *forger) {
			f.idHead["alg"], f.accessHead["alg"] = "HS256", "HS256"
			f.sign = func(m []byte) []byte { h := hmac.New(sha256.New, public); h.Write(m); return h.Sum(nil) }
		},
		"RS256 with the MAC of the public key": func(f *forger) {
			f.sign = func(m []byte) []byte { h := hmac.New(sha256.New, public); h.Write(m); return h.Sum(nil) }
		},
		"GOST without a GOST key": func(f *forger) { f.idHead["alg"] = "GOST3410_2012_256" },
		"a stranger's key": func(f *forger) {
			f.sign = func(m []byte) []byte {
				d := sha256.Sum256(m)
				s, _ := rsa.SignPKCS1v15(rand.Reader, stranger, crypto.SHA256, d[:])
				return s
			}
		},
		"an access token in place of the id token":  func(f *forger) { f.idHead["sbt"] = "access" },
		"an id token in place of the access token":  func(f *forger) { f.accessHead["sbt"] = "id" },
		"a critical header we do not know":          func(f *forger) { f.idHead["crit"] = []string{"exp"} },
		"an id token for another client":            func(f *forger) { f.id["aud"] = "SOMEBODY" },
		"an id token for two clients":               func(f *forger) { f.id["aud"] = []string{"PRIEMNAYA", "SOMEBODY"} },
		"no audience":                               func(f *forger) { delete(f.id, "aud") },
		"an access token for another client":        func(f *forger) { f.access["client_id"] = "SOMEBODY" },
		"another issuer":                            func(f *forger) { f.id["iss"] = "http://evil.example/" },
		"the issuer without its last stroke":        func(f *forger) { f.id["iss"] = strings.TrimSuffix(f.id["iss"].(string), "/") },
		"another issuer of the access token":        func(f *forger) { f.access["iss"] = "http://evil.example/" },
		"an expired id token":                       func(f *forger) { f.id["exp"] = f.now.Unix() - 61 },
		"an expired access token":                   func(f *forger) { f.access["exp"] = f.now.Unix() - 61 },
		"no expiry":                                 func(f *forger) { delete(f.id, "exp") },
		"no moment of issue":                        func(f *forger) { delete(f.access, "iat") },
		"a token not valid yet":                     func(f *forger) { f.id["nbf"] = f.now.Unix() + 61 },
		"a token from the future":                   func(f *forger) { f.access["iat"] = f.now.Unix() + 61 },
		"another person in the id token":            func(f *forger) { f.id["sub"] = "1000000078" },
		"another person in the access token":        func(f *forger) { f.access["urn:esia:sbj_id"] = 1000000078 },
		"another person inside the id token":        func(f *forger) { f.id["urn:esia:sbj"].(map[string]any)["urn:esia:sbj:oid"] = 1 },
		"an organisation":                           func(f *forger) { f.id["urn:esia:sbj"].(map[string]any)["urn:esia:sbj:typ"] = "L" },
		"a subject that is a path":                  func(f *forger) { f.id["sub"] = "../orgs/1" },
		"tokens of two sessions":                    func(f *forger) { f.access["urn:esia:sid"] = "s2" },
		"an access token that opens another person": func(f *forger) { f.access["scope"] = "openid fullname?oid=1" },
		"an access token without openid":            func(f *forger) { f.access["scope"] = fmt.Sprintf("fullname?oid=%d", oid) },
		"another state in the reply":                func(f *forger) { f.token["state"] = NewState() },
		"no state in the reply":                     func(f *forger) { f.token["state"] = "" },
		"another type of token":                     func(f *forger) { f.token["token_type"] = "MAC" },
		"no id token":                               func(f *forger) { f.token["id_token"] = "" },
		"a token of two parts":                      func(f *forger) { f.token["id_token"] = "e30.e30" },
		"a token that is not base64":                func(f *forger) { f.token["id_token"] = "!.!.!" },
		"a token of 100 KB":                         func(f *forger) { f.token["id_token"] = strings.Repeat("a", 100<<10) },
		"a person without any name":                 func(f *forger) { f.person = map[string]any{"trusted": true} },
		"a name of a thousand letters":              func(f *forger) { f.person = map[string]any{"firstName": strings.Repeat("я", 1000)} },
	} {
		t.Run(name, func(t *testing.T) {
			f, client := newForger(t)
			forge(f)
			got, err := client.SignIn(t.Context(), "code")
			if casework.CodeOf(err) != casework.Unauthenticated || got.Key != "" {
				t.Fatalf("got %+v, %v", got, err)
			}
			if strings.Contains(err.Error(), "evil") || strings.Contains(err.Error(), "SOMEBODY") {
				t.Errorf("the error quotes the forger: %v", err)
			}
		})
	}
}

func TestClocksMayDifferByAMinute(t *testing.T) {
	f, client := newForger(t)
	f.id["exp"], f.access["nbf"], f.access["iat"] = f.now.Unix()-59, f.now.Unix()+60, f.now.Unix()+60
	if _, err := client.SignIn(t.Context(), "code"); err != nil {
		t.Error(err)
	}
}

func TestAnAccountIsConfirmedOnlyIfEverythingSaysSo(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(f *forger, sbj map[string]any)
		want   casework.Assurance
	}{
		"all agree":                  {func(*forger, map[string]any) {}, casework.AssuranceConfirmed},
		"no level is given":          {func(_ *forger, s map[string]any) { delete(s, "urn:esia:sbj:lvl") }, casework.AssuranceConfirmed},
		"the token does not say it":  {func(_ *forger, s map[string]any) { delete(s, "urn:esia:sbj:is_tru") }, casework.AssuranceSimplified},
		"the record does not say it": {func(f *forger, _ map[string]any) { f.person.(map[string]any)["trusted"] = false }, casework.AssuranceSimplified},
		"the level is simplified":    {func(_ *forger, s map[string]any) { s["urn:esia:sbj:lvl"] = "P" }, casework.AssuranceSimplified},
		"the level is a child's":     {func(_ *forger, s map[string]any) { s["urn:esia:sbj:lvl"] = "KD" }, casework.AssuranceSimplified},
	} {
		t.Run(name, func(t *testing.T) {
			f, client := newForger(t)
			tc.change(f, f.id["urn:esia:sbj"].(map[string]any))
			got, err := client.SignIn(t.Context(), "code")
			if err != nil || got.Assurance != tc.want {
				t.Errorf("got %s, %v", got.Assurance, err)
			}
		})
	}
}

func TestRepliesThatAreNotTheProtocolAreUnavailable(t *testing.T) {
	for name, tc := range map[string]struct {
		before func(w http.ResponseWriter, r *http.Request) bool
		code   casework.Code
	}{
		"a page for people with 200": {func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>Технические работы</html>")
			return true
		}, casework.Unavailable},
		"a page for people with 502": {func(w http.ResponseWriter, _ *http.Request) bool {
			http.Error(w, "<html>", http.StatusBadGateway)
			return true
		}, casework.Unavailable},
		"a refusal of the code": {func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant","error_description":"ESIA-007011: x","state":"y"}`)
			return true
		}, casework.Unavailable},
		"a megabyte": {func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"state":"`+strings.Repeat("x", 1<<20)+`"}`)
			return true
		}, casework.Unauthenticated},
		"half of a JSON": {func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"state":`)
			return true
		}, casework.Unauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			f, client := newForger(t)
			f.before = tc.before
			got, err := client.SignIn(t.Context(), "code")
			if casework.CodeOf(err) != tc.code || got.Key != "" {
				t.Errorf("got %+v, %v", got, err)
			}
			if len(f.asked) != 1 {
				t.Errorf("asked on: %v", f.asked)
			}
		})
	}
}

func TestAnESIAThatHangsIsGivenUp(t *testing.T) {
	f, client := newForger(t)
	client.http.Timeout = 50 * time.Millisecond
	release := make(chan struct{})
	f.before = func(http.ResponseWriter, *http.Request) bool { <-release; return true }
	defer close(release)
	if _, err := client.SignIn(t.Context(), "code"); casework.CodeOf(err) != casework.Unavailable {
		t.Errorf("got %v", err)
	}
}

func TestContactsThatAreClosedToUsAreNoObstacle(t *testing.T) {
	f, client := newForger(t)
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/ctts") {
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	}
	if got, err := client.SignIn(t.Context(), "code"); err != nil || got.Contact.Email != "" || !got.Contact.Cabinet {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestARefusalIsKnownByItsNumberAndNothingElseOfItIsKept(t *testing.T) {
	err := Explain("op", "ESIA-007004: <script>alert(1)</script>")
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Number != "007004" || refusal.Cause != CauseCitizen || strings.Contains(err.Error(), "script") {
		t.Errorf("got %v", err)
	}
	for _, unknown := range []string{"", "ESIA-999999: x", "ESIA-7004"} {
		err := Explain("op", unknown)
		if !errors.As(err, &refusal) || refusal.Number != "" || casework.CodeOf(err) != casework.Unavailable {
			t.Errorf("%q: %v", unknown, err)
		}
	}
}

func TestARedirectIsNeverFollowed(t *testing.T) {
	visited := make(chan string, 4)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		visited <- r.Header.Get("Authorization") + r.URL.Path
	}))
	defer elsewhere.Close()
	for _, path := range []string{"/aas/oauth2/v3/te", "/rs/prns/1000000077"} {
		f, client := newForger(t)
		f.before = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == path {
				http.Redirect(w, r, elsewhere.URL+"/steal", http.StatusTemporaryRedirect)
			}
			return r.URL.Path == path
		}
		if _, err := client.SignIn(t.Context(), "code"); casework.CodeOf(err) != casework.Unavailable {
			t.Errorf("%s: %v", path, err)
		}
	}
	if len(visited) > 0 {
		t.Errorf("the client went where it was sent: %s", <-visited)
	}
}
