package identity_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"priemnaya/intake/identity"
	"priemnaya/intake/identity/oidc"
)

// openIDProvider signs in one person without asking.
func openIDProvider(t *testing.T, now func() time.Time, refuse *bool) *httptest.Server {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	nonce := ""
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	say := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"issuer": server.URL, "authorization_endpoint": server.URL + "/auth", "token_endpoint": server.URL + "/token", "jwks_uri": server.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		say(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("/auth", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		nonce = q.Get("nonce")
		back := url.Values{"state": {q.Get("state")}, "code": {"c"}}
		if *refuse {
			back = url.Values{"state": {q.Get("state")}, "error": {"access_denied"}}
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		body, _ := json.Marshal(map[string]any{"iss": server.URL, "aud": "c", "sub": "7", "nonce": nonce, "iat": now().Unix(), "exp": now().Unix() + 60,
			"given_name": "Нина", "family_name": "Осокина"})
		signed, _ := signer.Sign(body)
		token, _ := signed.CompactSerialize()
		say(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": token})
	})
	return server
}

func TestACitizenSignsInThroughAnotherProvider(t *testing.T) {
	refuse := false
	h := build(t, options{web: func(c *identity.Config) {
		now := c.Kit.Now
		server := openIDProvider(t, now, &refuse)
		p, err := oidc.New(oidc.Config{ID: "region", Label: "РегионID", Issuer: server.URL, ClientID: "c", Now: now,
			RedirectURI: c.BaseURL + identity.OpenIDCallbackPath("region")})
		if err != nil {
			t.Fatal(err)
		}
		c.OpenID = []*oidc.Provider{p}
	}})
	b := newBrowser(t)
	b.get(h.base+"/login?next=/whoami").has(t, "Войти через РегионID")
	b.get(h.base+"/login/openid/region?next=/whoami").has(t, "Осокина", `"assurance":"openid"`)
	b.get(h.base+"/login/openid/region/callback?code=c&state=x").has(t, "уже не действует")
	refuse = true
	other := newBrowser(t)
	other.get(h.base+"/login/openid/region").has(t, "служба отказала во входе")
	if other.whoami(h) != "nobody" {
		t.Error("signed in after a refusal")
	}
	// A state of one provider is worth nothing at the callback of another.
	state, _ := url.Parse(comeBack(t, h, other))
	other.get(h.base+"/login/openid/region/callback?code=c&state="+state.Query().Get("state")).has(t, "уже не действует")
}
