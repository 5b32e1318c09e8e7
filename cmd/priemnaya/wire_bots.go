package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"

	"priemnaya/bots"
	"priemnaya/bots/max"
	"priemnaya/bots/telegram"
	"priemnaya/bots/wire"
	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/intake/portal"
	"priemnaya/notifications"
)

// botFront is everything of the messengers that the program holds.
type botFront struct {
	attendant *bots.Attendant
	adapters  []bots.Adapter
	telegram  *telegram.Adapter
	max       *max.Adapter
	// words are set once the dispatcher exists, before a notice can leave.
	words *notifications.Dispatcher
}

// openBots makes the attendant over the adapters that are configured. With
// none it serves nobody, and notices by messenger find no account.
func (a *App) openBots() error {
	f := &a.botFront
	if err := a.openTelegram(); err != nil {
		return fmt.Errorf("telegram: %w", err)
	}
	if err := a.openMax(); err != nil {
		return fmt.Errorf("max: %w", err)
	}
	topics := classifier.Official()
	attendant, err := bots.New(bots.Config{Office: a.office, Shelf: a.storage, Files: a.files, Set: a.set, Now: a.now, Log: a.log,
		Site: a.cfg.BaseURL, Protected: a.protectedDoor(), Phone: a.cfg.Phone, FileBytes: a.files.Limits().FileBytes,
		BindingLife: a.cfg.BindingLife,
		TopicName: func(code string) string {
			t, ok := topics.Topic(code)
			if !ok {
				return ""
			}
			return t.Name
		}}, f.adapters...)
	if err != nil {
		return err
	}
	f.attendant = attendant
	a.reachers = append(a.reachers, attendant.Reach)
	a.onClose(attendant.Close)
	return nil
}

// protectedDoor is the page about the protected channel, which never changes
// its address; empty where this installation has none.
func (a *App) protectedDoor() string { return a.cfg.BaseURL + "/protected" }

func (a *App) openTelegram() error {
	conf, wanted := a.botConfig("telegram", a.cfg.Telegram)
	if !wanted {
		return nil
	}
	x, err := telegram.New(conf)
	if err != nil {
		return err
	}
	a.botFront.telegram = x
	a.botFront.admit(x, a.log)
	return nil
}

func (a *App) openMax() error {
	conf, wanted := a.botConfig("max", a.cfg.Max)
	if !wanted {
		return nil
	}
	x, err := max.New(conf)
	if err != nil {
		return err
	}
	a.botFront.max = x
	a.botFront.admit(x, a.log)
	return nil
}

// botConfig is what the adapter of a messenger gets; false where this
// installation has no bot there.
func (a *App) botConfig(platform string, c BotConfig) (wire.Config, bool) {
	conf := wire.Config{Token: c.Token, API: c.API, Marks: mark{a.storage, platform}, Log: a.log, Now: a.now}
	if c.Secret != "" {
		conf.Webhook, conf.Secret = a.cfg.BaseURL+webhooksOfBots+platform, c.Secret
	}
	return conf, c.Token != ""
}

// admit takes an adapter in among those that listen.
func (f *botFront) admit(x bots.Adapter, log *slog.Logger) {
	f.adapters = append(f.adapters, patient{x, log, 30 * time.Second})
}

// mountBots takes the webhooks in. They come before the guards of forms: a
// messenger proves itself by its secret, not by a cookie.
func (a *App) mountBots(r fiber.Router) {
	if x := a.botFront.telegram; x != nil && a.cfg.Telegram.Secret != "" {
		r.Post("/bots/telegram", adaptor.HTTPHandler(x.Webhook()))
	}
	if x := a.botFront.max; x != nil && a.cfg.Max.Secret != "" {
		r.Post("/bots/max", adaptor.HTTPHandler(x.Webhook()))
	}
}

// startBots talks to people from now on. A messenger that does not work takes
// nothing else down: it is tried again.
func (a *App) startBots(context.Context) error {
	if len(a.botFront.adapters) == 0 {
		return nil
	}
	a.warnOfBots()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	a.onClose(func(context.Context) error { stop(); <-done; return nil })
	go func() {
		defer close(done)
		pause := time.NewTicker(30 * time.Second)
		defer pause.Stop()
		for ctx.Err() == nil {
			if err := a.botFront.attendant.Run(ctx); err != nil {
				a.log.Error("bots stopped and will be started again", "err", err)
			}
			select {
			case <-ctx.Done():
			case <-pause.C:
			}
		}
	}()
	return nil
}

// messengerCarrier carries notices to bound accounts.
type messengerCarrier struct{ *botFront }

// Carry implements notifications.Carrier.
func (m messengerCarrier) Carry(ctx context.Context, c casework.Case, n casework.Notice) (string, error) {
	brief := m.words.Brief(c, n)
	_, night := notifications.Quiet(m.words.Now(), notifications.ZoneOf(n))
	evidence, err := m.attendant.Tell(ctx, c, bots.News{Case: c.ID, Notice: n.Key, Title: brief.Title, Lines: brief.Lines, Silent: night})
	if err == nil {
		return evidence, nil
	}
	return "", failureOfBot(err)
}

