// Package wiretest is what tests of adapters that speak HTTP have in common: a
// bench that runs an adapter against a simulated messenger and gathers what it
// takes, marks in memory, and the faults that a simulation can be told to show.
// Each messenger's protocol stays with its own simulation.
package wiretest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/pace"
	"priemnaya/bots/wire"
)

// patience is how long something may take on a busy machine.
const patience = 20 * time.Second

// Simulation is a messenger that a test plays.
type Simulation interface {
	http.Handler
	// Changed is closed at the next change of anything.
	Changed() <-chan struct{}
	// Close ends what it delivers.
	Close()
}

// Adapter is the adapter under test.
type Adapter interface {
	Listen(ctx context.Context, take bots.Take) error
	Webhook() http.Handler
}

// Bench is a simulated messenger, an adapter and what the adapter has taken.
type Bench struct {
	// API is the address of the simulation; Log is what the adapter logs.
	API   string
	Log   *Log
	Marks *Marks

	t       testing.TB
	sim     Simulation
	adapter Adapter
	stop    func()

	mu      sync.Mutex
	taken   []bots.Update
	refuse  func(bots.Update) error
	changed chan struct{}
}

// Open serves a simulation until the test ends and completes the adapter's
// configuration. With hook the messenger delivers to path; without it the
// adapter polls, and the secret of the configuration is dropped.
func Open(t testing.TB, sim Simulation, c wire.Config, path string, hook bool) (*Bench, wire.Config) {
	t.Helper()
	b := &Bench{Log: &Log{}, Marks: &Marks{}, t: t, sim: sim, changed: make(chan struct{})}
	api := httptest.NewServer(sim)
	b.API = api.URL
	c.API, c.Marks, c.Pace, c.Pause = api.URL, b.Marks, pace.New(pace.Rates{}), 5*time.Millisecond
	c.Log = slog.New(slog.NewTextHandler(b.Log, nil))
	var front *httptest.Server
	if hook {
		front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.adapter.Webhook().ServeHTTP(w, r) }))
		c.Webhook = front.URL + path
	} else {
		c.Secret = ""
	}
	t.Cleanup(func() {
		b.End()
		sim.Close()
		if front != nil {
			front.Close()
		}
		api.CloseClientConnections()
		api.Close()
	})
	return b, c
}

// Connect says which adapter is tested; it comes before Listen.
func (b *Bench) Connect(a Adapter) { b.adapter = a }

// Listen lets the adapter receive until End.
func (b *Bench) Listen() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.adapter.Listen(ctx, b.Take) }()
	b.stop = func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Errorf("Listen ended with %v", err)
		}
	}
}

// End stops the adapter and waits for it.
func (b *Bench) End() {
	if b.stop != nil {
		b.stop()
		b.stop = nil
	}
}

// Refuse makes every update that refuse gives an error for fail to be kept.
func (b *Bench) Refuse(refuse func(bots.Update) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse = refuse
}

// Take keeps an update, or refuses it; it is bots.Take.
func (b *Bench) Take(_ context.Context, u bots.Update) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuse != nil {
		if err := b.refuse(u); err != nil {
			return err
		}
	}
	b.taken = append(b.taken, u)
	close(b.changed)
	b.changed = make(chan struct{})
	return nil
}

// Taken is all that the adapter has handed over and that was kept.
func (b *Bench) Taken() []bots.Update {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.taken)
}

// Wait waits until n updates are taken and gives them.
func (b *Bench) Wait(n int) []bots.Update {
	b.t.Helper()
	limit := time.After(patience)
	for {
		b.mu.Lock()
		changed := b.changed
		b.mu.Unlock()
		taken := b.Taken()
		if len(taken) >= n {
			return taken
		}
		select {
		case <-changed:
		case <-limit:
			b.t.Fatalf("%d updates came, want %d: %+v", len(taken), n, taken)
		}
	}
}

// Until waits for a condition of the simulation.
func (b *Bench) Until(what string, ok func() bool) {
	b.t.Helper()
	limit := time.After(patience)
	for {
		changed := b.sim.Changed()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-limit:
			b.t.Fatalf("not in time: %s", what)
		}
	}
}

// Post brings an update to the adapter's webhook by hand and gives the status;
// header is where the messenger repeats its secret.
func (b *Bench) Post(method, header, secret, body string) int {
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	if secret != "" {
		r.Header.Set(header, secret)
	}
	rec := httptest.NewRecorder()
	b.adapter.Webhook().ServeHTTP(rec, r)
	return rec.Code
}

// Log gathers what is logged.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

var _ io.Writer = (*Log)(nil)

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is all that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Marks keep the place in the stream of updates in memory.
type Marks struct {
	mu   sync.Mutex
	mark string
}

// Load implements wire.Marks.
func (m *Marks) Load(context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mark, nil
}

// Save implements wire.Marks.
func (m *Marks) Save(_ context.Context, mark string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mark = mark
	return nil
}
