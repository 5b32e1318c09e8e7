package oidc

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestAnIDTokenOfTheNamedClientVouchesForItsPerson(t *testing.T) {
	p, made := newProvider(t, nil)
	p.claims["aud"] = "roads-site"
	delete(p.claims, "nonce")
	got, err := made.Vouched(t.Context(), p.jwt(), "", "roads-site")
	if err != nil || !strings.HasSuffix(got.Key, ":u-1") || got.Name.Surname != "Осокина" || got.Assurance != casework.AssuranceOpenID {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, k := range []string{"given_name", "family_name", "middle_name"} {
		delete(p.claims, k)
	}
	if got, err := made.Vouched(t.Context(), p.jwt(), "", "roads-site"); casework.CodeOf(err) != casework.Forbidden || got.Key != "" {
		t.Errorf("without a name: %+v, %v", got, err)
	}
	p.userInfo = map[string]any{"sub": "u-1", "given_name": "Нина", "family_name": "Осокина"}
	if got, err := made.Vouched(t.Context(), p.jwt(), "access", "roads-site"); err != nil || got.Name.Given != "Нина" {
		t.Errorf("with the name from the provider: %+v, %v", got, err)
	}
	p.userInfo["sub"] = "u-2"
	if _, err := made.Vouched(t.Context(), p.jwt(), "access", "roads-site"); casework.CodeOf(err) != casework.Unauthenticated {
		t.Errorf("with the name of another person: %v", err)
	}
}

func TestAnIDTokenOfAnybodyElseVouchesForNobody(t *testing.T) {
	for name, spoil := range map[string]func(p *provider){
		"of our own sign-in": func(p *provider) { p.claims["aud"] = "client" },
		"of another site":    func(p *provider) { p.claims["aud"] = "health-site" },
		"of several, not for this": func(p *provider) {
			p.claims["aud"], p.claims["azp"] = []string{"roads-site", "health-site"}, "health-site"
		},
		"of another issuer":    func(p *provider) { p.claims["iss"] = "https://evil.example" },
		"expired":              func(p *provider) { p.claims["exp"] = p.now.Unix() - 1 },
		"from the future":      func(p *provider) { p.claims["iat"], p.claims["exp"] = p.now.Unix()+3600, p.now.Unix()+7200 },
		"unsigned":             func(p *provider) { p.head["alg"], p.sign = "none", func([]byte) []byte { return nil } },
		"signed by a stranger": func(p *provider) { p.sign = func([]byte) []byte { return make([]byte, 256) } },
	} {
		p, made := newProvider(t, nil)
		p.claims["aud"] = "roads-site"
		spoil(p)
		if got, err := made.Vouched(t.Context(), p.jwt(), "", "roads-site"); casework.CodeOf(err) != casework.Unauthenticated || got.Key != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	_, made := newProvider(t, nil)
	for _, raw := range []string{"", "a.b.c", strings.Repeat("a", maxToken+1)} {
		if _, err := made.Vouched(t.Context(), raw, "", "roads-site"); casework.CodeOf(err) != casework.Unauthenticated {
			t.Errorf("a token of %d bytes: %v", len(raw), err)
		}
	}
}
