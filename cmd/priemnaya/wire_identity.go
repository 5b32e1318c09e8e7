package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"strings"

	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/intake/identity"
	"priemnaya/intake/identity/esia"
	"priemnaya/intake/identity/esiasim"
	"priemnaya/intake/identity/oidc"
	"priemnaya/intake/identity/signer"
)

// providers are the ways in which a citizen can sign in.
type providers struct {
	esia   *esia.Client
	openID []*oidc.Provider
}

// openProviders makes the clients of the configured providers; development
// starts the emulator of ESIA and uses it.
func (a *App) openProviders(ctx context.Context) (providers, error) {
	var p providers
	var err error
	switch {
	case a.cfg.ESIA.URL != "":
		p.esia, err = a.openESIA(ctx)
	case a.cfg.Mode == development:
		p.esia, err = a.startEmulator()
	}
	if err != nil {
		return p, fmt.Errorf("ESIA: %w", err)
	}
	if o := a.cfg.OIDC; o.Issuer != "" {
		label := o.Name
		if label == "" {
			label = "OpenID"
		}
		provider, err := oidc.New(oidc.Config{ID: "main", Label: label, Issuer: o.Issuer, ClientID: o.ClientID,
			ClientSecret: o.ClientSecret, RedirectURI: a.cfg.BaseURL + identity.OpenIDCallbackPath("main"), Now: a.now})
		if err != nil {
			return p, fmt.Errorf("OpenID Connect: %w", err)
		}
		p.openID = append(p.openID, provider)
	}
	return p, nil
}

// openESIA connects to a real ESIA with the key whose certificate is
// registered there.
func (a *App) openESIA(ctx context.Context) (*esia.Client, error) {
	c := a.cfg.ESIA
	var key esia.Signer
	var ours esia.Verifier
	var err error
	if c.Engine == "software" {
		if key, err = signer.OpenSoftware(c.Key); err != nil {
			return nil, err
		}
		ours, err = signer.ReadVerifier(c.PublicKey)
	} else {
		if key, err = signer.OpenGOST(ctx, signer.GOSTFiles{Key: c.Key, Certificate: c.Certificate}); err != nil {
			return nil, err
		}
		ours, err = signer.NewGOSTVerifier(ctx, "", c.PublicKey)
	}
	if err != nil {
		return nil, err
	}
	return esia.New(esia.Config{BaseURL: c.URL, ClientID: c.ClientID, CertificateHash: c.CertHash,
		RedirectURI: a.cfg.BaseURL + identity.ESIACallbackPath, Signer: key, Keys: []esia.Verifier{ours}, Now: a.now})
}

// Name of our system at the emulator.
const emulatorClient = "PRIEMNAYA_DEV"

// startEmulator starts the stand-in for ESIA on loopback.
func (a *App) startEmulator() (*esia.Client, error) {
	key, err := signer.OpenSoftware(a.cfg.path("keys/esia.pem"))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(key.KeyID()))
	hash := strings.ToUpper(hex.EncodeToString(sum[:]))
	ln, err := net.Listen("tcp", a.cfg.SimListen)
	if err != nil {
		return nil, err
	}
	a.SimAddr = ln.Addr().String()
	redirect := a.cfg.BaseURL + identity.ESIACallbackPath
	sim, err := esiasim.New(esiasim.Config{BaseURL: "http://" + a.SimAddr, Set: a.set, Now: a.now,
		Clients: []esiasim.Client{{ID: emulatorClient, CertificateHash: hash, RedirectURIs: []string{redirect},
			LogoutURLs: []string{a.cfg.BaseURL + identity.SignOutPath, a.cfg.BaseURL + "/"},
			Scopes:     []string{"openid", "fullname", "email"}, Key: key.Verifier()},
			// The website of the demonstration gets tokens without a sign-in.
			{ID: demo.SiteClient, CertificateHash: hash, Scopes: []string{"openid", "fullname", "email"}, Key: key.Verifier(), Mint: true}}})
	if err != nil {
		return nil, err
	}
	a.onClose(sim.Shutdown)
	a.serve("ESIA emulator", ln, sim.Serve)
	theirs, err := signer.NewVerifier(sim.Public())
	if err != nil {
		return nil, err
	}
	return esia.New(esia.Config{BaseURL: "http://" + a.SimAddr, ClientID: emulatorClient, CertificateHash: hash,
		RedirectURI: redirect, Signer: key, Keys: []esia.Verifier{theirs}, Now: a.now})
}
