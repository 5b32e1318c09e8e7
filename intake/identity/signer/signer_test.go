package signer

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
)

func TestASoftwareKeySignsWhatItsVerifierAccepts(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	stranger, _ := NewSoftware(other)
	for name, tc := range map[string]struct {
		key  *Software
		alg  string
		size int
	}{"RSA": {must(NewSoftware(rsaKey)), RS256, 256}, "ECDSA": {must(NewSoftware(ecKey)), ES256, 64}} {
		t.Run(name, func(t *testing.T) {
			message := []byte("заявление")
			signature, err := tc.key.Sign(t.Context(), message)
			if err != nil || len(signature) != tc.size || tc.key.Algorithm() != tc.alg {
				t.Fatalf("%d bytes by %s: %v", len(signature), tc.key.Algorithm(), err)
			}
			refuseChanges(t, tc.key.Verifier(), message, signature)
			if err := stranger.Verifier().Verify(t.Context(), message, signature); !errors.Is(err, ErrSignature) {
				t.Errorf("a stranger's key accepts it: %v", err)
			}
			if len(tc.key.KeyID()) != 64 || tc.key.KeyID() != strings.ToUpper(tc.key.KeyID()) {
				t.Errorf("key id %q", tc.key.KeyID())
			}
		})
	}
}

// refuseChanges checks that the signature holds and that no change of it or of
// the message does.
func refuseChanges(t *testing.T, v Verifier, message, signature []byte) {
	t.Helper()
	if err := v.Verify(t.Context(), message, signature); err != nil {
		t.Fatalf("a good signature is refused: %v", err)
	}
	flipped := bytes.Clone(signature)
	flipped[len(flipped)/2] ^= 1
	for name, tc := range map[string][2][]byte{
		"another message":     {append(bytes.Clone(message), '!'), signature},
		"one bit of it":       {message, flipped},
		"half of it":          {message, signature[:len(signature)/2]},
		"none of it":          {message, nil},
		"more than it":        {message, append(bytes.Clone(signature), 0)},
		"zeros of its length": {message, make([]byte, len(signature))},
	} {
		if err := v.Verify(t.Context(), tc[0], tc[1]); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func must(s *Software, err error) *Software {
	if err != nil {
		panic(err)
	}
	return s
}

func TestADevelopmentKeyIsMadeOnceAndForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "esia.pem")
	ids := make([]string, 8)
	var wait sync.WaitGroup
	for i := range ids {
		wait.Go(func() {
			if key, err := OpenSoftware(path); err == nil {
				ids[i] = key.KeyID()
			}
		})
	}
	wait.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("eight starts at once gave the keys %v", ids)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("files left beside the key: %v", left)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSoftware(path); err == nil {
		t.Error("a key that others may read is taken")
	}
}

func TestAWeakOrUnknownKeyIsRefused(t *testing.T) {
	curve, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if _, err := NewSoftware(curve); err == nil {
		t.Error("P-384 is taken for ES256")
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	for name, body := range map[string]string{"not PEM": "hello", "rubbish in PEM": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		"a certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenSoftware(path); err == nil {
			t.Errorf("%s is taken for a key", name)
		}
		if got, _ := os.ReadFile(path); string(got) != body {
			t.Errorf("%s was overwritten", name)
		}
	}
}

func TestAPublicKeyIsReadFromAFile(t *testing.T) {
	key, _ := rsa.GenerateKey(rand.Reader, 2048)
	der, _ := x509.MarshalPKIXPublicKey(key.Public())
	path := filepath.Join(t.TempDir(), "public.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o644); err != nil {
		t.Fatal(err)
	}
	v, err := ReadVerifier(path)
	if err != nil {
		t.Fatal(err)
	}
	signature, _ := must(NewSoftware(key)).Sign(t.Context(), []byte("x"))
	if err := v.Verify(t.Context(), []byte("x"), signature); err != nil {
		t.Error(err)
	}
}

