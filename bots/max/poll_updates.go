package max

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// pollSeconds is how long MAX holds a poll that finds nothing (at most 90).
const pollSeconds = 45

// Listen implements bots.Adapter.
func (a *Adapter) Listen(ctx context.Context, take bots.Take) error {
	// What is known of a dialogue begins with what a person wrote in it.
	noting := bots.Take(func(ctx context.Context, u bots.Update) error {
		a.saw(u.Chat, u.Order)
		return take(ctx, u)
	})
	a.take.Store(&noting)
	defer a.take.Store(nil)
	var err error
	if a.conf.Webhook != "" {
		err = a.keepWebhook(ctx)
	} else {
		err = a.poll(ctx, noting)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// poll receives until ctx ends.
func (a *Adapter) poll(ctx context.Context, take bots.Take) error {
	// MAX answers no poll while there is a subscription.
	if err := a.insist(ctx, "leave webhooks", a.leaveWebhooks); err != nil {
		return err
	}
	mark, err := a.conf.Marks.Load(ctx)
	if err != nil {
		return fmt.Errorf("max: marker: %w", err)
	}
	pause := a.conf.Pause
	for ctx.Err() == nil {
		next, err := a.receive(ctx, take, mark)
		if err == nil && next != mark {
			mark = next
			err = a.conf.Marks.Save(context.WithoutCancel(ctx), mark)
		}
		if err == nil {
			pause = a.conf.Pause
			continue
		}
		if wire.ReasonOf(err) == bots.Unauthorized {
			return err
		}
		if ctx.Err() == nil {
			a.conf.Log.Warn("max: receiving failed, trying again", "in", pause, "reason", plain(err))
		}
		wire.Sleep(ctx, max(pause, wire.AfterOf(err)))
		pause = min(2*pause, time.Minute)
	}
	return nil
}

// receive asks for what follows a mark and hands it over; it gives the mark
// after that, or the same if something was not kept.
func (a *Adapter) receive(ctx context.Context, take bots.Take, mark string) (string, error) {
	one, cancel := context.WithTimeout(ctx, pollSeconds*time.Second+callTime)
	defer cancel()
	q := url.Values{"limit": {"100"}, "timeout": {strconv.Itoa(pollSeconds)}, "types": {strings.Join(wanted, ",")}}
	if mark != "" {
		q.Set("marker", mark)
	}
	var reply struct {
		Updates []json.RawMessage `json:"updates"`
		Marker  *int64            `json:"marker"`
	}
	if err := a.call(one, request{method: http.MethodGet, path: "/updates", query: q}, &reply); err != nil {
		return mark, err
	}
	var list []*wire.Item
	for _, raw := range reply.Updates {
		u, ok, err := readUpdate(raw)
		if err != nil {
			a.conf.Log.Error("max: an update of an unknown form was left out")
		}
		list = append(list, &wire.Item{Update: u, Skip: !ok})
	}
	if err := wire.TakeChats(ctx, take, list); err != nil {
		return mark, err
	}
	if reply.Marker == nil {
		return mark, nil
	}
	return strconv.FormatInt(*reply.Marker, 10), nil
}

// insist repeats a step until it succeeds; only a refusal ends it.
func (a *Adapter) insist(ctx context.Context, name string, step func(context.Context) error) error {
	pause := a.conf.Pause
	for ctx.Err() == nil {
		one, cancel := context.WithTimeout(ctx, callTime)
		err := step(one)
		cancel()
		switch wire.ReasonOf(err) {
		case "":
			return err
		case bots.Unauthorized, bots.Refused:
			return err
		}
		a.conf.Log.Warn("max: "+name+" failed, trying again", "in", pause, "reason", plain(err))
		wire.Sleep(ctx, max(pause, wire.AfterOf(err)))
		pause = min(2*pause, time.Minute)
	}
	return nil
}

// plain is what may be logged of an error.
func plain(err error) string {
	var e *apiError
	if errors.As(err, &e) {
		return e.Error()
	}
	if r := wire.ReasonOf(err); r != "" {
		return string(r)
	}
	return "not kept"
}
