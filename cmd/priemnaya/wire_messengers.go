package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"priemnaya/bots"
)

// checkBots refuses settings of messengers that the law or the messenger does
// not allow in production. State bodies and those below them may not write to
// citizens by foreign messengers (Federal law 41-FZ of 1 April 2025, article
// 15 part 1), so Telegram is a choice that is made in so many words.
func (c Config) checkBots() error {
	if c.Mode != production || c.Telegram.Token == "" || c.Telegram.AllowForeign {
		return nil
	}
	return errors.New("PRIEMNAYA_TELEGRAM_ALLOW_FOREIGN: Telegram is a foreign messenger; bodies named in article 15 part 1 of law 41-FZ " +
		"may not use it towards citizens. Set true if yours may, or leave PRIEMNAYA_TELEGRAM_TOKEN out and use MAX")
}

// warnOfBots says at the start what an administrator should know of the
// messengers that are on.
func (a *App) warnOfBots() {
	if a.cfg.Telegram.Token != "" {
		a.log.Warn("Telegram is on: it is a foreign messenger, and state bodies may not use it towards citizens (41-FZ art. 15 part 1)")
	}
	if a.cfg.Mode != production {
		return
	}
	if a.cfg.Max.Token != "" && a.cfg.Max.Secret == "" {
		a.log.Warn("MAX is polled: it allows that for development only and keeps updates for a short time; set PRIEMNAYA_MAX_WEBHOOK_SECRET")
	}
}

// patient is an adapter whose Listen does not give up: a messenger that does
// not work, a refused token say, must not stop the others.
type patient struct {
	bots.Adapter
	log *slog.Logger
	// pause is the first pause; it doubles up to an hour.
	pause time.Duration
}

// Listen implements bots.Adapter.
func (p patient) Listen(ctx context.Context, take bots.Take) error {
	for pause := p.pause; ctx.Err() == nil; pause = min(2*pause, time.Hour) {
		err := p.Adapter.Listen(ctx, take)
		if err == nil || ctx.Err() != nil {
			continue
		}
		p.log.Error("a messenger cannot be listened to and is tried again", "platform", p.Platform(), "in", pause, "err", err)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return nil
}
