package mongostore

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// serverVariable names a real server, such as mongodb://localhost:27017; the
// tests make and drop databases of their own on it.
const serverVariable = "PRIEMNAYA_TEST_MONGO_URI"

var databases atomic.Int64

func openReal(t *testing.T) storetest.Storage {
	uri := os.Getenv(serverVariable)
	s, err := Open(t.Context(), uri, Options{Database: fmt.Sprintf("priemnaya_test_%d_%d", os.Getpid(), databases.Add(1))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The context of a test ends before its cleanup.
		if err := s.cases.Database().Drop(context.Background()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestTheStorePassesTheSuiteOnARealServer(t *testing.T) {
	if os.Getenv(serverVariable) == "" {
		t.Skip("no server: " + serverVariable + " is not set")
	}
	storetest.Run(t, openReal)
}

func TestABadURIIsRefusedWithoutRepeatingIt(t *testing.T) {
	for _, uri := range []string{"", "postgres://user:secret@host", "mongodb://user:secret@", "mongodb://user:sec%ret@host:port"} {
		_, err := Open(t.Context(), uri, Options{})
		if casework.CodeOf(err) != casework.Invalid || strings.Contains(err.Error(), "sec") {
			t.Errorf("%q: %v", uri, err)
		}
	}
}

func TestAServerThatDoesNotAnswerIsUnavailable(t *testing.T) {
	_, err := Open(t.Context(), "mongodb://user:secret@127.0.0.1:1/x", Options{Timeout: 200 * time.Millisecond})
	if casework.CodeOf(err) != casework.Unavailable || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want unavailable", err)
	}
}

func TestADocumentHoldsTheRowAndWhatACaseIsFoundBy(t *testing.T) {
	s := &Store{opt: Options{}.withDefaults("")}
	for n := range storetest.SampleStages {
		c := storetest.Sample(n)
		d, err := s.documentOf(&c)
		if err != nil {
			t.Fatal(err)
		}
		want := casework.RowOf(&c)
		if got := d.row(); got != want {
			t.Errorf("row %+v, want %+v", got, want)
		}
		back, err := d.open("test")
		if err != nil || casework.VerifyJournal(&back) != nil {
			t.Errorf("the document does not give the case back: %v", err)
		}
		if d.Pending != c.Version || d.Saved != 0 || len(d.Terms) < 30 {
			t.Errorf("pending %d, saved %d, %d terms", d.Pending, d.Saved, len(d.Terms))
		}
	}
}

func TestTheStemsOfACaseAreBounded(t *testing.T) {
	s := &Store{opt: Options{}.withDefaults("")}
	var b strings.Builder
	for i := range 3 * maxTerms {
		b.WriteString(strconv.Itoa(i) + " ")
	}
	c := storetest.Case("a", storetest.Text(b.String()))
	d, err := s.documentOf(&c)
	if err != nil || len(d.Terms) != maxTerms {
		t.Errorf("%d stems (%v), want %d", len(d.Terms), err, maxTerms)
	}
}

func TestStampsAreNeverGivenTwiceThoughTheClockStandsStill(t *testing.T) {
	s := &Store{opt: Options{Now: func() time.Time { return storetest.At(0) }}}
	last := int64(0)
	for range 1000 {
		next := s.nextStamp()
		if next <= last {
			t.Fatalf("stamp %d after %d", next, last)
		}
		last = next
	}
}

func TestKeysOfRecordsDoNotMeet(t *testing.T) {
	seen := map[string][2]string{}
	for _, p := range [][2]string{{"a", "bc"}, {"ab", "c"}, {"a:", "b"}, {"1", ":a"}, {"1:", "a"}, {"", "1:a"}} {
		key := keyOfRecord(p[0], p[1])
		if other, ok := seen[key]; ok {
			t.Errorf("%q and %q share the key %q", p, other, key)
		}
		seen[key] = p
	}
}
