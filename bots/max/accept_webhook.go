package max

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"priemnaya/bots/wire"
)

// SecretHeader is where MAX repeats the secret of a subscription.
const SecretHeader = "X-Max-Bot-Api-Secret"

// MaxUpdate is the largest update that is read; real ones have some KB.
const MaxUpdate = 1 << 20

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
	if err := a.insist(ctx, "subscribe", a.subscribe); err != nil {
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
		if err := a.insist(ctx, "subscribe", a.subscribe); err != nil {
			return err
		}
	}
}

// Webhook is the handler of Config.Webhook. It answers 200 only after the
// update is kept; anything else makes MAX deliver it again.
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
	if !json.Valid(raw) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	u, ok, err := readUpdate(raw)
	if err != nil {
		// Refused, it would come ten times more and be no better.
		a.conf.Log.Error("max: an update of an unknown form was left out")
	}
	if !ok {
		return
	}
	// MAX may hang up while we save; what is half saved is saved whole.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), takeTime)
	defer cancel()
	if err := (*take)(ctx, u); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}
