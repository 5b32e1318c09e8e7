package esia

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Signer makes raw signatures of requests; see package signer.
type Signer interface {
	Sign(ctx context.Context, message []byte) ([]byte, error)
}

// Verifier checks raw signatures of tokens with one public key of ESIA.
type Verifier interface {
	Verify(ctx context.Context, message, signature []byte) error
	// Algorithm is RS256 or GOST3410_2012_256.
	Algorithm() string
}

// The hosts of ESIA.
const (
	Production = "https://esia.gosuslugi.ru"
	Test       = "https://esia-portal1.test.gosuslugi.ru"
)

// Config is what a Client needs.
type Config struct {
	// BaseURL is Production, Test or an emulator on this machine. Plain http
	// is accepted on loopback only.
	BaseURL string
	// Issuer is the iss of tokens; empty is "http://" + host + "/", as ESIA
	// writes it (http, though it is served over https).
	Issuer string
	// ClientID is the mnemonic of our system in ESIA.
	ClientID string
	// CertificateHash is client_certificate_hash: 64 hex digits.
	CertificateHash string
	// RedirectURI is the address of our callback, registered at ESIA.
	RedirectURI string
	// Scopes are openid, fullname and email if empty.
	Scopes []string
	// Signer holds the key whose certificate is registered at ESIA.
	Signer Signer
	// Keys are the public keys of ESIA; several while it changes them.
	Keys []Verifier
	// Now is the clock.
	Now func() time.Time
	// Skew is how far the clocks may differ; 0 is one minute.
	Skew time.Duration
	// Transport is http.DefaultTransport if nil.
	Transport http.RoundTripper
	// Timeout bounds each call to ESIA; 0 is ten seconds.
	Timeout time.Duration
}

// Client speaks with ESIA. Safe for parallel use.
type Client struct {
	config Config
	base   string
	http   *http.Client
}

var hashForm = regexp.MustCompile(`^[0-9A-Fa-f]{64}$`)

// New checks the configuration; it makes no network call.
func New(config Config) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(config.BaseURL, "/"))
	if err != nil || base.Host == "" || base.Path != "" {
		return nil, fmt.Errorf("esia: base address %q is not like https://host", config.BaseURL)
	}
	if base.Scheme != "https" && !(base.Scheme == "http" && loopback(base.Hostname())) {
		return nil, errors.New("esia: ESIA is spoken to over https only")
	}
	redirect, err := url.Parse(config.RedirectURI)
	switch {
	case err != nil || redirect.Host == "" || redirect.Fragment != "":
		return nil, errors.New("esia: redirect address is not absolute")
	case config.ClientID == "":
		return nil, errors.New("esia: no client id (мнемоника)")
	case !hashForm.MatchString(config.CertificateHash):
		return nil, errors.New("esia: the certificate hash is not 64 hex digits")
	case config.Signer == nil, len(config.Keys) == 0, config.Now == nil:
		return nil, errors.New("esia: a signer, a public key of ESIA and a clock are required")
	}
	if config.Issuer == "" {
		config.Issuer = "http://" + base.Host + "/"
	}
	if len(config.Scopes) == 0 {
		config.Scopes = []string{"openid", "fullname", "email"}
	}
	if config.Skew == 0 {
		config.Skew = time.Minute
	}
	if config.Timeout == 0 {
		config.Timeout = 10 * time.Second
	}
	config.CertificateHash = strings.ToUpper(config.CertificateHash)
	return &Client{config: config, base: base.String(), http: &http.Client{
		Transport: config.Transport,
		Timeout:   config.Timeout,
		// A redirect would carry the token to an address nobody has checked.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// LogoutURL is where the browser goes to leave ESIA too; it comes back to the
// address back, which must be registered there.
func (c *Client) LogoutURL(back string) string {
	// The parameter is redirect_url here, unlike redirect_uri elsewhere.
	return c.base + "/idp/ext/Logout?" + url.Values{"client_id": {c.config.ClientID}, "redirect_url": {back}}.Encode()
}

func (c *Client) scope() string { return strings.Join(c.config.Scopes, " ") }

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
