package telegram

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"priemnaya/bots"
	"priemnaya/bots/wire/wiretest"
)

const goodUpdate = `{"update_id":5,"message":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"from":{"id":1,"first_name":"A"},"text":"да"}}`

// hooked is an adapter that listens by webhook, called by hand.
func hooked(t *testing.T) *world {
	w := newWorld(t, true)
	w.Listen()
	w.Until("webhook set", func() bool { return len(w.tg.Calls()) > 0 })
	return w
}

func TestOnlyTelegramReachesTheWebhook(t *testing.T) {
	w := hooked(t)
	for name, c := range map[string]struct {
		method, secret, body string
		want                 int
	}{
		"no secret":                {"POST", "", goodUpdate, http.StatusUnauthorized},
		"another secret":           {"POST", testSecret + "x", goodUpdate, http.StatusUnauthorized},
		"the secret's beginning":   {"POST", testSecret[:5], goodUpdate, http.StatusUnauthorized},
		"a look by GET":            {"GET", testSecret, "", http.StatusMethodNotAllowed},
		"a body that is no JSON":   {"POST", testSecret, "<xml>", http.StatusBadRequest},
		"an empty body":            {"POST", testSecret, "", http.StatusBadRequest},
		"JSON without a number":    {"POST", testSecret, `{"message":{"text":"x"}}`, http.StatusBadRequest},
		"a body of 2 MB":           {"POST", testSecret, `{"update_id":1,"x":"` + strings.Repeat("a", 2<<20) + `"}`, http.StatusRequestEntityTooLarge},
		"an update of a new kind":  {"POST", testSecret, `{"update_id":6,"purchased_paid_media":{}}`, http.StatusOK},
		"an update of broken form": {"POST", testSecret, `{"update_id":7,"message":[1]}`, http.StatusOK},
	} {
		if got := w.Post(c.method, SecretHeader, c.secret, c.body); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if len(w.Taken()) != 0 {
		t.Errorf("something was taken: %+v", w.Taken())
	}
	if got := w.Post("POST", SecretHeader, testSecret, goodUpdate); got != http.StatusOK || len(w.Wait(1)) != 1 {
		t.Errorf("a good update: %d", got)
	}
}

func TestTheWebhookConfirmsOnlyWhatIsKept(t *testing.T) {
	w := hooked(t)
	w.Refuse(func(bots.Update) error { return errors.New("the store is away") })
	if got := w.Post("POST", SecretHeader, testSecret, goodUpdate); got != http.StatusServiceUnavailable {
		t.Errorf("not kept: %d", got)
	}
	w.End()
	if got := w.Post("POST", SecretHeader, testSecret, goodUpdate); got != http.StatusServiceUnavailable {
		t.Errorf("nobody listens: %d", got)
	}
}

func TestWithoutAWebhookNothingAnswersThere(t *testing.T) {
	w := newWorld(t, false)
	if got := w.Post("POST", SecretHeader, "", goodUpdate); got != http.StatusNotFound {
		t.Errorf("got %d", got)
	}
}

func TestSettingsThatCannotWorkAreRefusedWithoutRepeatingSecrets(t *testing.T) {
	marks := &wiretest.Marks{}
	for name, c := range map[string]Config{
		"no token":              {Marks: marks},
		"a token with a slash":  {Token: "123456:AAHk/../secretsecretsecretsecret", Marks: marks},
		"no place for offsets":  {Token: testToken},
		"a webhook, no secret":  {Token: testToken, Webhook: "https://example.ru/bots/telegram"},
		"a short secret":        {Token: testToken, Webhook: "https://example.ru/bots/telegram", Secret: "short"},
		"an API that is no URL": {Token: testToken, Marks: marks, API: "api.telegram.org"},
		"an API with a format":  {Token: testToken, Marks: marks, API: "https://api.telegram.org/%d"},
	} {
		_, err := New(c)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if s := fmt.Sprint(err); strings.Contains(s, "AAHk") || strings.Contains(s, "short") {
			t.Errorf("%s: the error repeats a secret: %s", name, s)
		}
	}
}
