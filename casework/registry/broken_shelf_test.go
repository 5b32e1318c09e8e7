package registry

import (
	"context"
	"encoding/json"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// brittle is a shelf whose n-th call fails, and which answers the writing of a
// kind with a code as often as told.
type brittle struct {
	storetest.CheckedShelf
	calls, failAt int
	kind          string
	code          casework.Code
	times         int
}

func (b *brittle) next() error {
	if b.calls++; b.calls == b.failAt {
		return casework.Fail(casework.Unavailable, "brittle", "")
	}
	return nil
}

func (b *brittle) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if err := b.next(); err != nil {
		return r, err
	}
	if r.Kind == b.kind && b.times > 0 {
		b.times--
		return r, casework.Fail(b.code, "brittle", "")
	}
	return b.Shelf.Put(ctx, r)
}

// deeds is everything that asks the shelf, each over a shop of its own.
var deeds = map[string]func(t *testing.T, s *shop, b *brittle) func() error{
	"read the latest": func(t *testing.T, s *shop, b *brittle) func() error {
		return func() error { _, _, err := s.Latest(t.Context()); return err }
	},
	"propose a body": func(t *testing.T, s *shop, b *brittle) func() error {
		e := s.edit(t, "roads", phone("1"))
		return func() error { _, err := s.ProposeBody(t.Context(), anna, e); return err }
	},
	"propose a return": func(t *testing.T, s *shop, b *brittle) func() error {
		_, first, _ := s.Latest(t.Context())
		s.publish(t, s.edit(t, "roads", phone("1")))
		return func() error { _, err := s.ProposeReturn(t.Context(), anna, first, "x"); return err }
	},
	"propose territories": func(t *testing.T, s *shop, b *brittle) func() error {
		e := TerritoryEdit{List: []casework.Territory{{Code: "99", Name: "область"}}, Seen: DigestOfTerritories(nil)}
		return func() error { _, err := s.ProposeTerritories(t.Context(), anna, e); return err }
	},
	"publish": func(t *testing.T, s *shop, b *brittle) func() error {
		c := s.propose(t, anna, s.edit(t, "roads", phone("1")))
		return func() error { _, _, err := s.Decide(t.Context(), anna, c.ID, true, s.count); return err }
	},
	"drop": func(t *testing.T, s *shop, b *brittle) func() error {
		c := s.propose(t, anna, s.edit(t, "roads", phone("1")))
		return func() error { _, _, err := s.Decide(t.Context(), anna, c.ID, false, s.count); return err }
	},
	"renew": func(t *testing.T, s *shop, b *brittle) func() error {
		c := s.propose(t, ivan, s.edit(t, "city", phone("2")))
		s.publish(t, s.edit(t, "roads", phone("1")))
		return func() error { _, err := s.Renew(t.Context(), ivan, c.ID); return err }
	},
	"import": func(t *testing.T, s *shop, b *brittle) func() error {
		return func() error {
			_, err := s.Import(t.Context(), anna, Edition{Bodies: []casework.Body{{ID: "city", Name: "Город"}}}, "x")
			return err
		}
	},
	"list changes": func(t *testing.T, s *shop, b *brittle) func() error {
		return func() error { _, _, err := s.Changes(t.Context(), "", casework.Window{Limit: 5}); return err }
	},
	"note a dry run": func(t *testing.T, s *shop, b *brittle) func() error {
		c := s.propose(t, anna, s.edit(t, "roads", phone("1")))
		return func() error { return s.NoteReplay(t.Context(), c.ID, 5, nil) }
	},
	"load what is in force": func(t *testing.T, s *shop, b *brittle) func() error {
		return func() error { _, err := Current(t.Context(), b); return err }
	},
	"write into the ledger": func(t *testing.T, s *shop, b *brittle) func() error {
		l := OpenLedger(b, s.Book.now)
		return func() error {
			return l.Write(t.Context(), anna, Entry{Area: "staff", Subject: "x"}, func() error { return nil })
		}
	},
	"take a note back": func(t *testing.T, s *shop, b *brittle) func() error {
		l := OpenLedger(b, s.Book.now)
		return func() error {
			err := l.Write(t.Context(), anna, Entry{Area: "staff", Subject: "x"}, func() error { return casework.Fail(casework.Forbidden, "x", "") })
			if casework.CodeOf(err) == casework.Forbidden {
				return nil
			}
			return err
		}
	},
	"read the ledger": func(t *testing.T, s *shop, b *brittle) func() error {
		l := OpenLedger(b, s.Book.now)
		return func() error { _, err := l.Of(t.Context(), "staff", "x"); return err }
	},
}

// publish proposes a change and publishes it.
func (s *shop) publish(t *testing.T, e Edit) {
	t.Helper()
	c := s.propose(t, anna, e)
	if _, _, err := s.Decide(t.Context(), anna, c.ID, true, s.count); err != nil {
		t.Fatal(err)
	}
}

// newBrittle is a shop over a shelf that holds until it is told to fail.
func newBrittle(t *testing.T) (*shop, *brittle) {
	t.Helper()
	s := newShop(t)
	b := &brittle{}
	b.CheckedShelf = storetest.CheckedShelf{Shelf: s.shelf, Before: b.next}
	s.Book = OpenBook(b, s.Book.now)
	return s, b
}

