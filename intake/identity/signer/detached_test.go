package signer

import (
	"bytes"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func softwareDetached(t *testing.T) *SoftwareDetached {
	t.Helper()
	folder := t.TempDir()
	key, err := OpenSoftware(filepath.Join(folder, "letters.pem"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewSoftwareDetached(key, filepath.Join(folder, "letters.crt"), "Комитет дорог", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// holdsOnly checks that a detached signature holds and that no change does.
func holdsOnly(t *testing.T, file, signature []byte, owner string) {
	t.Helper()
	c, err := CheckDetached(t.Context(), file, signature)
	if err != nil || c.Owner != owner || c.Serial == "" || !c.NotAfter.After(c.NotBefore) {
		t.Fatalf("a good signature: %+v, %v", c, err)
	}
	armoured := pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: signature})
	if _, err := CheckDetached(t.Context(), file, armoured); err != nil {
		t.Errorf("the same in PEM: %v", err)
	}
	other := bytes.Clone(file)
	other[len(other)/2] ^= 1
	if _, err := CheckDetached(t.Context(), other, signature); !errors.Is(err, ErrSignature) {
		t.Errorf("a changed file: %v", err)
	}
	// The last bytes are the value of the signature.
	spoilt := bytes.Clone(signature)
	spoilt[len(spoilt)-5] ^= 1
	if _, err := CheckDetached(t.Context(), file, spoilt); !errors.Is(err, ErrSignature) {
		t.Errorf("a changed signature: %v", err)
	}
	for _, n := range []int{0, 1, 20, len(signature) / 2, len(signature) - 1} {
		if _, err := CheckDetached(t.Context(), file, signature[:n]); !errors.Is(err, ErrSignature) {
			t.Errorf("%d bytes of a signature: %v", n, err)
		}
	}
}

func TestADetachedSignatureHoldsForItsFileOnly(t *testing.T) {
	d := softwareDetached(t)
	file := []byte("%PDF-1.7 письмо")
	signature, err := d.Detach(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	holdsOnly(t, file, signature, "Комитет дорог")
	if c := d.Certificate(); !c.Test || c.Owner != "Комитет дорог" {
		t.Errorf("%+v", c)
	}
	if _, err := CheckDetached(t.Context(), file, make([]byte, maxSignature+1)); !errors.Is(err, ErrSignature) {
		t.Errorf("a huge signature: %v", err)
	}
}

func TestADetachedSignatureIsReadByOpenSSL(t *testing.T) {
	tool, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed: the signature is not read by another program")
	}
	d := softwareDetached(t)
	file := []byte("письмо")
	signature, err := d.Detach(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, body := range map[string][]byte{"f": file, "s": signature, "c": d.PEM()} {
		if err := os.WriteFile(filepath.Join(folder, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(tool, "cms", "-verify", "-binary", "-inform", "DER", "-in", "s", "-content", "f", "-CAfile", "c", "-purpose", "any", "-out", "o")
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestTheCertificateOfALetterKeyStaysAfterARestart(t *testing.T) {
	folder := t.TempDir()
	key, err := OpenSoftware(filepath.Join(folder, "k.pem"))
	if err != nil {
		t.Fatal(err)
	}
	first, err := NewSoftwareDetached(key, filepath.Join(folder, "c.pem"), "Комитет", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	again, err := NewSoftwareDetached(key, filepath.Join(folder, "c.pem"), "Другой", time.Now())
	if err != nil || again.Certificate() != first.Certificate() {
		t.Errorf("%+v, %v", again, err)
	}
	stranger, err := OpenSoftware(filepath.Join(folder, "other.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewSoftwareDetached(stranger, filepath.Join(folder, "c.pem"), "Комитет", time.Now()); err == nil {
		t.Error("the certificate of another key is accepted")
	}
}

func TestADetachedSignatureByGOSTHoldsForItsFileOnly(t *testing.T) {
	files := gostFiles(t)
	d, err := OpenGOSTDetached(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	file := []byte("%PDF-1.7 письмо по ГОСТ")
	signature, err := d.Detach(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	holdsOnly(t, file, signature, d.Certificate().Owner)
}

func FuzzCheckDetached(f *testing.F) {
	f.Add([]byte{0x30, 0x80, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02})
	f.Add([]byte("-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n"))
	f.Fuzz(func(t *testing.T, signature []byte) {
		if _, err := CheckDetached(t.Context(), []byte("письмо"), signature); err == nil {
			t.Error("bytes of chance are a signature")
		}
	})
}
