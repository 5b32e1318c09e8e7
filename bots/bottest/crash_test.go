package bottest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/casework/storetest"
)

// TestWhatACrashInterruptsIsSaidOnceMoreAndSaysSo lets the first process end
// between sending and noting it: the next one repeats that reply with a word of
// warning, and no other.
func TestWhatACrashInterruptsIsSaidOnceMoreAndSaysSo(t *testing.T) {
	p := newPlain()
	w := Open(t, p, Options{})
	must(t, w.Attendant.Take(context.Background(), "plain", bots.Update{ID: "1", Order: 1, Chat: "1", Start: true}))
	k := &talker{t: t, w: w, p: p, chat: "1"}
	k.saw("Здравствуйте")
	stuck, release := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(release) })
	p.fail = func(string) error { close(stuck); <-release; return nil }
	must(t, w.Attendant.Take(context.Background(), "plain", bots.Update{ID: "2", Order: 2, Chat: "1", Press: "new"}))
	<-stuck
	// The first process is gone; its reply was being sent.
	second := newPlain()
	w.Clock.Advance(time.Minute)
	after := Open(t, second, Options{Store: func(func() time.Time) Store { return w.Store }, Clock: w.Clock, Files: w.Files})
	(&talker{t: t, w: after, p: second, chat: "1"}).saw("Опишите, что случилось")
	got := second.all("1")
	if len(got) != 1 || !strings.Contains(got[0].Text, "Повторяем") {
		t.Fatalf("the second process said %d messages: %+v", len(got), got)
	}
}

// TestAnUpdateThatCannotBeSavedIsNotAcknowledged breaks the shelf for a while.
func TestAnUpdateThatCannotBeSavedIsNotAcknowledged(t *testing.T) {
	broken := &brokenShelf{}
	p := newPlain()
	w := Open(t, p, Options{Store: func(now func() time.Time) Store {
		broken.Store = storetest.NewMemory(now, nil)
		return broken
	}})
	u := bots.Update{ID: "1", Order: 1, Message: "1", Chat: "1", Text: "Третий день во дворе нет света, почините."}
	broken.fail(errors.New("disk"))
	if err := w.Attendant.Take(context.Background(), "plain", u); err == nil {
		t.Fatal("an update that was not saved was acknowledged")
	}
	broken.fail(nil)
	must(t, w.Attendant.Take(context.Background(), "plain", u))
	(&talker{t: t, w: w, p: p, chat: "1"}).saw("Сохранено")
}

// TestAFloodMakesTheStoreGrowByNothing sends far too much.
func TestAFloodMakesTheStoreGrowByNothing(t *testing.T) {
	p := newPlain()
	w := Open(t, p, Options{Limits: bots.Limits{ChatBurst: 3}})
	for i := range 500 {
		must(t, w.Attendant.Take(context.Background(), "plain", bots.Update{ID: strings.Repeat("x", i+1), Chat: "1", Press: "home"}))
	}
	k := &talker{t: t, w: w, p: p, chat: "1"}
	k.saw("Сообщений слишком много")
	r, err := w.Store.Fetch(context.Background(), bots.KindDialogue, "plain/1")
	must(t, err)
	polite := 0
	for _, m := range p.all("1") {
		if strings.Contains(m.Text, "Сообщений слишком много") {
			polite++
		}
	}
	if len(r.Data) > 4000 || polite != 1 {
		t.Fatalf("%d bytes are kept, %d polite words", len(r.Data), polite)
	}
}
