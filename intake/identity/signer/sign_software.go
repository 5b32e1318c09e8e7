package signer

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
)

// minRSA is the shortest RSA key accepted, in bits.
const minRSA = 2048

// Software signs with a key held in memory. It is for development and tests:
// a body signs letters and ESIA requests with certified means.
type Software struct {
	key       crypto.Signer
	algorithm string
	id        string
}

// NewSoftware makes a signer of an RSA key (from 2048 bits) or an ECDSA key on
// P-256.
func NewSoftware(key crypto.Signer) (*Software, error) {
	algorithm, err := algorithmOf(key.Public())
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, fmt.Errorf("signer: encode public key: %w", err)
	}
	sum := sha256.Sum256(der)
	return &Software{key: key, algorithm: algorithm, id: strings.ToUpper(hex.EncodeToString(sum[:]))}, nil
}

// OpenSoftware reads a PKCS#8 PEM file; if there is none it makes an ECDSA key
// and writes it with mode 0600. A file that others may read is refused.
func OpenSoftware(path string) (*Software, error) {
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = createKey(path)
	}
	if err != nil {
		return nil, err
	}
	return NewSoftware(key)
}

func readKey(path string) (crypto.Signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("signer: key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("signer: key file %s may be read by others: set its mode to 0600", filepath.Base(path))
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("signer: key file: %w", err)
	}
	block, _ := pem.Decode(body)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, fmt.Errorf("signer: %s holds no PKCS#8 private key in PEM", filepath.Base(path))
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("signer: parse key: %w", err)
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("signer: a %T cannot sign", parsed)
	}
	return key, nil
}

// createKey writes aside first, so that a crash leaves no half of a key.
func createKey(path string) (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("signer: generate key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("signer: encode key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("signer: key folder: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".key-*") // CreateTemp makes it 0600
	if err != nil {
		return nil, fmt.Errorf("signer: write key: %w", err)
	}
	defer os.Remove(file.Name())
	if err := errors.Join(pem.Encode(file, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), file.Sync(), file.Close()); err != nil {
		return nil, fmt.Errorf("signer: write key: %w", err)
	}
	// Link and not Rename: a key that a parallel start has written stays.
	if err := os.Link(file.Name(), path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return readKey(path)
		}
		return nil, fmt.Errorf("signer: write key: %w", err)
	}
	return key, nil
}

// Sign signs the message; the context is not used.
func (s *Software) Sign(_ context.Context, message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	if key, ok := s.key.(*ecdsa.PrivateKey); ok {
		r, t, err := ecdsa.Sign(rand.Reader, key, digest[:])
		if err != nil {
			return nil, fmt.Errorf("signer: %w", err)
		}
		raw := make([]byte, 64)
		r.FillBytes(raw[:32])
		t.FillBytes(raw[32:])
		return raw, nil
	}
	raw, err := s.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("signer: %w", err)
	}
	return raw, nil
}

// Algorithm is RS256 or ES256, by the key.
func (s *Software) Algorithm() string { return s.algorithm }

// KeyID is the upper-case hex SHA-256 of the public key's SubjectPublicKeyInfo.
func (s *Software) KeyID() string { return s.id }

// Public is the public half of the key.
func (s *Software) Public() crypto.PublicKey { return s.key.Public() }

// Verifier checks signatures of the same key.
func (s *Software) Verifier() Verifier {
	return &softwareVerifier{key: s.key.Public(), algorithm: s.algorithm}
}

// NewVerifier checks signatures of a public RSA or ECDSA P-256 key.
func NewVerifier(key crypto.PublicKey) (Verifier, error) {
	algorithm, err := algorithmOf(key)
	if err != nil {
		return nil, err
	}
	return &softwareVerifier{key: key, algorithm: algorithm}, nil
}

// ReadVerifier reads a certificate or a public key in PEM. GOST keys need
// NewGOSTVerifier.
func ReadVerifier(path string) (Verifier, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("signer: public key: %w", err)
	}
	block, _ := pem.Decode(body)
	if block == nil {
		return nil, fmt.Errorf("signer: %s is not PEM", filepath.Base(path))
	}
	if block.Type == "CERTIFICATE" {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("signer: parse certificate: %w", err)
		}
		return NewVerifier(certificate.PublicKey)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("signer: parse public key: %w", err)
	}
	return NewVerifier(key)
}

type softwareVerifier struct {
	key       crypto.PublicKey
	algorithm string
}

func (v *softwareVerifier) Algorithm() string { return v.algorithm }

func (v *softwareVerifier) Verify(_ context.Context, message, signature []byte) error {
	digest := sha256.Sum256(message)
	good := false
	switch key := v.key.(type) {
	case *rsa.PublicKey:
		good = rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
	case *ecdsa.PublicKey:
		if len(signature) == 64 {
			r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
			good = ecdsa.Verify(key, digest[:], r, s)
		}
	}
	if !good {
		return ErrSignature
	}
	return nil
}

func algorithmOf(key crypto.PublicKey) (string, error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < minRSA {
			return "", fmt.Errorf("signer: an RSA key of %d bits is too short", k.N.BitLen())
		}
		return RS256, nil
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return ES256, nil
		}
	}
	return "", fmt.Errorf("signer: a key of type %T is not supported", key)
}
