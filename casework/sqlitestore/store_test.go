package sqlitestore

import (
	"path/filepath"
	"testing"

	"priemnaya/casework/storetest"
)

// open gives an empty store that is closed with the test.
func open(t testing.TB, opt Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "cases.db"), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestTheStorePassesTheSuite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Storage { return open(t, Options{}) })
}
