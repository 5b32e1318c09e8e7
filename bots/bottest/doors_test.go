package bottest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"priemnaya/bots"
	"priemnaya/casework"
)

// TestADraftGoesFromDoorToDoorWithoutLosingAField is promise C2: runs in which
// the site and the bot change one draft by turns, without waiting for one
// another; every field and every word of both is there in the end.
func TestADraftGoesFromDoorToDoorWithoutLosingAField(t *testing.T) {
	runs := 40
	if os.Getenv("PRIEMNAYA_TEST_ALL") != "" {
		runs = 500
	}
	p := newPlain()
	w := Open(t, p, Options{Limits: bots.Limits{ChatBurst: 1 << 20, AllBurst: 1 << 30}})
	for run := range runs {
		who := Anna
		who.Key = fmt.Sprintf("esia:%d", 5000+run)
		k := &talker{t: t, w: w, p: p, chat: fmt.Sprint(run), who: who, r: rand.New(rand.NewPCG(uint64(run), 9))}
		k.wander()
		if t.Failed() {
			t.Fatalf("run %d", run)
		}
	}
}

// wander changes one draft at random doors and compares in the end.
func (k *talker) wander() {
	ctx, by := context.Background(), casework.Citizen(k.who)
	d, err := k.w.Office.NewDraft(ctx, by, casework.FilingDraft{Regime: casework.RegimeAppeal, Text: "Слова сайта начало.",
		Fields: map[string]string{"words": "фонари", "together": "yes"}, Contact: casework.Contact{Cabinet: true}})
	must(k.t, err)
	k.bind(ctx)
	u := k.next()
	u.Press = "draft:" + d.ID
	k.deliver(u)
	k.saw("Проверьте обращение")
	want := map[string]string{"words": "фонари", "together": "yes"}
	words := []string{"Слова сайта начало."}
	for step := range 8 {
		if k.r.IntN(2) == 0 {
			text := fmt.Sprintf("Сообщение бота %d.", step)
			words = append(words, text)
			u := k.next()
			u.Text = text
			k.deliver(u)
			continue
		}
		name := fmt.Sprintf("field%d", step)
		want[name] = fmt.Sprint(step)
		text := fmt.Sprintf("Слова сайта %d.", step)
		words = append(words, text)
		k.onSite(ctx, d.ID, func(d *casework.FilingDraft) {
			d.Fields[name] = want[name]
			d.Text += "\n" + text
		})
	}
	k.until("every word of both doors", func() bool {
		d, err := k.w.Office.Draft(ctx, by, d.ID)
		for _, x := range words {
			if err != nil || !strings.Contains(d.Text, x) {
				return false
			}
		}
		for name, value := range want {
			if d.Fields[name] != value {
				return false
			}
		}
		return true
	})
}

// bind makes the chat the person's.
func (k *talker) bind(ctx context.Context) {
	u := k.next()
	u.Start = true
	k.deliver(u)
	k.press("link")
	token := ""
	k.until("a link", func() bool {
		for _, m := range k.p.all(k.chat) {
			for _, row := range m.Buttons {
				for _, b := range row {
					if _, after, ok := strings.Cut(b.URL, "/messenger/"); ok {
						token = after
					}
				}
			}
		}
		return token != ""
	})
	code, err := k.w.Attendant.ConfirmLink(ctx, k.who, token)
	must(k.t, err)
	u = k.next()
	u.Text = code
	k.deliver(u)
	k.saw("этот чат привязан")
}

// onSite changes the draft as the site does: on a conflict again on the newer.
func (k *talker) onSite(ctx context.Context, id string, alter func(*casework.FilingDraft)) {
	by := casework.Citizen(k.who)
	for {
		d, err := k.w.Office.Draft(ctx, by, id)
		must(k.t, err)
		alter(&d)
		_, err = k.w.Office.SaveDraft(ctx, by, d)
		if casework.CodeOf(err) == casework.Conflict {
			continue
		}
		must(k.t, err)
		return
	}
}
