package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func openShred(t *testing.T, paths ...string) *Shred {
	t.Helper()
	s, err := OpenShred(paths...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestAnOldBackupOpensToNobodyAfterTheSlotIsErased(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shred.keys")
	s := openShred(t, path)
	officer, recovery, author := NewIdentity(), NewRecovery(), NewIdentity()
	e := mustSeal(t, here, []byte("донесение"), author, officer.Public(), recovery.Public(), author.Public())
	slot := RandomSlot()
	backup, err := s.Lock(slot, e)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Unlock(slot, backup); err != nil || !bytes.Equal(got, e) {
		t.Fatal(err)
	}
	if err := s.Erase(slot); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Unlock(slot, backup); !errors.Is(err, ErrDamaged) {
		t.Fatal("the erased slot still opens the backup")
	}
	// With every key of people there is, and every key that is left on disk.
	for _, who := range []*Identity{officer, recovery, author} {
		if _, err := Open(here, backup, who); err == nil {
			t.Error("the locked bytes open by themselves")
		}
	}
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(all); at += shredKeySize {
		if _, err := decrypt(blobKey(all[at:at+shredKeySize], backup[:lockSalt]), backup[lockSalt:]); err == nil {
			t.Fatal("a key that is left opens the backup")
		}
	}
}

func TestLockedBytesShowNothingOfAnEnvelope(t *testing.T) {
	s := openShred(t, filepath.Join(t.TempDir(), "shred.keys"))
	e := mustSeal(t, here, []byte("x"), nil, NewIdentity().Public())
	a, err := s.Lock(5, e)
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Lock(5, e)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(a, []byte(magic[:6])) || bytes.Equal(a[:32], b[:32]) || len(a) != len(b) {
		t.Error("locked twice, the same envelope can be recognised")
	}
	if _, err := s.Unlock(6, a); !errors.Is(err, ErrDamaged) {
		t.Error("another report's key opens it")
	}
	for i := 0; i < len(a); i += 499 {
		bad := bytes.Clone(a)
		bad[i] ^= 1
		if _, err := s.Unlock(5, bad); !errors.Is(err, ErrDamaged) {
			t.Fatalf("byte %d was changed", i)
		}
	}
	for _, slot := range []int{-1, ShredSlots} {
		if _, err := s.Lock(slot, e); err == nil {
			t.Errorf("slot %d", slot)
		}
	}
	if _, err := s.Unlock(5, nil); err == nil {
		t.Error("nothing was unlocked")
	}
}

func TestTheFileOfShredKeysNeverTellsWhatIsInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shred.keys")
	s := openShred(t, path)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Lock(1, mustSeal(t, here, nil, nil, NewIdentity().Public())); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Error("a new report changed the file")
	}
	if err := s.Erase(1); err != nil {
		t.Fatal(err)
	}
	erased, err := os.ReadFile(path)
	if err != nil || len(erased) != len(before) || bytes.Equal(erased[32:64], before[32:64]) || bytes.Equal(erased[32:64], make([]byte, 32)) ||
		!bytes.Equal(erased[:32], before[:32]) || !bytes.Equal(erased[64:], before[64:]) {
		t.Error("the erasure is seen, or touched others")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
}

func TestErasureReachesEveryCopyAlsoAfterACrash(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	s := openShred(t, first, second)
	old, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Erase(9); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// The crash: the second copy was not reached.
	if err := os.WriteFile(second, old, 0o600); err != nil {
		t.Fatal(err)
	}
	openShred(t, first, second)
	a, err1 := os.ReadFile(first)
	b, err2 := os.ReadFile(second)
	if err := errors.Join(err1, err2); err != nil || !bytes.Equal(a, b) || bytes.Equal(b, old) {
		t.Error("the copies differ after the start", err)
	}
	other := make([]byte, shredFileSize)
	rand.Read(other)
	if err := os.WriteFile(second, other, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenShred(first, second); err == nil {
		t.Error("another agency's file passed for a copy")
	}
	if _, err := OpenShred(first, filepath.Join(dir, "none")); err == nil {
		t.Error("a missing copy was not noticed")
	}
	if err := os.WriteFile(second, other[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenShred(second); err == nil {
		t.Error("a cut file was opened")
	}
	if _, err := OpenShred(); err == nil {
		t.Error("no file was opened")
	}
}
