package telegram

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/telegram/telegramtest"
	"priemnaya/bots/wire"
)

func TestEverythingAPersonDoesArrivesInBothModes(t *testing.T) {
	for _, hook := range []bool{false, true} {
		t.Run(map[bool]string{false: "polling", true: "webhook"}[hook], func(t *testing.T) {
			w := newWorld(t, hook)
			w.Listen()
			p := w.tg.Person(42, "ru")
			p.Say("/start link_abc")
			w.Wait(1)
			if _, err := w.a.Send(t.Context(), "42", bots.Message{Text: "?", Buttons: [][]bots.Button{{{Text: "Да", Data: "yes"}}}}); err != nil {
				t.Fatal(err)
			}
			steps := []func(){
				func() { p.Edit(p.Say("У дома нет света"), "У дома 5 нет света") },
				func() { p.Press("yes") },
				func() { p.SendPlace(55.75, 37.61) },
				func() {
					p.SendFiles("Вот яма", true, telegramtest.File{Kind: "photo", Data: []byte("a")}, telegramtest.File{Kind: "photo", Data: []byte("bc")})
				},
				func() {
					p.SendFiles("", false, telegramtest.File{Kind: "document", Name: "акт.pdf", Type: "application/pdf", Data: []byte("%PDF")})
				},
				func() { p.SendFiles("", false, telegramtest.File{Kind: "voice", Data: []byte("OggS")}) },
				func() { p.SendSticker() },
				func() { p.Block() },
			}
			for _, step := range steps {
				step()
			}
			got := map[string]bots.Update{}
			for _, u := range w.Wait(11) {
				got[u.ID] = u
				if u.Chat != "42" || u.Group || u.User.ID != "42" || u.User.Lang != "ru" || u.Order == 0 {
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
	albums := map[string]int{}
	for _, u := range got {
		switch {
		case u.Start && u.Payload == "link_abc" && u.Text == "":
			count["start"]++
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
		case len(u.Files) == 1:
			count[string(u.Files[0].Kind)]++
			if u.Album != "" {
				albums[u.Album]++
			}
			if u.Files[0].Kind == bots.Document && u.Files[0].Name != "акт.pdf" {
				t.Errorf("document without its name: %+v", u.Files)
			}
		case u.Unknown:
			count["unknown"]++
		case u.Left:
			count["left"]++
		default:
			t.Errorf("unexpected %+v", u)
		}
	}
	want := map[string]int{"start": 1, "edit": 1, "text": 1, "press": 1, "place": 1, "photo": 2, "document": 1, "voice": 1, "unknown": 1, "left": 1}
	if fmt.Sprint(count) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", count, want)
	}
	if len(albums) != 1 {
		t.Errorf("the album came as %v", albums)
	}
	if !w.tg.Answered(42) {
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
			p := w.tg.Person(1, "")
			w.Listen()
			for _, text := range []string{"раз", "два", "три"} {
				p.Say(text)
			}
			var texts []string
			w.Until("all confirmed", func() bool { return w.tg.Waiting() == 0 })
			for _, u := range w.Wait(3) {
				texts = append(texts, u.Text)
			}
			if strings.Join(texts, " ") != "раз два три" || fails != 0 {
				t.Errorf("taken: %v, failures left %d", texts, fails)
			}
		})
	}
}

func TestARestartNeitherLosesNorRepeats(t *testing.T) {
	w := newWorld(t, false)
	p := w.tg.Person(1, "")
	for i := range 250 {
		if i%50 == 0 {
			w.End()
			w.Listen()
		}
		p.Say(strconv.Itoa(i))
		if i%25 == 24 {
			w.Wait(i + 1)
		}
	}
	w.Wait(250)
	w.End()
	w.Listen()
	w.Until("all confirmed", func() bool { return w.tg.Waiting() == 0 })
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

func TestNumbersThatBeginAnewAreNotThrownAway(t *testing.T) {
	w := newWorld(t, false)
	p := w.tg.Person(1, "")
	w.Listen()
	p.Say("до")
	w.Wait(1)
	// The poll that confirms must have happened before the week of silence.
	w.Until("confirmed", func() bool { return w.tg.Waiting() == 0 })
	w.End()
	w.Until("nobody polls", func() bool { return w.tg.Polls() == 0 })
	w.tg.ResetNumbers(100)
	now := time.Now()
	w.a.conf.Now = func() time.Time { return now.Add(8 * 24 * time.Hour) }
	p.Say("после")
	w.Listen()
	if got := w.Wait(2); got[1].Text != "после" {
		t.Errorf("got %+v", got)
	}
	if before, after := orderOf(now, 5000), orderOf(now.Add(7*24*time.Hour), 100); after <= before {
		t.Errorf("what comes after the silence is ordered before it: %d, %d", before, after)
	}
}

func TestStrangeUpdatesHoldNobodyUp(t *testing.T) {
	w := newWorld(t, false)
	w.tg.Inject(`{"update_id":2001,"message":"no object"}`)
	w.tg.Inject(`{"update_id":2002,"message_reaction":{"chat":{"id":1,"type":"private"}}}`)
	w.tg.Inject(`{"update_id":2003,"message":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"from":{"id":1,"first_name":"A"},"pinned_message":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"}}}}`)
	w.tg.Inject(`{"update_id":2004,"message":{"message_id":2,"date":1,"from":null,"chat":null,"text":"x"}}`)
	w.tg.Inject(`{"update_id":2005,"callback_query":{"id":"1","from":{"id":1,"first_name":"A"},"data":"x"}}`)
	w.tg.Inject(`{"update_id":2006,"message":{"message_id":3,"date":1,"chat":{"id":1,"type":"private"},"from":{"id":9,"is_bot":true,"first_name":"B"},"text":"I am a bot"}}`)
	w.tg.Person(1, "").Say("человек")
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
	w.tg.Person(1, "").SayInGroup(-100, "Соседи, вот мой адрес")
	w.Listen()
	if u := w.Wait(1)[0]; !u.Group || u.Text != "" || u.Chat != "-100" {
		t.Errorf("got %+v", u)
	}
}

func TestRepeatsAndDisorderArriveWithTheSameIDs(t *testing.T) {
	w := newWorld(t, false)
	w.tg.SetFaults(telegramtest.Faults{Repeat: true, Shuffle: true, FailPolls: 2})
	p := w.tg.Person(1, "")
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

func TestASecondProgramThatPollsDoesNotEndTheFirst(t *testing.T) {
	w := newWorld(t, false)
	w.Listen()
	w.Until("polling", func() bool { return len(w.tg.Calls()) > 0 })
	res, err := http.Get(w.API + "/bot" + testToken + "/getUpdates?timeout=0")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	w.tg.Person(1, "").Say("живой")
	if got := w.Wait(1); got[0].Text != "живой" {
		t.Errorf("got %+v", got)
	}
}

func TestARefusedTokenEndsListening(t *testing.T) {
	w := newWorld(t, false)
	w.tg.Revoke("other")
	err := w.a.Listen(t.Context(), w.Take)
	if wire.ReasonOf(err) != bots.Unauthorized {
		t.Fatalf("got %v", err)
	}
	if s := fmt.Sprintf("%v %+v %v", err, err, errors.Unwrap(err)); strings.Contains(s, "AAHk") {
		t.Errorf("the error holds the token: %s", s)
	}
}

func TestPollingTakesBackTheWebhook(t *testing.T) {
	w := newWorld(t, true)
	w.Listen()
	w.Until("set", func() bool { return len(w.tg.Calls()) > 0 })
	w.End()
	b, err := New(Config{Token: testToken, API: w.API, Marks: w.Marks, Pace: w.a.conf.Pace, Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	w.a = b
	w.tg.Person(1, "").Say("опрос")
	w.Listen()
	if got := w.Wait(1); got[0].Text != "опрос" {
		t.Errorf("got %+v", got)
	}
}
