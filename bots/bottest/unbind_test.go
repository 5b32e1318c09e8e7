package bottest

import (
	"context"
	"sync"
	"testing"
	"time"

	"priemnaya/bots"
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

func TestAnUpdateThatComesWhileTheSiteDropsABindingIsStillTold(t *testing.T) {
	open, _ := openSQLite(t)
	p := newPlain()
	store := &between{}
	w := Open(t, p, Options{Store: func(now func() time.Time) Store { store.Store = open(now); return store }})
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
	hold := make(chan struct{})
	p.fail = func(string) error { <-hold; return nil }
	store.after = func() { say("ccc", func(u *bots.Update) { u.Press = "mine" }) }
	must(t, w.Attendant.Unbind(context.Background(), Anna.Key, bots.Key("plain", "1")))
	close(hold)
	k.saw("больше не привязан к вам")
}
