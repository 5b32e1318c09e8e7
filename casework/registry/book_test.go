package registry

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

var (
	anna = casework.Actor{ID: "staff:anna"}
	ivan = casework.Actor{ID: "staff:ivan"}
)

// shop is a book over a published registry of two bodies.
type shop struct {
	*Book
	shelf *storetest.Memory
	now   time.Time
	open  map[string]int
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{now: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), open: map[string]int{}}
	clock := func() time.Time { s.now = s.now.Add(time.Second); return s.now }
	s.shelf = storetest.NewMemory(clock, nil)
	s.Book = OpenBook(s.shelf, clock)
	_, err := s.Import(t.Context(), anna, Edition{Bodies: []casework.Body{
		{ID: "city", Name: "Администрация", Short: "Город", Competences: []casework.Competence{{Territory: "99701"}}},
		{ID: "roads", Name: "Комитет дорог", Short: "Дороги", Parent: "city", Units: []casework.BodyUnit{{ID: "repair", Name: "Ремонт"}}}}}, "первая")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shop) count(_ context.Context, body, unit string) (int, error) {
	return s.open[body+"/"+unit], nil
}

// edit is an edit of a body as it is in force.
func (s *shop) edit(t *testing.T, id string, change func(*casework.Body)) Edit {
	t.Helper()
	e, _, err := s.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range e.Bodies {
		if b.ID == id {
			seen := DigestOf(b)
			change(&b)
			return Edit{Body: b, Seen: seen, Why: "приказ № 1"}
		}
	}
	t.Fatal("no body", id)
	return Edit{}
}

