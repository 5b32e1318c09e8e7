package oidc

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
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

// provider is an OpenID provider in this process; tests change what it says.
type provider struct {
	server    *httptest.Server
	now       time.Time
	head      map[string]any
	claims    map[string]any
	userInfo  map[string]any
	challenge string
	sign      func([]byte) []byte
	down      bool
}

func newProvider(t *testing.T, change func(*Config)) (*provider, *Provider) {
	p := &provider{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	p.server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.server.Close)
	p.head = map[string]any{"alg": "RS256", "kid": "k", "typ": "JWT"}
	p.claims = map[string]any{"iss": p.server.URL, "aud": "client", "sub": "u-1", "iat": p.now.Unix(), "exp": p.now.Unix() + 300,
		"nonce": "the-nonce", "given_name": "Нина", "family_name": "Осокина", "middle_name": "Глебовна",
		"email": "osokina@post.example", "email_verified": true}
	p.sign = func(m []byte) []byte {
		d := sha256.Sum256(m)
		s, _ := rsa.SignPKCS1v15(rand.Reader, testKey(), crypto.SHA256, d[:])
		return s
	}
	config := Config{ID: "region", Label: "Регион", Issuer: p.server.URL, ClientID: "client", ClientSecret: "secret",
		RedirectURI: "http://127.0.0.1:1/login/openid/region/callback", Now: func() time.Time { return p.now }}
	if change != nil {
		change(&config)
	}
	made, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return p, made
}

func (p *provider) serve(w http.ResponseWriter, r *http.Request) {
	if p.down {
		http.Error(w, "down", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	base := p.server.URL
	var answer any
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		answer = map[string]any{"issuer": base, "authorization_endpoint": base + "/auth", "token_endpoint": base + "/token",
			"jwks_uri": base + "/keys", "userinfo_endpoint": base + "/userinfo", "id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"}}
	case "/keys":
		key := testKey().PublicKey
		answer = map[string]any{"keys": []any{map[string]any{"kty": "RSA", "kid": "k", "alg": "RS256", "use": "sig",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())}}}
	case "/token":
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if r.PostFormValue("code") != "good" || base64.RawURLEncoding.EncodeToString(sum[:]) != p.challenge {
			w.WriteHeader(http.StatusBadRequest)
			answer = map[string]any{"error": "invalid_grant"}
			break
		}
		answer = map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.jwt()}
	case "/userinfo":
		answer = p.userInfo
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (p *provider) jwt() string {
	part := func(v any) string { raw, _ := json.Marshal(v); return base64.RawURLEncoding.EncodeToString(raw) }
	message := part(p.head) + "." + part(p.claims)
	return message + "." + base64.RawURLEncoding.EncodeToString(p.sign([]byte(message)))
}

// depart asks for the address and remembers its challenge as a provider does.
func (p *provider) depart(t *testing.T, made *Provider) url.Values {
	t.Helper()
	address, err := made.AuthorizeURL(t.Context(), "the-state", "the-nonce", "the-verifier-of-forty-three-characters-length")
	if err != nil {
		t.Fatal(err)
	}
	parsed, _ := url.Parse(address)
	p.challenge = parsed.Query().Get("code_challenge")
	return parsed.Query()
}

func signIn(t *testing.T, made *Provider) (casework.Applicant, error) {
	t.Helper()
	return made.SignIn(t.Context(), "good", "the-nonce", "the-verifier-of-forty-three-characters-length")
}

func TestAPersonComesOutOfTheClaims(t *testing.T) {
	p, made := newProvider(t, nil)
	asked := p.depart(t, made)
	for name, want := range map[string]string{"state": "the-state", "nonce": "the-nonce", "code_challenge_method": "S256",
		"response_type": "code", "client_id": "client", "scope": "openid profile email"} {
		if asked.Get(name) != want {
			t.Errorf("%s is %q", name, asked.Get(name))
		}
	}
	got, err := signIn(t, made)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got.Key, "oidc:") || !strings.HasSuffix(got.Key, ":u-1") || strings.Contains(got.Key, "127.0.0.1") {
		t.Errorf("key %q", got.Key)
	}
	if got.Name.Full() != "Осокина Нина Глебовна" || got.Contact.Email != "osokina@post.example" || !got.Contact.Cabinet || got.Assurance != casework.AssuranceOpenID {
		t.Errorf("got %+v", got)
	}
}

func TestTheSameSubjectOfTwoProvidersIsTwoPeople(t *testing.T) {
	one, first := newProvider(t, nil)
	two, second := newProvider(t, nil)
	one.depart(t, first)
	two.depart(t, second)
	a, err1 := signIn(t, first)
	b, err2 := signIn(t, second)
	if err1 != nil || err2 != nil || a.Key == b.Key {
		t.Errorf("%s and %s: %v %v", a.Key, b.Key, err1, err2)
	}
}

