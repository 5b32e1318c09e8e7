package telegram

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/bottest"
	"priemnaya/bots/telegram/telegramtest"
	"priemnaya/casework"
)

// replay is many dialogues at once over a Telegram that repeats and disorders.
type replay struct {
	t     *testing.T
	tg    *telegramtest.Server
	world *bottest.World
}

const filesEach = 7

func TestReplayedUpdatesMakeOneCaseOfEachDialogueWithAllItsPhotos(t *testing.T) {
	dialogues, want := 5, 1_000
	if os.Getenv("PRIEMNAYA_TEST_ALL") != "" {
		dialogues, want = 40, 10_000
	}
	w := newWorld(t, true)
	w.tg.SetFaults(telegramtest.Faults{Repeat: true, Shuffle: true})
	plenty := bots.Limits{ChatBurst: 1 << 20, ChatPerSecond: 1 << 20, AllBurst: 1 << 20, AllPerSecond: 1 << 20}
	r := &replay{t: t, tg: w.tg, world: bottest.Open(t, w.a, bottest.Options{Limits: plenty})}
	var group sync.WaitGroup
	for i := range dialogues {
		group.Go(func() { r.file(int64(7000 + i)) })
	}
	group.Wait()
	if t.Failed() {
		return
	}
	shown := r.shown(dialogues)
	delivered := dialogues * 12 * 2
	for seed := uint64(1); delivered < want; seed++ {
		order := rand.New(rand.NewPCG(seed, 7)).Perm(dialogues)
		for _, i := range order {
			delivered += 12
			w.tg.Person(int64(7000+i), "ru").Repeat(12)
		}
	}
	r.until("all updates are taken", func() bool { return w.tg.Waiting() == 0 })
	for i := range dialogues {
		r.until("one case", func() bool { return len(r.cases(int64(7000+i))) == 1 })
		c := r.cases(int64(7000 + i))[0]
		if n := len(c.AllFiles()); n != filesEach {
			t.Errorf("dialogue %d: %d files in the case, want %d", i, n, filesEach)
		}
	}
	if now := r.shown(dialogues); now != shown {
		t.Errorf("repetitions were answered: %d messages before, %d after", shown, now)
	}
	t.Logf("%d updates delivered to %d dialogues", delivered, dialogues)
}

// applicant is who writes in a chat.
func applicant(chat int64) casework.Applicant {
	a := bottest.Anna
	a.Key = fmt.Sprintf("esia:r%d", chat)
	return a
}

// file plays one dialogue: twelve updates.
func (r *replay) file(chat int64) {
	p := r.tg.Person(chat, "ru")
	p.Say("/start")
	r.until("greeted", func() bool { return len(r.tg.Sent(chat)) > 0 })
	p.Say(fmt.Sprintf("На улице Мира у дома %d огромная яма, прошу засыпать.", chat))
	photo := telegramtest.File{Kind: "photo"}
	var album []telegramtest.File
	for i := range 5 {
		photo.Data = fmt.Appendf(nil, "photo %d of %d", i, chat)
		album = append(album, photo)
	}
	p.SendFiles("", true, album...)
	p.SendFiles("", false, telegramtest.File{Kind: "document", Name: "план.txt", Type: "text/plain", Data: fmt.Appendf(nil, "plan %d", chat)})
	p.SendFiles("", false, telegramtest.File{Kind: "voice", Data: fmt.Appendf(nil, "voice %d", chat)})
	r.until("text and files are in one draft", func() bool {
		list, err := r.world.Office.Drafts(context.Background(), casework.Actor{ID: "chat:" + bots.Key("telegram", fmt.Sprint(chat))})
		return err == nil && len(list) == 1 && len(list[0].Files) == filesEach && list[0].Text != ""
	})
	p.Press(r.button(chat, "link"))
	token := r.link(chat)
	code, err := r.world.Attendant.ConfirmLink(context.Background(), applicant(chat), token)
	if err != nil {
		r.t.Error(err)
		return
	}
	p.Say(code)
	p.Press(r.button(chat, "send"))
	r.until("filed and told", func() bool {
		sent := r.tg.Sent(chat)
		return len(r.cases(chat)) > 0 && strings.Contains(sent[len(sent)-1].Text, "Обращение принято")
	})
}

func (r *replay) cases(chat int64) (out []casework.Case) {
	page, err := r.world.Office.Mine(context.Background(), casework.Citizen(applicant(chat)), casework.Window{Limit: 10})
	if err != nil {
		r.t.Error(err)
		return nil
	}
	for _, row := range page.Rows {
		c, err := r.world.Store.Get(context.Background(), row.ID)
		if err != nil {
			r.t.Error(err)
		}
		out = append(out, c)
	}
	return out
}

func (r *replay) shown(dialogues int) (n int) {
	for i := range dialogues {
		n += len(r.tg.Sent(int64(7000 + i)))
	}
	return n
}

// button waits for a button whose data begins so and gives its data.
func (r *replay) button(chat int64, prefix string) (found string) {
	r.until("button "+prefix, func() bool {
		for _, m := range slices.Backward(r.tg.Sent(chat)) {
			for _, row := range m.Buttons {
				for _, b := range row {
					if b.Data == prefix || strings.HasPrefix(b.Data, prefix+":") {
						found = b.Data
						return true
					}
				}
			}
		}
		return false
	})
	return found
}

// link waits for the link that binds the account and gives its token.
func (r *replay) link(chat int64) (token string) {
	r.until("link", func() bool {
		for _, m := range r.tg.Sent(chat) {
			for _, row := range m.Buttons {
				for _, b := range row {
					if _, after, is := strings.Cut(b.URL, "/messenger/"); is {
						token = after
					}
				}
			}
		}
		return token != ""
	})
	return token
}

func (r *replay) until(what string, ok func() bool) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(60 * time.Second); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			r.t.Errorf("not in time: %s", what)
			return
		}
	}
}
