package bottest

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"priemnaya/bots"
	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// between calls after once a binding has been removed, before whoever removed
// it goes on.
type between struct {
	Store
	once  sync.Once
	after func()
}

func (b *between) Remove(ctx context.Context, kind, id string) error {
	err := b.Store.Remove(ctx, kind, id)
	if kind == bots.KindBinding {
		b.once.Do(b.after)
	}
	return err
}

// bound binds the chat 1 to Anna and returns how to say more in it.
func bound(t *testing.T, w *World, p *plain) (*talker, func(id string, change func(*bots.Update))) {
	t.Helper()
	k := &talker{t: t, w: w, p: p, chat: "1", who: Anna}
	say := func(id string, change func(*bots.Update)) {
		u := bots.Update{ID: id, Order: int64(len(id)), Message: id, Chat: "1"}
		change(&u)
		must(t, w.Attendant.Take(context.Background(), "plain", u))
	}
	say("a", func(u *bots.Update) { u.Press = "link" })
	k.until("a link", func() bool { return k.token() != "" })
	code, err := w.Attendant.ConfirmLink(context.Background(), Anna, k.token())
	must(t, err)
	say("bb", func(u *bots.Update) { u.Text = code })
	k.saw("этот чат привязан")
	k.saw("Что вы хотите сделать?")
	return k, say
}

func TestAnUpdateThatComesWhileTheSiteDropsABindingIsStillTold(t *testing.T) {
	open, _ := openSQLite(t)
	p := newPlain()
	store := &between{}
	w := Open(t, p, Options{Store: func(now func() time.Time) Store { store.Store = open(now); return store }})
	k, say := bound(t, w, p)
	hold := make(chan struct{})
	p.fail = func(string) error { <-hold; return nil }
	store.after = func() { say("ccc", func(u *bots.Update) { u.Press = "mine" }) }
	must(t, w.Attendant.Unbind(context.Background(), Anna.Key, bots.Key("plain", "1")))
	close(hold)
	k.saw("больше не привязан к вам")
}

// late holds the save of a dialogue, once it is armed, until everybody who was
// woken before it has looked and rests.
type late struct {
	Store
	armed bool
}

func (l *late) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if l.armed && r.Kind == bots.KindDialogue {
		l.armed = false
		// A wake by a timer has gone off by then too: the clock of the bubble
		// moves only while nobody has anything to do.
		<-time.After(time.Millisecond)
		synctest.Wait()
	}
	return l.Store.Put(ctx, r)
}

func TestABindingDroppedOnTheSiteIsToldHoweverLongItsSaveTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlain()
		store := &late{}
		w := Open(t, p, Options{Store: func(now func() time.Time) Store { store.Store = storetest.NewMemory(now, nil); return store }})
		k, _ := bound(t, w, p)
		synctest.Wait()
		store.armed = true
		must(t, w.Attendant.Unbind(context.Background(), Anna.Key, bots.Key("plain", "1")))
		if store.armed {
			t.Fatal("no dialogue was saved: nothing was held")
		}
		k.saw("больше не привязан к вам")
	})
}
