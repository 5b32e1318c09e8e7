package esiasim

import (
	"context"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// refusal is a number of ESIA and the OAuth name it comes with.
type refusal struct{ number, name, text string }

func (r *refusal) description() string { return "ESIA-" + r.number + ": " + r.text }

// refusals are the numbers a client may meet, with short texts of our own.
var refusals = byNumber([]refusal{
	{"007002", "invalid_request", "the certificate does not belong to the client"},
	{"007003", "invalid_request", "a parameter is wrong or repeated"},
	{"007004", "access_denied", "the person or the service refused"},
	{"007005", "unauthorized_client", "the client may not use this method"},
	{"007006", "invalid_scope", "an unknown or forbidden scope"},
	{"007007", "server_error", "unexpected failure"},
	{"007008", "temporarily_unavailable", "overloaded"},
	{"007009", "unsupported_response_type", "this response type is not supported"},
	{"007011", "invalid_grant", "the code or refresh token is invalid, expired or of another client"},
	{"007012", "unsupported_grant_type", "this grant type is not supported"},
	{"007013", "invalid_scope", "no scope"},
	{"007014", "invalid_request", "a parameter is missing"},
	{"007015", "invalid_request", "wrong time of the request"},
	{"007019", "access_denied", "no permission"},
	{"007023", "invalid_request", "redirect_uri is not registered"},
	{"007039", "invalid_request", "PKCE: wrong code_challenge"},
	{"007040", "invalid_grant", "PKCE: wrong code_verifier"},
	{"007046", "access_denied", "wrong one-time code"},
	{"007053", "unauthorized_client", "client_secret is wrong"},
	{"007055", "access_denied", "the account is not confirmed"},
	{"007194", "invalid_scope", "scope of an organisation without rights"},
	{"008010", "invalid_client", "the client is not authenticated"},
})

func byNumber(list []refusal) map[string]refusal {
	found := map[string]refusal{}
	for _, r := range list {
		found[r.number] = r
	}
	return found
}

func refuse(number string) *refusal {
	r := refusals[number]
	return &r
}

const timestampForm = "2006.01.02 15:04:05 -0700"

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// knownScopes are those ESIA has for persons.
var knownScopes = strings.Fields("openid fullname birthdate birthplace gender snils inn id_doc email mobile contacts " +
	"addresses usr_org vehicles medical_doc military_doc foreign_passport_doc drivers_licence_doc birth_cert_doc " +
	"residence_doc temporary_residence_doc")

// checkForm refuses repeated and missing parameters.
func checkForm(v url.Values, required ...string) *refusal {
	for _, values := range v {
		if len(values) != 1 {
			return refuse("007003")
		}
	}
	for _, name := range required {
		if v.Get(name) == "" {
			if name == "scope" {
				return refuse("007013")
			}
			return refuse("007014")
		}
	}
	return nil
}

// checkSigned checks what both endpoints share: hash, state, time, scopes and
// client_secret over client_id + scope + scope_org + timestamp + state +
// redirect_uri + code, without anything between.
func (s *Server) checkSigned(ctx context.Context, c Client, v url.Values, code string) *refusal {
	if !strings.EqualFold(v.Get("client_certificate_hash"), c.CertificateHash) {
		return refuse("007002")
	}
	if !uuidForm.MatchString(v.Get("state")) {
		return refuse("007003")
	}
	at, err := time.Parse(timestampForm, v.Get("timestamp"))
	if err != nil || at.Sub(s.config.Now()).Abs() > s.config.Skew {
		return refuse("007015")
	}
	for _, scope := range strings.Fields(v.Get("scope")) {
		if !slices.Contains(knownScopes, scope) || !slices.Contains(c.Scopes, scope) {
			return refuse("007006")
		}
	}
	if v.Get("scope_org") != "" {
		return refuse("007194")
	}
	message := v.Get("client_id") + v.Get("scope") + v.Get("scope_org") + v.Get("timestamp") + v.Get("state") + v.Get("redirect_uri") + code
	// Some clients keep the padding, some do not.
	signature, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(v.Get("client_secret"), "="))
	if err != nil || c.Key.Verify(ctx, []byte(message), signature) != nil {
		return refuse("007053")
	}
	return nil
}
