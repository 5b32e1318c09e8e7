package bots

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

// FileStore keeps attachments. Errors of Put and Admit are *casework.Error
// whose Message is a text ID.
type FileStore interface {
	// Put stores one upload and describes it.
	Put(ctx context.Context, name string, content io.Reader) (casework.File, error)
	// Open gives the cleaned working copy back.
	Open(ctx context.Context, f casework.File) (io.ReadCloser, error)
	// Admit tells whether one more file of size bytes may be added.
	Admit(already []casework.File, size int64) error
}

// Config is what an Attendant is made of; Office, Shelf, Files, Set, Now and
// Site are required.
type Config struct {
	Office *casework.Office
	Shelf  casework.Shelf
	Files  FileStore
	Set    *templates.Set
	Now    func() time.Time
	Log    *slog.Logger
	// Site is the address of the portal, Protected that of the protected
	// channel, Phone the telephone of this installation; the last two may be
	// empty.
	Site, Protected, Phone string
	// TopicName names a topic of the classifier, "" if it is unknown.
	TopicName func(code string) string
	// Locate names the address and territory of a point; nil says the point.
	Locate func(Place) (address, territory string)
	// FileBytes is the largest file; 0 means 25 MiB.
	FileBytes int64
	// BindingLife is how long a binding holds; 0 means 90 days.
	BindingLife time.Duration
	// Settle is how long replies that may still change wait for more of the
	// same: the photos of an album come one by one. 0 means 1.2 s.
	Settle time.Duration
	// Limits bound what one chat and all of them may send.
	Limits Limits
	// Later runs f after d; nil is time.AfterFunc.
	Later func(d time.Duration, f func())
}

// Attendant (дежурный) talks to everybody who writes to the bots: it saves
// what they send, does the errands of the dialogue and sends the replies. It
// is safe for parallel use.
type Attendant struct {
	cfg      Config
	log      *slog.Logger
	adapters map[string]Adapter
	locks    keyedLocks
	limits   *limiter
	slow     *pauses

	mu      sync.Mutex
	working map[string]bool
	again   map[string]bool
	idle    sync.WaitGroup
	closed  bool
	base    context.Context
	stop    context.CancelFunc
}

// New makes an Attendant of adapters with different platforms. Errors: Invalid
// if something is missing.
func New(cfg Config, adapters ...Adapter) (*Attendant, error) {
	if cfg.Office == nil || cfg.Shelf == nil || cfg.Files == nil || cfg.Set == nil || cfg.Now == nil || cfg.Site == "" {
		return nil, &casework.Error{Code: casework.Invalid, Op: "bots.New", Err: errors.New("office, shelf, files, texts, clock and site are required")}
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.TopicName == nil {
		cfg.TopicName = func(code string) string { return code }
	}
	if cfg.FileBytes <= 0 {
		cfg.FileBytes = 25 << 20
	}
	if cfg.BindingLife <= 0 {
		cfg.BindingLife = 90 * 24 * time.Hour
	}
	if cfg.Settle <= 0 {
		cfg.Settle = 1200 * time.Millisecond
	}
	if cfg.Later == nil {
		cfg.Later = func(d time.Duration, f func()) { time.AfterFunc(d, f) }
	}
	cfg.Site = strings.TrimRight(cfg.Site, "/")
	a := &Attendant{cfg: cfg, log: cfg.Log, adapters: map[string]Adapter{}, working: map[string]bool{}, again: map[string]bool{},
		limits: newLimiter(cfg.Limits), slow: newPauses()}
	a.base, a.stop = context.WithCancel(context.Background())
	for _, x := range adapters {
		a.adapters[x.Platform()] = x
	}
	return a, nil
}

// Run goes on with what a crash or a stop has left, listens on all adapters
// and returns when ctx ends or an adapter cannot go on.
func (a *Attendant) Run(ctx context.Context) error {
	if err := a.Recover(ctx); err != nil {
		return err
	}
	failed := make(chan error, len(a.adapters))
	var all sync.WaitGroup
	for _, x := range a.adapters {
		all.Go(func() {
			err := x.Listen(ctx, func(ctx context.Context, u Update) error { return a.Take(ctx, x.Platform(), u) })
			if err != nil && ctx.Err() == nil {
				failed <- err
			}
		})
	}
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	select {
	case err := <-failed:
		return err
	case <-ended:
		return nil
	}
}

// Close waits until the dialogues at work have come to a saved point, or ctx
// ends. What is still owed then is done after the next start.
func (a *Attendant) Close(ctx context.Context) error {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	done := make(chan struct{})
	go func() { a.idle.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	a.stop()
	return nil
}

// Recover wakes every dialogue that owes something.
func (a *Attendant) Recover(ctx context.Context) error {
	after := ""
	for {
		records, next, err := a.cfg.Shelf.List(ctx, KindDialogue, ownerOwing, casework.Window{After: after, Limit: 500})
		if err != nil {
			return err
		}
		for _, r := range records {
			a.wake(r.ID)
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

// wake lets a dialogue do what it owes, in the background; there is at most
// one worker for each.
func (a *Attendant) wake(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	if a.working[key] {
		a.again[key] = true
		return
	}
	a.working[key] = true
	a.idle.Add(1)
	go a.work(key)
}

// rested reports whether the worker may end; false if it was woken meanwhile.
func (a *Attendant) rested(key string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.again[key] && !a.closed {
		delete(a.again, key)
		return false
	}
	delete(a.again, key)
	delete(a.working, key)
	a.idle.Done()
	return true
}

func (a *Attendant) wakeLater(key string, d time.Duration) {
	a.cfg.Later(d, func() { a.wake(key) })
}

// adapterOf finds the adapter and the chat of a dialogue's key.
func (a *Attendant) adapterOf(key string) (Adapter, string, bool) {
	platform, chat, _ := strings.Cut(key, "/")
	x, ok := a.adapters[platform]
	return x, chat, ok
}

// Key names a dialogue: the platform and the chat.
func Key(platform, chat string) string { return platform + "/" + chat }
