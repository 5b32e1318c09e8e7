package report

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/casework/storetest"
)

const (
	roadsID = "11111111-2222-3333-4444-555555555555"
	adminID = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	topic   = "0003.0009.0099.0742"
)

var moscow = casework.Settings{}.Location()

// world is an office over a memory store with a clock that a test moves.
type world struct {
	*casework.Office
	t     *testing.T
	store *storetest.Memory
	now   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := casework.NewRegistry("r1", []casework.Body{
		{ID: "roads", Name: "Комитет дорог", Level: casework.LevelMunicipal, Settings: casework.Settings{Department: roadsID}},
		{ID: "admin", Name: "Администрация", Level: casework.LevelMunicipal, Settings: casework.Settings{Department: adminID}},
		{ID: "nameless", Name: "Без кода", Level: casework.LevelMunicipal},
		{ID: "east", Name: "Управа Востока", Level: casework.LevelRegional, Settings: casework.Settings{Department: adminID, TimeZone: "Asia/Kamchatka"}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, now: time.Date(2026, 4, 1, 12, 0, 0, 0, moscow)}
	w.store = storetest.NewMemory(func() time.Time { return w.now }, nil)
	w.Office, err = casework.NewOffice(casework.OfficeConfig{Store: w.store, Numbers: w.store, Shelf: w.store,
		Secret: []byte(strings.Repeat("s", 32)), Now: func() time.Time { return w.now }, Laws: laws, Registry: reg,
		Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("sig")}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func staff(role casework.Role) casework.Actor {
	return casework.Actor{ID: "staff:" + string(role), Name: "Образец", Grants: []casework.Grant{{Role: role, Body: casework.Everywhere}}}
}

// pass moves the clock by days.
func (w *world) pass(days int) { w.now = w.now.AddDate(0, 0, days) }

// received files the n-th appeal and routes it to a body.
func (w *world) received(n int, body string) casework.Case {
	w.t.Helper()
	who := casework.Applicant{Key: fmt.Sprint("esia:", n), Assurance: casework.AssuranceConfirmed,
		Name:    casework.PersonName{Surname: "Осокина", Given: "Нина"},
		Contact: casework.Contact{Email: "nina@example.test", Cabinet: true}}
	r, err := w.File(w.t.Context(), casework.Citizen(who), casework.Filing{Regime: casework.RegimeAppeal, AppealKind: casework.KindComplaint,
		Channel: casework.ChannelWeb, Applicant: who, Lang: "ru", Text: "Провалился асфальт у школы, прошу починить.", Topic: topic,
		Key: fmt.Sprintf("ключ-%020d", n)})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.do(staff(casework.RoleRegistrar), r.Case.ID, casework.Routing{Body: body, Route: casework.Route{Body: body, Confidence: 1, Sure: true}})
}

func (w *world) do(by casework.Actor, id string, act casework.Act) casework.Case {
	w.t.Helper()
	c, err := w.Do(w.t.Context(), by, id, casework.AnyState, act)
	if err != nil {
		w.t.Fatalf("%s: %v", act.Kind(), err)
	}
	return c
}

func (w *world) registered(n int, body string) casework.Case {
	c := w.received(n, body)
	return w.do(staff(casework.RoleRegistrar), c.ID, casework.Registration{})
}

// answered walks a case to its answer, days after its registration.
func (w *world) answered(n int, body string, o casework.Outcome, days int) casework.Case {
	c := w.registered(n, body)
	officer := staff(casework.RoleOfficer)
	w.do(staff(casework.RoleHead), c.ID, casework.Assignment{Officer: officer})
	w.pass(days)
	c = w.do(officer, c.ID, casework.Drafting{Text: "Асфальт уложен заново.", Outcome: o})
	w.do(officer, c.ID, casework.Submission{Revision: c.Draft.Revision})
	w.do(staff(casework.RoleHead), c.ID, casework.Signing{})
	return w.do(staff(casework.RoleHead), c.ID, casework.Answering{})
}

func (w *world) stays(c casework.Case) []Stay { return StaysOf(&c, w.Registry()) }

// year asks about the whole of 2026.
func year() Asking {
	return Asking{From: casework.NewDate(2026, 1, 1), To: casework.NewDate(2026, 12, 31)}
}

// all are the stays of every case of the store.
func (w *world) all(ask Asking) []Stay {
	w.t.Helper()
	var out []Stay
	err := Walk(w.t.Context(), w.store, ask, func(c *casework.Case) error {
		out = append(out, StaysOf(c, w.Registry())...)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}
