package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// brittle is a shelf whose n-th call fails, and which answers the writing of a
// kind with a code as often as told.
type brittle struct {
	casework.Shelf
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

func (b *brittle) Fetch(ctx context.Context, kind, id string) (casework.Record, error) {
	if err := b.next(); err != nil {
		return casework.Record{}, err
	}
	return b.Shelf.Fetch(ctx, kind, id)
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

func (b *brittle) Remove(ctx context.Context, kind, id string) error {
	if err := b.next(); err != nil {
		return err
	}
	return b.Shelf.Remove(ctx, kind, id)
}

func (b *brittle) List(ctx context.Context, kind, owner string, page casework.Window) ([]casework.Record, string, error) {
	if err := b.next(); err != nil {
		return nil, "", err
	}
	return b.Shelf.List(ctx, kind, owner, page)
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
	b := &brittle{Shelf: s.shelf}
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

func TestTheFirstBodyOfAllIsProposedAndPublished(t *testing.T) {
	s := newShop(t)
	empty := newEmpty(s.Book.now)
	if _, revision, err := empty.Latest(t.Context()); revision != "" || err != nil {
		t.Fatal(revision, err)
	}
	c, err := empty.ProposeBody(t.Context(), anna, Edit{Body: casework.Body{ID: "city", Name: "Город"}, Why: "первый"})
	if err != nil || c.Base != "" || !c.Routes {
		t.Fatalf("%+v, %v", c, err)
	}
	if err := empty.NoteReplay(t.Context(), c.ID, 0, &casework.RouteReplay{}); err != nil {
		t.Fatal(err)
	}
	if _, reg, err := empty.Decide(t.Context(), anna, c.ID, true, s.count); err != nil || len(reg.Bodies()) != 1 {
		t.Error(err)
	}
	// Dropped, it would never have come into force.
	c, err = empty.ProposeBody(t.Context(), anna, Edit{Body: casework.Body{ID: "roads", Name: "Дороги"}})
	if err != nil {
		t.Fatal(err)
	}
	c, reg, err := empty.Decide(t.Context(), ivan, c.ID, false, s.count)
	if _, now, _ := empty.Latest(t.Context()); err != nil || reg != nil || c.State != Dropped || c.DecidedBy != ivan.ID || now == c.Revision {
		t.Errorf("dropped: %+v, %v", c, err)
	}
}

func TestABodyIsAddedOnceAndNotChangedAfterItIsGone(t *testing.T) {
	s := newShop(t)
	added := casework.Body{ID: "parks", Name: "Парки"}
	for want, e := range map[string]Edit{"registry.changed": {Body: added, Seen: "0123456789abcdef"}, "registry.duplicate": {Body: casework.Body{ID: "roads", Name: "Дороги"}}} {
		if _, err := s.ProposeBody(t.Context(), anna, e); messageOf(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	// A new body is renewed over another edition as a new one.
	c := s.propose(t, anna, Edit{Body: added, Why: "создан"})
	s.publish(t, s.edit(t, "roads", phone("1")))
	fresh, err := s.Renew(t.Context(), anna, c.ID)
	if err != nil || fresh.Subject != "parks" {
		t.Fatalf("%+v, %v", fresh, err)
	}
	if e, err := s.Edition(t.Context(), fresh.Revision); err != nil || len(e.Bodies) != 3 {
		t.Errorf("%d bodies, %v", len(e.Bodies), err)
	}
	// A return is about the whole registry: it is not renewed.
	_, now, _ := s.Latest(t.Context())
	back, err := s.ProposeReturn(t.Context(), anna, c.Base, "назад")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Renew(t.Context(), anna, back.ID); messageOf(err) != "registry.changed" {
		t.Errorf("a return from %s is renewed: %v", now, err)
	}
}

func TestOnlyWhatIsTakenAwayLeavesAndOnlyOpenBodiesRoute(t *testing.T) {
	s := newShop(t)
	c := s.propose(t, anna, s.edit(t, "roads", func(b *casework.Body) { b.Units = append(b.Units, casework.BodyUnit{ID: "snow", Name: "Снег"}) }))
	if gone, err := s.LeavingBy(t.Context(), c, s.count); err != nil || len(gone) != 0 {
		t.Errorf("%+v, %v", gone, err)
	}
	closed := func(topic string) Edition {
		return Edition{Bodies: []casework.Body{{ID: "old", Name: "Старый", Closed: true, Competences: []casework.Competence{{Topic: topic}}}}}
	}
	if routesDiffer(closed("0003"), closed("0005")) {
		t.Error("competences of a closed body route")
	}
}

func TestImportingWhatIsInForceWritesNothingDown(t *testing.T) {
	s := newShop(t)
	e, now, err := s.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	reg, err := s.Import(t.Context(), ivan, e, "ещё раз")
	list, _, _ := s.Changes(t.Context(), "", casework.Window{Limit: 10})
	if err != nil || reg.Revision() != now || len(list) != 1 {
		t.Errorf("%v, %d changes", err, len(list))
	}
	if _, err := s.Import(t.Context(), ivan, Edition{Bodies: []casework.Body{{ID: "a", Name: "А"}, {ID: "a", Name: "Б"}}}, "x"); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("a wrong edition: %v", err)
	}
}

func TestTheSameTerritoriesInAnotherOrderAreNoChange(t *testing.T) {
	s := newShop(t)
	e, _, err := s.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e.Territories = []casework.Territory{{Code: "99701", Name: "город"}, {Code: "99", Name: "область"}}
	if _, err := s.Import(t.Context(), anna, e, "x"); err != nil {
		t.Fatal(err)
	}
	list := []casework.Territory{e.Territories[1], e.Territories[0]}
	if _, err := s.ProposeTerritories(t.Context(), anna, TerritoryEdit{List: list, Seen: DigestOfTerritories(list)}); messageOf(err) != "registry.same" {
		t.Errorf("%v", err)
	}
}

func TestTooManyTerritoriesAreSaidAndTheFirstMistakeOfALineCounts(t *testing.T) {
	many := make([]casework.Territory, MaxTerritories+1)
	for i := range many {
		many[i] = casework.Territory{Code: fmt.Sprintf("%08d", 10_000_001+i*10), Name: "место"}
	}
	err := CheckTerritories(many)
	if casework.CodeOf(err) != casework.Invalid || CheckTerritories(many[:1]) != nil {
		t.Errorf("%v", err)
	}
	if _, mistakes := ReadTerritories([]byte("99,область\nx1,место,вчера\n")); len(mistakes) != 1 || mistakes[0] != (LineMistake{2, "territory.code", "x1"}) {
		t.Errorf("%+v", mistakes)
	}
}

func TestWhatIsWrongIsNotEvenProposed(t *testing.T) {
	s := newShop(t)
	_, body := s.ProposeBody(t.Context(), anna, Edit{Body: casework.Body{ID: "parks", Name: "Парки", Parent: "nobody"}})
	_, list := s.ProposeTerritories(t.Context(), anna, TerritoryEdit{List: []casework.Territory{{Code: "9", Name: "область"}}, Seen: DigestOfTerritories(nil)})
	for want, err := range map[string]error{"registry.parent": body, "territory.code": list} {
		var e *casework.Error
		if !errors.As(err, &e) || e.Code != casework.Invalid || len(e.Fields) != 1 || e.Fields[0].Key != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	if all, _, err := s.Changes(t.Context(), "", casework.Window{Limit: 5}); err != nil || len(all) != 1 {
		t.Errorf("%d changes, %v", len(all), err)
	}
}

func newEmpty(now func() time.Time) *Book { return OpenBook(storetest.NewMemory(now, nil), now) }
