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
	if err := a.trying().Insist(ctx, "leave webhooks", a.leaveWebhooks); err != nil {
		return err
	}
	mark, err := a.conf.Marks.Load(ctx)
	if err != nil {
		return fmt.Errorf("max: marker: %w", err)
	}
	return a.trying().Receive(ctx, func(ctx context.Context) error {
		next, err := a.receive(ctx, take, mark)
		if err == nil && next != mark {
			mark = next
			err = a.conf.Marks.Save(context.WithoutCancel(ctx), mark)
		}
		return err
	})
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
