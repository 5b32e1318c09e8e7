package max

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"priemnaya/bots"
	"priemnaya/bots/wire/wiretest"
)

const goodUpdate = `{"update_type":"message_created","timestamp":5,"user_locale":"ru","message":{"sender":{"user_id":1,"first_name":"A"},"recipient":{"chat_id":7,"chat_type":"dialog"},"timestamp":5,"body":{"mid":"mid.1","seq":1,"text":"да"}}}`

// hooked is an adapter that listens by webhook, called by hand.
func hooked(t *testing.T) *world {
	w := newWorld(t, true)
	w.Listen()
	w.connected()
	return w
}

func TestOnlyMAXReachesTheWebhook(t *testing.T) {
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
		"JSON without a type":      {"POST", testSecret, `{"message":{"text":"x"}}`, http.StatusOK},
		"a body of 2 MB":           {"POST", testSecret, `{"update_id":1,"x":"` + strings.Repeat("a", 2<<20) + `"}`, http.StatusRequestEntityTooLarge},
		"an update of a new kind":  {"POST", testSecret, `{"update_type":"invented","timestamp":1}`, http.StatusOK},
		"an update of broken form": {"POST", testSecret, `{"update_type":"message_created","message":[1]}`, http.StatusOK},
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
		"no token":                  {Marks: marks},
		"a token with a line break": {Token: "f9LH\nsecretsecretsecretsecret", Marks: marks},
		"no place for markers":      {Token: testToken},
		"a webhook, no secret":      {Token: testToken, Webhook: "https://example.ru/bots/max"},
		"a secret MAX refuses":      {Token: testToken, Webhook: "https://example.ru/bots/max", Secret: "short_but_not_short"},
		"an API that is no URL":     {Token: testToken, Marks: marks, API: "platform-api2.max.ru"},
	} {
		_, err := New(c)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if s := fmt.Sprint(err); strings.Contains(s, "f9LH") || strings.Contains(s, "short") {
			t.Errorf("%s: the error repeats a secret: %s", name, s)
		}
	}
}
