package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"priemnaya/bots"
	"priemnaya/bots/wire"
)

// markLife is how long a saved offset is believed: after a week without
// updates Telegram goes on with numbers chosen at random, and an offset above
// them would throw updates away.
const markLife = 6 * 24 * time.Hour

// Listen implements bots.Adapter.
func (a *Adapter) Listen(ctx context.Context, take bots.Take) error {
	a.take.Store(&take)
	defer a.take.Store(nil)
	if a.conf.Webhook != "" {
		return a.keepWebhook(ctx)
	}
	// getUpdates answers 409 while a webhook is set.
	if err := a.insist(ctx, "deleteWebhook", nil); err != nil || ctx.Err() != nil {
		return ignoreEnd(ctx, err)
	}
	offset, err := a.loadOffset(ctx)
	if err != nil {
		return ignoreEnd(ctx, err)
	}
	return a.poll(ctx, take, offset)
}

// poll receives until ctx ends. offset is the first number that is wanted; once
// Telegram has confirmed it, none is sent: it then gives what it still holds.
func (a *Adapter) poll(ctx context.Context, take bots.Take, offset int64) error {
	return a.trying().Receive(ctx, func(ctx context.Context) error {
		batch, err := a.getUpdates(ctx, offset)
		if err != nil {
			return err
		}
		next, err := a.handOver(ctx, take, batch)
		switch {
		case next > 0:
			offset = next
			err = errors.Join(err, a.saveOffset(ctx, next))
		case len(batch) == 0:
			offset = 0
		}
		return err
	})
}

func (a *Adapter) getUpdates(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, pollSeconds*time.Second+callTime)
	defer cancel()
	p := tgbotapi.Params{"timeout": strconv.Itoa(pollSeconds), "limit": "100", "allowed_updates": wanted}
	p.AddNonZero64("offset", offset)
	raw, err := a.call(ctx, "getUpdates", p)
	if err != nil {
		return nil, err
	}
	var batch []json.RawMessage
	if err := json.Unmarshal(raw, &batch); err != nil {
		return nil, errors.New("telegram: getUpdates gave no list")
	}
	return batch, nil
}

// handOver gives a batch to take: chats side by side, each in its order. next
// is the number up to which everything is kept, 0 if nothing is.
func (a *Adapter) handOver(ctx context.Context, take bots.Take, batch []json.RawMessage) (next int64, err error) {
	var list []*wire.Item
	for _, raw := range batch {
		id, found := numberOf(raw)
		if !found {
			a.conf.Log.Error("telegram: an update without a number was left out")
			continue
		}
		u, ok, err := readUpdate(raw, a.conf.Now())
		if err != nil {
			a.conf.Log.Error("telegram: an update of an unknown form was left out", "update", id)
		}
		list = append(list, &wire.Item{ID: id, Update: u, Skip: !ok})
	}
	slices.SortStableFunc(list, func(x, y *wire.Item) int { return cmp.Compare(x.ID, y.ID) })
	if len(list) == 0 && len(batch) > 0 {
		return 0, errors.New("telegram: a batch without numbers")
	}
	err = wire.TakeChats(ctx, take, list)
	for _, n := range list {
		if n.Failed {
			break
		}
		next = n.ID + 1
	}
	return next, err
}

// loadOffset reads the saved offset, 0 if there is none or it is too old.
func (a *Adapter) loadOffset(ctx context.Context) (int64, error) {
	mark, err := a.conf.Marks.Load(ctx)
	if err != nil {
		return 0, fmt.Errorf("telegram: offset: %w", err)
	}
	number, at, _ := strings.Cut(mark, " ")
	offset, err := strconv.ParseInt(number, 10, 64)
	saved, bad := time.Parse(time.RFC3339, at)
	if err != nil || bad != nil || a.conf.Now().Sub(saved) > markLife {
		return 0, nil
	}
	return offset, nil
}

func (a *Adapter) saveOffset(ctx context.Context, offset int64) error {
	// Also while the program ends: what was taken shall not come again.
	ctx = context.WithoutCancel(ctx)
	return a.conf.Marks.Save(ctx, fmt.Sprintf("%d %s", offset, a.conf.Now().UTC().Format(time.RFC3339)))
}

// insist calls a method until it succeeds; only a refused token ends it.
func (a *Adapter) insist(ctx context.Context, method string, p tgbotapi.Params) error {
	return a.trying().Insist(ctx, method, func(ctx context.Context) error {
		_, err := a.call(ctx, method, p)
		return err
	})
}

// plain is what may be logged of an error: the reason and Telegram's own words
// about the call, which name no person.
func plain(err error) string {
	var e *tgbotapi.Error
	if errors.As(err, &e) {
		return e.Message
	}
	if r := wire.ReasonOf(err); r != "" {
		return string(r)
	}
	return "not kept"
}

func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
