package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"priemnaya/casework"
)

func listClaims() []Claim {
	return []Claim{
		{"a kind is listed by ID, an owner's records alone, and nothing else", listKinds},
		{"the whole shelf is listed by kind and ID across pages", listAll},
		{"a listed record is the whole record", listWhole},
		{"purge deletes what expired before an instant, never more than asked", purgeBounded},
	}
}

func listKinds(t TB, s Storage) {
	for i, id := range []string{"d", "a", "c", "b", "e"} {
		put(t, s, casework.Record{Kind: "k", ID: id, Owner: []string{"x", "y"}[i%2]})
		put(t, s, casework.Record{Kind: "l", ID: id, Owner: "x"})
	}
	for _, c := range []struct{ kind, owner, want string }{
		{"k", "", "k/a k/b k/c k/d k/e"}, {"k", "x", "k/c k/d k/e"}, {"k", "y", "k/a k/b"}, {"k", "z", ""}, {"m", "", ""}, {"m", "x", ""},
	} {
		for _, limit := range []int{1, 2, 5, 50} {
			if got := listIDs(t, s, c.kind, c.owner, limit); got != c.want {
				t.Errorf("kind %q of owner %q by %d: %q, want %q", c.kind, c.owner, limit, got, c.want)
			}
		}
	}
}

func listAll(t TB, s Storage) {
	var want []string
	for _, kind := range []string{"a", "a-b", "b", "я"} {
		for i := range 4 {
			put(t, s, casework.Record{Kind: kind, ID: fmt.Sprint(i), Owner: fmt.Sprint(i % 2)})
			want = append(want, fmt.Sprintf("%s/%d", kind, i))
		}
	}
	for _, limit := range []int{1, 3, 4, 16, 50} {
		if got := listIDs(t, s, "", "", limit); got != strings.Join(want, " ") {
			t.Errorf("by %d: %q", limit, got)
		}
	}
	if got := listIDs(t, s, "", "1", 3); got != "a/1 a/3 a-b/1 a-b/3 b/1 b/3 я/1 я/3" {
		t.Errorf("of one owner: %q", got)
	}
}

func listWhole(t TB, s Storage) {
	want := put(t, s, casework.Record{Kind: "k", ID: "a", Owner: "o", Expires: farOff, Data: []byte("данные")})
	list, _, err := s.List(t.Context(), "k", "o", casework.Window{Limit: 1})
	must(t, err)
	if len(list) != 1 {
		t.Fatalf("%d records, want 1", len(list))
	}
	wantRecord(t, list[0], want)
}

func purgeBounded(t TB, s Storage) {
	for i := range 7 {
		put(t, s, casework.Record{Kind: "k", ID: fmt.Sprint("old", i), Expires: longAgo.AddDate(0, 0, i)})
	}
	put(t, s, casework.Record{Kind: "k", ID: "alive", Expires: farOff})
	put(t, s, casework.Record{Kind: "k", ID: "forever"})
	for _, step := range []struct{ days, limit, want int }{{0, 10, 0}, {1, 10, 1}, {9, 4, 4}, {9, 4, 2}, {9, 4, 0}} {
		n, err := s.Purge(t.Context(), longAgo.AddDate(0, 0, step.days), step.limit)
		must(t, err)
		if n != step.want {
			t.Errorf("purge of %d days by %d deleted %d, want %d", step.days, step.limit, n, step.want)
		}
	}
	if got := listIDs(t, s, "k", "", 50); got != "k/alive k/forever" {
		t.Errorf("left %q", got)
	}
}

func contextClaims() []Claim {
	return []Claim{
		{"a cancelled call is unavailable, names its cause and changes nothing", contextEnds},
	}
}

func contextEnds(t TB, s Storage) {
	create(t, s, Case("a", Registered("ОГ-1")))
	put(t, s, casework.Record{Kind: "k", ID: "a"})
	ctx, w := cancelled(t), casework.Window{Limit: 5}
	calls := map[string]func() error{
		"Create":       func() error { _, err := s.Create(ctx, Case("b")); return err },
		"Update":       func() error { _, err := s.Update(ctx, "a", addOne); return err },
		"Get":          func() error { _, err := s.Get(ctx, "a"); return err },
		"Find":         func() error { _, err := s.Find(ctx, "ОГ-1"); return err },
		"Page":         func() error { _, err := s.Page(ctx, casework.Query{Window: w}); return err },
		"Search":       func() error { _, err := s.Page(ctx, casework.Query{Text: "ответ", Window: w}); return err },
		"Counts":       func() error { _, err := s.Counts(ctx, nil); return err },
		"Owed":         func() error { _, err := s.Owed(ctx, nil, nil); return err },
		"DueBetween":   func() error { _, _, err := s.DueBetween(ctx, Day(0), Day(1), w); return err },
		"OutboxDue":    func() error { _, _, err := s.OutboxDue(ctx, At(0), w); return err },
		"ChangedSince": func() error { _, _, err := s.ChangedSince(ctx, w); return err },
		"Take":         func() error { _, err := s.Take(ctx, "x", 1); return err },
		"Series":       func() error { _, _, err := s.Series(ctx, w); return err },
		"Raise":        func() error { return s.Raise(ctx, "x", 9) },
		"Fetch":        func() error { _, err := s.Fetch(ctx, "k", "a"); return err },
		"Put":          func() error { _, err := s.Put(ctx, casework.Record{Kind: "k", ID: "b"}); return err },
		"Remove":       func() error { return s.Remove(ctx, "k", "a") },
		"List":         func() error { _, _, err := s.List(ctx, "k", "", w); return err },
		"Purge":        func() error { _, err := s.Purge(ctx, farOff, 5); return err },
	}
	for name, call := range calls {
		if err := call(); casework.CodeOf(err) != casework.Unavailable || !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: %v", name, err)
		}
	}
	if c := get(t, s, "a"); c.Version != 1 {
		t.Errorf("a cancelled update was saved")
	}
	_, err := s.Get(t.Context(), "b")
	wantCode(t, err, casework.NotFound)
	if got := listIDs(t, s, "", "", 5); got != "k/a" {
		t.Errorf("after cancelled calls the shelf holds %q", got)
	}
	if got := take(t, s, "x", 1); got != 1 {
		t.Errorf("a cancelled call took numbers: the next is %d", got)
	}
}