func TestAForgedTokenOfAProviderSignsNobodyIn(t *testing.T) {
	public, _ := x509.MarshalPKIXPublicKey(&testKey().PublicKey)
	stranger, _ := rsa.GenerateKey(rand.Reader, 2048)
	for name, forge := range map[string]func(p *provider){
		"alg none": func(p *provider) { p.head["alg"] = "none"; p.sign = func([]byte) []byte { return nil } },
		"HS256 with the public key": func(p *provider) {
			p.head["alg"] = "HS256"
			p.sign = func(m []byte) []byte { h := hmac.New(sha256.New, public); h.Write(m); return h.Sum(nil) }
		},
		"a stranger's key": func(p *provider) {
			p.sign = func(m []byte) []byte {
				d := sha256.Sum256(m)
				s, _ := rsa.SignPKCS1v15(rand.Reader, stranger, crypto.SHA256, d[:])
				return s
			}
		},
		"another audience":            func(p *provider) { p.claims["aud"] = "somebody" },
		"two audiences, another azp":  func(p *provider) { p.claims["aud"], p.claims["azp"] = []string{"client", "x"}, "x" },
		"another issuer":              func(p *provider) { p.claims["iss"] = "https://evil.example" },
		"an expired token":            func(p *provider) { p.claims["exp"] = p.now.Unix() - 1 },
		"a token from the future":     func(p *provider) { p.claims["iat"] = p.now.Unix() + 600 },
		"another nonce":               func(p *provider) { p.claims["nonce"] = "theirs" },
		"no nonce":                    func(p *provider) { delete(p.claims, "nonce") },
		"no subject":                  func(p *provider) { delete(p.claims, "sub") },
		"a subject of a thousand":     func(p *provider) { p.claims["sub"] = strings.Repeat("x", 1000) },
		"another challenge than sent": func(p *provider) { p.challenge = "else" },
		"a name of a thousand":        func(p *provider) { p.claims["given_name"] = strings.Repeat("я", 1000) },
		"another person's record": func(p *provider) {
			delete(p.claims, "given_name")
			delete(p.claims, "family_name")
			delete(p.claims, "middle_name")
			p.userInfo = map[string]any{"sub": "u-2", "given_name": "Чужой"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, made := newProvider(t, nil)
			p.depart(t, made)
			forge(p)
			if got, err := signIn(t, made); casework.CodeOf(err) != casework.Unauthenticated || got.Key != "" {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestAnAttemptWithoutANonceIsNoAttempt(t *testing.T) {
	p, made := newProvider(t, nil)
	p.depart(t, made)
	delete(p.claims, "nonce")
	if _, err := made.SignIn(t.Context(), "good", "", "the-verifier-of-forty-three-characters-length"); casework.CodeOf(err) != casework.Unauthenticated {
		t.Errorf("got %v", err)
	}
}

func TestAnEmailCountsOnlyIfItIsVerified(t *testing.T) {
	for name, tc := range map[string]struct {
		verified any
		email    string
		want     string
	}{"true": {true, "a@b.example", "a@b.example"}, "the word true": {"true", "a@b.example", "a@b.example"}, "false": {false, "a@b.example", ""},
		"nothing": {nil, "a@b.example", ""}, "rubbish": {17, "a@b.example", ""}, "a header": {true, "a@b.example\r\nBcc: x@y", ""}} {
		p, made := newProvider(t, nil)
		p.depart(t, made)
		p.claims["email_verified"], p.claims["email"] = tc.verified, tc.email
		if got, err := signIn(t, made); err != nil || got.Contact.Email != tc.want {
			t.Errorf("%s: %q, %v", name, got.Contact.Email, err)
		}
	}
}

func TestANameIsLookedForInTheRecordAndNeverInvented(t *testing.T) {
	p, made := newProvider(t, nil)
	p.depart(t, made)
	for _, claim := range []string{"given_name", "family_name", "middle_name"} {
		delete(p.claims, claim)
	}
	p.userInfo = map[string]any{"sub": "u-1", "name": "Нина Осокина"}
	if got, err := signIn(t, made); err != nil || got.Name.Given != "Нина Осокина" {
		t.Errorf("got %+v, %v", got, err)
	}
	p.userInfo = map[string]any{"sub": "u-1"}
	if _, err := signIn(t, made); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("got %v", err)
	}
}

func TestTheLevelFollowsTheACRWhereOneIsMapped(t *testing.T) {
	p, made := newProvider(t, func(c *Config) {
		c.ACR = map[string]casework.Assurance{"gold": casework.AssuranceInPerson}
	})
	p.depart(t, made)
	for acr, want := range map[string]casework.Assurance{"gold": casework.AssuranceInPerson, "silver": casework.AssuranceOpenID} {
		p.claims["acr"] = acr
		if got, err := signIn(t, made); err != nil || got.Assurance != want {
			t.Errorf("%s: %s, %v", acr, got.Assurance, err)
		}
	}
}

func TestAProviderThatIsDownAtFirstIsAskedAgain(t *testing.T) {
	p, made := newProvider(t, nil)
	p.down = true
	if _, err := made.AuthorizeURL(t.Context(), "s", "n", "v"); casework.CodeOf(err) != casework.Unavailable {
		t.Fatalf("got %v", err)
	}
	p.down = false
	p.depart(t, made)
	p.down = true
	if _, err := signIn(t, made); casework.CodeOf(err) != casework.Unavailable {
		t.Errorf("a provider that broke down refuses: %v", err)
	}
	p.down = false
	if _, err := signIn(t, made); err != nil {
		t.Error(err)
	}
}

func TestAProviderOverPlainHTTPElsewhereIsRefused(t *testing.T) {
	for _, issuer := range []string{"http://login.example", "login.example", ""} {
		if _, err := New(Config{ID: "x", Issuer: issuer, ClientID: "c", RedirectURI: "https://a/b", Now: time.Now}); err == nil {
			t.Errorf("%q is taken", issuer)
		}
	}
}
