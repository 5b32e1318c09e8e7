package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/registry"
	"priemnaya/casework/regulation"
	"priemnaya/casework/report/flow"
	"priemnaya/casework/report/order"
	"priemnaya/intake/files"
	"priemnaya/intake/identity/signer"
	"priemnaya/intake/identity/staff"
	"priemnaya/jobs"
	"priemnaya/notifications"
	"priemnaya/notifications/email/sink"
	"priemnaya/templates"
)

// App is the whole program as a value, so that a test can start it on free
// ports as main does.
type App struct {
	cfg  Config
	keys keys
	log  *slog.Logger
	now  func() time.Time
	// clock can be moved in development; nil where now is somebody else's.
	clock *clock

	storage storage
	files   *fileStore
	set     *templates.Set
	letters signer.Signer
	// detached signs the printed letters.
	detached signer.Detached
	// textsOnce loads textsSet where no pages are served, see texts.
	textsOnce sync.Once
	textsSet  *templates.Set
	textsErr  error
	staff     *staff.Directory
	book      *regulation.Book
	office    *casework.Office
	jobs      atomic.Pointer[jobs.Service]
	botFront  botFront
	web       *fiber.App
	// dispatcher writes the letters, also those that are printed.
	dispatcher *notifications.Dispatcher
	// sink is nil in production.
	sink *sink.Sink

	// Addr is where the portal and the desk listen after Start.
	Addr string
	// SimAddr and SinkAddr are those of development's stand-ins.
	SimAddr, SinkAddr string
	// ProtectedURL is the address of the demonstration's protected channel; empty
	// where none runs.
	ProtectedURL string

	// absences says who stands in for whom.
	absences *casework.Absences
	// reachers are asked how else an applicant can be told, see reach.
	reachers []reacher
	// recompute begins a recomputation in the background.
	recompute func(regulation.Change)
	// figuresBook keeps the figures of supervisors and the public, orders the
	// reports that are made in the background; orderAsked wakes their worker.
	figuresBook *flow.Book
	orders      *order.Desk
	orderAsked  chan struct{}
	// lawSeen holds the IDs of approved changes that this process works by.
	lawSeen sync.Map

	closers []func(context.Context) error
	failed  chan error
}

// newApp opens what every command needs: stores, law, registry and office. It
// does not listen.
func newApp(ctx context.Context, cfg Config, k keys, log *slog.Logger, now func() time.Time) (*App, error) {
	a := &App{cfg: cfg, keys: k, log: log, now: now, failed: make(chan error, 4)}
	for _, open := range []func(context.Context) error{a.openStorage, a.openOffice} {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, a.Close(ctx))
		}
	}
	return a, nil
}

// onClose remembers what to close; the last opened is closed first.
func (a *App) onClose(f func(context.Context) error) { a.closers = append(a.closers, f) }

// Close ends everything that was started, in the opposite order.
func (a *App) Close(ctx context.Context) error {
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i](ctx))
	}
	a.closers = nil
	return errors.Join(errs...)
}

// openStorage opens the case store and the blob store.
func (a *App) openStorage(ctx context.Context) error {
	s, err := openStorage(ctx, a.cfg, a.now, a.log)
	if err != nil {
		return fmt.Errorf("case store: %w", err)
	}
	a.storage = s
	a.onClose(func(context.Context) error { return s.Close() })
	bucket, err := files.OpenBucket(ctx, a.cfg.BlobURL)
	if err != nil {
		return fmt.Errorf("file store: %w", err)
	}
	a.onClose(func(context.Context) error { return bucket.Close() })
	ring, err := files.NewKeyring("main", map[string][]byte{"main": a.keys.derive("files")})
	if err != nil {
		return err
	}
	conf := files.Config{Bucket: bucket, Keys: ring, AcceptUnscanned: a.cfg.AcceptUnscanned, Clean: cleanDocument}
	if a.cfg.Clamd != "" {
		conf.Scanner = files.Clamd{Addr: a.cfg.Clamd}
	}
	store, err := files.New(conf)
	a.files = &fileStore{store}
	return err
}

// openOffice loads law and registry and makes the office over the stores.
func (a *App) openOffice(ctx context.Context) error {
	book, err := regulation.OpenBook(a.cfg.Laws, a.storage, a.now)
	if err != nil {
		return fmt.Errorf("regulations: %w", err)
	}
	a.book = book
	laws, err := book.Laws(ctx)
	if err != nil {
		return fmt.Errorf("regulations: %w", err)
	}
	reg, err := registry.Current(ctx, a.storage)
	if casework.CodeOf(err) == casework.NotFound {
		reg, err = casework.NewRegistry("empty", nil, nil)
	}
	if err != nil {
		return fmt.Errorf("registry of bodies: %w", err)
	}
	if err = a.openLetterKey(ctx); err != nil {
		return err
	}
	a.staff, err = staff.Open(staff.Config{Shelf: a.storage, Now: a.now, Secret: a.keys.derive("staff"),
		RequireTOTP: a.cfg.Mode == production, Issuer: "Приёмная", Argon: a.cfg.Passwords})
	if err != nil {
		return fmt.Errorf("staff accounts: %w", err)
	}
	if err := a.openAbsences(); err != nil {
		return err
	}
	if err := a.addPushReach(); err != nil {
		return err
	}
	a.office, err = a.officeAt(a.now, laws, reg)
	if err != nil {
		return err
	}
	if err := a.loadReadingRules(ctx); err != nil {
		return err
	}
	return a.loadLearner(ctx)
}

// officeAt makes an office with a clock of its own over the same stores.
func (a *App) officeAt(now func() time.Time, laws *casework.Laws, reg *casework.Registry) (*casework.Office, error) {
	return casework.NewOffice(casework.OfficeConfig{Store: a.storage, Numbers: a.storage, Shelf: a.storage,
		Secret: a.keys.derive("cases"), Now: now, Sign: signer.Letters(a.letters, now), Laws: laws, Registry: reg,
		Sealer: personSealer{a.keys.derive("sealed persons")},
		Reach:  a.reach,
		Press:  a.pressLetter,
		Wake: func(id string) {
			if j := a.jobs.Load(); j != nil {
				j.Wake(id)
			}
		}})
}

// Start listens and serves until Close; Wait tells when something failed.
func (a *App) Start(ctx context.Context) error {
	steps := []func(context.Context) error{a.startTemplates, a.startMail, a.startJobs, a.startLaw, a.startReports, a.startWeb, a.startBots}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return errors.Join(err, a.Close(ctx))
		}
	}
	return nil
}

// Wait blocks until ctx ends or a server fails.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.failed:
		return err
	}
}

// serve runs a server on a listener in the background.
func (a *App) serve(name string, ln net.Listener, run func(net.Listener) error) {
	go func() {
		if err := run(ln); err != nil && !errors.Is(err, net.ErrClosed) {
			a.failed <- fmt.Errorf("%s: %w", name, err)
		}
	}()
}

// loadLaws reads the embedded regulations or those of a folder.
func loadLaws(folder string) (*casework.Laws, error) {
	if folder == "" {
		return regulation.Embedded()
	}
	return regulation.LoadFolder(folder)
}
