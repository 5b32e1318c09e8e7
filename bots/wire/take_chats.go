package wire

import (
	"context"
	"errors"
	"sync"

	"priemnaya/bots"
)

// atOnce is how many chats of one batch are handed over at the same time.
const atOnce = 8

// Item is an update of a batch that was received by polling.
type Item struct {
	// ID is its number in the messenger, for those that number updates.
	ID int64
	// Update is what take is given; Skip leaves it out.
	Update bots.Update
	Skip   bool
	// Failed is set if it was not kept or waits for one that was not.
	Failed bool
}

// TakeChats hands a batch over: chats side by side, the updates of a chat in
// the order of the list. The error joins those of take.
func TakeChats(ctx context.Context, take bots.Take, list []*Item) error {
	chats := map[string][]*Item{}
	for _, n := range list {
		if !n.Skip {
			chats[n.Update.Chat] = append(chats[n.Update.Chat], n)
		}
	}
	var mu sync.Mutex
	var errs []error
	var group sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for _, one := range chats {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			if err := takeChat(ctx, take, one); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

func takeChat(ctx context.Context, take bots.Take, list []*Item) error {
	for i, n := range list {
		err := take(ctx, n.Update)
		if err == nil {
			continue
		}
		for _, later := range list[i:] {
			later.Failed = true
		}
		return err
	}
	return nil
}
