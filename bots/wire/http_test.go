package wire

import (
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/pace"
)

func TestAFileThatGrowsIsNotTakenForWhole(t *testing.T) {
	if _, err := io.ReadAll(Limit(io.NopCloser(strings.NewReader("123456")), 5)); ReasonOf(err) != bots.TooBig {
		t.Errorf("got %v", err)
	}
	if data, err := io.ReadAll(Limit(io.NopCloser(strings.NewReader("12345")), 5)); err != nil || len(data) != 5 {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestErrorsLoseTheirAddresses(t *testing.T) {
	inner := errors.New("refused")
	err := WithoutAddress(&url.Error{Op: "Post", URL: "https://x/botTOKEN/", Err: &url.Error{Op: "Get", URL: "https://TOKEN", Err: inner}})
	if err != inner {
		t.Errorf("got %v", err)
	}
}

func TestSecretsAreComparedWhole(t *testing.T) {
	for _, c := range []struct {
		given, want string
		same        bool
	}{{"abc", "abc", true}, {"ab", "abc", false}, {"abcd", "abc", false}, {"", "abc", false}} {
		if Same(c.given, c.want) != c.same {
			t.Errorf("%q and %q", c.given, c.want)
		}
	}
}

func TestAPacersWaitBecomesARetry(t *testing.T) {
	err := WaitError(&pace.Wait{After: time.Minute, Whole: true})
	var e *bots.SendError
	if !errors.As(err, &e) || e.Reason != bots.RetryLater || e.After != time.Minute || !e.Whole || AfterOf(err) != time.Minute {
		t.Errorf("got %+v", e)
	}
	if AfterOf(io.EOF) != 0 || ReasonOf(io.EOF) != "" {
		t.Error("another error has neither reason nor pause")
	}
}

func TestWhatHasBegunIsRememberedForAnHour(t *testing.T) {
	now := time.Unix(0, 0)
	b := &Begun{Now: func() time.Time { return now }}
	m := bots.Message{Text: "текст", File: &bots.Attachment{Name: "a.pdf", Size: 5}}
	key := KeyOf("1", m)
	if key == KeyOf("2", m) || key == KeyOf("1", bots.Message{Text: "текст"}) {
		t.Error("different messages have one key")
	}
	b.Remember(key, Progress{Parts: 2, Token: "t"})
	if p := b.Resume(key); p.Parts != 2 || p.Token != "t" {
		t.Errorf("got %+v", p)
	}
	now = now.Add(61 * time.Minute)
	if p := b.Resume(key); p.Parts != 0 {
		t.Errorf("after an hour %+v", p)
	}
	b.Remember(key, Progress{Parts: 1})
	b.Forget(key)
	if p := b.Resume(key); p.Parts != 0 {
		t.Errorf("forgotten, yet %+v", p)
	}
	for i := range 3000 {
		b.Remember(Key{byte(i), byte(i >> 8)}, Progress{Parts: 1})
	}
	if len(b.list) > 1001 {
		t.Errorf("%d messages are kept", len(b.list))
	}
}
