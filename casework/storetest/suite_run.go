// Package storetest is the one suite that every store of Priemnaya passes. It
// asserts what the doc comments of casework.Store, Numbers, NumberSeries and
// Shelf promise, one claim a sentence, and proves in its own tests that each
// claim can fail: stores with one planted fault each do not pass.
//
// It also gives realistic cases (Sample), small ones (Case) and a reference
// store in memory (Memory), against which queries are compared.
package storetest

import (
	"context"
	"slices"
	"testing"
	"time"
)

// TB is the part of *testing.T that claims need, so that a test can watch a
// claim fail.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Context() context.Context
}

// Claim is one thing that every store must do.
type Claim struct {
	// Name is a sentence about a store.
	Name string
	// Check fails t if the store, which is empty at first, does not keep it.
	Check func(t TB, s Storage)
}

// Skip names a claim that a store cannot keep, and why.
type Skip struct{ Claim, Why string }

// Run checks all claims, each on a store of its own. open gives an empty store
// and closes it when its test ends. A skip that names no claim is a failure,
// so that none is forgotten when the suite changes.
func Run(t *testing.T, open func(t *testing.T) Storage, skips ...Skip) {
	claims := Claims()
	for _, s := range skips {
		if !slices.ContainsFunc(claims, func(c Claim) bool { return c.Name == s.Claim }) {
			t.Errorf("no claim is named %q", s.Claim)
		}
	}
	for _, c := range claims {
		t.Run(c.Name, func(t *testing.T) {
			if i := slices.IndexFunc(skips, func(s Skip) bool { return s.Claim == c.Name }); i >= 0 {
				t.Skip(skips[i].Why)
			}
			c.Check(t, open(t))
		})
	}
}

// Claims lists all claims of the suite.
func Claims() []Claim {
	return slices.Concat(saveClaims(), updateClaims(), findClaims(), queryClaims(), windowClaims(), searchClaims(),
		sweepClaims(), changeClaims(), numberClaims(), shelfClaims(), listClaims(), contextClaims())
}

// patience is how long a condition that comes true later is waited for.
var patience = 20 * time.Second

// eventually polls a condition until it holds or patience ends.
func eventually(t TB, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			t.Fatalf("not within %v: %s", patience, what)
			return
		case <-ticker.C:
		}
	}
}