// failureOfBot says for the outbox why news did not arrive.
func failureOfBot(err error) *notifications.Failure {
	var e *bots.SendError
	switch {
	case errors.Is(err, bots.ErrNobody):
		return &notifications.Failure{Reason: notifications.BadAddress, Permanent: true, Err: err}
	case !errors.As(err, &e):
		return &notifications.Failure{Reason: notifications.Unavailable, Err: err}
	}
	switch e.Reason {
	case bots.Blocked, bots.Gone:
		return &notifications.Failure{Reason: notifications.BadAddress, Permanent: true, Err: err}
	case bots.Refused, bots.TooBig:
		return &notifications.Failure{Reason: notifications.Rejected, Permanent: true, Err: err}
	case bots.Unauthorized:
		return &notifications.Failure{Reason: notifications.Auth, Service: true, Err: err}
	case bots.Unsure:
		return &notifications.Failure{Reason: notifications.Unconfirmed, Err: err}
	}
	return &notifications.Failure{Reason: notifications.Deferred, Err: err}
}

// mark is the place in the stream of updates, kept on the shelf.
type mark struct {
	shelf    casework.Shelf
	platform string
}

const markKind = "bot-mark"

// Load implements Marks of the adapters.
func (m mark) Load(ctx context.Context) (string, error) {
	r, err := m.shelf.Fetch(ctx, markKind, m.platform)
	if casework.CodeOf(err) == casework.NotFound {
		return "", nil
	}
	return string(r.Data), err
}

// Save implements Marks of the adapters.
func (m mark) Save(ctx context.Context, value string) error {
	for {
		old, err := m.shelf.Fetch(ctx, markKind, m.platform)
		if err != nil && casework.CodeOf(err) != casework.NotFound {
			return err
		}
		_, err = m.shelf.Put(ctx, casework.Record{Kind: markKind, ID: m.platform, Version: old.Version, Data: []byte(value)})
		if code := casework.CodeOf(err); code != casework.Conflict && code != casework.Exists || ctx.Err() != nil {
			return err
		}
	}
}

// portalBots are the accounts of messengers as the portal asks for them.
type portalBots struct{ *bots.Attendant }

// Link implements portal.Messengers.
func (b portalBots) Link(ctx context.Context, token string) (portal.MessengerLink, error) {
	l, err := b.Attendant.Link(ctx, token)
	return portal.MessengerLink{Platform: l.Platform, Name: l.Name, Handle: l.Handle, Check: l.Check, Till: l.Till, Used: l.Used}, err
}

// Bindings implements portal.Messengers.
func (b portalBots) Bindings(ctx context.Context, applicant string) ([]portal.MessengerAccount, error) {
	list, err := b.Attendant.Bindings(ctx, applicant)
	var out []portal.MessengerAccount
	for _, x := range list {
		out = append(out, portal.MessengerAccount{Key: x.Key, Platform: x.Platform(), Name: x.User.Name, Handle: x.User.Handle, Since: x.Since, Till: x.Till})
	}
	return out, err
}

// messengers are those of the portal, nil where no bot is configured.
func (a *App) messengers() portal.Messengers {
	if len(a.botFront.adapters) == 0 {
		return nil
	}
	return portalBots{a.botFront.attendant}
}

// BotConfig is the connection to one messenger.
type BotConfig struct {
	// Token is the bot's; empty leaves the messenger out. API is another
	// address of its Bot API. Secret turns on the webhook at BASE_URL/bots/….
	Token, API, Secret string
	// AllowForeign admits a messenger that is run abroad, in production.
	AllowForeign bool
}

// readBots reads the settings of the messengers.
func (e *environment) readBots(c *Config) {
	c.Telegram = BotConfig{Token: e.secret("TELEGRAM_TOKEN"), API: e.text("TELEGRAM_API", ""), Secret: e.secret("TELEGRAM_WEBHOOK_SECRET"),
		AllowForeign: e.flag("TELEGRAM_ALLOW_FOREIGN")}
	c.Max = BotConfig{Token: e.secret("MAX_TOKEN"), API: e.text("MAX_API", ""), Secret: e.secret("MAX_WEBHOOK_SECRET")}
	c.Phone = e.text("PHONE", "")
	life, err := time.ParseDuration(e.text("MESSENGER_BINDING", "2160h"))
	if err != nil || life <= 0 {
		e.errs = append(e.errs, errors.New("PRIEMNAYA_MESSENGER_BINDING: want a duration like 2160h"))
	}
	c.BindingLife = life
}

// userName is the name of whoever sits at the terminal.
func userName() string {
	if name := os.Getenv("USER"); name != "" {
		return name
	}
	return "terminal"
}
