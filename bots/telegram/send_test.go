package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/pace"
	"priemnaya/bots/telegram/telegramtest"
	"priemnaya/bots/wire"
	"priemnaya/bots/wire/wiretest"
)

// attachment is a file in memory.
func attachment(name string, data []byte) *bots.Attachment {
	return &bots.Attachment{Name: name, Type: "application/pdf", Size: int64(len(data)),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// chatting is a world in which user 1 has begun.
func chatting(t *testing.T) *world {
	w := newWorld(t, false)
	w.tg.Person(1, "ru")
	return w
}

func TestWhatIsSentIsShownAsItWasWritten(t *testing.T) {
	w := chatting(t)
	for _, text := range []string{
		"Номер 12-А*_[x](y)`~>#+-=|{}.! <b>&amp;</b> \\ температура < 18 °C",
		"строка 1\nстрока 2\n\n• пункт", "👨‍👩‍👧‍👦 семья", "/status",
	} {
		id, err := w.a.Send(t.Context(), "1", bots.Message{Text: text, Silent: true})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		all := w.tg.Sent(1)
		if last := all[len(all)-1]; last.Text != text || !last.Silent || fmt.Sprint(last.ID) != id {
			t.Errorf("%q is shown as %+v", text, last)
		}
	}
}

func TestButtonsOfAllKinds(t *testing.T) {
	w := chatting(t)
	_, err := w.a.Send(t.Context(), "1", bots.Message{Text: "Дальше", Buttons: [][]bots.Button{
		{{Text: "Да", Data: strings.Repeat("d", 64)}, {Text: "Сайт", URL: "https://priem.example.ru/x"}},
		{{Text: "Где я", Ask: true}}, {{Text: "Разработка", URL: "http://127.0.0.1:8080/"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := w.tg.Sent(1)[0]
	if len(got.Buttons) != 1 || len(got.Buttons[0]) != 2 || got.Buttons[0][1].URL != "https://priem.example.ru/x" {
		t.Errorf("buttons %+v", got.Buttons)
	}
	if got.Text != "Дальше\nРазработка: http://127.0.0.1:8080/" {
		t.Errorf("an address that no button takes must be in the text: %q", got.Text)
	}
	_, err = w.a.Send(t.Context(), "1", bots.Message{Text: "x", Buttons: [][]bots.Button{{{Text: "Да", Data: strings.Repeat("d", 65)}}}})
	if wire.ReasonOf(err) != bots.Refused || len(w.tg.Sent(1)) != 1 {
		t.Errorf("65 bytes of data: %v", err)
	}
}

func TestLongTextsLeaveInPartsWithTheButtonsLast(t *testing.T) {
	w := chatting(t)
	text := strings.Repeat("слово 🙂 ", 1000)
	if _, err := w.a.Send(t.Context(), "1", bots.Message{Text: text, Buttons: [][]bots.Button{{{Text: "Да", Data: "d"}}}}); err != nil {
		t.Fatal(err)
	}
	var all []string
	sent := w.tg.Sent(1)
	for i, m := range sent {
		all = append(all, m.Text)
		if (len(m.Buttons) > 0) != (i == len(sent)-1) {
			t.Errorf("part %d of %d has buttons %v", i, len(sent), m.Buttons)
		}
	}
	if len(sent) < 2 || strings.TrimSpace(strings.Join(all, " ")) != strings.TrimSpace(text) {
		t.Errorf("%d parts do not make the text", len(sent))
	}
}

func TestAFileComesWithItsTextWhateverItsLength(t *testing.T) {
	w := chatting(t)
	short, long := strings.Repeat("я", 1024), strings.Repeat("слово ", 400)
	for _, text := range []string{"", short, long} {
		if _, err := w.a.Send(t.Context(), "1", bots.Message{Text: text, File: attachment("Ответ № 5.pdf", []byte("%PDF-1.7")),
			Buttons: [][]bots.Button{{{Text: "Да", Data: "d"}}}}); err != nil {
			t.Fatal(err)
		}
	}
	sent := w.tg.Sent(1)
	if len(sent) != 4 || sent[1].Text != short || sent[2].Text != strings.TrimSpace(long) && sent[2].Text != long || sent[3].File != "Ответ № 5.pdf" {
		t.Fatalf("shown %d messages", len(sent))
	}
	if len(sent[2].Buttons) != 0 || len(sent[3].Buttons) != 1 || string(sent[3].Data) != "%PDF-1.7" {
		t.Errorf("the last part is %+v", sent[3])
	}
	f := attachment("a.pdf", nil)
	f.Size = sendBytes + 1
	if _, err := w.a.Send(t.Context(), "1", bots.Message{File: f}); wire.ReasonOf(err) != bots.TooBig {
		t.Errorf("51 MB: %v", err)
	}
}

func TestARepeatedSendGoesOnWhereItFailed(t *testing.T) {
	w := chatting(t)
	long := strings.Repeat("слово ", 400)
	m := bots.Message{Text: long, File: attachment("a.pdf", []byte("x"))}
	m.File.Open = func(context.Context) (io.ReadCloser, error) { return nil, errors.New("the store is away") }
	if _, err := w.a.Send(t.Context(), "1", m); wire.ReasonOf(err) != bots.RetryLater {
		t.Fatalf("got %v", err)
	}
	m.File = attachment("a.pdf", []byte("x"))
	for range 2 {
		if _, err := w.a.Send(t.Context(), "1", m); err != nil {
			t.Fatal(err)
		}
	}
	// Text once for the first two calls, then both parts again for the third.
	if n := len(w.tg.Sent(1)); n != 4 {
		t.Errorf("%d messages were shown, want 4", n)
	}
}

func TestWhyAMessageDidNotPass(t *testing.T) {
	for name, c := range map[string]struct {
		faults telegramtest.Faults
		before func(w *world)
		chat   string
		want   bots.SendReason
		after  time.Duration
		shown  int
	}{
		"blocked by the person":  {before: func(w *world) { w.tg.Person(1, "").Block() }, want: bots.Blocked},
		"an unknown chat":        {chat: "999", want: bots.Gone},
		"a chat that is no ID":   {chat: "bob", want: bots.Gone},
		"flood control":          {faults: telegramtest.Faults{Flood: 1, RetryAfter: 7}, want: bots.RetryLater, after: 7 * time.Second},
		"a gateway that fails":   {faults: telegramtest.Faults{Fail: 1}, want: bots.Unsure},
		"a line that breaks":     {faults: telegramtest.Faults{Drop: 1}, want: bots.Unsure, shown: 1},
		"a token that is void":   {before: func(w *world) { w.tg.Revoke("x") }, want: bots.Unauthorized},
		"a server that is away":  {before: func(w *world) { w.a.bot.SetAPIEndpoint("http://127.0.0.1:1/bot%s/%s") }, want: bots.RetryLater},
		"a server that is a 404": {before: func(w *world) { w.a.bot.SetAPIEndpoint(w.API + "/wrong%s/%s") }, want: bots.Unauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			w := chatting(t)
			w.tg.SetFaults(c.faults)
			if c.before != nil {
				c.before(w)
			}
			chat := c.chat
			if chat == "" {
				chat = "1"
			}
			_, err := w.a.Send(t.Context(), chat, bots.Message{Text: "текст"})
			var e *bots.SendError
			if !errors.As(err, &e) || e.Reason != c.want || e.After != c.after {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if n := len(w.tg.Sent(1)); n != c.shown {
				t.Errorf("%d messages are shown, want %d", n, c.shown)
			}
			if s := fmt.Sprintf("%v %v %#v", e, e.Err, e.Err); strings.Contains(s, "AAHk") || strings.Contains(s, "bot7000010") {
				t.Errorf("the error holds the token: %s", s)
			}
		})
	}
}

func TestAPauseThatTelegramDemandsIsKeptForTheNextMessage(t *testing.T) {
	w := chatting(t)
	w.tg.SetFaults(telegramtest.Faults{Flood: 1, RetryAfter: 30})
	w.a.Send(t.Context(), "1", bots.Message{Text: "раз"})
	before := len(w.tg.Calls())
	_, err := w.a.Send(t.Context(), "1", bots.Message{Text: "два"})
	var e *bots.SendError
	if !errors.As(err, &e) || e.Reason != bots.RetryLater || e.After < 25*time.Second || len(w.tg.Calls()) != before {
		t.Errorf("got %v after %v, %d calls", err, e, len(w.tg.Calls())-before)
	}
}

func TestALineThatBreaksBeforeAllHasLeftIsSafeToRepeat(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			// A little of the upload is read, then the line is cut.
			io.ReadFull(c, make([]byte, 1000))
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}()
	w := chatting(t)
	w.a.bot.SetAPIEndpoint("http://" + ln.Addr().String() + "/bot%s/%s")
	_, err = w.a.Send(t.Context(), "1", bots.Message{File: attachment("a.pdf", make([]byte, 8<<20))})
	if wire.ReasonOf(err) != bots.RetryLater {
		t.Errorf("got %v: nothing can have arrived, it is safe to repeat", err)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	asked := false
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer thief.Close()
	api := httptest.NewServer(http.RedirectHandler(thief.URL, http.StatusTemporaryRedirect))
	defer api.Close()
	a, err := New(Config{Token: testToken, API: api.URL, Marks: &wiretest.Marks{}, Pace: pace.New(pace.Rates{})})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Send(t.Context(), "1", bots.Message{Text: "x"}); err == nil || asked {
		t.Errorf("error %v, another host was asked: %v", err, asked)
	}
}

func TestTheRealLimitsAreTheDefault(t *testing.T) {
	a, err := New(Config{Token: testToken, Marks: &wiretest.Marks{}})
	if err != nil {
		t.Fatal(err)
	}
	leave, err := a.conf.Pace.Enter(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	leave()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := a.conf.Pace.Enter(ctx, "1"); err == nil {
		t.Error("two messages left within a second")
	}
}
