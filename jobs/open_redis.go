package jobs

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"
	goredis "github.com/redis/go-redis/v9"

	"priemnaya/casework"
)

// redis is the connection to a Redis elsewhere or the Redis inside.
type redis struct {
	options   asynq.RedisConnOpt
	client    *asynq.Client
	inspector *asynq.Inspector
	inside    *miniredis.Miniredis
	// poll is how often an idle worker looks for tasks.
	poll time.Duration
}

// openRedis parses the address or starts the Redis inside. That one listens
// on a loopback port, so it asks for a password nobody else knows.
func openRedis(url string) (*redis, error) {
	const op = "jobs.openRedis"
	r := &redis{poll: 100 * time.Millisecond}
	if url == "" {
		inside, err := miniredis.Run()
		if err != nil {
			return nil, &casework.Error{Code: casework.Unavailable, Op: op, Err: err}
		}
		password := rand.Text()
		inside.RequireAuth(password)
		r.inside, r.poll = inside, 20*time.Millisecond
		r.options = asynq.RedisClientOpt{Addr: inside.Addr(), Password: password}
	} else {
		options, err := asynq.ParseRedisURI(url)
		if err != nil {
			// The cause may quote the address with its password.
			return nil, casework.Fail(casework.Invalid, op, "")
		}
		r.options = options
	}
	r.client, r.inspector = asynq.NewClient(r.options), asynq.NewInspector(r.options)
	return r, nil
}

func (r *redis) close() {
	r.client.Close()
	r.inspector.Close()
	if r.inside != nil {
		r.inside.Close()
	}
}

// link remembers whether Redis answers, so that an outage is logged once and
// asked about ever more rarely.
type link struct {
	mu    sync.Mutex
	down  bool
	since time.Time
	retry time.Time
	pause time.Duration
}

const longestPause = 5 * time.Second

// broke notes a failure and returns how long to leave Redis alone.
func (l *link) broke(log *slog.Logger, err error) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.down {
		l.down, l.since = true, time.Now()
		log.Warn("the queue does not answer; intake goes on and work waits in the cases", "error", err)
	}
	l.pause = min(max(2*l.pause, 200*time.Millisecond), longestPause)
	l.retry = time.Now().Add(l.pause)
	return l.pause
}

// works notes that Redis has answered.
func (l *link) works(log *slog.Logger) (again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if again = l.down; again {
		log.Info("the queue answers again", "after", time.Since(l.since).Round(time.Second))
	}
	l.down, l.pause = false, 0
	return again
}

func (l *link) isDown() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.down
}

// quiet takes asynq's own log: what it reports is either seen in the cases or
// said once by link, so it is for debugging only.
type quiet struct{ log *slog.Logger }

func (q quiet) Debug(args ...any) { q.write(args) }
func (q quiet) Info(args ...any)  { q.write(args) }
func (q quiet) Warn(args ...any)  { q.write(args) }
func (q quiet) Error(args ...any) { q.write(args) }
func (q quiet) Fatal(args ...any) { q.write(args) }

func (q quiet) write(args []any) { q.log.Debug("queue", "says", args) }

// Printf takes the log of the Redis client, which is one for the process and
// would write a line for each refused connection to standard error.
func (q quiet) Printf(_ context.Context, format string, args ...any) {
	q.log.Debug("queue", "says", fmt.Sprintf(format, args...))
}

var hush sync.Once

func hushClient(log *slog.Logger) {
	hush.Do(func() { goredis.SetLogger(quiet{log}) })
}
