package signer

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"github.com/smallstep/pkcs7"
)

// maxSignature bounds a detached signature that is checked, in bytes: one with
// its chain of certificates takes a few kilobytes.
const maxSignature = 256 << 10

// CheckDetached checks that a signature is one over the file and says by whose
// certificate. It does not say that the certificate may be trusted: compare
// its serial number and owner with what the body has published, or give the
// signature to an accredited centre. The signature may be DER or PEM.
//
// Errors: ErrSignature for a file or a signature that was changed and for what
// is no signature at all; ErrNoGOST where it is one by GOST and openssl with
// its engine is missing.
func CheckDetached(ctx context.Context, file, signature []byte) (Certificate, error) {
	if len(signature) > maxSignature {
		return Certificate{}, ErrSignature
	}
	if block, _ := pem.Decode(signature); block != nil {
		signature = block.Bytes
	}
	parsed, err := pkcs7.Parse(signature)
	if err != nil || len(parsed.Signers) != 1 {
		// A certificate by GOST may be more than Go can read.
		return tryGOST(ctx, file, signature)
	}
	if slices.ContainsFunc(gostDigests, func(oid string) bool { return parsed.Signers[0].DigestAlgorithm.Algorithm.String() == oid }) {
		return tryGOST(ctx, file, signature)
	}
	if len(parsed.Content) > 0 {
		// It carries its own content: then it says nothing of the file.
		return Certificate{}, ErrSignature
	}
	parsed.Content = file
	signer := parsed.GetOnlySigner()
	if signer == nil || verifySafely(parsed) != nil {
		return Certificate{}, ErrSignature
	}
	return certificateOf(signer), nil
}

// gostDigests are Streebog with 256 and 512 bits.
var gostDigests = []string{"1.2.643.7.1.1.2.2", "1.2.643.7.1.1.2.3"}

func tryGOST(ctx context.Context, file, signature []byte) (Certificate, error) {
	c, err := checkGOST(ctx, "", file, signature)
	if errors.Is(err, ErrNoGOST) && !looksLikeCMS(signature) {
		return c, ErrSignature
	}
	return c, err
}

// looksLikeCMS reports whether bytes begin as CMS SignedData does: a sequence
// with the identifier 1.2.840.113549.1.7.2.
func looksLikeCMS(signature []byte) bool {
	id := []byte{0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02}
	for at := 2; at <= 6 && at+len(id) <= len(signature); at++ {
		if slices.Equal(signature[at:at+len(id)], id) {
			return true
		}
	}
	return false
}

// verifySafely keeps a crash of the parser on hostile bytes from ending the
// program.
func verifySafely(p *pkcs7.PKCS7) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("signer: hostile signature: %v", r)
		}
	}()
	return p.Verify()
}
