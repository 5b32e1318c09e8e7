package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/sqlitestore"
	"priemnaya/notifications/email/sink"
)

// redisServer is a real Redis that a test starts and kills.
type redisServer struct {
	t    testing.TB
	path string
	addr string
	dir  string
	cmd  *exec.Cmd
}

func newRedis(t testing.TB) *redisServer {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server on this machine")
	}
	r := &redisServer{t: t, path: path, addr: freeAddr(t), dir: t.TempDir()}
	t.Cleanup(func() {
		if r.cmd != nil {
			r.kill()
		}
	})
	return r
}

func (r *redisServer) start() {
	r.t.Helper()
	_, port, err := net.SplitHostPort(r.addr)
	must(r.t, err)
	r.cmd = exec.Command(r.path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", r.dir)
	must(r.t, r.cmd.Start())
	eventually(r.t, "Redis answers", func() bool {
		c, err := net.Dial("tcp", r.addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

func (r *redisServer) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
	r.cmd = nil
}

// outageLength is how long people file while everything else is down.
func outageLength() time.Duration {
	if os.Getenv("PRIEMNAYA_TEST_ALL") != "" && !testing.Short() {
		return time.Minute
	}
	return 4 * time.Second
}

func TestIntakeAcceptsWhileQueueMailAndSearchAreDown(t *testing.T) {
	redis := newRedis(t)
	cfg := testConfig(t)
	mailAddr := freeAddr(t)
	cfg.RedisURL, cfg.PauseSearch = "redis://"+redis.addr, true
	cfg.SMTP = SMTPConfig{Addr: mailAddr, From: "priem@zarech.example", TLS: "none"}
	redis.start()
	a := openApp(t, cfg, time.Now)
	must(t, a.installDemo(context.Background(), 0))
	must(t, a.Start(context.Background()))
	redis.kill()

	filers := make([]*filer, 6)
	for i := range filers {
		filers[i] = newFiler(t, cfg, i, false)
	}
	stop, began := make(chan struct{}), time.Now()
	wg := crowd(filers, stop)
	<-time.After(outageLength())
	close(stop)
	wg.Wait()
	var acks []acknowledged
	for _, f := range filers {
		acks = append(acks, f.acks...)
		if f.repeats > 0 {
			t.Errorf("%d steps of %s were refused", f.repeats, f.name)
		}
	}
	if len(acks) < 10 {
		t.Fatalf("only %d appeals were filed", len(acks))
	}
	checkCases(t, a, acks)
	st, err := a.storage.(*sqlitestore.Store).Stats(t.Context())
	must(t, err)
	if st.Indexing < len(acks) {
		t.Errorf("search was not down: %d of %d wait for it", st.Indexing, len(acks))
	}
	t.Logf("%d appeals in %s with queue, mail and search down: %.0f/s, none refused", len(acks),
		time.Since(began).Round(time.Millisecond), float64(len(acks))/time.Since(began).Seconds())
	must(t, a.Close(context.Background()))
	checkRecovery(t, redis, cfg, acks)
}

// checkRecovery starts everything again and waits for the backlog.
func checkRecovery(t *testing.T, redis *redisServer, cfg Config, acks []acknowledged) {
	ctx := context.Background()
	redis.start()
	cfg.PauseSearch = false
	began := time.Now()
	a := openApp(t, cfg, time.Now)
	defer func() { must(t, a.Close(ctx)) }()
	box, err := sink.Start(sink.Config{Address: cfg.SMTP.Addr, Shelf: a.storage, Now: time.Now, Log: a.log})
	must(t, err)
	defer box.Close()
	must(t, a.Start(ctx))
	// How long it took is printed; a crowded machine may take longer than the
	// two minutes of promise A9 without a fault of the program.
	awaiting(t, 10*time.Minute, "the backlog is worked off", func() bool {
		ids, _, err := a.storage.OutboxDue(ctx, time.Now().Add(24*time.Hour), casework.Window{Limit: 1})
		st, statErr := a.storage.(*sqlitestore.Store).Stats(ctx)
		return err == nil && statErr == nil && len(ids) == 0 && st.Indexing == 0
	})
	took := time.Since(began)
	told, _ := checkTold(t, a, acks)
	for _, ack := range acks {
		c, err := a.storage.Get(ctx, ack.id)
		must(t, err)
		if c.Stage != casework.StageRouted {
			t.Errorf("case %s is still at %s", c.ID, c.Stage)
		}
	}
	t.Logf("backlog of %d appeals and their %d letters to applicants worked off in %s", len(acks), told, took.Round(time.Millisecond))
}

// openApp opens the program's stores without serving.
func openApp(t testing.TB, cfg Config, now func() time.Time) *App {
	t.Helper()
	k, err := readKeys(env(nil), cfg.Data)
	must(t, err)
	a, err := newApp(context.Background(), cfg, k, slog.New(slog.NewTextHandler(io.Discard, nil)), now)
	must(t, err)
	return a
}
