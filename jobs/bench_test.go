package jobs_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/jobs"
	"priemnaya/notifications"
	"priemnaya/notifications/email"
	"priemnaya/notifications/outboxtest"
	"priemnaya/templates"
)

// bench is a whole installation: office, letters, mail server and jobs.
type bench struct {
	*outboxtest.World
	mail       *outboxtest.MailServer
	outbox     *notifications.Outbox
	dispatcher *notifications.Dispatcher
	sender     *email.Sender
	service    *jobs.Service
	set        *templates.Set
	config     jobs.Config
}

func newBench(t testing.TB, store outboxtest.Store, tune func(*bench)) *bench {
	t.Helper()
	b := &bench{World: outboxtest.NewWorld(t, store), mail: outboxtest.StartMail(t)}
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.set = set
	b.sender, err = email.New(email.Config{Host: b.mail.Host(), Port: b.mail.Port(), Security: email.None,
		From: "priem@example.ru", FromName: "Приёмная", HELO: "priem.example.ru", Timeout: 2 * time.Second, Now: b.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.sender.Close)
	b.outbox = &notifications.Outbox{Store: b.Store, Shelf: b.Store, Now: b.Clock.Now, Log: b.Logger()}
	b.dispatcher, err = notifications.NewDispatcher(notifications.Config{Outbox: b.outbox, Set: set,
		Media:  map[casework.Medium]notifications.Deliverer{casework.MediumEmail: b.sender},
		Domain: "priem.example.ru", BaseURL: "https://priem.example.ru"})
	if err != nil {
		t.Fatal(err)
	}
	b.config = jobs.Config{Office: b.Office, Dispatcher: b.dispatcher, Outbox: b.outbox, Log: b.Logger(),
		SweepEvery: 50 * time.Millisecond, Patience: 5 * time.Second}
	if tune != nil {
		tune(b)
	}
	return b
}

// start starts a new service, as a new process would.
func (b *bench) start(t testing.TB) *jobs.Service {
	t.Helper()
	s, err := jobs.New(b.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	b.service = s
	b.OnWake(s.Wake)
	t.Cleanup(func() { halt(t, s) })
	return s
}

func halt(t testing.TB, s *jobs.Service) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// pending counts notices that have not left yet.
func (b *bench) pending(t testing.TB, ids []string) int {
	t.Helper()
	n := 0
	for _, id := range ids {
		c, err := b.Store.Get(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, notice := range c.Outbox {
			if notice.Pending() {
				n++
			}
		}
	}
	return n
}

// redisServer is a real Redis on a port of its own.
type redisServer struct {
	address string
	folder  string
	command *exec.Cmd
}

func newRedis(t testing.TB) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("redis-server is not installed; the same test runs on the Redis inside")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &redisServer{address: l.Addr().String(), folder: t.TempDir()}
	l.Close()
	r.up(t)
	t.Cleanup(r.down)
	return r
}

func (r *redisServer) url() string { return (&url.URL{Scheme: "redis", Host: r.address}).String() }

func (r *redisServer) up(t testing.TB) {
	t.Helper()
	_, port, _ := net.SplitHostPort(r.address)
	r.command = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", r.folder)
	if err := r.command.Start(); err != nil {
		t.Fatal(err)
	}
	outboxtest.Until(t, "redis-server answers", func() bool {
		c, err := net.Dial("tcp", r.address)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// down kills the server; what it held is gone.
func (r *redisServer) down() {
	if r.command != nil {
		r.command.Process.Kill()
		r.command.Wait()
		r.command = nil
	}
}

// flush empties the server.
func (r *redisServer) flush(t testing.TB) {
	t.Helper()
	c, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "FLUSHALL\r\n")
	reply := make([]byte, 5)
	if _, err := c.Read(reply); err != nil || string(reply[:3]) != "+OK" {
		t.Fatalf("FLUSHALL: %q %v", reply, err)
	}
}

// onBoth runs a test on the Redis inside and on a real one.
func onBoth(t *testing.T, test func(t *testing.T, redis *redisServer)) {
	t.Run("inside", func(t *testing.T) { test(t, nil) })
	t.Run("redis-server", func(t *testing.T) { test(t, newRedis(t)) })
}

func (r *redisServer) use(c *jobs.Config) {
	if r != nil {
		c.RedisURL = r.url()
	}
}
