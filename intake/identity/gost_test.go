package identity_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"testing"

	"priemnaya/intake/identity/esia"
	"priemnaya/intake/identity/esiasim"
	"priemnaya/intake/identity/signer"
)

// gostKey makes a key with openssl; the test is skipped without its engine.
func gostKey(t *testing.T) (*signer.GOST, signer.Verifier) {
	t.Helper()
	folder := t.TempDir()
	files := signer.GOSTFiles{Key: filepath.Join(folder, "key.pem"), Certificate: filepath.Join(folder, "certificate.pem")}
	for _, words := range [][]string{
		{"genpkey", "-engine", "gost", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:A", "-out", files.Key},
		{"req", "-engine", "gost", "-x509", "-new", "-key", files.Key, "-md_gost12_256", "-subj", "/CN=test", "-out", files.Certificate},
	} {
		if out, err := exec.CommandContext(t.Context(), "openssl", words...).CombinedOutput(); err != nil {
			t.Skipf("not checked, openssl has no GOST engine: %v\n%s", err, out)
		}
	}
	key, err := signer.OpenGOST(t.Context(), files)
	if errors.Is(err, signer.ErrNoGOST) {
		t.Skipf("not checked: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := signer.NewGOSTVerifier(t.Context(), "", files.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	return key, verifier
}

func TestTheWholeJourneyRunsOnGOSTSignaturesOfBothSides(t *testing.T) {
	ours, checksOurs := gostKey(t)
	theirs, checksTheirs := gostKey(t)
	sides := func(keys []esia.Verifier) options {
		return options{
			sim: func(c *esiasim.Config) { c.Signer = theirs },
			simClient: func(c *esiasim.Client) {
				c.Key, c.CertificateHash = checksOurs, ours.KeyID()
			},
			esia: func(c *esia.Config) {
				c.Signer, c.CertificateHash, c.Keys = ours, ours.KeyID(), keys
			},
		}
	}
	h := build(t, sides([]esia.Verifier{tokenKey().Verifier(), checksTheirs}))
	newBrowser(t).choose(h, "/whoami", "1000000001").has(t, `"key":"esia:1000000001"`)
	// With our own key in place of that of ESIA nothing is believed.
	h = build(t, sides([]esia.Verifier{checksOurs}))
	newBrowser(t).choose(h, "/whoami", "1000000001").has(t, "не прошёл проверку подлинности")
}
