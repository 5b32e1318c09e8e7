package sqlitestore

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"priemnaya/casework"
)

// traces counts the files of a store that hold some words.
func traces(t *testing.T, path, words string) (found []string) {
	t.Helper()
	names, err := filepath.Glob(path + "*")
	if err != nil || len(names) == 0 {
		t.Fatalf("%v: no files", err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte(words)) {
			found = append(found, filepath.Base(name))
		}
	}
	return found
}

func TestWhatWasRemovedLeavesNoTraceAfterAScrub(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	s, err := Open(t.Context(), path, Options{NoSearch: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const words = "следователь вымогает взятку"
	put := func(id, text string, version int64) {
		t.Helper()
		if _, err := s.Put(t.Context(), casework.Record{Kind: "draft", ID: id, Version: version, Owner: "o", Data: []byte(text)}); err != nil {
			t.Fatal(err)
		}
	}
	long := strings.Repeat("прежде ", 3000)
	put("short", words, 0)
	put("long", long+words+long, 0)
	put("changed", words, 0)
	put("kept", "о липах на Садовой улице", 0)
	if len(traces(t, path, words)) == 0 {
		t.Fatal("the search does not find what is stored")
	}
	put("changed", "другое", 1)
	for _, id := range []string{"short", "long"} {
		if err := s.Remove(t.Context(), "draft", id); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := traces(t, path, words); found != nil {
		t.Errorf("%v still hold it", found)
	}
	if found := traces(t, path, "липах на Садовой"); found == nil {
		t.Error("what was kept is gone")
	}
}

func TestScrubsAndWritesAtTheSameTimeDisturbNoOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	s, err := Open(t.Context(), path, Options{NoSearch: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 20 {
				id := fmt.Sprint(i, "-", j)
				if _, err := s.Put(context.Background(), casework.Record{Kind: "k", ID: id, Data: []byte("x")}); err != nil {
					t.Error(err)
				}
				if _, err := s.Fetch(context.Background(), "k", id); err != nil {
					t.Error(err)
				}
				if err := s.Scrub(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Scrub(context.Background()); casework.CodeOf(err) != casework.Unavailable {
		t.Errorf("after the end: %v", err)
	}
}
