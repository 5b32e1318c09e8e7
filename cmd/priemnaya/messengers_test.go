package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"priemnaya/bots"
)

func TestTelegramIsChosenInSoManyWords(t *testing.T) {
	env := map[string]string{"PRIEMNAYA_MODE": "production", "PRIEMNAYA_BASE_URL": "https://priem.example.ru", "PRIEMNAYA_SMTP_ADDR": "mail:25",
		"PRIEMNAYA_SMTP_FROM": "a@example.ru", "PRIEMNAYA_OIDC_ISSUER": "https://id.example.ru", "PRIEMNAYA_TELEGRAM_TOKEN": "1234567:secret"}
	read := func() string {
		_, err := readConfig(func(name string) string { return env[name] })
		if err == nil {
			return ""
		}
		return err.Error()
	}
	if got := read(); !strings.Contains(got, "PRIEMNAYA_TELEGRAM_ALLOW_FOREIGN") || strings.Contains(got, "secret") {
		t.Errorf("got %q", got)
	}
	env["PRIEMNAYA_TELEGRAM_ALLOW_FOREIGN"] = "true"
	if got := read(); strings.Contains(got, "TELEGRAM") {
		t.Errorf("chosen, yet %q", got)
	}
	delete(env, "PRIEMNAYA_TELEGRAM_ALLOW_FOREIGN")
	env["PRIEMNAYA_MODE"] = "development"
	if got := read(); strings.Contains(got, "TELEGRAM") {
		t.Errorf("in development: %q", got)
	}
}

func TestWhatIsOnIsWarnedOf(t *testing.T) {
	var out bytes.Buffer
	a := &App{log: slog.New(slog.NewTextHandler(&out, nil)), cfg: Config{Mode: production, Telegram: BotConfig{Token: "t"}, Max: BotConfig{Token: "m"}}}
	a.warnOfBots()
	if s := out.String(); !strings.Contains(s, "41-FZ") || !strings.Contains(s, "MAX_WEBHOOK_SECRET") {
		t.Errorf("logged %q", s)
	}
	out.Reset()
	a.cfg.Telegram.Token, a.cfg.Max.Secret = "", "s"
	if a.warnOfBots(); out.Len() != 0 {
		t.Errorf("logged %q", out.String())
	}
}

// failing is an adapter that cannot listen the first times.
type failing struct {
	bots.Adapter
	left int
	ok   chan struct{}
}

func (f *failing) Platform() string { return "telegram" }

func (f *failing) Listen(ctx context.Context, _ bots.Take) error {
	if f.left--; f.left >= 0 {
		return &bots.SendError{Reason: bots.Unauthorized}
	}
	close(f.ok)
	<-ctx.Done()
	return nil
}

func TestAMessengerThatFailsIsTriedAgainByItself(t *testing.T) {
	f := &failing{left: 3, ok: make(chan struct{})}
	ctx, end := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- patient{f, slog.New(slog.NewTextHandler(io.Discard, nil)), time.Millisecond}.Listen(ctx, nil)
	}()
	select {
	case <-f.ok:
	case <-time.After(10 * time.Second):
		t.Fatal("it was not tried again")
	}
	end()
	if err := <-done; err != nil {
		t.Errorf("ended with %v", err)
	}
}
