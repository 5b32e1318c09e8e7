// Package oidc signs citizens in through any provider of OpenID Connect that
// the installation trusts: discovery, code flow with PKCE, state and nonce.
package oidc

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// Config describes one provider.
type Config struct {
	// ID is the part of our addresses that names the provider: latin letters,
	// digits, dash. Label is what the button says.
	ID, Label string
	// Issuer is where discovery starts; https, or http on loopback.
	Issuer                 string
	ClientID, ClientSecret string
	// RedirectURI is the address of our callback.
	RedirectURI string
	// Scopes are openid, profile and email if empty.
	Scopes []string
	// Assurance is what an account of the provider is worth; ACR refines it by
	// the acr claim. Empty is casework.AssuranceOpenID.
	Assurance casework.Assurance
	ACR       map[string]casework.Assurance
	Now       func() time.Time
	// Transport is http.DefaultTransport if nil.
	Transport http.RoundTripper
}

// Provider is one provider. It is asked for its configuration on first use,
// so that a provider that is down does not stop our start. Safe for parallel use.
type Provider struct {
	config Config
	client *http.Client

	mu   sync.Mutex
	core *oidc.Provider
}

var idForm = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// New checks the configuration; it makes no network call.
func New(config Config) (*Provider, error) {
	issuer, err := url.Parse(config.Issuer)
	if err != nil || issuer.Host == "" {
		return nil, fmt.Errorf("oidc: issuer %q is not an address", config.Issuer)
	}
	ip := net.ParseIP(issuer.Hostname())
	local := issuer.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	switch {
	case issuer.Scheme != "https" && !(issuer.Scheme == "http" && local):
		return nil, errors.New("oidc: a provider is spoken to over https only")
	case !idForm.MatchString(config.ID) || config.ClientID == "" || config.RedirectURI == "" || config.Now == nil:
		return nil, errors.New("oidc: id, client id, redirect address and clock are required")
	}
	if len(config.Scopes) == 0 {
		config.Scopes = []string{oidc.ScopeOpenID, "profile", "email"}
	}
	if config.Assurance == "" {
		config.Assurance = casework.AssuranceOpenID
	}
	return &Provider{config: config, client: &http.Client{Transport: limited{config.Transport}, Timeout: 10 * time.Second}}, nil
}

// ID names the provider in our addresses.
func (p *Provider) ID() string { return p.config.ID }

// Label is what the button says.
func (p *Provider) Label() string { return p.config.Label }

