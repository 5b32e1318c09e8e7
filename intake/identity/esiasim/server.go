package esiasim

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"priemnaya/templates"
)

// Verifier checks the raw signatures of a client's requests.
type Verifier interface {
	Verify(ctx context.Context, message, signature []byte) error
}

// Signer signs the tokens; see package signer.
type Signer interface {
	Sign(ctx context.Context, message []byte) ([]byte, error)
	Algorithm() string
}

// Client is a system registered at the emulator.
type Client struct {
	// ID is the mnemonic, CertificateHash the registered string of 64 hex
	// digits; it is compared without regard to case.
	ID, CertificateHash string
	// RedirectURIs are the addresses codes may be sent to, exactly as sent;
	// LogoutURLs those a browser may return to after a logout.
	RedirectURIs, LogoutURLs []string
	// Scopes are those the client may ask for.
	Scopes []string
	// ConfirmedOnly refuses persons with a simplified account (ESIA-007055).
	ConfirmedOnly bool
	// Key checks client_secret.
	Key Verifier
	// Mint allows POST /emulator/mint for the client.
	Mint bool
}

// Config is what the emulator needs.
type Config struct {
	// BaseURL is where it will be reached, "http://127.0.0.1:9443"; the host
	// must be loopback.
	BaseURL string
	Clients []Client
	// Persons are DefaultPersons if nil.
	Persons []Person
	// Signer signs tokens; nil is an RSA key made at start.
	Signer Signer
	// Label is the alg written into tokens; empty is R6 for RSA, as ESIA
	// writes it, and the signer's own name otherwise.
	Label string
	// Set renders the pages.
	Set *templates.Set
	Now func() time.Time
	// Skew is how far the time of a request may differ; 0 is five minutes.
	Skew time.Duration
}

// Server is the emulator.
type Server struct {
	config  Config
	issuer  string
	clients map[string]Client
	persons map[string]Person
	signer  Signer
	public  crypto.PublicKey
	desk    desk
	http    *http.Server
}

// ErrPublic means that the emulator was told to listen where others reach it.
var ErrPublic = errors.New("esiasim: the emulator of ESIA signs in anybody as anybody and runs on loopback only")

// New checks the configuration. Errors: ErrPublic.
func New(config Config) (*Server, error) {
	base, err := url.Parse(config.BaseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("esiasim: base address %q is not like http://127.0.0.1:9443", config.BaseURL)
	}
	if ip := net.ParseIP(base.Hostname()); base.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, ErrPublic
	}
	if config.Set == nil || config.Now == nil {
		return nil, errors.New("esiasim: templates and a clock are required")
	}
	if config.Persons == nil {
		config.Persons = DefaultPersons()
	}
	if config.Skew == 0 {
		config.Skew = 5 * time.Minute
	}
	config.BaseURL = strings.TrimSuffix(config.BaseURL, "/")
	s := &Server{config: config, issuer: "http://" + base.Host + "/", clients: map[string]Client{},
		persons: map[string]Person{}, signer: config.Signer, desk: newDesk()}
	for _, c := range config.Clients {
		if c.Key == nil || c.ID == "" || len(c.CertificateHash) != 64 {
			return nil, fmt.Errorf("esiasim: client %q needs an id, a certificate hash and a key", c.ID)
		}
		s.clients[c.ID] = c
	}
	for _, p := range config.Persons {
		s.persons[p.OID] = p
	}
	if s.signer == nil {
		if err := s.makeKey(); err != nil {
			return nil, err
		}
	}
	if s.config.Label == "" {
		s.config.Label = s.signer.Algorithm()
		if s.config.Label == "RS256" {
			s.config.Label = "R6"
		}
	}
	s.http = &http.Server{Handler: s.Handler(), ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10}
	return s, nil
}

func (s *Server) makeKey() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("esiasim: make key: %w", err)
	}
	s.signer, s.public = rsaSigner{key}, key.Public()
	return nil
}

// Public is the key that made the tokens' signatures; nil if Config.Signer was
// given.
func (s *Server) Public() crypto.PublicKey { return s.public }

// Serve answers on the listener until Shutdown. Errors: ErrPublic if it is not
// bound to loopback.
func (s *Server) Serve(ln net.Listener) error {
	address, ok := ln.Addr().(*net.TCPAddr)
	if !ok || !address.IP.IsLoopback() {
		return ErrPublic
	}
	if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("esiasim: %w", err)
	}
	return nil
}

// Shutdown ends Serve after the requests under way.
func (s *Server) Shutdown(ctx context.Context) error { return s.http.Shutdown(ctx) }

// Handler is the emulator without a listener. A request under another host
// name is refused: a page elsewhere could otherwise rebind its name to us.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /aas/oauth2/v2/ac", s.authorize)
	mux.HandleFunc("POST /emulator/choose", s.choose)
	mux.HandleFunc("POST /emulator/mint", s.mint)
	mux.HandleFunc("POST /aas/oauth2/v3/te", s.token)
	mux.HandleFunc("GET /rs/prns/{oid}", s.readPerson)
	mux.HandleFunc("GET /rs/prns/{oid}/ctts", s.listContacts)
	mux.HandleFunc("GET /rs/prns/{oid}/ctts/{id}", s.readContact)
	mux.HandleFunc("GET /idp/ext/Logout", s.logout)
	mux.HandleFunc("GET "+templates.StaticPath, s.static)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { s.page(w, r, http.StatusOK, simPage{}) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "the emulator answers to loopback names only", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	})
}

type rsaSigner struct{ key *rsa.PrivateKey }

func (s rsaSigner) Algorithm() string { return "RS256" }

func (s rsaSigner) Sign(_ context.Context, message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	return rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, digest[:])
}
