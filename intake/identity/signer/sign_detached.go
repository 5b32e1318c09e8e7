package signer

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/smallstep/pkcs7"
)

// Detached makes detached electronic signatures (открепленная подпись) of whole
// files: CMS SignedData (RFC 5652) in DER with the certificate inside, which
// every program for Russian electronic signatures opens. Safe for parallel use.
type Detached interface {
	// Detach signs a file. Errors: the key or the means of signing fail.
	Detach(ctx context.Context, file []byte) ([]byte, error)
	// Certificate is what the visible stamp of a document names.
	Certificate() Certificate
}

// Certificate is what is shown of the certificate of a signature.
type Certificate struct {
	// Serial is upper-case hex, Owner the common name.
	Serial, Owner       string
	NotBefore, NotAfter time.Time
	// Test is true for a development key: its signatures have no legal force.
	Test bool
	// Fingerprint is the hex SHA-256 of the whole certificate: anybody can make
	// another one with the same number and owner, nobody one with this.
	Fingerprint string
}

// testOwner marks certificates that this program has made itself.
const testOwner = "Ключ для разработки"

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

func certificateOf(c *x509.Certificate) Certificate {
	return Certificate{Serial: strings.ToUpper(fmt.Sprintf("%X", c.SerialNumber)), Owner: c.Subject.CommonName,
		NotBefore: c.NotBefore, NotAfter: c.NotAfter, Test: slices.Contains(c.Subject.OrganizationalUnit, testOwner),
		Fingerprint: fingerprint(c.Raw)}
}

// SoftwareDetached signs files with a key in memory and a certificate that it
// signs itself: for development and tests.
type SoftwareDetached struct {
	key         crypto.Signer
	certificate *x509.Certificate
}

// NewSoftwareDetached uses the key of a Software with a certificate of the
// owner. The certificate is kept in the file at path, so that signatures of
// before a restart name the same one.
func NewSoftwareDetached(key *Software, path, owner string, now time.Time) (*SoftwareDetached, error) {
	certificate, err := readCertificate(path)
	if errors.Is(err, fs.ErrNotExist) {
		certificate, err = createCertificate(key.key, path, owner, now)
	}
	if err != nil {
		return nil, err
	}
	if !samePublic(certificate.PublicKey, key.Public()) {
		return nil, fmt.Errorf("signer: the certificate %s does not belong to the key", filepath.Base(path))
	}
	return &SoftwareDetached{key.key, certificate}, nil
}

func samePublic(a, b crypto.PublicKey) bool {
	equal, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && equal.Equal(b)
}

func readCertificate(path string) (*x509.Certificate, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("signer: certificate: %w", err)
	}
	block, _ := pem.Decode(body)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("signer: %s holds no certificate in PEM", filepath.Base(path))
	}
	return x509.ParseCertificate(block.Bytes)
}

func createCertificate(key crypto.Signer, path, owner string, now time.Time) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	form := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: owner, OrganizationalUnit: []string{testOwner}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(5, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("signer: certificate: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".certificate-*")
	if err != nil {
		return nil, fmt.Errorf("signer: certificate: %w", err)
	}
	defer os.Remove(file.Name())
	if err := errors.Join(pem.Encode(file, &pem.Block{Type: "CERTIFICATE", Bytes: der}), file.Sync(), file.Close()); err != nil {
		return nil, fmt.Errorf("signer: certificate: %w", err)
	}
	// As with keys: one that a parallel start has written stays.
	if err := os.Link(file.Name(), path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return readCertificate(path)
		}
		return nil, fmt.Errorf("signer: certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// Certificate is that of the key.
func (s *SoftwareDetached) Certificate() Certificate { return certificateOf(s.certificate) }

// PEM is the certificate for whoever checks by himself.
func (s *SoftwareDetached) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.certificate.Raw})
}

// Detach signs a file; the context is not used.
func (s *SoftwareDetached) Detach(_ context.Context, file []byte) ([]byte, error) {
	data, err := pkcs7.NewSignedData(file)
	if err != nil {
		return nil, fmt.Errorf("signer: %w", err)
	}
	data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := data.AddSigner(s.certificate, s.key, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, fmt.Errorf("signer: %w", err)
	}
	data.Detach()
	return data.Finish()
}
