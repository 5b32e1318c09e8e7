package max

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/max/maxtest"
	"priemnaya/bots/wire"
)

func TestEverythingAPersonDoesArrivesInBothModes(t *testing.T) {
	for _, hook := range []bool{false, true} {
		t.Run(map[bool]string{false: "polling", true: "webhook"}[hook], func(t *testing.T) {
			w := newWorld(t, hook)
			w.Listen()
			w.connected()
			p := w.mx.Person(42, "ru")
			p.Start("link_abc")
			w.Wait(1)
			if _, err := w.a.Send(t.Context(), fmt.Sprint(p.Dialog()), bots.Message{Text: "?", Buttons: [][]bots.Button{{{Text: "Да", Data: "yes"}}}}); err != nil {
				t.Fatal(err)
			}
			p.Edit(p.Say("У дома нет света"), "У дома 5 нет света")
			p.Press("yes")
			p.SendPlace(55.75, 37.61)
			p.SendFiles("Вот яма", maxtest.File{Kind: "image", Data: []byte("a")}, maxtest.File{Kind: "image", Data: []byte("bc")})
			p.SendFiles("", maxtest.File{Kind: "file", Name: "акт.pdf", Data: []byte("%PDF")})
			p.SendFiles("", maxtest.File{Kind: "audio", Data: []byte("ID3")})
			p.Forward("Чужие слова", maxtest.File{Kind: "image", Data: []byte("d")})
			p.Say("/start again")
			p.SendSticker()
			p.Stop()
			got := map[string]bots.Update{}
			for _, u := range w.Wait(12) {
				got[u.ID] = u
				lang := u.User.Lang == "ru" || u.Edited
				if u.Chat != fmt.Sprint(p.Dialog()) || u.Group || u.User.ID != "42" || !lang || u.Order == 0 {
					t.Errorf("update without its head: %+v", u)
				}
			}
			checkAll(t, w, got)
		})
	}
}

// checkAll finds each thing the person did exactly once.
func checkAll(t *testing.T, w *world, got map[string]bots.Update) {
	t.Helper()
	count := map[string]int{}
	for _, u := range got {
		switch {
		case u.Start:
			count["start "+u.Payload]++
		case u.Edited && u.Text == "У дома 5 нет света" && u.Message != "":
			count["edit"]++
		case u.Text == "У дома нет света":
			count["text"]++
		case u.Press == "yes" && u.PressID != "":
			count["press"]++
			if err := w.a.Settle(t.Context(), u.PressID); err != nil {
				t.Error(err)
			}
		case u.Place != nil && u.Place.Latitude == 55.75:
			count["place"]++
		case len(u.Files) > 0:
			count[fmt.Sprint(len(u.Files), u.Files[0].Kind, u.Files[0].Name, u.Text)]++
		case u.Unknown:
			count["unknown"]++
		case u.Left:
			count["left"]++
		default:
			t.Errorf("unexpected %+v", u)
		}
	}
	want := map[string]int{"start link_abc": 1, "start again": 1, "edit": 1, "text": 1, "press": 1, "place": 1, "unknown": 1, "left": 1,
		fmt.Sprint(2, bots.Photo, "", "Вот яма"): 1, fmt.Sprint(1, bots.Document, "акт.pdf", ""): 1,
		fmt.Sprint(1, bots.Voice, "", ""): 1, fmt.Sprint(1, bots.Photo, "", "Чужие слова"): 1}
	if fmt.Sprint(count) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", count, want)
	}
	if !w.mx.Answered() {
		t.Error("the button still spins")
	}
}

func TestAnUpdateThatWasNotKeptComesAgain(t *testing.T) {
	for _, hook := range []bool{false, true} {
		t.Run(fmt.Sprintf("webhook %v", hook), func(t *testing.T) {
			w := newWorld(t, hook)
			fails := 3
			w.Refuse(func(u bots.Update) error {
				if u.Text == "два" && fails > 0 {
					fails--
					return errors.New("the store is away")
				}
				return nil
			})
			p := w.mx.Person(1, "")
			w.Marks.Save(t.Context(), "1")
			w.Listen()
			w.connected()
			for _, text := range []string{"раз", "два", "три"} {
				p.Say(text)
			}
			w.Until("all confirmed", func() bool { return w.mx.Waiting() == 0 })
			// A batch that was not kept whole comes again whole: IDs tell.
			seen := map[string]bool{}
			var texts []string
			for _, u := range w.Wait(3) {
				if !seen[u.ID] {
					texts = append(texts, u.Text)
				}
				seen[u.ID] = true
			}
			if strings.Join(texts, " ") != "раз два три" || fails != 0 {
				t.Errorf("taken: %v, failures left %d", texts, fails)
			}
		})
	}
}

