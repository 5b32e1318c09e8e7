package bottest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/bots"
)

// Ten ways to say who does it, and twenty ways to say what: 200 phrasings of
// matters that must not be filed in the open.
var (
	culprits = []string{"следователь Зорькин", "начальник нашей колонии", "участковый из третьего отдела", "сотрудники ФСБ", "оперативник угрозыска",
		"судья районного суда", "прокурор района", "начальник полиции", "инспектор ДПС", "военный комиссар"}
	misdeeds = []string{"%s вымогает у меня взятку, иначе посадит сына", "%s берёт взятки за закрытие дел", "Меня избил %s, требует молчать",
		"%s угрожает убить меня, если пожалуюсь", "%s подбросил брату наркотики и требует деньги", "Знаю, что %s крышует торговцев наркотиками",
		"%s пытает задержанных током, есть свидетели", "%s получает откаты, боюсь за свою жизнь", "Боюсь мести: %s фабрикует дело против соседа",
		"%s заставил подписать признание под пытками", "Взятку триста тысяч требует %s за прекращение дела", "%s сфабриковал доказательства и угрожает мне расправой",
		"Мужа избили в отделе, командовал этим %s", "%s вымогает деньги у предпринимателей и угрожает расправой", "хочу анонимно сообщить что %s берет взятки",
		"%s прикрывает наркоторговлю, меня преследуют и угрожают", "мне страшно писать открыто, %s угрожал убийством", "%s требует откат и грозит посадить",
		"Не называйте моего имени, меня убьют: %s вымогает деньги", "%s превышает полномочия, избивает людей и берёт взятки"}
)

// TestMattersForTheProtectedChannelLeaveNoByteBehind is promise M5: recall of
// 98 % on 200 phrasings, typed at the menu, in a draft, as a caption and in two
// messages, and no byte of the diverted ones in any file of the store.
func TestMattersForTheProtectedChannelLeaveNoByteBehind(t *testing.T) {
	store, path := openSQLite(t)
	p := newPlain()
	w := Open(t, p, Options{Store: store, Protected: "https://safe.example.ru", Limits: bots.Limits{ChatBurst: 1 << 20, AllBurst: 1 << 30}})
	var phrases []string
	for i, deed := range misdeeds {
		for j, who := range culprits {
			phrase := fmt.Sprintf(deed, who)
			phrases = append(phrases, phrase)
			say(t, w, fmt.Sprint(i, "-", j), phrase, j%4)
		}
	}
	var kept, missed []string
	for n, phrase := range phrases {
		chat := fmt.Sprint(n/len(culprits), "-", n%len(culprits))
		if strings.Contains(waitFor(t, p, chat), "защищённый канал") {
			kept = append(kept, phrase)
		} else {
			missed = append(missed, phrase)
		}
	}
	t.Logf("recall %d of %d; missed: %s", len(kept), len(phrases), strings.Join(missed, " | "))
	if len(kept)*100 < 98*len(phrases) {
		t.Errorf("only %d of %d were diverted", len(kept), len(phrases))
	}
	// What is no such matter is kept: else the search below would prove nothing.
	const harmless = "Прошу посадить липы вдоль Садовой улицы."
	say(t, w, "harmless", harmless, 0)
	(&talker{t: t, p: p, chat: "harmless"}).saw("Сохранено")
	w.Close()
	found := false
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: no files of the store", err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		must(t, err)
		found = found || bytes.Contains(raw, []byte(harmless))
		for _, phrase := range kept {
			if bytes.Contains(raw, []byte(phrase)) {
				t.Errorf("%s holds %q", filepath.Base(name), phrase)
			}
		}
	}
	if !found {
		t.Error("the search does not even find what was kept")
	}
	for _, phrase := range kept {
		if strings.Contains(w.Log.String(), phrase) {
			t.Errorf("the log holds %q", phrase)
		}
	}
}

// say says a phrase in one of four ways.
func say(t *testing.T, w *World, chat, phrase string, way int) {
	u := bots.Update{ID: chat + "a", Order: 1, Message: "1", Chat: chat}
	take := func(u bots.Update) { must(t, w.Attendant.Take(context.Background(), "plain", u)) }
	switch way {
	case 0:
		u.Text = phrase
	case 1:
		start := u
		start.Press = "new"
		take(start)
		u.ID, u.Text = chat+"b", phrase
	case 2:
		u.Text, u.Files = phrase, []bots.RemoteFile{{Ref: "x", Kind: bots.Photo}}
	default:
		start := u
		start.Text = "Прошу починить фонари во дворе дома пять."
		take(start)
		u.ID, u.Text, u.Edited = chat+"b", phrase, true
	}
	take(u)
}

// waitFor is everything shown in a chat once its dialogue has settled.
func waitFor(t *testing.T, p *plain, chat string) string {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	var all string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); <-tick.C {
		all = ""
		for _, m := range p.all(chat) {
			all += m.Text + "\n"
		}
		if strings.Contains(all, "защищённый канал") {
			return all
		}
	}
	return all
}

// TestPartsOfAMatterThatWereKeptBeforeItWasKnownAreLeftNowhere is promise M5
// for several messages: the first ones sound harmless and are kept, the last
// one diverts. Nothing of the first may be left in any file of the store while
// it runs, nor in its log of writes.
func TestPartsOfAMatterThatWereKeptBeforeItWasKnownAreLeftNowhere(t *testing.T) {
	store, path := openSQLite(t)
	p := newPlain()
	w := Open(t, p, Options{Store: store, Protected: "https://safe.example.ru", Limits: bots.Limits{ChatBurst: 1 << 20, AllBurst: 1 << 30}})
	chats := 6
	opening := func(chat, n int) string {
		return fmt.Sprintf("Начало рассказа %d-%d: дело было вечером у вокзала. ", chat, n) + strings.Repeat("Потом ещё одно обычное предложение. ", 40*n)
	}
	for i := range chats {
		chat := fmt.Sprint("parts", i)
		for n := range 3 {
			id := fmt.Sprint(chat, "-", n)
			must(t, w.Attendant.Take(context.Background(), "plain", bots.Update{ID: id, Order: int64(n + 1), Message: id, Chat: chat, Text: opening(i, n)}))
		}
		(&talker{t: t, p: p, chat: chat}).saw("Сохранено")
	}
	if len(tracesOf(t, path, "Начало рассказа")) == 0 {
		t.Fatal("the search does not find what is kept")
	}
	for i := range chats {
		chat := fmt.Sprint("parts", i)
		must(t, w.Attendant.Take(context.Background(), "plain", bots.Update{ID: chat + "-end", Order: 9, Message: chat + "-end", Chat: chat,
			Text: "Начальник полиции вымогает взятку и угрожает убить меня"}))
		(&talker{t: t, p: p, chat: chat}).saw("защищённый канал")
	}
	k := &talker{t: t, p: p, chat: "files"}
	k.until("the files without a trace", func() bool {
		return len(tracesOf(t, path, "Начало рассказа"))+len(tracesOf(t, path, "обычное предложение"))+len(tracesOf(t, path, "вымогает")) == 0
	})
	for _, name := range tracesOf(t, path, "рассказа") {
		t.Errorf("%s still holds it", name)
	}
}

// tracesOf are the files of a store that hold some words.
func tracesOf(t *testing.T, path, words string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	must(t, err)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		must(t, err)
		if bytes.Contains(raw, []byte(words)) {
			found = append(found, filepath.Base(name))
		}
	}
	return found
}
