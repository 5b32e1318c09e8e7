package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"

	"priemnaya/casework"
	"priemnaya/notifications"
)

// Office is what the jobs need of casework.Office.
type Office interface {
	// Route lets the router decide; harmless if it has decided already.
	Route(ctx context.Context, id string) (casework.Case, error)
	// Do performs an act, see casework.Office.Do.
	Do(ctx context.Context, by casework.Actor, id string, seen int, act casework.Act) (casework.Case, error)
}

// Dispatcher is what the jobs need of notifications.Dispatcher.
type Dispatcher interface {
	// Deliver delivers one notice; harmless if that is done already.
	Deliver(ctx context.Context, caseID, key string) (notifications.Ending, error)
	// Ready reports whether the medium can be used now.
	Ready(m casework.Medium) bool
}

// Config is what a Service is made of. Office, Dispatcher and Outbox are
// required.
type Config struct {
	// RedisURL is redis://, rediss:// or redis-sentinel://; empty starts a
	// Redis inside the process.
	RedisURL   string
	Office     Office
	Dispatcher Dispatcher
	// Outbox gives the store and the clock.
	Outbox *notifications.Outbox
	Log    *slog.Logger
	// SweepEvery is the pause between sweeps; 0 is 3 seconds.
	SweepEvery time.Duration
	// Window is the most tasks of each kind on the queue; 0 is 2,000.
	Window int
	// Routers and Carriers are the workers of each kind; 0 is 4 and 8. They
	// are apart, so that a slow mail server never holds up the router.
	Routers, Carriers int
	// Watcher warns staff of terms; nil leaves terms unwatched.
	Watcher Watcher
	// WatchEvery is the pause between watches by the program's clock; 0 is 15
	// minutes. WatchLook is how often that clock is looked at; 0 is a second.
	WatchEvery, WatchLook time.Duration
	// Patience is how long Stop waits for work under way; 0 is 15 seconds.
	Patience time.Duration
}

// Service runs the jobs of one process. Several processes may share a Redis.
type Service struct {
	cfg   Config
	log   *slog.Logger
	redis *redis

	hints   chan string
	seen    *memory
	cursor  string
	link    link
	servers []*asynq.Server
	watch   *watch

	stop    context.CancelFunc
	loops   sync.WaitGroup
	started atomic.Bool
	stopped sync.Once
	done    chan struct{}

	lastSweep atomic.Int64
	waiting   atomic.Int64
	routed    atomic.Int64
	delivered atomic.Int64
	failed    atomic.Int64
	dropped   atomic.Int64
}

// maxHints is how many hints may wait; more are dropped, for the sweep.
const maxHints = 4096

// New makes a Service and opens its Redis, without talking to it yet: a Redis
// that is down now may come later. Errors: Invalid for the configuration,
// Unavailable if the Redis inside cannot start.
func New(cfg Config) (*Service, error) {
	if cfg.Office == nil || cfg.Dispatcher == nil || cfg.Outbox == nil {
		return nil, &casework.Error{Code: casework.Invalid, Op: "jobs.New",
			Err: errors.New("office, dispatcher and outbox are required")}
	}
	cfg = cfg.withDefaults()
	hushClient(cfg.Log)
	r, err := openRedis(cfg.RedisURL)
	if err != nil {
		return nil, err
	}
	s := &Service{cfg: cfg, log: cfg.Log, redis: r, hints: make(chan string, maxHints),
		seen: newMemory(cfg.Outbox.Now), done: make(chan struct{})}
	s.watch = newWatch(s)
	s.servers = []*asynq.Server{s.server(kindRoute, cfg.Routers), s.server(kindDeliver, cfg.Carriers)}
	return s, nil
}

func (c Config) withDefaults() Config {
	orElse := func(n *int, other int) {
		if *n <= 0 {
			*n = other
		}
	}
	orElse(&c.Window, 2000)
	orElse(&c.Routers, 4)
	orElse(&c.Carriers, 8)
	if c.SweepEvery <= 0 {
		c.SweepEvery = 3 * time.Second
	}
	if c.WatchEvery <= 0 {
		c.WatchEvery = 15 * time.Minute
	}
	if c.WatchLook <= 0 {
		c.WatchLook = time.Second
	}
	if c.Patience <= 0 {
		c.Patience = 15 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

func (s *Service) server(kind string, workers int) *asynq.Server {
	return asynq.NewServer(s.redis.options, asynq.Config{
		Concurrency:              workers,
		Queues:                   map[string]int{kind: 1},
		TaskCheckInterval:        s.redis.poll,
		DelayedTaskCheckInterval: 2 * time.Second,
		ShutdownTimeout:          s.cfg.Patience,
		// Only a lost worker leads to a retry inside the queue.
		RetryDelayFunc: func(int, error, *asynq.Task) time.Duration { return time.Second },
		Logger:         quiet{s.log}, LogLevel: asynq.WarnLevel,
	})
}

// Start begins to work. It does not wait for Redis. Errors: Conflict if it was
// started before.
func (s *Service) Start() error {
	if !s.started.CompareAndSwap(false, true) {
		return casework.Fail(casework.Conflict, "jobs.Start", "")
	}
	for i, handle := range []func(context.Context, task){s.route, s.deliver} {
		if err := s.servers[i].Start(s.handler(handle)); err != nil {
			return &casework.Error{Code: casework.Internal, Op: "jobs.Start", Err: err}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.loops.Go(func() { s.sweepLoop(ctx) })
	s.loops.Go(func() { s.hintLoop(ctx) })
	if s.cfg.Watcher != nil {
		s.loops.Go(func() { s.watch.loop(ctx) })
	}
	return nil
}

// Stop ends the sweeps, lets work under way finish for at most Patience, and
// closes. What did not finish comes back by its lease. Calling it again waits
// for the first call. Errors: those of ctx, if it ends first; the rest then
// goes on in the background.
func (s *Service) Stop(ctx context.Context) error {
	go s.stopped.Do(func() {
		defer close(s.done)
		if s.stop != nil {
			s.stop()
			s.loops.Wait()
			var servers sync.WaitGroup
			for _, server := range s.servers {
				servers.Go(server.Shutdown)
			}
			servers.Wait()
		}
		s.redis.close()
	})
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Wake is a hint that a case may have something to do now. It never blocks; a
// hint too many is dropped and found by the next sweep.
func (s *Service) Wake(caseID string) {
	select {
	case s.hints <- caseID:
	default:
		s.dropped.Add(1)
	}
}