func TestARestartNeitherLosesNorRepeats(t *testing.T) {
	w := newWorld(t, false)
	p := w.mx.Person(1, "")
	w.Listen()
	for i := range 250 {
		if i%50 == 49 {
			w.End()
			p.Say(strconv.Itoa(i))
			w.Listen()
		} else {
			p.Say(strconv.Itoa(i))
		}
		if i == 0 || i%25 == 24 {
			w.Wait(i + 1)
		}
	}
	w.Wait(250)
	w.End()
	w.Listen()
	w.Until("all confirmed", func() bool { return w.mx.Waiting() == 0 })
	got := w.Wait(250)
	if len(got) != 250 {
		t.Fatalf("%d updates were taken, want 250", len(got))
	}
	for i, u := range got {
		if u.Text != strconv.Itoa(i) {
			t.Fatalf("update %d says %q", i, u.Text)
		}
	}
}

func TestStrangeUpdatesHoldNobodyUp(t *testing.T) {
	w := newWorld(t, false)
	w.Marks.Save(t.Context(), "1")
	for _, raw := range []string{`{"update_type":"message_created","timestamp":1,"message":"no object"}`,
		`{"update_type":"invented","timestamp":1}`, `{"update_type":"message_created","timestamp":1}`,
		`{"update_type":"message_created","timestamp":1,"message":{"body":null,"recipient":{"chat_id":1,"chat_type":"dialog"}}}`,
		`{"update_type":"message_callback","timestamp":1,"callback":{"timestamp":1,"callback_id":"x","payload":"y","user":{"user_id":1}},"message":null}`,
		`{"update_type":"bot_started","timestamp":1,"chat_id":1}`, `[]`, `"text"`} {
		w.mx.Inject(raw)
	}
	w.mx.Person(1, "").Say("человек")
	w.Listen()
	if got := w.Wait(1); got[0].Text != "человек" {
		t.Errorf("got %+v", got)
	}
	if strings.Contains(w.Log.String(), "no object") {
		t.Error("the log repeats the contents of an update")
	}
}

func TestAGroupIsHeardWithoutItsWords(t *testing.T) {
	w := newWorld(t, false)
	w.mx.Person(1, "").SayInGroup(-100, "Соседи, вот мой адрес")
	w.Listen()
	if u := w.Wait(1)[0]; !u.Group || u.Text != "" || u.Chat != "-100" {
		t.Errorf("got %+v", u)
	}
}

func TestRepeatsAndDisorderArriveWithTheSameIDs(t *testing.T) {
	w := newWorld(t, false)
	w.Marks.Save(t.Context(), "1")
	w.mx.SetFaults(maxtest.Faults{Repeat: true, Shuffle: true, FailPolls: 2})
	p := w.mx.Person(1, "")
	for i := range 10 {
		p.Say(strconv.Itoa(i))
	}
	w.Listen()
	ids := map[string]string{}
	for _, u := range w.Wait(20) {
		if was, seen := ids[u.ID]; seen && was != u.Text {
			t.Errorf("update %s was %q and is %q", u.ID, was, u.Text)
		}
		ids[u.ID] = u.Text
	}
	if len(ids) != 10 {
		t.Errorf("%d different updates, want 10", len(ids))
	}
}

func TestTwoPressesOfOneButtonAreTwo(t *testing.T) {
	w := newWorld(t, false)
	p := w.mx.Person(1, "")
	w.Listen()
	p.Start("")
	w.Wait(1)
	if _, err := w.a.Send(t.Context(), fmt.Sprint(p.Dialog()), bots.Message{Text: "?", Buttons: [][]bots.Button{{{Text: "Ещё", Data: "more"}}}}); err != nil {
		t.Fatal(err)
	}
	p.Press("more")
	p.Press("more")
	p.Repeat(1)
	got := w.Wait(4)
	if got[1].ID == got[2].ID || got[2].ID != got[3].ID {
		t.Errorf("IDs %q %q %q", got[1].ID, got[2].ID, got[3].ID)
	}
}

func TestARefusedTokenEndsListening(t *testing.T) {
	w := newWorld(t, false)
	w.mx.Revoke("other")
	err := w.a.Listen(t.Context(), w.Take)
	if wire.ReasonOf(err) != bots.Unauthorized {
		t.Fatalf("got %v", err)
	}
	if s := fmt.Sprintf("%v %+v %v", err, err, errors.Unwrap(err)); strings.Contains(s, "f9LH") {
		t.Errorf("the error holds the token: %s", s)
	}
}

func TestPollingTakesBackAllWebhooks(t *testing.T) {
	w := newWorld(t, true)
	w.Listen()
	w.connected()
	w.End()
	b, err := New(Config{Token: testToken, API: w.API, Marks: w.Marks, Pace: w.a.conf.Pace, Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	w.a = b
	w.mx.Person(1, "").Say("опрос")
	w.Listen()
	if got := w.Wait(1); got[0].Text != "опрос" {
		t.Errorf("got %+v", got)
	}
}

func TestAFormerWebhookIsRemoved(t *testing.T) {
	w := newWorld(t, true)
	old := strings.NewReader(`{"url":"https://old.example.ru/max","update_types":["message_created"]}`)
	req, err := http.NewRequest(http.MethodPost, w.API+"/subscriptions", old)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", testToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	w.Listen()
	w.Until("one left", func() bool {
		list, err := w.a.subscriptions(t.Context())
		return err == nil && len(list) == 1 && list[0] == w.a.conf.Webhook
	})
}
