// Package bottest is the harness of the bots: an office in memory, an
// attendant with one adapter, and scenarios that every adapter has to pass.
package bottest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/casework/storetest"
	"priemnaya/templates"
)

// Store is everything a World keeps its cases and dialogues in.
type Store interface {
	casework.Store
	casework.Shelf
	casework.Numbers
}

// World is an office with an attendant, at Friday 20 November 2026, 12:00 in
// Moscow.
type World struct {
	T         testing.TB
	Office    *casework.Office
	Store     Store
	Files     *Files
	Attendant *bots.Attendant
	Adapter   bots.Adapter
	Clock     *Clock
	Set       *templates.Set
	Log       *bytes.Buffer
	stop      context.CancelFunc
	ended     chan error
}

// Law and texts never change: they are read once.
var (
	embeddedLaws = sync.OnceValues(regulation.Embedded)
	allTexts     = sync.OnceValues(func() (*templates.Set, error) { return templates.Load(templates.Options{}) })
)

// Options change a World; every field may be left out.
type Options struct {
	// Store holds everything; nil is memory.
	Store func(now func() time.Time) Store
	// Protected is the address of the protected channel; Settle and Limits are
	// those of bots.Config.
	Protected string
	Settle    time.Duration
	Limits    bots.Limits
	Clock     *Clock
	Files     *Files
}

// Clock is a clock that stands still until it is moved.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock makes a clock that stands at t.
func NewClock(t time.Time) *Clock { return &Clock{at: t} }

// Now reads the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Anna and Boris are invented persons.
var (
	Anna = casework.Applicant{Key: "esia:1", Assurance: casework.AssuranceConfirmed,
		Name: casework.PersonName{Surname: "Соколова", Given: "Анна", Patronymic: "Петровна"}}
	Boris = casework.Applicant{Key: "esia:2", Assurance: casework.AssuranceConfirmed,
		Name: casework.PersonName{Surname: "Ким", Given: "Борис"}}
)

// Bodies are the invented bodies of a World.
var Bodies = []casework.Body{
	{ID: "roads", Name: "Комитет дорожного хозяйства Заречья", Short: "Дорожный комитет", Level: casework.LevelRegional,
		Competences: []casework.Competence{{Topic: "0003.0009"}}, Contacts: casework.Contacts{Phone: "+7 800 555-00-01"}},
	{ID: "housing", Name: "Жилищная инспекция Заречья", Short: "Жилинспекция", Level: casework.LevelRegional,
		Competences: []casework.Competence{{Topic: "0005"}}},
}

// topics are the two that the learner of a World knows.
var topics = map[string]string{"0003.0009.0099.0742": "Ямы на дорогах", "0005.0005.0055.0775": "Протечки крыш"}

// learner suggests by one word.
type learner struct{}

// Suggest implements casework.Suggester.
func (learner) Suggest(text, _ string) casework.Suggestion {
	text = strings.ToLower(text)
	for word, code := range map[string]string{"ям": "0003.0009.0099.0742", "крыш": "0005.0005.0055.0775"} {
		if strings.Contains(text, word) {
			return casework.Suggestion{Model: "test", Topics: []casework.Candidate{{Label: code, Confidence: 0.9}}, TopicSure: true}
		}
	}
	return casework.Suggestion{}
}

// NewOffice makes an office over a store.
func NewOffice(t testing.TB, store Store, now func() time.Time, reach func(*casework.Case) []casework.Medium) *casework.Office {
	t.Helper()
	laws, err := embeddedLaws()
	must(t, err)
	reg, err := casework.NewRegistry("r1", Bodies, []casework.Territory{{Code: "01", Name: "Заречье"}})
	must(t, err)
	office, err := casework.NewOffice(casework.OfficeConfig{Store: store, Numbers: store, Shelf: store,
		Secret: bytes.Repeat([]byte("k"), 32), Now: now, Laws: laws, Registry: reg, Reach: reach,
		Sign: func(_ context.Context, by casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{By: by.ID, Name: "Руководитель", Algorithm: "test", Digest: digest, Value: []byte("s")}, nil
		}})
	must(t, err)
	office.SetLearner(learner{})
	return office
}

// Open makes a World around an adapter and lets it listen until the test ends.
func Open(t testing.TB, adapter bots.Adapter, opt Options) *World {
	t.Helper()
	w := &World{T: t, Adapter: adapter, Clock: opt.Clock, Files: opt.Files, Log: &bytes.Buffer{}, ended: make(chan error, 1)}
	if w.Clock == nil {
		w.Clock = NewClock(time.Date(2026, 11, 20, 12, 0, 0, 0, casework.Settings{}.Location()))
	}
	if w.Files == nil {
		w.Files = NewFiles()
	}
	if opt.Store == nil {
		opt.Store = func(now func() time.Time) Store { return storetest.NewMemory(now, nil) }
	}
	w.Store = opt.Store(w.Clock.Now)
	w.Office = NewOffice(t, w.Store, w.Clock.Now, func(c *casework.Case) []casework.Medium {
		if w.Attendant == nil {
			return nil
		}
		return w.Attendant.Reach(c)
	})
	var err error
	w.Set, err = allTexts()
	must(t, err)
	if opt.Settle == 0 {
		opt.Settle = 30 * time.Millisecond
	}
	w.Attendant, err = bots.New(bots.Config{Office: w.Office, Shelf: w.Store, Files: w.Files, Set: w.Set, Now: w.Clock.Now,
		Site: "https://priem.example.ru", Protected: opt.Protected, Phone: "8 800 555-55-55", Settle: opt.Settle, Limits: opt.Limits,
		TopicName: func(code string) string { return topics[code] }, Log: slog.New(slog.NewTextHandler(&locked{b: w.Log}, nil))}, adapter)
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	w.stop = stop
	go func() { w.ended <- w.Attendant.Run(ctx) }()
	t.Cleanup(w.Close)
	return w
}

// Close stops the attendant and waits for it.
func (w *World) Close() {
	w.stop()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = w.Attendant.Close(ctx)
}

type locked struct {
	mu sync.Mutex
	b  *bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// Files keeps attachments in memory.
type Files struct {
	mu    sync.Mutex
	blobs map[string][]byte
}

// NewFiles makes an empty store.
func NewFiles() *Files { return &Files{blobs: map[string][]byte{}} }

// Put implements bots.FileStore.
func (f *Files) Put(_ context.Context, name string, content io.Reader) (casework.File, error) {
	data, err := io.ReadAll(content)
	if err != nil {
		return casework.File{}, err
	}
	if len(data) == 0 {
		return casework.File{}, &casework.Error{Code: casework.Invalid, Op: "bottest.Put", Message: "file.empty", Data: map[string]any{"Name": name}}
	}
	var id [12]byte
	rand.Read(id[:])
	sum := sha256.Sum256(data)
	file := casework.File{ID: hex.EncodeToString(id[:]), Name: name, Type: "application/octet-stream", Size: int64(len(data)),
		WorkSize: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.blobs[file.ID] = data
	return file, nil
}

// Open implements bots.FileStore.
func (f *Files) Open(_ context.Context, file casework.File) (io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, ok := f.blobs[file.ID]
	if !ok {
		return nil, casework.Fail(casework.NotFound, "bottest.Open", "")
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// Admit implements bots.FileStore.
func (f *Files) Admit(already []casework.File, _ int64) error {
	if len(already) >= casework.MaxFiles {
		return &casework.Error{Code: casework.TooMany, Op: "bottest.Admit", Message: "file.too_many", Data: map[string]any{"Max": casework.MaxFiles}}
	}
	return nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
