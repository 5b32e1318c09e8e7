package sqlitestore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

func TestABackupIsAWholeStoreOfItsOwn(t *testing.T) {
	s := open(t, Options{})
	for n := range 10 {
		if _, err := s.Create(t.Context(), storetest.Sample(n)); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "копия.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.Backup(t.Context(), path), casework.Exists)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; want mode 0600", info, err)
	}
	b, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for n := range 10 {
		c, err := b.Get(t.Context(), storetest.Sample(n).ID)
		if err != nil || casework.VerifyJournal(&c) != nil {
			t.Errorf("case %d: %v", n, err)
		}
	}
	if err := b.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestACancelledBackupLeavesNothing(t *testing.T) {
	s := open(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "x.db")
	wantCode(t, s.Backup(ctx, path), casework.Unavailable)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file is left: %v", err)
	}
}
