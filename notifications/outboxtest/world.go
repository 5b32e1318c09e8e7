package outboxtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
)

// Clock is a clock that stands still until it is moved, or runs faster than
// real time.
type Clock struct {
	mu    sync.Mutex
	at    time.Time
	since time.Time
	speed int
}

// NewClock makes a clock that stands at t.
func NewClock(t time.Time) *Clock { return &Clock{at: t} }

// Now reads the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read()
}

func (c *Clock) read() time.Time {
	if c.speed == 0 {
		return c.at
	}
	return c.at.Add(time.Duration(c.speed) * time.Since(c.since))
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.read().Add(d)
	c.since = time.Now()
}

// Run lets the clock run at so many times real time from now on; 0 stops it.
func (c *Clock) Run(speed int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.since, c.speed = c.read(), time.Now(), speed
}

// Store is everything a World keeps its cases in.
type Store interface {
	casework.Store
	casework.Shelf
	casework.Numbers
}

// World is an office over a store, at Wednesday 1 April 2026, 10:00 in Moscow.
type World struct {
	*casework.Office
	Store Store
	Clock *Clock
	// Log is everything logged so far.
	Log *Log
	// Wake is called by the office after each save.
	Wake func(caseID string)
	// Reach lists the further media of a case; nil is none. Set it before the
	// first act.
	Reach func(c *casework.Case) []casework.Medium
	mu    sync.Mutex
}

// Bodies are the invented bodies of a World.
func Bodies() []casework.Body {
	return []casework.Body{
		{ID: "roads", Name: "Комитет дорожного хозяйства города Заречный", Short: "Комитет дорог", Level: casework.LevelMunicipal,
			Contacts:    casework.Contacts{Phone: "+7 800 000-00-01"},
			Competences: []casework.Competence{{Topic: "0003", Territory: "99701"}},
			Units:       []casework.BodyUnit{{ID: "repair", Name: "Отдел ремонта дорог", Topics: []string{"0003"}}}},
		{ID: "housing", Name: "Жилищная инспекция города Заречный", Short: "Жилинспекция", Level: casework.LevelMunicipal,
			Contacts:    casework.Contacts{Phone: "+7 800 000-00-02"},
			Competences: []casework.Competence{{Topic: "0005", Territory: "99701"}}},
	}
}

// NewWorld makes a World over store; nil is a new Memory.
func NewWorld(t testing.TB, store Store) *World {
	t.Helper()
	if store == nil {
		store = NewMemory()
	}
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	registry, err := casework.NewRegistry("r1", Bodies(), []casework.Territory{{Code: "99701", Name: "Заречный"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &World{Store: store, Log: &Log{}, Clock: NewClock(time.Date(2026, 4, 1, 7, 0, 0, 0, time.UTC))}
	w.Office, err = casework.NewOffice(casework.OfficeConfig{Store: store, Numbers: store, Shelf: store,
		Secret: []byte(strings.Repeat("s", 32)), Now: w.Clock.Now, Laws: laws, Registry: registry,
		Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("sig")}, nil
		},
		Wake: w.wake, Reach: func(c *casework.Case) []casework.Medium {
			if w.Reach == nil {
				return nil
			}
			return w.Reach(c)
		}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// OnWake exchanges Wake while others act.
func (w *World) OnWake(f func(caseID string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Wake = f
}

func (w *World) wake(id string) {
	w.mu.Lock()
	f := w.Wake
	w.mu.Unlock()
	if f != nil {
		f(id)
	}
}

// Logger writes into Log.
func (w *World) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(w.Log, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// Log is a log in memory.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String gives everything written so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

var _ io.Writer = (*Log)(nil)

// Filing is the n-th invented appeal; its applicant has an e-mail of his own.
func Filing(n int) casework.Filing {
	return casework.Filing{Regime: casework.RegimeAppeal, Channel: casework.ChannelWeb, Lang: "ru",
		Applicant: casework.Applicant{Key: fmt.Sprintf("esia:%d", n), Assurance: casework.AssuranceConfirmed,
			Name:    casework.PersonName{Surname: "Соколова", Given: "Мария", Patronymic: "Петровна"},
			Contact: casework.Contact{Email: fmt.Sprintf("reader%d@example.ru", n), Cabinet: true}},
		Text:  "На улице Садовой провалился асфальт, прошу отремонтировать.",
		Topic: "0003.0009.0099.0742", Territory: "99701", Addressee: "roads", Key: fmt.Sprintf("key-%016d", n)}
}

// File files the n-th appeal.
func (w *World) File(t testing.TB, n int) casework.Case { t.Helper(); return w.FileAs(t, Filing(n)) }

// FileAs files an appeal.
func (w *World) FileAs(t testing.TB, f casework.Filing) casework.Case {
	t.Helper()
	r, err := w.Office.File(context.Background(), casework.Citizen(f.Applicant), f)
	if err != nil {
		t.Fatal(err)
	}
	return r.Case
}

// Staff makes a member of staff.
func Staff(id string, role casework.Role, body string) casework.Actor {
	return casework.Actor{ID: "staff:" + id, Name: id, Grants: []casework.Grant{{Role: role, Body: body}}}
}

// Act does an act on a case.
func (w *World) Act(t testing.TB, by casework.Actor, id string, act casework.Act) casework.Case {
	t.Helper()
	c, err := w.Do(context.Background(), by, id, casework.AnyState, act)
	if err != nil {
		t.Fatalf("%s: %v", act.Kind(), err)
	}
	return c
}

// Notice finds the last notice of a kind and medium.
func Notice(t testing.TB, c casework.Case, kind casework.NoticeKind, m casework.Medium) casework.Notice {
	t.Helper()
	for i := len(c.Outbox) - 1; i >= 0; i-- {
		if n := c.Outbox[i]; n.Kind == kind && n.Medium == m {
			return n
		}
	}
	t.Fatalf("the case has no notice %s by %s", kind, m)
	return casework.Notice{}
}

// Until waits for a condition, looking every few milliseconds, and fails the
// test after half a minute.
func Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	UntilWithin(t, 30*time.Second, what, ok)
}

// UntilWithin is Until with a limit of its own.
func UntilWithin(t testing.TB, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	end := time.NewTimer(limit)
	defer end.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-end.C:
			t.Fatalf("it did not happen within %v: %s", limit, what)
		}
	}
}
