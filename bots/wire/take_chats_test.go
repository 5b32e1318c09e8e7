package wire

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"priemnaya/bots"
)

func TestAChatThatFailsHoldsUpItselfOnly(t *testing.T) {
	item := func(id int64, chat, text string) *Item {
		return &Item{ID: id, Update: bots.Update{Chat: chat, Text: text}}
	}
	list := []*Item{item(1, "a", "1"), item(2, "b", "x"), item(3, "a", "bad"), item(4, "a", "later"), item(5, "b", "y"), {ID: 6, Skip: true}}
	var mu sync.Mutex
	got := map[string][]string{}
	err := TakeChats(context.Background(), func(_ context.Context, u bots.Update) error {
		if u.Text == "bad" {
			return errors.New("the store is away")
		}
		mu.Lock()
		defer mu.Unlock()
		got[u.Chat] = append(got[u.Chat], u.Text)
		return nil
	}, list)
	if err == nil || !slices.Equal(got["a"], []string{"1"}) || !slices.Equal(got["b"], []string{"x", "y"}) {
		t.Errorf("error %v, taken %v", err, got)
	}
	for i, failed := range []bool{false, false, true, true, false, false} {
		if list[i].Failed != failed {
			t.Errorf("item %d: failed %v", i, list[i].Failed)
		}
	}
}
