package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/bots/telegram"
	"priemnaya/bots/wire"
	"priemnaya/intake/sites"
)

const rightSecret = "right-right-right-right"

// botServer is the server of pages with the webhook of Telegram switched on.
func botServer(t *testing.T) (addr string, reached *int) {
	t.Helper()
	x, err := telegram.New(telegram.Config{Token: "123456:" + strings.Repeat("t", 35), Marks: mark{nil, "telegram"}, Webhook: "https://priem.example.ru/bots/telegram", Secret: rightSecret,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	a := &App{log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	a.cfg.Telegram.Secret, a.botFront.telegram = rightSecret, x
	web := a.newWeb(fiber.Config{BodyLimit: bodyLimit, DisableStartupMessage: true, ErrorHandler: fiber.DefaultErrorHandler}, (*sites.Sites)(nil))
	reached = new(int)
	web.Post("/bots/telegram", func(c *fiber.Ctx) error { *reached++; return c.SendString(fmt.Sprint(len(c.Body()))) })
	web.Post("/appeal", func(c *fiber.Ctx) error { *reached++; return nil })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = web.Listener(ln) }()
	t.Cleanup(func() { _ = web.Shutdown() })
	return ln.Addr().String(), reached
}

// promise sends the head of a request that promises length bytes, no byte of
// its body, and reads the answer.
func promise(t *testing.T, addr, target, secret string, length int64) int {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	size := fmt.Sprintf("Content-Length: %d", length)
	if length < 0 {
		size = "Transfer-Encoding: chunked"
	}
	fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s: %s\r\n%s\r\n\r\n", target, telegram.SecretHeader, secret, size)
	if length < 0 {
		// A body of unknown length: one piece of 64 KB after another.
		piece := fmt.Sprintf("%x\r\n%s\r\n", 64<<10, strings.Repeat("x", 64<<10))
		go func() {
			for {
				if _, err := io.WriteString(c, piece); err != nil {
					return // refused
				}
			}
		}()
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%s: no answer while the body is not sent: %v", target, err)
	}
	r.Body.Close()
	return r.StatusCode
}

func TestAGiantBodyIsRefusedBeforeItIsRead(t *testing.T) {
	addr, reached := botServer(t)
	for _, x := range []struct {
		why, target, secret string
		length              int64
		want                int
	}{
		{"an update of 4 GB", "/bots/telegram", rightSecret, 4 << 30, http.StatusRequestEntityTooLarge},
		{"an update of 2 MB", "/bots/telegram", rightSecret, 2 << 20, http.StatusRequestEntityTooLarge},
		{"a small one of a stranger", "/bots/telegram", "wrong", 200, http.StatusUnauthorized},
		{"a big one of a stranger", "/bots/telegram", "", 200 << 20, http.StatusUnauthorized},
		{"the same in capitals", "/BOTS/Telegram/", "", 200 << 20, http.StatusUnauthorized},
		{"the same in the absolute form", "http://x/bots/telegram", "", 200 << 20, http.StatusUnauthorized},
		{"a messenger that is off", "/bots/max", rightSecret, 200 << 20, http.StatusUnauthorized},
		{"an upload of 4 GB", "/appeal", "", 4 << 30, http.StatusRequestEntityTooLarge},
		{"an endless update of a stranger", "/bots/telegram", "wrong", -1, http.StatusRequestEntityTooLarge},
	} {
		if got := promise(t, addr, x.target, x.secret, x.length); got != x.want {
			t.Errorf("%s: got %d, want %d", x.why, got, x.want)
		}
	}
	if *reached != 0 {
		t.Errorf("%d of them reached a handler", *reached)
	}
}

func TestAnUpdateWithItsSecretPassesTheDoor(t *testing.T) {
	addr, reached := botServer(t)
	req, err := http.NewRequest(http.MethodPost, "http://"+addr+"/bots/telegram", strings.NewReader(strings.Repeat("x", wire.MaxUpdate)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(telegram.SecretHeader, rightSecret)
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if body, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusOK || string(body) != fmt.Sprint(wire.MaxUpdate) || *reached != 1 {
		t.Errorf("got %d %q", r.StatusCode, body)
	}
}
