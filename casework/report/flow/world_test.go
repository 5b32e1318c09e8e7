package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/casework/storetest"
)

var moscow = casework.Settings{}.Location()

var laws = sync.OnceValues(regulation.Embedded)

// world is an office with books over a store in memory and a clock.
type world struct {
	*casework.Office
	t     *testing.T
	store *storetest.Memory
	shelf *brittle
	book  *Book
	now   time.Time
	n     int
	ids   []string
}

// brittle is a shelf that fails when it is told to.
type brittle struct {
	casework.Shelf
	mu sync.Mutex
	// fails is after how many saves one fails; 0 is never.
	fails int
}

func (b *brittle) breaks() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fails > 0 {
		if b.fails--; b.fails == 0 {
			return casework.Fail(casework.Unavailable, "test", "")
		}
	}
	return nil
}

func (b *brittle) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if strings.HasPrefix(r.Kind, "figures") {
		if err := b.breaks(); err != nil {
			return r, err
		}
	}
	return b.Shelf.Put(ctx, r)
}

func (b *brittle) Remove(ctx context.Context, kind, id string) error {
	if err := b.breaks(); err != nil {
		return err
	}
	return b.Shelf.Remove(ctx, kind, id)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	law, err := laws()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := casework.NewRegistry("r1", []casework.Body{
		{ID: "roads", Name: "Комитет дорог", Level: casework.LevelMunicipal, Units: []casework.BodyUnit{{ID: "repair", Name: "Ремонт", Topics: []string{"0003"}}}},
		{ID: "admin", Name: "Администрация", Level: casework.LevelMunicipal},
		{ID: "east", Name: "Управа Востока", Level: casework.LevelRegional, Settings: casework.Settings{TimeZone: "Asia/Kamchatka"}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, now: time.Date(2026, 4, 1, 12, 0, 0, 0, moscow)}
	w.store = storetest.NewMemory(func() time.Time { return w.now }, nil)
	w.shelf = &brittle{Shelf: w.store}
	w.Office, err = casework.NewOffice(casework.OfficeConfig{Store: w.store, Numbers: w.store, Shelf: w.store,
		Secret: []byte(strings.Repeat("s", 32)), Now: func() time.Time { return w.now }, Laws: law, Registry: reg,
		Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("sig")}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	w.book, err = New(Config{Source: w.store, Shelf: w.shelf, Registry: w.Registry, Now: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func staff(role casework.Role) casework.Actor {
	return casework.Actor{ID: "staff:" + string(role), Name: "Образец", Grants: []casework.Grant{{Role: role, Body: casework.Everywhere}}}
}

func person(n int) casework.Applicant {
	return casework.Applicant{Key: fmt.Sprint("esia:", n), Assurance: casework.AssuranceConfirmed,
		Name: casework.PersonName{Surname: "Осокина", Given: "Нина"}, Contact: casework.Contact{Email: "n@example.test", Cabinet: true}}
}

// file files an appeal and gives its ID.
func (w *world) file(topic, territory string) string {
	w.t.Helper()
	w.n++
	r, err := w.File(w.t.Context(), casework.Citizen(person(w.n)), casework.Filing{Regime: casework.RegimeAppeal, AppealKind: casework.KindComplaint,
		Channel: casework.ChannelWeb, Applicant: person(w.n), Lang: "ru", Text: "Провалился асфальт у школы, прошу починить.",
		Topic: topic, Territory: territory, Key: fmt.Sprintf("ключ-%020d", w.n)})
	if err != nil {
		w.t.Fatal(err)
	}
	w.ids = append(w.ids, r.Case.ID)
	return r.Case.ID
}

// try does an act; what the law refuses is no fault of the test.
func (w *world) try(by casework.Actor, id string, act casework.Act) bool {
	_, err := w.Do(w.t.Context(), by, id, casework.AnyState, act)
	return err == nil
}

// answer walks a case to its answer by a body.
func (w *world) answer(id, body string, days int) {
	w.try(staff(casework.RoleRegistrar), id, casework.Routing{Body: body, Route: casework.Route{Body: body, Confidence: 1, Sure: true}})
	w.try(staff(casework.RoleRegistrar), id, casework.Registration{})
	w.now = w.now.AddDate(0, 0, days)
	w.finish(id)
}

func (w *world) finish(id string) {
	officer := staff(casework.RoleOfficer)
	w.try(staff(casework.RoleHead), id, casework.Assignment{Officer: officer})
	c, err := w.store.Get(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	revision := 0
	if c.Draft != nil {
		revision = c.Draft.Revision
	}
	w.try(officer, id, casework.Drafting{Text: "Уложен заново.", Outcome: casework.OutcomeMeasures, Revision: revision})
	w.try(officer, id, casework.Submission{Revision: revision + 1})
	w.try(staff(casework.RoleHead), id, casework.Signing{})
	w.try(staff(casework.RoleHead), id, casework.Answering{})
}

// anything does something at random.
func (w *world) anything(r *rand.Rand) {
	bodies := []string{"roads", "admin", "east"}
	if len(w.ids) == 0 || r.IntN(4) == 0 {
		w.file([]string{"0003.0009.0099.0742", "0005.0005.0056.1147", ""}[r.IntN(3)], []string{"99701", "99702", ""}[r.IntN(3)])
		return
	}
	n := r.IntN(len(w.ids))
	id, body := w.ids[n], bodies[r.IntN(3)]
	registrar := staff(casework.RoleRegistrar)
	switch r.IntN(8) {
	case 0:
		w.try(registrar, id, casework.Routing{Body: body, Route: casework.Route{Body: body, Confidence: 1, Sure: true}})
	case 1, 2:
		w.try(registrar, id, casework.Registration{})
	case 3:
		w.try(registrar, id, casework.Forwarding{Body: body, Why: "Вопрос ведает другой орган."})
	case 4:
		w.try(casework.Citizen(person(n+1)), id, casework.Rating{Mark: 1 + r.IntN(5)})
	case 5:
		w.try(casework.Citizen(person(n+1)), id, casework.Withdrawal{})
	case 6:
		w.now = w.now.Add(time.Duration(r.IntN(200)) * time.Hour)
	default:
		w.finish(id)
	}
}

// kept are the cells on the shelf of the present epoch.
func (w *world) kept() Sums {
	w.t.Helper()
	h, err := w.book.Head(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	prefix, out := fmt.Sprintf("%d/", h.Epoch), Sums{}
	err = w.book.list(w.t.Context(), kindChunk, func(r casework.Record) error {
		var d dated[Cells]
		if name, ok := strings.CutPrefix(r.ID, prefix); ok {
			if err := json.Unmarshal(r.Data, &d); err != nil {
				return err
			}
			out[name] = d.Data
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	out.tidy()
	return out
}

// recount counts every case anew.
func (w *world) recount() Sums {
	out := Sums{}
	for _, id := range w.ids {
		c, err := w.store.Get(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		out.count(Reduce(&c, w.Registry()), 1)
	}
	out.tidy()
	return out
}

func (w *world) same(when string) {
	w.t.Helper()
	if got, want := w.kept(), w.recount(); !reflect.DeepEqual(got, want) {
		for name := range want {
			if !reflect.DeepEqual(got[name], want[name]) {
				w.t.Errorf("%s: %s is %v, recounted %v", when, name, got[name], want[name])
			}
		}
		w.t.Fatalf("%s: %d chunks, recounted %d", when, len(got), len(want))
	}
}
