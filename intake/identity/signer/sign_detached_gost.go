package signer

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// GOSTDetached signs files by GOST R 34.10-2012 with the OpenSSL program.
type GOSTDetached struct {
	files       GOSTFiles
	run         opensslProgram
	certificate Certificate
}

// OpenGOSTDetached checks that engine, key and certificate work together.
// ErrNoGOST means that the engine is missing.
func OpenGOSTDetached(ctx context.Context, files GOSTFiles) (*GOSTDetached, error) {
	if _, err := OpenGOST(ctx, files); err != nil {
		return nil, err
	}
	run, err := findOpenSSL(ctx, files.Binary)
	if err != nil {
		return nil, err
	}
	body, err := os.ReadFile(files.Certificate)
	if err != nil {
		return nil, fmt.Errorf("signer: certificate: %w", err)
	}
	certificate, err := describeCertificate(ctx, run, body)
	if err != nil {
		return nil, err
	}
	return &GOSTDetached{files, run, certificate}, nil
}

// describeCertificate reads a certificate that Go cannot: with openssl.
func describeCertificate(ctx context.Context, run opensslProgram, body []byte) (Certificate, error) {
	out, err := run.call(ctx, body, "x509", "-engine", "gost", "-noout", "-serial", "-dates", "-dateopt", "iso_8601", "-subject", "-nameopt",
		"multiline,utf8,-esc_msb")
	if err != nil {
		return Certificate{}, fmt.Errorf("signer: read certificate: %w", err)
	}
	var c Certificate
	if block, _ := pem.Decode(body); block != nil {
		c.Fingerprint = fingerprint(block.Bytes)
	}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(name) {
		case "serial":
			c.Serial = value
		case "commonName":
			c.Owner = value
		case "notBefore":
			c.NotBefore, err = time.Parse("2006-01-02 15:04:05Z", value)
		case "notAfter":
			c.NotAfter, err = time.Parse("2006-01-02 15:04:05Z", value)
		}
		if err != nil {
			return c, fmt.Errorf("signer: dates of the certificate: %w", err)
		}
	}
	return c, nil
}

// Certificate is that of the key.
func (g *GOSTDetached) Certificate() Certificate { return g.certificate }

// Detach runs openssl once; the file goes in by a pipe.
func (g *GOSTDetached) Detach(ctx context.Context, file []byte) ([]byte, error) {
	words := []string{"cms", "-sign", "-engine", "gost", "-binary", "-outform", "DER", "-md", "md_gost12_256",
		"-signer", g.files.Certificate, "-inkey", g.files.Key, "-nosmimecap"}
	if g.files.Passphrase != "" {
		words = append(words, "-passin", "file:"+g.files.Passphrase)
	}
	out, err := g.run.call(ctx, file, words...)
	if err != nil {
		return nil, fmt.Errorf("signer: sign a file by GOST: %w", err)
	}
	return out, nil
}

// checkGOST checks a detached signature with openssl and gives its certificate.
func checkGOST(ctx context.Context, binary string, file, signature []byte) (Certificate, error) {
	run, err := findOpenSSL(ctx, binary)
	if err != nil {
		return Certificate{}, err
	}
	folder, err := os.MkdirTemp("", "priemnaya-cms-")
	if err != nil {
		return Certificate{}, fmt.Errorf("signer: check a signature: %w", err)
	}
	defer os.RemoveAll(folder)
	content, value, certificate := filepath.Join(folder, "file"), filepath.Join(folder, "sig"), filepath.Join(folder, "cert.pem")
	if err := errors.Join(os.WriteFile(content, file, 0o600), os.WriteFile(value, signature, 0o600)); err != nil {
		return Certificate{}, fmt.Errorf("signer: check a signature: %w", err)
	}
	// The chain is the caller's matter: -noverify leaves it out.
	_, err = run.call(ctx, nil, "cms", "-verify", "-engine", "gost", "-binary", "-noverify", "-inform", "DER", "-in", value, "-content", content,
		"-signer", certificate, "-out", os.DevNull)
	if err != nil {
		return Certificate{}, ErrSignature
	}
	body, err := os.ReadFile(certificate)
	if err != nil || bytes.Count(body, []byte("BEGIN CERTIFICATE")) != 1 {
		return Certificate{}, ErrSignature
	}
	return describeCertificate(ctx, run, body)
}
