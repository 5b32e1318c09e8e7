package max

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/max/maxtest"
	"priemnaya/bots/pace"
	"priemnaya/bots/wire"
	"priemnaya/bots/wire/wiretest"
)

const person, dialog = 1_000_001, "1"

// inMemory is a file in memory.
func inMemory(name string, data []byte) *bots.Attachment {
	return &bots.Attachment{Name: name, Type: "application/pdf", Size: int64(len(data)),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// chatting is a world in which the person has begun.
func chatting(t *testing.T) *world {
	w := newWorld(t, false)
	w.mx.Person(person, "ru")
	return w
}

func TestWhatIsSentIsShownAsItWasWritten(t *testing.T) {
	w := chatting(t)
	for _, text := range []string{"Номер 12-А*_[x](y)`~>#+-=|{}.! <b>&amp;</b> \\ температура < 18 °C", "строка 1\nстрока 2\n\n• пункт", "👨‍👩‍👧‍👦 семья"} {
		id, err := w.a.Send(t.Context(), dialog, bots.Message{Text: text, Silent: true})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		all := w.mx.Sent(person)
		if last := all[len(all)-1]; last.Text != text || !last.Silent || last.ID != id {
			t.Errorf("%q is shown as %+v", text, last)
		}
	}
}

func TestButtonsOfAllKinds(t *testing.T) {
	w := chatting(t)
	row := []bots.Button{{Text: "Да", Data: "d"}, {Text: "Сайт", URL: "https://priem.example.ru/x"}, {Text: "Где я", Ask: true}, {Text: "Нет", Data: "n"}}
	if _, err := w.a.Send(t.Context(), dialog, bots.Message{Text: "Дальше", Buttons: [][]bots.Button{row}}); err != nil {
		t.Fatal(err)
	}
	got := w.mx.Sent(person)[0].Buttons
	if len(got) != 2 || len(got[0]) != 3 || got[0][1].URL != "https://priem.example.ru/x" || got[0][2].Type != "request_geo_location" || got[1][0].Payload != "n" {
		t.Errorf("buttons %+v", got)
	}
	_, err := w.a.Send(t.Context(), dialog, bots.Message{Text: "x", Buttons: [][]bots.Button{{{Text: "Да", Data: strings.Repeat("d", 1025)}}}})
	if wire.ReasonOf(err) != bots.Refused || len(w.mx.Sent(person)) != 1 {
		t.Errorf("1025 bytes of data: %v", err)
	}
	_, err = w.a.Send(t.Context(), dialog, bots.Message{Text: "x", Buttons: make31()})
	if wire.ReasonOf(err) != bots.Refused {
		t.Errorf("31 rows: %v", err)
	}
}

func make31() (rows [][]bots.Button) {
	for range 31 {
		rows = append(rows, []bots.Button{{Text: "x", Data: "x"}})
	}
	return rows
}

func TestAFileLeavesInTwoStepsAndWaitsUntilItIsReady(t *testing.T) {
	w := chatting(t)
	w.mx.SetFaults(maxtest.Faults{Unready: 2})
	_, err := w.a.Send(t.Context(), dialog, bots.Message{Text: "Ответ", File: inMemory("Ответ № 5.pdf", []byte("%PDF-1.7")),
		Buttons: [][]bots.Button{{{Text: "Да", Data: "d"}}}})
	if err != nil {
		t.Fatal(err)
	}
	got := w.mx.Sent(person)
	if len(got) != 1 || got[0].Text != "Ответ" || got[0].File != "Ответ № 5.pdf" || string(got[0].Data) != "%PDF-1.7" || len(got[0].Buttons) != 1 {
		t.Errorf("shown %+v", got)
	}
}

func TestAFileThatStaysUnreadyIsNotUploadedTwice(t *testing.T) {
	w := chatting(t)
	w.mx.SetFaults(maxtest.Faults{Unready: readyTries + 1})
	m := bots.Message{Text: "Ответ", File: inMemory("a.pdf", []byte("x"))}
	_, err := w.a.Send(t.Context(), dialog, m)
	if wire.ReasonOf(err) != bots.RetryLater || wire.AfterOf(err) == 0 {
		t.Fatalf("got %v", err)
	}
	if _, err := w.a.Send(t.Context(), dialog, m); err != nil {
		t.Fatal(err)
	}
	uploads := 0
	for _, c := range w.mx.Calls() {
		if c.Path == "/uploads" {
			uploads++
		}
	}
	if uploads != 1 || len(w.mx.Sent(person)) != 1 {
		t.Errorf("%d uploads, %d messages", uploads, len(w.mx.Sent(person)))
	}
}

func TestLongTextsLeaveInPartsWithTheButtonsLast(t *testing.T) {
	w := chatting(t)
	text := strings.TrimSpace(strings.Repeat("слово 🙂 ", 1000))
	if _, err := w.a.Send(t.Context(), dialog, bots.Message{Text: text, Buttons: [][]bots.Button{{{Text: "Да", Data: "d"}}}}); err != nil {
		t.Fatal(err)
	}
	var all []string
	sent := w.mx.Sent(person)
	for i, m := range sent {
		all = append(all, m.Text)
		if (len(m.Buttons) > 0) != (i == len(sent)-1) {
			t.Errorf("part %d of %d has buttons %v", i, len(sent), m.Buttons)
		}
	}
	if len(sent) < 2 || strings.Join(all, " ") != text {
		t.Errorf("%d parts do not make the text", len(sent))
	}
}

func TestWhyAMessageDidNotPass(t *testing.T) {
	for name, c := range map[string]struct {
		faults maxtest.Faults
		before func(w *world)
		chat   string
		want   bots.SendReason
		after  time.Duration
		shown  int
	}{
		"stopped by the person":    {before: func(w *world) { w.mx.Person(person, "").Stop() }, want: bots.Blocked},
		"an unknown chat":          {chat: "999", want: bots.Gone},
		"a chat that is no ID":     {chat: "bob", want: bots.Gone},
		"flood control":            {faults: maxtest.Faults{Flood: 1}, want: bots.RetryLater, after: time.Second},
		"flood control with time":  {faults: maxtest.Faults{Flood: 1, RetryAfter: 7}, want: bots.RetryLater, after: 7 * time.Second},
		"a gateway that fails":     {faults: maxtest.Faults{Fail: 1}, want: bots.Unsure},
		"a line that breaks first": {faults: maxtest.Faults{Drop: 1}, want: bots.Unsure, shown: 1},
		"a token that is void":     {before: func(w *world) { w.mx.Revoke("x") }, want: bots.Unauthorized},
		"a server that is away":    {before: func(w *world) { w.a.conf.API = "http://127.0.0.1:1" }, want: bots.RetryLater},
	} {
		t.Run(name, func(t *testing.T) {
			w := chatting(t)
			w.mx.SetFaults(c.faults)
			if c.before != nil {
				c.before(w)
			}
			chat := c.chat
			if chat == "" {
				chat = dialog
			}
			_, err := w.a.Send(t.Context(), chat, bots.Message{Text: "текст"})
			var e *bots.SendError
			if !errors.As(err, &e) || e.Reason != c.want || e.After != c.after {
				t.Fatalf("got %+v, want %s", e, c.want)
			}
			if n := len(w.mx.Sent(person)); n != c.shown {
				t.Errorf("%d messages are shown, want %d", n, c.shown)
			}
			if s := fmt.Sprintf("%v %v %#v", e, e.Err, e.Err); strings.Contains(s, "f9LH") || strings.Contains(e.Err.Error(), "args") {
				t.Errorf("the error tells too much: %s", s)
			}
		})
	}
}

func TestAMessageWhoseReplyWasLostIsFoundInTheDialogue(t *testing.T) {
	w := chatting(t)
	if _, err := w.a.Send(t.Context(), dialog, bots.Message{Text: "первое"}); err != nil {
		t.Fatal(err)
	}
	w.mx.SetFaults(maxtest.Faults{Drop: 1})
	id, err := w.a.Send(t.Context(), dialog, bots.Message{Text: "второе"})
	sent := w.mx.Sent(person)
	if err != nil || len(sent) != 2 || sent[1].ID != id {
		t.Fatalf("%d messages, ID %q, %v", len(sent), id, err)
	}
	// The same words said before are not taken for it.
	w.mx.SetFaults(maxtest.Faults{Fail: 1})
	if _, err := w.a.Send(t.Context(), dialog, bots.Message{Text: "второе"}); wire.ReasonOf(err) != bots.Unsure {
		t.Errorf("an earlier message was taken for this one: %v", err)
	}
}

func TestTheRealLimitsAreTheDefault(t *testing.T) {
	a, err := New(Config{Token: testToken, Marks: &wiretest.Marks{}})
	if err != nil {
		t.Fatal(err)
	}
	if a.conf.API != DefaultAPI || a.Platform() != "max" || !a.Abilities().Locations {
		t.Errorf("%+v", a.conf)
	}
	leave, err := a.conf.Pace.Enter(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	leave()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := a.conf.Pace.Enter(ctx, "1"); err == nil {
		t.Error("two messages left within half a second")
	}
}

func TestTheTokenGoesNowhereElse(t *testing.T) {
	asked := ""
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = r.Header.Get("Authorization") }))
	defer thief.Close()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/uploads" {
			fmt.Fprintf(w, `{"url":%q}`, thief.URL)
			return
		}
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	}))
	defer api.Close()
	a, err := New(Config{Token: testToken, API: api.URL, Marks: &wiretest.Marks{}, Pace: pace.New(pace.Rates{})})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Send(t.Context(), "1", bots.Message{Text: "x"}); err == nil {
		t.Error("a redirect was followed")
	}
	if _, err := a.Send(t.Context(), "1", bots.Message{File: inMemory("a", []byte("x"))}); err == nil {
		t.Error("an upload without a token passed")
	}
	if asked != "" {
		t.Error("another host was given the token")
	}
}