func TestALetterCarriesASignatureThatAnybodyCanCheck(t *testing.T) {
	key := must(OpenSoftware(filepath.Join(t.TempDir(), "k.pem")))
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	sign := Letters(key, func() time.Time { return at })
	s, err := sign(t.Context(), casework.Actor{ID: "staff:petrova", Name: "Петрова"}, "abc123")
	if err != nil || s.By != "staff:petrova" || s.Name != "Петрова" || !s.At.Equal(at) || s.Digest != "abc123" || s.Key != key.KeyID() || s.Algorithm != ES256 {
		t.Fatalf("got %+v, %v", s, err)
	}
	if err := key.Verifier().Verify(t.Context(), []byte("abc123"), s.Value); err != nil {
		t.Error(err)
	}
	if err := key.Verifier().Verify(t.Context(), []byte("abc124"), s.Value); !errors.Is(err, ErrSignature) {
		t.Errorf("another letter is accepted: %v", err)
	}
}

// gostFiles makes a key and a certificate with openssl itself.
func gostFiles(t *testing.T) GOSTFiles {
	t.Helper()
	if _, err := findOpenSSL(t.Context(), ""); err != nil {
		t.Skipf("not checked: %v", err)
	}
	folder := t.TempDir()
	f := GOSTFiles{Key: filepath.Join(folder, "key.pem"), Certificate: filepath.Join(folder, "certificate.pem"),
		Passphrase: filepath.Join(folder, "passphrase")}
	if err := os.WriteFile(f.Passphrase, []byte("a passphrase\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	openssl(t, "genpkey", "-engine", "gost", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:A", "-aes-256-cbc", "-pass", "file:"+f.Passphrase, "-out", f.Key)
	openssl(t, "req", "-engine", "gost", "-x509", "-new", "-key", f.Key, "-passin", "file:"+f.Passphrase, "-md_gost12_256", "-subj", "/CN=priemnaya test", "-out", f.Certificate)
	return f
}

func openssl(t *testing.T, words ...string) []byte {
	t.Helper()
	out, err := exec.CommandContext(context.Background(), "openssl", words...).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %v: %v\n%s", words, err, out)
	}
	return out
}

func TestAGOSTSignatureIsOneThatOpenSSLAccepts(t *testing.T) {
	files := gostFiles(t)
	g, err := OpenGOST(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("PRIEMNAYAopenid fullname email2026.11.20 12:00:00 +0300")
	signature, err := g.Sign(t.Context(), message)
	if err != nil || g.Algorithm() != GOST256 {
		t.Fatal(err)
	}
	v, err := NewGOSTVerifier(t.Context(), "", files.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	refuseChanges(t, v, message, signature)
	// openssl itself, with nothing of ours between.
	folder := t.TempDir()
	write := func(name string, body []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	public := write("public.pem", pem.EncodeToMemory(firstBlock(openssl(t, "x509", "-engine", "gost", "-in", files.Certificate, "-pubkey", "-noout"))))
	out := openssl(t, "dgst", "-engine", "gost", "-md_gost12_256", "-verify", public, "-signature", write("s", signature), write("m", message))
	if !bytes.Contains(out, []byte("Verified OK")) {
		t.Errorf("openssl says %s", out)
	}
	der := filepath.Join(folder, "certificate.der")
	openssl(t, "x509", "-engine", "gost", "-in", files.Certificate, "-outform", "DER", "-out", der)
	sum := openssl(t, "dgst", "-engine", "gost", "-md_gost12_256", "-r", der)
	if !bytes.Contains(bytes.ToUpper(sum), []byte(g.KeyID())) {
		t.Errorf("the certificate hash is %s, openssl says %s", g.KeyID(), sum)
	}
}

func firstBlock(body []byte) *pem.Block {
	block, _ := pem.Decode(body[bytes.Index(body, []byte("-----BEGIN")):])
	return block
}

func TestAGOSTCertificateOfAnotherKeyIsNoticedAtStart(t *testing.T) {
	one, two := gostFiles(t), gostFiles(t)
	one.Certificate = two.Certificate
	if _, err := OpenGOST(t.Context(), one); err == nil || !errors.Is(err, ErrSignature) {
		t.Errorf("got %v", err)
	}
}

func TestWithoutTheEngineTheErrorSaysWhatToInstall(t *testing.T) {
	if _, err := OpenGOST(t.Context(), GOSTFiles{Binary: "/nonexistent/openssl"}); !errors.Is(err, ErrNoGOST) {
		t.Errorf("got %v", err)
	}
}
