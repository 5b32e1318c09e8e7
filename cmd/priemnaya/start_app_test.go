package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"priemnaya/casework/suggest"
	"priemnaya/cmd/visitor"
	"priemnaya/intake/identity/staff"
)

// portsAsked counts the ports that freeAddr has tried.
var portsAsked atomic.Int64

// freeAddr is a loopback address that nobody listens at. It lies below the ports
// that Linux gives away itself, so no other test is given it before it is used.
func freeAddr(t testing.TB) string {
	t.Helper()
	for range 1000 {
		addr := fmt.Sprintf("127.0.0.1:%d", 12000+(int64(os.Getpid())*128+portsAsked.Add(1))%20000)
		if ln, err := net.Listen("tcp", addr); err == nil {
			must(t, ln.Close())
			return addr
		}
	}
	t.Fatal("no port is free")
	return ""
}

// testConfig is a development installation in a folder of its own.
func testConfig(t testing.TB) Config {
	t.Helper()
	cfg, err := readConfig(env(map[string]string{"LISTEN": freeAddr(t), "ESIASIM_LISTEN": freeAddr(t),
		"SINK_LISTEN": freeAddr(t), "DATA": t.TempDir()}))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Passwords = staff.Argon{Memory: 64, Time: 1, Threads: 1}
	return cfg
}

// trainedOnce learns from the same examples once in a process.
func trainedOnce(train func([]suggest.Example) (*suggest.Model, error)) func([]suggest.Example) (*suggest.Model, error) {
	var mu sync.Mutex
	learnt := map[string]*suggest.Model{}
	return func(examples []suggest.Example) (*suggest.Model, error) {
		mu.Lock()
		defer mu.Unlock()
		key := fmt.Sprint(examples)
		if m := learnt[key]; m != nil {
			return m, nil
		}
		m, err := train(examples)
		if err == nil {
			learnt[key] = m
		}
		return m, err
	}
}

// startApp starts the whole program with the demonstration's bodies and staff
// and a few appeals.
func startApp(t testing.TB, cfg Config, cases int, now func() time.Time) *App {
	t.Helper()
	k, err := readKeys(env(nil), cfg.Data)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	a, err := newApp(ctx, cfg, k, slog.New(slog.NewTextHandler(io.Discard, nil)), now)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.installDemo(ctx, cases); err != nil {
		t.Fatal(err)
	}
	if err := a.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return a
}

// eventually waits for a condition, looking often, and gives up after a while.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	awaiting(t, 30*time.Second, what, ok)
}

// awaiting is eventually with a limit of its own.
func awaiting(t testing.TB, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(limit)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// must fails the test on an error of a visitor's step.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// signIn signs a citizen in through the emulator of ESIA.
func signIn(t testing.TB, cfg Config, person string) *visitor.Visitor {
	t.Helper()
	v := visitor.New(nil)
	must(t, v.Open(cfg.BaseURL+"/login"))
	must(t, v.Follow("Госуслуги"))
	must(t, v.Submit("/emulator/choose", visitor.Fields{"person": person}))
	if v.Page.Status != 200 || v.Page.URL.Host != cfg.Listen {
		t.Fatalf("after signing in: %s, status %d\n%s", v.Page.URL, v.Page.Status, v.Page.Text())
	}
	return v
}

// staffSignIn signs a member of staff in, who lands where he works.
func staffSignIn(t testing.TB, cfg Config, login, password string) *visitor.Visitor {
	t.Helper()
	v := visitor.New(nil)
	must(t, v.Open(cfg.BaseURL+"/staff/login"))
	must(t, v.Submit("/staff/login", visitor.Fields{"login": login, "password": password}))
	if v.Path() == "/staff/login" || v.Page.Status != 200 {
		t.Fatalf("%s is at %s, status %d\n%s", login, v.Path(), v.Page.Status, v.Page.Text())
	}
	return v
}
