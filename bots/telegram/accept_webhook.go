package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// SecretHeader is where Telegram repeats the secret of setWebhook.
const SecretHeader = "X-Telegram-Bot-Api-Secret-Token"

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

// Webhook is the handler of Config.Webhook.
func (a *Adapter) Webhook() http.Handler {
	return &wire.Door{Open: a.conf.Webhook != "", Header: SecretHeader, Secret: a.conf.Secret, Take: &a.take, Within: callTime, Read: a.readDelivered}
}

func (a *Adapter) readDelivered(raw []byte) (bots.Update, bool, error) {
	number, found := numberOf(raw)
	if !found {
		return bots.Update{}, false, errors.New("telegram: an update without a number")
	}
	u, known, err := readUpdate(raw, a.conf.Now())
	if err != nil {
		// Refused, it would come again and again and hold up all others.
		a.conf.Log.Error("telegram: an update of an unknown form was left out", "update", number)
	}
	return u, known, nil
}