func (s *shop) propose(t *testing.T, by casework.Actor, e Edit) Change {
	t.Helper()
	c, err := s.ProposeBody(t.Context(), by, e)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func messageOf(err error) string {
	var e *casework.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return ""
}

func phone(to string) func(*casework.Body) {
	return func(b *casework.Body) { b.Contacts.Phone = to }
}

func TestAChangeIsPublishedKeptAndReturnedFrom(t *testing.T) {
	s := newShop(t)
	_, first, _ := s.Latest(t.Context())
	c := s.propose(t, anna, s.edit(t, "roads", phone("1")))
	if c.Routes || c.By != anna.ID || c.Base != first {
		t.Errorf("%+v", c)
	}
	if _, now, _ := s.Latest(t.Context()); now != first {
		t.Error("a proposal is in force")
	}
	c, reg, err := s.Decide(t.Context(), ivan, c.ID, true, s.count)
	if err != nil || reg.Revision() != c.Revision {
		t.Fatal(err)
	}
	if b, _ := reg.Body("roads"); b.Contacts.Phone != "1" {
		t.Error("the change is not in force")
	}
	if _, _, err := s.Decide(t.Context(), ivan, c.ID, true, s.count); messageOf(err) != "registry.decided" {
		t.Errorf("decided twice: %v", err)
	}
	back, err := s.ProposeReturn(t.Context(), ivan, first, "ошибка")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Decide(t.Context(), ivan, back.ID, true, s.count); err != nil {
		t.Fatal(err)
	}
	current, err := Current(t.Context(), s.shelf)
	if err != nil || current.Revision() != first {
		t.Errorf("in force is %s, want %s, %v", current.Revision(), first, err)
	}
	list, _, err := s.Changes(t.Context(), "", casework.Window{Limit: 10})
	if err != nil || len(list) != 3 || list[0].ID != back.ID || list[2].Why != "первая" || list[1].DecidedBy != ivan.ID {
		t.Errorf("history: %+v, %v", list, err)
	}
	if _, err := s.ProposeReturn(t.Context(), ivan, first, "ещё раз"); messageOf(err) != "registry.same" {
		t.Errorf("a return to what is in force: %v", err)
	}
}

func TestTwoWhoChangeTheSameBodyMeet(t *testing.T) {
	s := newShop(t)
	mine, other := s.edit(t, "roads", phone("1")), s.edit(t, "roads", phone("2"))
	first, second := s.propose(t, anna, mine), s.propose(t, ivan, other)
	if _, _, err := s.Decide(t.Context(), anna, first.ID, true, s.count); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ProposeBody(t.Context(), ivan, other); messageOf(err) != "registry.changed" {
		t.Errorf("over a body that has changed: %v", err)
	}
	if _, _, err := s.Decide(t.Context(), ivan, second.ID, true, s.count); messageOf(err) != "registry.moved" {
		t.Errorf("published over another edition: %v", err)
	}
	if _, err := s.Renew(t.Context(), ivan, second.ID); messageOf(err) != "registry.changed" {
		t.Errorf("renewed over the same body: %v", err)
	}
}

func TestAChangeOfAnotherBodyIsRenewed(t *testing.T) {
	s := newShop(t)
	first, second := s.propose(t, anna, s.edit(t, "roads", phone("1"))), s.propose(t, ivan, s.edit(t, "city", phone("2")))
	if _, _, err := s.Decide(t.Context(), anna, first.ID, true, s.count); err != nil {
		t.Fatal(err)
	}
	fresh, err := s.Renew(t.Context(), ivan, second.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, reg, err := s.Decide(t.Context(), ivan, fresh.ID, true, s.count)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"roads": "1", "city": "2"} {
		if b, _ := reg.Body(id); b.Contacts.Phone != want {
			t.Errorf("%s: %q, want %q", id, b.Contacts.Phone, want)
		}
	}
	if old, _ := s.Get(t.Context(), second.ID); old.State != Dropped {
		t.Errorf("the old proposal is %s", old.State)
	}
}

func TestRulesAreNotPublishedBeforeTheirDryRun(t *testing.T) {
	s := newShop(t)
	c := s.propose(t, anna, s.edit(t, "roads", func(b *casework.Body) {
		b.Competences = []casework.Competence{{Topic: "0003", Territory: "99701"}}
	}))
	if !c.Routes {
		t.Fatal("new competences do not ask for a dry run")
	}
	if _, _, err := s.Decide(t.Context(), anna, c.ID, true, s.count); messageOf(err) != "registry.not_replayed" {
		t.Errorf("without a dry run: %v", err)
	}
	if err := s.NoteReplay(t.Context(), c.ID, 50, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.NoteReplay(t.Context(), c.ID, 0, &casework.RouteReplay{Cases: 100, Moved: 3}); err != nil {
		t.Fatal(err)
	}
	if c, _, err := s.Decide(t.Context(), anna, c.ID, true, s.count); err != nil || c.Replay.Moved != 3 || c.Done != 100 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestABodyOrUnitWithOpenCasesIsNotClosed(t *testing.T) {
	s := newShop(t)
	unit := s.propose(t, anna, s.edit(t, "roads", func(b *casework.Body) { b.Units = nil }))
	s.open["roads/repair"] = 4
	if _, _, err := s.Decide(t.Context(), anna, unit.ID, true, s.count); messageOf(err) != "registry.open_cases" {
		t.Errorf("a unit with cases: %v", err)
	}
	body := s.propose(t, anna, s.edit(t, "roads", func(b *casework.Body) { b.Closed = true }))
	if err := s.NoteReplay(t.Context(), body.ID, 0, &casework.RouteReplay{}); err != nil {
		t.Fatal(err)
	}
	s.open["roads/"] = 1
	if _, _, err := s.Decide(t.Context(), anna, body.ID, true, s.count); messageOf(err) != "registry.open_cases" {
		t.Errorf("a body with cases: %v", err)
	}
	s.open = map[string]int{}
	if _, reg, err := s.Decide(t.Context(), anna, body.ID, true, s.count); err != nil {
		t.Error(err)
	} else if b, _ := reg.Body("roads"); !b.Closed {
		t.Error("it is not closed")
	}
}

func TestAnEditionWrittenAsTextReadsTheSame(t *testing.T) {
	f, err := os.Open("../../cmd/priemnaya/demo/registry.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e, err := Read("registry.yaml", f)
	if err != nil {
		t.Fatal(err)
	}
	e.Bodies[0].Settings.Shield = &casework.ShieldProcedure{Norm: "Регламент", Ask: []casework.Role{casework.RoleOfficer},
		Allow: []casework.Role{casework.RoleHead}, Hours: 24, TellDays: 3}
	e.Bodies[0].Settings.Roll, e.Bodies[0].Settings.IncludeStartDay, e.Bodies[0].Settings.Publish = casework.RollFollowing, true, true
	text, err := Text(e)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read("registry.yaml", strings.NewReader(text))
	if err != nil || !reflect.DeepEqual(e, again) {
		t.Errorf("%v\n%s", err, text[:min(len(text), 600)])
	}
}

func TestTheLedgerNotesWhatWasDoneAndNothingThatWasRefused(t *testing.T) {
	s := newShop(t)
	l := OpenLedger(s.shelf, s.Book.now)
	for i, fail := range []error{nil, casework.Fail(casework.Forbidden, "x", ""), nil} {
		err := l.Write(t.Context(), anna, Entry{Area: "staff", Subject: "petrova", What: []string{"a", "b", "c"}[i], After: json.RawMessage(`{}`)},
			func() error { return fail })
		if err != fail {
			t.Fatal(err)
		}
	}
	if err := l.Write(t.Context(), ivan, Entry{Area: "site", Subject: "petrova", What: "d"}, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	list, err := l.Of(t.Context(), "staff", "petrova")
	if err != nil || len(list) != 2 || list[0].What != "c" || list[1].What != "a" || list[0].By != anna.ID {
		t.Errorf("%+v, %v", list, err)
	}
	if all, _, err := l.All(t.Context(), casework.Window{Limit: 10}); err != nil || len(all) != 3 || all[0].What != "d" {
		t.Errorf("%+v, %v", all, err)
	}
}
