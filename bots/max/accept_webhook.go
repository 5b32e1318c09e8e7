package max

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// SecretHeader is where MAX repeats the secret of a subscription.
const SecretHeader = "X-Max-Bot-Api-Secret"

// lookAfter is how often it is checked that the subscription is still there.
const lookAfter = time.Hour

// takeTime is how long an update may take: MAX waits 30 seconds.
const takeTime = 25 * time.Second

// subscriptions lists the addresses that MAX delivers to.
func (a *Adapter) subscriptions(ctx context.Context) ([]string, error) {
	var reply struct {
		List []struct {
			URL string `json:"url"`
		} `json:"subscriptions"`
	}
	if err := a.call(ctx, request{method: http.MethodGet, path: "/subscriptions"}, &reply); err != nil {
		return nil, repeatable(err)
	}
	var out []string
	for _, s := range reply.List {
		out = append(out, s.URL)
	}
	return out, nil
}

func (a *Adapter) leaveWebhooks(ctx context.Context) error {
	list, err := a.subscriptions(ctx)
	if err != nil {
		return err
	}
	for _, address := range list {
		if err := a.unsubscribe(ctx, address); err != nil {
			return err
		}
	}
	return nil
}

func (a *Adapter) unsubscribe(ctx context.Context, address string) error {
	return repeatable(a.call(ctx, request{method: http.MethodDelete, path: "/subscriptions", query: url.Values{"url": {address}}}, nil))
}

// subscribe sets our webhook and leaves the others: MAX delivers every update
// to each of them.
func (a *Adapter) subscribe(ctx context.Context) error {
	list, err := a.subscriptions(ctx)
	if err != nil {
		return err
	}
	err = repeatable(a.call(ctx, request{method: http.MethodPost, path: "/subscriptions",
		body: map[string]any{"url": a.conf.Webhook, "secret": a.conf.Secret, "update_types": wanted}}, nil))
	if err != nil {
		return err
	}
	for _, address := range list {
		if address != a.conf.Webhook {
			a.conf.Log.Warn("max: a former webhook of the bot was removed")
			if err := a.unsubscribe(ctx, address); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepWebhook subscribes and looks after the subscription until ctx ends.
func (a *Adapter) keepWebhook(ctx context.Context) error {
	if err := a.trying().Insist(ctx, "subscribe", a.subscribe); err != nil {
		return err
	}
	tick := time.NewTicker(lookAfter)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := a.trying().Insist(ctx, "subscribe", a.subscribe); err != nil {
			return err
		}
	}
}

// Webhook is the handler of Config.Webhook.
func (a *Adapter) Webhook() http.Handler {
	return &wire.Door{Open: a.conf.Webhook != "", Header: SecretHeader, Secret: a.conf.Secret, Take: &a.take, Within: takeTime, Read: a.readDelivered}
}

func (a *Adapter) readDelivered(raw []byte) (bots.Update, bool, error) {
	if !json.Valid(raw) {
		return bots.Update{}, false, errForm
	}
	u, known, err := readUpdate(raw)
	if err != nil {
		// Refused, it would come ten times more and be no better.
		a.conf.Log.Error("max: an update of an unknown form was left out")
	}
	return u, known, nil
}
