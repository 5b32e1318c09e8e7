package esia

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"regexp"
	"testing"
	"time"

	"priemnaya/casework"
)

func TestTheStringToSignIsAPlainConcatenation(t *testing.T) {
	whole := secretParts{clientID: "PRIEMNAYA", scope: "openid fullname email", timestamp: "2026.11.20 12:00:00 +0300",
		state: "a5a10dfd-2dd3-4e4e-9c0b-0a1b2c3d4e5f", redirectURI: "https://priemnaya.example/login/esia/callback"}
	withCode, withOrg := whole, whole
	withCode.code = "eyJ2ZXIiOjF9.e30.c2ln"
	withOrg.scopeOrg = "http://esia.gosuslugi.ru/org_inf"
	for name, tc := range map[string]struct {
		parts secretParts
		want  string
	}{
		"for the code and for a refresh": {whole, "PRIEMNAYAopenid fullname email2026.11.20 12:00:00 +0300a5a10dfd-2dd3-4e4e-9c0b-0a1b2c3d4e5fhttps://priemnaya.example/login/esia/callback"},
		"for a token":                    {withCode, "PRIEMNAYAopenid fullname email2026.11.20 12:00:00 +0300a5a10dfd-2dd3-4e4e-9c0b-0a1b2c3d4e5fhttps://priemnaya.example/login/esia/callbackeyJ2ZXIiOjF9.e30.c2ln"},
		"with a scope of organisations":  {withOrg, "PRIEMNAYAopenid fullname emailhttp://esia.gosuslugi.ru/org_inf2026.11.20 12:00:00 +0300a5a10dfd-2dd3-4e4e-9c0b-0a1b2c3d4e5fhttps://priemnaya.example/login/esia/callback"},
	} {
		if got := string(tc.parts.message()); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestTheTimeIsWrittenAsESIAWantsIt(t *testing.T) {
	for want, at := range map[string]time.Time{
		"2015.11.02 09:52:36 +0000": time.Date(2015, 11, 2, 9, 52, 36, 0, time.UTC),
		"2026.01.05 00:00:01 +0300": time.Date(2026, 1, 5, 0, 0, 1, 0, time.FixedZone("MSK", 3*3600)),
		"2026.12.31 23:59:59 +1200": time.Date(2026, 12, 31, 23, 59, 59, 999, time.FixedZone("", 12*3600)),
	} {
		if got := Timestamp(at); got != want {
			t.Errorf("%s instead of %s", got, want)
		}
	}
}

func TestEachStateIsANewUUID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		state := NewState()
		if !form.MatchString(state) || seen[state] {
			t.Fatalf("%q is no UUID or not new", state)
		}
		seen[state] = true
	}
}

type echoSigner struct{ err error }

func (s echoSigner) Sign(_ context.Context, message []byte) ([]byte, error) { return message, s.err }

func plain(change func(*Config)) Config {
	config := Config{BaseURL: Test, ClientID: "PRIEMNAYA", CertificateHash: "ab34" + string(make60()), RedirectURI: "https://priemnaya.example/cb",
		Signer: echoSigner{}, Keys: []Verifier{rsaKey{}}, Now: func() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) }}
	if change != nil {
		change(&config)
	}
	return config
}

func make60() []byte {
	b := make([]byte, 60)
	for i := range b {
		b[i] = 'f'
	}
	return b
}

func TestTheRequestForACodeHasAllFieldsOfTheProtocol(t *testing.T) {
	client, err := New(plain(nil))
	if err != nil {
		t.Fatal(err)
	}
	address, err := client.AuthorizeURL(t.Context(), "a5a10dfd-2dd3-4e4e-9c0b-0a1b2c3d4e5f")
	if err != nil {
		t.Fatal(err)
	}
	parsed, _ := url.Parse(address)
	if parsed.Host != "esia-portal1.test.gosuslugi.ru" || parsed.Path != "/aas/oauth2/v2/ac" {
		t.Errorf("sent to %s", parsed)
	}
	secret := base64.URLEncoding.EncodeToString([]byte("PRIEMNAYAopenid fullname email2026.11.20 09:00:00 +0000a5a10dfd-2dd3-4e4e-9c0b-0a1b2c3d4e5fhttps://priemnaya.example/cb"))
	for name, want := range map[string]string{"client_id": "PRIEMNAYA", "client_secret": secret, "client_certificate_hash": "AB34" + upper60(),
		"redirect_uri": "https://priemnaya.example/cb", "scope": "openid fullname email", "scope_org": "", "response_type": "code",
		"state": "a5a10dfd-2dd3-4e4e-9c0b-0a1b2c3d4e5f", "timestamp": "2026.11.20 09:00:00 +0000", "access_type": "online"} {
		if got := parsed.Query()[name]; len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if len(parsed.Query()) != 10 {
		t.Errorf("the request has other fields too: %v", parsed.Query())
	}
}

func upper60() string {
	b := make60()
	for i := range b {
		b[i] = 'F'
	}
	return string(b)
}

func TestARequestThatCannotBeSignedIsUnavailable(t *testing.T) {
	client, _ := New(plain(func(c *Config) { c.Signer = echoSigner{errors.New("the token is not plugged in")} }))
	if _, err := client.AuthorizeURL(t.Context(), NewState()); casework.CodeOf(err) != casework.Unavailable {
		t.Errorf("got %v", err)
	}
}

func TestAConfigurationThatCannotBeRightIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"plain http elsewhere":        func(c *Config) { c.BaseURL = "http://esia.gosuslugi.ru" },
		"a path in the base address":  func(c *Config) { c.BaseURL = Production + "/aas" },
		"a hash of 63 digits":         func(c *Config) { c.CertificateHash = c.CertificateHash[1:] },
		"no client":                   func(c *Config) { c.ClientID = "" },
		"a relative redirect address": func(c *Config) { c.RedirectURI = "/login" },
		"no key of ESIA":              func(c *Config) { c.Keys = nil },
	} {
		if _, err := New(plain(change)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	client, err := New(plain(func(c *Config) { c.BaseURL = Production }))
	if err != nil || client.config.Issuer != "http://esia.gosuslugi.ru/" {
		t.Errorf("the issuer of the production is %q: %v", client.config.Issuer, err)
	}
}

func TestTheLogoutNamesItsReturnAddressRedirectURL(t *testing.T) {
	client, _ := New(plain(nil))
	if got := client.LogoutURL("https://priemnaya.example/logout"); got !=
		Test+"/idp/ext/Logout?client_id=PRIEMNAYA&redirect_url=https%3A%2F%2Fpriemnaya.example%2Flogout" {
		t.Error(got)
	}
}
