package sqlitestore

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// schemaOf lists what a file consists of.
func schemaOf(t *testing.T, s *Store) (out []string) {
	t.Helper()
	rows, err := s.query(t.Context(), "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		out = append(out, line)
	}
	return out
}

func TestAFilledStoreAnswersLikeOneMadeCaseByCase(t *testing.T) {
	const n = 700
	path := filepath.Join(t.TempDir(), "filled.db")
	for _, part := range [][2]int{{0, 300}, {300, n}} {
		if err := Fill(t.Context(), path, part[1]-part[0], func(i int) casework.Case { return storetest.Sample(part[0] + i) }); err != nil {
			t.Fatal(err)
		}
	}
	filled, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer filled.Close()
	plain := open(t, Options{})
	for i := range n {
		if _, err := plain.Create(t.Context(), storetest.Sample(i)); err != nil {
			t.Fatal(err)
		}
	}
	wait(t, "all words are indexed", func() bool { st, err := plain.Stats(t.Context()); return err == nil && st.Indexing == 0 })
	if a, b := schemaOf(t, filled), schemaOf(t, plain); !slices.Equal(a, b) {
		t.Errorf("the schemas differ:\n%q\n%q", a, b)
	}
	if err := filled.Check(t.Context()); err != nil {
		t.Error(err)
	}
	same(t, "counts", plain, filled, func(s *Store) (any, error) { return s.Counts(t.Context(), nil) })
	same(t, "owed", plain, filled, func(s *Store) (any, error) {
		return s.Owed(t.Context(), nil, []casework.Date{casework.NewDate(2026, 2, 20), casework.NewDate(2026, 3, 1)})
	})
	for i := range 20 {
		c := storetest.Sample(i * 31)
		same(t, "a case", plain, filled, func(s *Store) (any, error) { return s.Get(t.Context(), c.ID) })
		same(t, "a receipt", plain, filled, func(s *Store) (any, error) { return s.Find(t.Context(), c.Receipt) })
	}
	for name, q := range map[string]casework.Query{"all": {}, "newest": {Sort: casework.SortReceived}, "words": {Text: "лифт подъезд"},
		"a body": {Bodies: []string{"zarechye-roads"}}, "a party": {Party: "esia:1000000003"}, "a topic": {Topic: "0003"}} {
		q.Limit = casework.MaxLimit
		same(t, name, plain, filled, func(s *Store) (any, error) { return s.Page(t.Context(), q) })
	}
	same(t, "changes", plain, filled, func(s *Store) (any, error) {
		rows, _, err := s.ChangedSince(t.Context(), casework.Window{Limit: casework.MaxLimit})
		return rows, err
	})
	// It goes on like any other store.
	if _, err := filled.Create(t.Context(), storetest.Sample(n)); err != nil {
		t.Error(err)
	}
	if _, err := filled.Create(t.Context(), storetest.Sample(1)); casework.CodeOf(err) != casework.Exists {
		t.Errorf("a case that is stored already gives %v", err)
	}
}

func same(t *testing.T, what string, a, b *Store, ask func(*Store) (any, error)) {
	t.Helper()
	x, err := ask(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := ask(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(x, y) {
		t.Errorf("%s: %.300v\nis not %.300v", what, fmt.Sprint(y), fmt.Sprint(x))
	}
}

func TestARefusedFillNamesItsReason(t *testing.T) {
	path := filepath.Join(t.TempDir(), "filled.db")
	if err := Fill(t.Context(), path, 3, storetest.Sample); err != nil {
		t.Fatal(err)
	}
	if err := Fill(t.Context(), filepath.Join(t.TempDir(), "twice.db"), 2, func(int) casework.Case { return storetest.Sample(1) }); casework.CodeOf(err) != casework.Exists {
		t.Errorf("a case that comes twice gives %v", err)
	}
	if err := Fill(t.Context(), path, 1, func(int) casework.Case { return casework.Case{} }); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("a case without an ID gives %v", err)
	}
}

func TestRecordsAreFilledIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "filled.db")
	later := storetest.At(0).AddDate(10, 0, 0)
	list := []casework.Record{{Kind: "k", ID: "1", Version: 3, Owner: "o", Data: []byte("x")}, {Kind: "k", ID: "2", Version: 1, Expires: later, Data: []byte("y")}}
	for range 2 {
		if err := FillShelf(t.Context(), path, slices.Values(list)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, _, err := s.List(t.Context(), "k", "", casework.Window{Limit: 9})
	if err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("%+v, %v", got, err)
	}
}
