package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"priemnaya/bots/wire"
)

// SecretHeader is where Telegram repeats the secret of setWebhook.
const SecretHeader = "X-Telegram-Bot-Api-Secret-Token"

// MaxUpdate is the largest update that is read; real ones have some KB.
const MaxUpdate = 1 << 20

// lookAfter is how often it is checked that the webhook is still ours.
const lookAfter = time.Hour

// keepWebhook registers the webhook and looks after it until ctx ends. On the
// way out it stays: Telegram keeps updates for a day while nobody answers.
func (a *Adapter) keepWebhook(ctx context.Context) error {
	set := tgbotapi.Params{"url": a.conf.Webhook, "secret_token": a.conf.Secret, "allowed_updates": wanted, "max_connections": "20"}
	if err := a.insist(ctx, "setWebhook", set); err != nil {
		return ignoreEnd(ctx, err)
	}
	tick := time.NewTicker(lookAfter)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		raw, err := a.call(ctx, "getWebhookInfo", nil)
		var info struct {
			URL string `json:"url"`
		}
		if err != nil || json.Unmarshal(raw, &info) != nil || info.URL == a.conf.Webhook {
			continue
		}
		a.conf.Log.Warn("telegram: somebody has changed the bot's webhook; it is set again")
		if err := a.insist(ctx, "setWebhook", set); err != nil {
			return ignoreEnd(ctx, err)
		}
	}
}

// Webhook is the handler of Config.Webhook. It answers 200 only after the
// update is kept; anything else makes Telegram deliver it again.
func (a *Adapter) Webhook() http.Handler { return http.HandlerFunc(a.acceptUpdate) }

func (a *Adapter) acceptUpdate(w http.ResponseWriter, r *http.Request) {
	if a.conf.Webhook == "" {
		http.NotFound(w, r)
		return
	}
	if !wire.Same(r.Header.Get(SecretHeader), a.conf.Secret) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	take := a.take.Load()
	if take == nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxUpdate))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	number, found := numberOf(raw)
	if !found {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	u, ok, err := readUpdate(raw, a.conf.Now())
	if err != nil {
		// Refused, it would come again and again and hold up all others.
		a.conf.Log.Error("telegram: an update of an unknown form was left out", "update", number)
	}
	if !ok {
		return
	}
	// Telegram may hang up while we save; what is half saved is saved whole.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), callTime)
	defer cancel()
	if err := (*take)(ctx, u); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}
