package signer

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// gostLimit bounds one run of openssl; it takes about 10 ms.
const gostLimit = 10 * time.Second

// GOSTFiles says where the GOST key lives. No secret ever stands on a command
// line: other users of the machine can read those.
type GOSTFiles struct {
	// Binary is the openssl program; empty is the one in PATH.
	Binary string
	// Key is the private key in PEM.
	Key string
	// Passphrase is a file whose first line opens Key; empty if it is open.
	Passphrase string
	// Certificate is the certificate in PEM that belongs to Key.
	Certificate string
}

// GOST signs by GOST R 34.10-2012-256 over Streebog-256 with the OpenSSL
// program and its GOST engine (package libengine-gost-openssl).
type GOST struct {
	files GOSTFiles
	run   opensslProgram
	id    string
}

// OpenGOST checks that the engine is there, that the key signs and that the
// certificate belongs to it. ErrNoGOST means that the engine is missing.
func OpenGOST(ctx context.Context, files GOSTFiles) (*GOST, error) {
	run, err := findOpenSSL(ctx, files.Binary)
	if err != nil {
		return nil, err
	}
	g := &GOST{files: files, run: run}
	if g.id, err = certificateHash(ctx, run, files.Certificate); err != nil {
		return nil, err
	}
	verifier, err := NewGOSTVerifier(ctx, files.Binary, files.Certificate)
	if err != nil {
		return nil, err
	}
	probe := []byte("priemnaya: does the certificate belong to the key?")
	signature, err := g.Sign(ctx, probe)
	if err != nil {
		return nil, err
	}
	if err := verifier.Verify(ctx, probe, signature); err != nil {
		return nil, fmt.Errorf("signer: the certificate does not belong to the key: %w", err)
	}
	return g, nil
}

// Sign runs openssl once; the message goes in by a pipe.
func (g *GOST) Sign(ctx context.Context, message []byte) ([]byte, error) {
	words := []string{"dgst", "-engine", "gost", "-md_gost12_256", "-binary", "-sign", g.files.Key}
	if g.files.Passphrase != "" {
		words = append(words, "-passin", "file:"+g.files.Passphrase)
	}
	signature, err := g.run.call(ctx, message, words...)
	if err != nil {
		return nil, fmt.Errorf("signer: sign by GOST: %w", err)
	}
	if len(signature) != 64 {
		return nil, fmt.Errorf("signer: a GOST signature of %d bytes instead of 64", len(signature))
	}
	return signature, nil
}

// Algorithm is GOST256.
func (g *GOST) Algorithm() string { return GOST256 }

// KeyID is the Streebog-256 digest of the certificate in upper-case hex: what
// ESIA calls client_certificate_hash.
func (g *GOST) KeyID() string { return g.id }

type gostVerifier struct {
	run opensslProgram
	key []byte // the public key in PEM
}

// NewGOSTVerifier checks signatures of the key in a certificate or public key
// file in PEM. binary is as in GOSTFiles.
func NewGOSTVerifier(ctx context.Context, binary, path string) (Verifier, error) {
	run, err := findOpenSSL(ctx, binary)
	if err != nil {
		return nil, err
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("signer: public key: %w", err)
	}
	block, _ := pem.Decode(body)
	if block == nil {
		return nil, fmt.Errorf("signer: %s is not PEM", filepath.Base(path))
	}
	if block.Type == "CERTIFICATE" {
		body, err = run.call(ctx, body, "x509", "-engine", "gost", "-pubkey", "-noout")
		if err != nil {
			return nil, fmt.Errorf("signer: read certificate: %w", err)
		}
	}
	return &gostVerifier{run: run, key: body}, nil
}

func (v *gostVerifier) Algorithm() string { return GOST256 }

func (v *gostVerifier) Verify(ctx context.Context, message, signature []byte) error {
	if len(signature) != 64 {
		return ErrSignature
	}
	// openssl reads key and signature from files only; neither is a secret.
	folder, err := os.MkdirTemp("", "priemnaya-gost-")
	if err != nil {
		return fmt.Errorf("signer: verify by GOST: %w", err)
	}
	defer os.RemoveAll(folder)
	key, value := filepath.Join(folder, "key.pem"), filepath.Join(folder, "signature")
	if err := errors.Join(os.WriteFile(key, v.key, 0o600), os.WriteFile(value, signature, 0o600)); err != nil {
		return fmt.Errorf("signer: verify by GOST: %w", err)
	}
	out, err := v.run.call(ctx, message, "dgst", "-engine", "gost", "-md_gost12_256", "-verify", key, "-signature", value)
	switch {
	case err == nil && strings.Contains(string(out), "Verified OK"):
		return nil
	case strings.Contains(string(out), "Verification failure"), err == nil:
		return ErrSignature
	}
	return fmt.Errorf("signer: verify by GOST: %w", err)
}

// certificateHash is Streebog-256 over the DER of a PEM certificate.
func certificateHash(ctx context.Context, run opensslProgram, path string) (string, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("signer: certificate: %w", err)
	}
	block, _ := pem.Decode(body)
	if block == nil || block.Type != "CERTIFICATE" {
		return "", fmt.Errorf("signer: %s holds no certificate in PEM", filepath.Base(path))
	}
	sum, err := run.call(ctx, block.Bytes, "dgst", "-engine", "gost", "-md_gost12_256", "-binary")
	if err != nil || len(sum) != 32 {
		return "", fmt.Errorf("signer: digest of the certificate (%d bytes): %w", len(sum), err)
	}
	return fmt.Sprintf("%X", sum), nil
}

// ErrNoGOST means that openssl or its GOST engine is not installed.
var ErrNoGOST = errors.New("signer: openssl with the GOST engine is not installed (Debian: libengine-gost-openssl)")

type opensslProgram string

func findOpenSSL(ctx context.Context, binary string) (opensslProgram, error) {
	if binary == "" {
		binary = "openssl"
	}
	path, err := exec.LookPath(binary)
	if err != nil {
		return "", ErrNoGOST
	}
	if out, err := opensslProgram(path).call(ctx, nil, "engine", "gost"); err != nil || !bytes.Contains(out, []byte("(gost)")) {
		return "", ErrNoGOST
	}
	return opensslProgram(path), nil
}

// call runs openssl with a bare environment and returns what it writes to its
// standard output, also beside an error.
func (p opensslProgram) call(ctx context.Context, input []byte, words ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, gostLimit)
	defer cancel()
	command := exec.CommandContext(ctx, string(p), words...)
	command.Stdin = bytes.NewReader(input)
	command.Env = []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	for _, name := range []string{"OPENSSL_CONF", "OPENSSL_ENGINES", "OPENSSL_MODULES"} {
		if value, ok := os.LookupEnv(name); ok {
			command.Env = append(command.Env, name+"="+value)
		}
	}
	out, err := command.Output()
	if err != nil {
		// Its complaint may quote paths, not secrets, but it is for the log only.
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			return out, fmt.Errorf("openssl %s: exit %d: %s", words[0], failed.ExitCode(), lastLine(failed.Stderr))
		}
		return out, fmt.Errorf("openssl %s: %w", words[0], err)
	}
	return out, nil
}

func lastLine(text []byte) string {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(lines[len(lines)-1])
}