// AuthorizeURL is where the browser goes. state, nonce and verifier are random
// and bound to the browser by the caller. Errors: Unavailable.
func (p *Provider) AuthorizeURL(ctx context.Context, state, nonce, verifier string) (string, error) {
	core, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.flow(core).AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// SignIn exchanges the code, checks the id token and makes the applicant with
// the key "oidc:<hash of the issuer>:<sub>". Errors: Unauthenticated,
// Unavailable.
func (p *Provider) SignIn(ctx context.Context, code, nonce, verifier string) (casework.Applicant, error) {
	const op = "oidc.SignIn"
	core, err := p.discover(ctx)
	if err != nil {
		return casework.Applicant{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.flow(core).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return casework.Applicant{}, exchangeError(op, err)
	}
	raw, _ := token.Extra("id_token").(string)
	checked, err := core.VerifierContext(ctx, &oidc.Config{ClientID: p.config.ClientID, Now: p.config.Now}).Verify(ctx, raw)
	if err != nil {
		return casework.Applicant{}, distrust(op, "the id token fails its check")
	}
	if subtle.ConstantTimeCompare([]byte(checked.Nonce), []byte(nonce)) != 1 || nonce == "" {
		return casework.Applicant{}, distrust(op, "the id token has another nonce")
	}
	if checked.IssuedAt.After(p.config.Now().Add(time.Minute)) {
		return casework.Applicant{}, distrust(op, "the id token comes from the future")
	}
	var said claims
	if err := checked.Claims(&said); err != nil {
		return casework.Applicant{}, distrust(op, "the claims are unreadable")
	}
	if len(checked.Audience) > 1 && said.AuthorizedParty != p.config.ClientID {
		return casework.Applicant{}, distrust(op, "the id token was made for another client")
	}
	if err := p.addUserInfo(ctx, core, token, checked.Subject, &said); err != nil {
		return casework.Applicant{}, err
	}
	return p.applicant(checked.Subject, said)
}

// addUserInfo asks the provider for a name if the token has none.
func (p *Provider) addUserInfo(ctx context.Context, core *oidc.Provider, token *oauth2.Token, subject string, said *claims) error {
	if said.name().Full() != "" || core.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := core.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return unavailable("oidc.UserInfo", err)
	}
	if info.Subject != subject {
		return distrust("oidc.UserInfo", "the provider speaks of another person")
	}
	var more claims
	if err := info.Claims(&more); err != nil {
		return distrust("oidc.UserInfo", "the claims are unreadable")
	}
	more.Context = said.Context
	*said = more
	return nil
}

type claims struct {
	Given           string    `json:"given_name"`
	Family          string    `json:"family_name"`
	Middle          string    `json:"middle_name"`
	Whole           string    `json:"name"`
	Email           string    `json:"email"`
	Verified        looseBool `json:"email_verified"`
	Context         string    `json:"acr"`
	AuthorizedParty string    `json:"azp"`
}

// looseBool reads true and "true": providers write both.
type looseBool bool

// UnmarshalJSON takes anything else as false.
func (b *looseBool) UnmarshalJSON(raw []byte) error {
	*b = looseBool(strings.Trim(string(raw), `"`) == "true")
	return nil
}

// maxName is the longest part of a name kept, in characters.
const maxName = 200

func (c claims) name() casework.PersonName {
	clean := func(part string) string { part, _ = templates.CleanLine(part, 0); return part }
	n := casework.PersonName{Surname: clean(c.Family), Given: clean(c.Given), Patronymic: clean(c.Middle)}
	if n.Full() == "" {
		n.Given = clean(c.Whole)
	}
	return n
}

func (p *Provider) applicant(subject string, said claims) (casework.Applicant, error) {
	const op = "oidc.Applicant"
	name := said.name()
	switch {
	case subject == "" || len(subject) > 255:
		return casework.Applicant{}, distrust(op, "the subject is empty or too long")
	case name.Full() == "":
		return casework.Applicant{}, &casework.Error{Code: casework.Forbidden, Op: op, Message: "identity.openid.nameless"}
	case slices.ContainsFunc([]string{name.Surname, name.Given, name.Patronymic}, func(s string) bool { return len([]rune(s)) > maxName }):
		return casework.Applicant{}, distrust(op, "the name is too long")
	}
	sum := sha256.Sum256([]byte(p.config.Issuer))
	made := casework.Applicant{Key: "oidc:" + hex.EncodeToString(sum[:6]) + ":" + subject, Name: name,
		Assurance: p.config.Assurance, Contact: casework.Contact{Cabinet: true}}
	if level, known := p.config.ACR[said.Context]; known {
		made.Assurance = level
	}
	if bool(said.Verified) && strings.Count(said.Email, "@") == 1 && len(said.Email) <= 254 && !strings.ContainsAny(said.Email, " ,;<>\"\r\n") {
		made.Contact.Email = said.Email
	}
	return made, nil
}

func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.core != nil {
		return p.core, nil
	}
	// The keys are fetched later too, long after this request has ended.
	core, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.config.Issuer)
	if err != nil {
		return nil, unavailable("oidc.Discover", err)
	}
	p.core = core
	return core, nil
}

func (p *Provider) flow(core *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret,
		Endpoint: core.Endpoint(), RedirectURL: p.config.RedirectURI, Scopes: p.config.Scopes}
}

// exchangeError tells a refused code from a provider that is down. The reply
// itself is not kept: it may hold anything.
func exchangeError(op string, err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < 500 {
		return distrust(op, "the provider refused the code")
	}
	return unavailable(op, err)
}

func unavailable(op string, err error) error {
	return &casework.Error{Code: casework.Unavailable, Op: op, Message: "identity.openid.unreachable",
		Err: fmt.Errorf("oidc: %T", err)}
}

func distrust(op, why string) error {
	return &casework.Error{Code: casework.Unauthenticated, Op: op, Message: "identity.openid.distrusted",
		Err: errors.New("oidc: " + why)}
}
