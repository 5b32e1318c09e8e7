package jobs_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/sqlitestore"
	"priemnaya/notifications"
	"priemnaya/notifications/email"
	"priemnaya/notifications/outboxtest"
)

// childEnv makes the test binary a process of jobs that can be killed: store
// file, port of the mail server, Redis and the instant at which all began.
const childEnv = "PRIEMNAYA_JOBS_CHILD"

const killCases = 200

// TestChild is the killed process; it does nothing unless told to.
func TestChild(t *testing.T) {
	args := strings.Split(os.Getenv(childEnv), "|")
	if len(args) != 4 {
		t.Skip("this is a part of TestAProcessKilledAgainAndAgainLosesAndDoublesNothing")
	}
	store, err := sqlitestore.Open(context.Background(), args[0], sqlitestore.Options{NoSearch: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	port, _ := strconv.Atoi(args[1])
	began, _ := strconv.ParseInt(args[3], 10, 64)
	b := newBench(t, store, func(b *bench) {
		b.config.RedisURL = args[2]
		b.outbox.Lease = 2 * time.Second
		// The clock goes on from one process to the next.
		b.Clock.Advance(time.Since(time.UnixMilli(began)))
		b.Clock.Run(1)
	})
	sender, err := email.New(email.Config{Host: "127.0.0.1", Port: port, Security: email.None, From: "priem@example.ru"})
	if err != nil {
		t.Fatal(err)
	}
	b.redirect(t, sender)
	b.start(t)
	b.fileMany(t, killCases)      // the same submissions each time
	io.Copy(io.Discard, os.Stdin) // until the parent is content, or kills
}

// redirect gives the letters to another sender.
func (b *bench) redirect(t testing.TB, d notifications.Deliverer) {
	t.Helper()
	var err error
	b.dispatcher, err = notifications.NewDispatcher(notifications.Config{Outbox: b.outbox, Set: b.set,
		Media:  map[casework.Medium]notifications.Deliverer{casework.MediumEmail: d},
		Domain: "priem.example.ru", BaseURL: "https://priem.example.ru"})
	if err != nil {
		t.Fatal(err)
	}
	b.config.Dispatcher = b.dispatcher
}

func TestAProcessKilledAgainAndAgainLosesAndDoublesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	onBoth(t, func(t *testing.T, redis *redisServer) {
		mail := outboxtest.StartMail(t)
		file, url := filepath.Join(t.TempDir(), "cases.db"), ""
		if redis != nil {
			url = redis.url()
		}
		began := strconv.FormatInt(time.Now().UnixMilli(), 10)
		start := func() (*exec.Cmd, io.Closer) {
			c := exec.Command(os.Args[0], "-test.run", "^TestChild$")
			c.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{file, strconv.Itoa(mail.Port()), url, began}, "|"))
			in, err := c.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			return c, in
		}
		kills := 0
		for different := 0; different < 2*killCases*9/10 && kills < 12; kills++ {
			c, _ := start()
			goal := different + 30
			outboxtest.UntilWithin(t, 3*time.Minute, "the process works", func() bool { different, _ = mail.Count(); return different >= goal })
			c.Process.Kill()
			c.Wait()
		}
		c, in := start()
		outboxtest.UntilWithin(t, 3*time.Minute, "all letters arrived", func() bool { n, _ := mail.Count(); return n == 2*killCases })
		in.Close()
		if err := c.Wait(); err != nil {
			t.Errorf("the last process: %v", err)
		}
		different, all := mail.Count()
		t.Logf("%d kills, %d letters sent, %d different", kills, all, different)
		verifyKilled(t, file, mail)
	})
}

// verifyKilled reads the store after all the killing: each case once, routed,
// its letters told once, or claimed by the last process and due again.
func verifyKilled(t *testing.T, file string, mail *outboxtest.MailServer) {
	t.Helper()
	ctx := context.Background()
	store, err := sqlitestore.Open(ctx, file, sqlitestore.Options{NoSearch: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	page, err := store.Page(ctx, casework.Query{Window: casework.Window{Limit: casework.MaxLimit}})
	if err != nil || len(page.Rows) != killCases {
		t.Fatalf("%d cases, %v", len(page.Rows), err)
	}
	known := map[string]bool{}
	for _, l := range mail.Letters() {
		known[strings.Trim(l.ID, "<>")] = true
	}
	for _, row := range page.Rows {
		c, err := store.Get(ctx, row.ID)
		if err != nil || c.Stage != casework.StageRouted {
			t.Fatalf("case is %s, %v", c.Stage, err)
		}
		if err := casework.VerifyJournal(&c); err != nil {
			t.Error(err)
		}
		for _, n := range c.Outbox {
			id := notifications.MessageID(c.ID, n.Key, "priem.example.ru")
			if n.Medium == casework.MediumEmail && !known[id] {
				t.Errorf("letter %s of the case never arrived", n.Key)
			}
			delete(known, id)
			if n.State == casework.DeliveryDead {
				t.Errorf("notice %s died of %s", n.Key, n.Failure)
			}
		}
	}
	if len(known) != 0 {
		t.Errorf("%d letters belong to no notice", len(known))
	}
}
