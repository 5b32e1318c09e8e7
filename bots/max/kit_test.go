package max

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
	"priemnaya/bots/max/maxtest"
	"priemnaya/bots/pace"
)

const (
	testToken  = "f9LHodD0cOJtestTokenOfPriemnaya_0123456789"
	testSecret = "secret-of-the-webhook-0123"
)

// memoryMarks keep the marker as a store would.
type memoryMarks struct {
	mu    sync.Mutex
	mark  string
	saves int
	fail  error
}

func (m *memoryMarks) Load(context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mark, m.fail
}

func (m *memoryMarks) Save(_ context.Context, mark string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mark, m.saves = mark, m.saves+1
	return m.fail
}

// world is a MAX, an adapter and what the adapter has taken.
type world struct {
	mx    *maxtest.Server
	a     *Adapter
	marks *memoryMarks
	api   string
	log   *strings.Builder

	mu      sync.Mutex
	got     []bots.Update
	changed chan struct{}
	// refuse makes take fail for an update.
	refuse func(bots.Update) error
	stop   func()
}

// newWorld starts a MAX; hook true connects by webhook.
func newWorld(t *testing.T, hook bool) *world {
	t.Helper()
	w := &world{mx: maxtest.New(testToken), marks: &memoryMarks{}, changed: make(chan struct{}), log: &strings.Builder{}}
	api := httptest.NewServer(w.mx)
	w.api = api.URL
	w.mx.URL = api.URL
	conf := Config{Token: testToken, API: api.URL, Marks: w.marks, Pace: pace.New(pace.Rates{}), Pause: 5 * time.Millisecond,
		Log: slog.New(slog.NewTextHandler(&lockedWriter{w: w.log}, nil))}
	var front *httptest.Server
	if hook {
		front = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.a.Webhook().ServeHTTP(rw, r) }))
		conf.Webhook, conf.Secret = front.URL+"/bots/max", testSecret
	}
	var err error
	if w.a, err = New(conf); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.end()
		w.mx.Close()
		if front != nil {
			front.Close()
		}
		api.CloseClientConnections()
		api.Close()
	})
	return w
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// listen begins to receive; end stops and waits.
func (w *world) listen(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.a.Listen(ctx, w.take) }()
	w.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Listen ended with %v", err)
		}
	}
}

func (w *world) end() {
	if w.stop != nil {
		w.stop()
		w.stop = nil
	}
}

func (w *world) take(_ context.Context, u bots.Update) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refuse != nil {
		if err := w.refuse(u); err != nil {
			return err
		}
	}
	w.got = append(w.got, u)
	close(w.changed)
	w.changed = make(chan struct{})
	return nil
}

// wait waits until n updates are taken and gives them.
func (w *world) wait(t *testing.T, n int) []bots.Update {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		w.mu.Lock()
		got, changed := slices.Clone(w.got), w.changed
		w.mu.Unlock()
		if len(got) >= n {
			return got
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("%d updates came, want %d: %+v", len(got), n, got)
		}
	}
}

// until waits for a condition of the server.
func (w *world) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		changed := w.mx.Changed()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("not in time: %s", what)
		}
	}
}

// connected waits until the adapter has done what comes before receiving.
func (w *world) connected(t *testing.T) {
	t.Helper()
	calls := 1
	if w.a.conf.Webhook != "" {
		calls = 2
	}
	w.until(t, "connected", func() bool { return len(w.mx.Calls()) >= calls })
}
