// Package signer makes and checks raw electronic signatures: those of requests
// to ESIA and those of letters. A raw signature is the bare value over the
// bytes, without a container (no CMS, no certificate inside).
package signer

import (
	"context"
	"errors"
)

// The algorithms, by the names ESIA and JOSE give them.
const (
	// RS256 is RSA PKCS#1 v1.5 over SHA-256.
	RS256 = "RS256"
	// ES256 is ECDSA on P-256 over SHA-256; the signature is r and s, 32 bytes each.
	ES256 = "ES256"
	// GOST256 is GOST R 34.10-2012 with a 256-bit key over Streebog-256
	// (GOST R 34.11-2012); the signature is 64 bytes as OpenSSL writes them.
	GOST256 = "GOST3410_2012_256"
)

// Signer makes raw signatures with one key. Safe for parallel use.
type Signer interface {
	// Sign returns the raw signature over the message; hashing is its matter.
	Sign(ctx context.Context, message []byte) ([]byte, error)
	// Algorithm is one of the names above.
	Algorithm() string
	// KeyID names the key: upper-case hex of a digest of its public half or,
	// for GOST, of its certificate.
	KeyID() string
}

// Verifier checks raw signatures of one key. Safe for parallel use.
type Verifier interface {
	// Verify returns nil for a good signature, ErrSignature for a bad one and
	// any other error if it could not check.
	Verify(ctx context.Context, message, signature []byte) error
	// Algorithm is one of the names above; a key has exactly one.
	Algorithm() string
}

// ErrSignature means that the signature is not one of this key over these bytes.
var ErrSignature = errors.New("signer: signature does not match")
