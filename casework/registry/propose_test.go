package registry

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

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
