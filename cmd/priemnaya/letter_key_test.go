package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/identity/signer"
)

func TestProductionSignsNothingByAKeyOfDevelopment(t *testing.T) {
	dir := t.TempDir()
	key, certificate := filepath.Join(dir, "letters.pem"), filepath.Join(dir, "letters.crt")
	soft, err := signer.OpenSoftware(key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signer.NewSoftwareDetached(soft, certificate, letterOwner, time.Now()); err != nil {
		t.Fatal(err)
	}
	a := &App{cfg: Config{Mode: production, Letters: LetterKeyConfig{Key: key, Certificate: certificate, Engine: "software"}}, now: time.Now}
	if err := a.openLetterKey(t.Context()); err == nil || !strings.Contains(err.Error(), "PRIEMNAYA_LETTER_CERTIFICATE") {
		t.Errorf("a certificate of development was taken: %v", err)
	}
}
