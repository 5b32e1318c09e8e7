package bottest

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/casework"
	"priemnaya/casework/sqlitestore"
)

// plain is a messenger without a server: updates go straight to Take.
type plain struct {
	mu    sync.Mutex
	shown map[string][]bots.Message
	fail  func(chat string) error
}

func newPlain() *plain { return &plain{shown: map[string][]bots.Message{}} }

func (p *plain) Platform() string { return "plain" }
func (p *plain) Abilities() bots.Abilities {
	return bots.Abilities{TextRunes: 4000, Buttons: true, ButtonBytes: 64}
}
func (p *plain) Listen(ctx context.Context, _ bots.Take) error { <-ctx.Done(); return nil }
func (p *plain) Settle(context.Context, string) error          { return nil }
func (p *plain) Fetch(_ context.Context, f bots.RemoteFile, _ int64) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(f.Ref)), nil
}

func (p *plain) Send(_ context.Context, chat string, m bots.Message) (string, error) {
	if p.fail != nil {
		if err := p.fail(chat); err != nil {
			return "", err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown[chat] = append(p.shown[chat], m)
	return fmt.Sprint(len(p.shown[chat])), nil
}

func (p *plain) all(chat string) []bots.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]bots.Message(nil), p.shown[chat]...)
}

// talker is one of many people who write at once.
type talker struct {
	t    testing.TB
	w    *World
	p    *plain
	chat string
	who  casework.Applicant
	r    *rand.Rand
	n    int64
	// past is everything sent so far; sent counts deliveries.
	past []bots.Update
	sent int
}

func (k *talker) next() bots.Update {
	k.n++
	return bots.Update{ID: fmt.Sprint(k.chat, "-", k.n), Order: k.n, Message: fmt.Sprint(k.n), Chat: k.chat}
}

// deliver sends a burst in any order, each up to three times, and some old
// updates again.
func (k *talker) deliver(burst ...bots.Update) {
	var all []bots.Update
	for _, u := range burst {
		for range 1 + k.r.IntN(3) {
			all = append(all, u)
		}
	}
	for range min(2, len(k.past)) {
		all = append(all, k.past[k.r.IntN(len(k.past))])
	}
	k.past = append(k.past, burst...)
	k.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	k.send(all)
}

func (k *talker) send(all []bots.Update) {
	for _, u := range all {
		k.sent++
		if err := k.w.Attendant.Take(context.Background(), "plain", u); err != nil {
			k.t.Errorf("%s: %v", k.chat, err)
		}
	}
}

func (k *talker) press(prefix string) {
	data := ""
	k.until("a button "+prefix, func() bool {
		for _, m := range k.p.all(k.chat) {
			for _, row := range m.Buttons {
				for _, b := range row {
					if strings.HasPrefix(b.Data, prefix) {
						data = b.Data
					}
				}
			}
		}
		return data != ""
	})
	u := k.next()
	u.Press = data
	k.deliver(u)
}

func (k *talker) until(what string, ok func() bool) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			k.t.Errorf("%s: %s never came", k.chat, what)
			return
		}
	}
}

func (k *talker) saw(words string) {
	k.until(words, func() bool {
		for _, m := range k.p.all(k.chat) {
			if strings.Contains(m.Text, words) {
				return true
			}
		}
		return false
	})
}

// token is that of the latest link shown.
func (k *talker) token() (token string) {
	for _, m := range k.p.all(k.chat) {
		for _, row := range m.Buttons {
			for _, b := range row {
				if _, after, ok := strings.Cut(b.URL, "/messenger/"); ok {
					token = after
				}
			}
		}
	}
	return token
}

const photos = 8

// talk files one appeal with an album, in bursts.
func (k *talker) talk() {
	ctx := context.Background()
	u := k.next()
	u.Start = true
	k.deliver(u)
	k.press("link")
	k.until("a link", func() bool { return k.token() != "" })
	token := k.token()
	code, err := k.w.Attendant.ConfirmLink(ctx, k.who, token)
	if err != nil {
		k.t.Errorf("%s: %v", k.chat, err)
		return
	}
	u = k.next()
	u.Text = code
	k.deliver(u)
	k.saw("этот чат привязан")
	k.press("new")
	k.saw("Опишите, что случилось")
	var burst []bots.Update
	for i := range 3 {
		u := k.next()
		u.Text = fmt.Sprintf("Часть %d: на улице Мира яма.", i+1)
		burst = append(burst, u)
	}
	for i := range photos {
		u := k.next()
		u.Album, u.Files = "album", []bots.RemoteFile{{Ref: fmt.Sprintf("%s photo %d", k.chat, i), Kind: bots.Photo}}
		burst = append(burst, u)
	}
	k.deliver(burst...)
	k.until("the draft", func() bool {
		d, err := k.w.Office.Drafts(ctx, casework.Citizen(k.who))
		return err == nil && len(d) == 1 && len(d[0].Files) == photos && strings.Count(d[0].Text, "Часть") == 3
	})
	k.press("done:")
	k.saw("Где это?")
	k.press("skip:")
	k.saw("О чём обращение?")
	k.press("topic:")
	k.saw("Кому направить?")
	k.press("body:")
	k.saw("Хотите получать их и на e-mail?")
	k.press("skip:")
	k.saw("Проверьте обращение")
	k.press("send:")
	k.saw("Обращение принято")
}

