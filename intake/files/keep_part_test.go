package files

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"
)

func TestAPieceIsSealedGivenBackAndDropped(t *testing.T) {
	s, bucket := testStore(t, nil)
	ctx := t.Context()
	if err := s.KeepPart(ctx, "0a1b/0-x", strings.NewReader(secret)); err != nil {
		t.Fatal(err)
	}
	raw, err := bucket.ReadAll(ctx, "parts/0a1b/0-x")
	if err != nil || bytes.Contains(raw, []byte(secret)) {
		t.Errorf("the piece is not sealed: %v", err)
	}
	r, err := s.OpenPart(ctx, "0a1b/0-x")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != secret {
		t.Errorf("%q, %v", got, err)
	}
	r.Close()
	if err := s.KeepPart(ctx, "0a1b/0-x", strings.NewReader("other")); ReasonOf(err) != StorageFailed {
		t.Errorf("a name used twice: %v", err)
	}
	// Sweep of whole files leaves pieces to their owner.
	if _, err := s.Sweep(ctx, func(string) bool { return false }, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.DropPart(ctx, "0a1b/0-x"); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.OpenPart(ctx, "0a1b/0-x"); ReasonOf(err) != Missing {
		t.Errorf("after it was dropped: %v", err)
	}
}

func TestAPieceWithAStrangeNameOrSpoiltBytesIsRefused(t *testing.T) {
	s, bucket := testStore(t, nil)
	ctx := t.Context()
	for _, name := range []string{"", "a", "../a", "a/../../b", "A/b", "a/b/c", "a/" + strings.Repeat("b", 65)} {
		if err := s.KeepPart(ctx, name, strings.NewReader("x")); err == nil {
			t.Errorf("%q was kept", name)
		}
		if _, err := s.OpenPart(ctx, name); ReasonOf(err) != Missing {
			t.Errorf("%q: %v", name, err)
		}
		if err := s.DropPart(ctx, name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := s.KeepPart(ctx, "a/b", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	raw, err := bucket.ReadAll(ctx, "parts/a/b")
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	if err := bucket.WriteAll(context.Background(), "parts/a/c", raw, nil); err != nil {
		t.Fatal(err)
	}
	r, err := s.OpenPart(ctx, "a/c")
	if err == nil {
		_, err = io.ReadAll(r)
	}
	if err == nil {
		t.Error("a spoilt piece, under another name, was given back")
	}
}