func TestAStoreThatFailsAtAnyStepIsNeverTakenForSuccess(t *testing.T) {
	for name, prepare := range deeds {
		t.Run(name, func(t *testing.T) {
			for step := 1; ; step++ {
				s, b := newBrittle(t)
				deed := prepare(t, s, b)
				b.calls, b.failAt = 0, step
				err := deed()
				if b.calls < step {
					if err != nil || step == 1 {
						t.Fatalf("with a sound store, after %d calls: %v", b.calls, err)
					}
					return
				}
				if casework.CodeOf(err) != casework.Unavailable {
					t.Errorf("call %d fails: %v", step, err)
				}
				// The same once more, as people do it, ends well or says that it
				// is done.
				b.failAt = 0
				if again := deed(); again != nil && messageOf(again) != "registry.decided" && messageOf(again) != "registry.same" && messageOf(again) != "registry.changed" {
					t.Errorf("call %d failed, and the repetition: %v", step, again)
				}
			}
		})
	}
}

func TestRecordsThatCannotBeReadAreSaidToBeCorrupted(t *testing.T) {
	s := newShop(t)
	l := OpenLedger(s.shelf, s.Book.now)
	spoil := func(kind, id, data string) {
		old, err := s.shelf.Fetch(t.Context(), kind, id)
		if err != nil && casework.CodeOf(err) != casework.NotFound {
			t.Fatal(err)
		}
		if _, err := s.shelf.Put(t.Context(), casework.Record{Kind: kind, ID: id, Version: old.Version, Data: []byte(data)}); err != nil {
			t.Fatal(err)
		}
	}
	spoil(KindEdition, "broken", "{")
	spoil(kindChange, "broken", "{")
	spoil(kindLedger, "broken", "{")
	spoil(KindCurrent, currentID, "broken")
	_, _, latest := s.Latest(t.Context())
	_, edition := s.Edition(t.Context(), "broken")
	_, current := Current(t.Context(), s.shelf)
	_, change := s.Get(t.Context(), "broken")
	_, _, changes := s.Changes(t.Context(), "", casework.Window{Limit: 5})
	_, _, ledger := l.All(t.Context(), casework.Window{Limit: 5})
	for i, err := range []error{latest, edition, current, change, changes, ledger} {
		if casework.CodeOf(err) != casework.Corrupted {
			t.Errorf("reading %d: %v", i, err)
		}
	}
	called := false
	err := l.Write(t.Context(), anna, Entry{Area: "staff", Subject: "x", After: json.RawMessage("{")}, func() error { called = true; return nil })
	if casework.CodeOf(err) != casework.Internal || called {
		t.Errorf("an entry that cannot be written: %v, made %v", err, called)
	}
}

func TestWhoIsOvertakenAtTheLastMomentIsToldSo(t *testing.T) {
	for _, code := range []casework.Code{casework.Conflict, casework.Exists} {
		s, b := newBrittle(t)
		c := s.propose(t, anna, s.edit(t, "roads", phone("1")))
		b.kind, b.code, b.times = KindCurrent, code, 1
		if _, _, err := s.Decide(t.Context(), anna, c.ID, true, s.count); messageOf(err) != "registry.moved" {
			t.Errorf("%s: %v", code, err)
		}
	}
	// A renewed change whose old form somebody is deciding is renewed all the same.
	s, b := newBrittle(t)
	c := s.propose(t, ivan, s.edit(t, "city", phone("2")))
	s.publish(t, s.edit(t, "roads", phone("1")))
	for _, code := range []casework.Code{casework.Conflict, casework.Forbidden} {
		second := &late{brittle: b, id: c.ID, code: code}
		s.Book = OpenBook(second, s.Book.now)
		again, err := s.Renew(t.Context(), ivan, c.ID)
		if again.ID == "" || again.ID == c.ID || (err == nil) != (code == casework.Conflict) {
			t.Errorf("%s: %v, %+v", code, err, again)
		}
	}
}

// late refuses the writing of one record.
type late struct {
	*brittle
	id   string
	code casework.Code
}

func (l *late) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if r.ID == l.id {
		return r, casework.Fail(l.code, "late", "")
	}
	return l.brittle.Put(ctx, r)
}

func TestADryRunIsNotedThoughOthersWriteAndGivesUpWhereTheyNeverStop(t *testing.T) {
	for times, ok := range map[int]bool{1: true, 3: true, 1000: false} {
		s, b := newBrittle(t)
		c := s.propose(t, anna, s.edit(t, "roads", phone("1")))
		b.kind, b.code, b.times = kindChange, casework.Conflict, times
		err := s.NoteReplay(t.Context(), c.ID, 7, nil)
		if (err == nil) != ok || !ok && (casework.CodeOf(err) != casework.Conflict || 1000-b.times > 20) {
			t.Errorf("%d writers: %v, %d left", times, err, b.times)
		}
		if c, _ = s.Get(t.Context(), c.ID); ok && c.Done != 7 {
			t.Errorf("%d writers: %d is noted", times, c.Done)
		}
	}
}

func TestACountThatFailsStopsThePublication(t *testing.T) {
	s := newShop(t)
	c := s.propose(t, anna, s.edit(t, "roads", func(b *casework.Body) { b.Units = nil }))
	fails := func(context.Context, string, string) (int, error) {
		return 0, casework.Fail(casework.Unavailable, "x", "")
	}
	if _, _, err := s.Decide(t.Context(), anna, c.ID, true, fails); casework.CodeOf(err) != casework.Unavailable {
		t.Errorf("%v", err)
	}
	if c, _ = s.Get(t.Context(), c.ID); c.State != Proposed {
		t.Errorf("the change is %s", c.State)
	}
}