func openSQLite(t testing.TB) (func(now func() time.Time) Store, string) {
	path := filepath.Join(t.TempDir(), "cases.db")
	return func(now func() time.Time) Store {
		s, err := sqlitestore.Open(context.Background(), path, sqlitestore.Options{Now: now, NoSearch: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}, path
}

// TestReplayedUpdatesInAnyOrderMakeOneCaseForEachDialogueWithAllItsPhotos is
// promise M2 on the embedded store: 200 people at once, each burst shuffled and
// repeated, old updates in between, and everything once more at the end.
func TestReplayedUpdatesInAnyOrderMakeOneCaseForEachDialogueWithAllItsPhotos(t *testing.T) {
	people, atLeast := 12, 500
	if os.Getenv("PRIEMNAYA_TEST_ALL") != "" {
		people, atLeast = 200, 10_000
	}
	store, _ := openSQLite(t)
	p := newPlain()
	w := Open(t, p, Options{Store: store, Limits: bots.Limits{ChatBurst: 1 << 20, AllBurst: 1 << 30}})
	talkers := make([]*talker, people)
	var all sync.WaitGroup
	for i := range talkers {
		who := Anna
		who.Key = fmt.Sprintf("esia:%d", 1000+i)
		talkers[i] = &talker{t: t, w: w, p: p, chat: fmt.Sprint(i), who: who, r: rand.New(rand.NewPCG(uint64(i), 1))}
		all.Go(talkers[i].talk)
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
	sent := 0
	for _, k := range talkers {
		again := append([]bots.Update(nil), k.past...)
		k.r.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		all.Go(func() { k.send(again) })
	}
	all.Wait()
	for _, k := range talkers {
		sent += k.sent
		page, err := w.Office.Mine(context.Background(), casework.Citizen(k.who), casework.Window{Limit: 10})
		if err != nil || len(page.Rows) != 1 {
			t.Fatalf("%s: %d cases, %v", k.chat, len(page.Rows), err)
		}
		c, err := w.Store.Get(context.Background(), page.Rows[0].ID)
		if err != nil || len(c.Content.Files) != photos {
			t.Fatalf("%s: %d photos, %v", k.chat, len(c.Content.Files), err)
		}
		if want := "Часть 1: на улице Мира яма.\nЧасть 2: на улице Мира яма.\nЧасть 3: на улице Мира яма."; c.Content.Text != want {
			t.Fatalf("%s: %q", k.chat, c.Content.Text)
		}
		drafts, err := w.Office.Drafts(context.Background(), casework.Citizen(k.who))
		if err != nil || len(drafts) != 0 {
			t.Fatalf("%s: %d drafts are left, %v", k.chat, len(drafts), err)
		}
	}
	t.Logf("%d people, %d updates", people, sent)
	if sent < atLeast {
		t.Fatalf("only %d updates", sent)
	}
}

// TestATextThatIsOvertakenByLaterPressesStaysInItsDraft is promise M2 for the
// worst order: every update of a dialogue before the code comes in any order,
// also the text after the press of «link» and the start after the photos.
func TestATextThatIsOvertakenByLaterPressesStaysInItsDraft(t *testing.T) {
	rounds := 40
	if os.Getenv("PRIEMNAYA_TEST_ALL") != "" {
		rounds = 400
	}
	store, _ := openSQLite(t)
	p := newPlain()
	w := Open(t, p, Options{Store: store, Limits: bots.Limits{ChatBurst: 1 << 20, AllBurst: 1 << 30}})
	var all sync.WaitGroup
	for i := range rounds {
		who := Anna
		who.Key = fmt.Sprintf("esia:%d", 5000+i)
		k := &talker{t: t, w: w, p: p, chat: fmt.Sprint("late", i), who: who, r: rand.New(rand.NewPCG(uint64(i), 3))}
		all.Go(k.talkInAnyOrder)
	}
	all.Wait()
}

// talkInAnyOrder delivers start, texts, photos and the press of «link» in any
// order, binds the chat, and looks at what was kept.
func (k *talker) talkInAnyOrder() {
	var burst []bots.Update
	add := func(change func(*bots.Update)) {
		u := k.next()
		change(&u)
		burst = append(burst, u)
	}
	add(func(u *bots.Update) { u.Start = true })
	for i := range 3 {
		add(func(u *bots.Update) {
			u.Text = fmt.Sprintf("Часть %d: на улице Мира большая яма.", i+1)
		})
		add(func(u *bots.Update) {
			u.Files = []bots.RemoteFile{{Ref: fmt.Sprintf("%s photo %d", k.chat, i), Kind: bots.Photo}}
		})
	}
	add(func(u *bots.Update) { u.Press = "link" })
	k.deliver(burst...)
	k.until("one draft with everything", func() bool {
		d, err := k.w.Office.Drafts(context.Background(), casework.Actor{ID: "chat:" + bots.Key("plain", k.chat)})
		if err != nil || len(d) > 1 {
			k.t.Errorf("%s: %d drafts, %v", k.chat, len(d), err)
			return true
		}
		return len(d) == 1 && len(d[0].Files) == 3 && strings.Count(d[0].Text, "Часть") == 3 &&
			strings.Index(d[0].Text, "Часть 1") < strings.Index(d[0].Text, "Часть 2") && strings.Index(d[0].Text, "Часть 2") < strings.Index(d[0].Text, "Часть 3")
	})
	k.until("a link", func() bool { return k.token() != "" })
}
