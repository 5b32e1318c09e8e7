package wire

import (
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"priemnaya/bots/pace"
)

var anyForm = Form{Platform: "test", API: "https://api.example.ru", Rates: pace.Rates{PerSecond: 1}, Token: regexp.MustCompile("^token-[a-z]+$"),
	TokenIs: "token-…", Secret: regexp.MustCompile("^[a-z]{8}$"), SecretIs: "8 letters"}

// nowhere are marks that nobody reads.
type nowhere struct{ Marks }

func TestAConfigurationIsCheckedAndFilledIn(t *testing.T) {
	c, err := anyForm.Complete(Config{Token: "token-x", Marks: nowhere{}})
	if err != nil {
		t.Fatal(err)
	}
	if c.API != anyForm.API || c.Log == nil || c.Pace == nil || c.Pause != time.Second || c.Now == nil || time.Since(c.Now()) > time.Hour {
		t.Errorf("filled in: %+v", c)
	}
	given := Config{Token: "token-x", API: "http://127.0.0.1:1/", Webhook: "https://example.ru/", Secret: "abcdefgh", Log: slog.New(slog.DiscardHandler),
		Pace: pace.New(pace.Rates{}), Pause: time.Minute, Now: func() time.Time { return time.Time{} }}
	if c, err = anyForm.Complete(given); err != nil || c.API != "http://127.0.0.1:1" || c.Log != given.Log || c.Pace != given.Pace ||
		c.Pause != time.Minute || !c.Now().IsZero() {
		t.Errorf("given: %+v, %v", c, err)
	}
	for want, c := range map[string]Config{
		"token is not of the form token-…": {Token: "hidden", Marks: nowhere{}},
		"secret of 8 letters":              {Token: "token-x", Webhook: "https://example.ru/", Secret: "hidden"},
		"how far it came":                  {Token: "token-x"},
		"must be like https://api":         {Token: "token-x", Marks: nowhere{}, API: "api.example.ru"},
		"API must be like":                 {Token: "token-x", Marks: nowhere{}, API: "ftp://api.example.ru"},
		"address of the API":               {Token: "token-x", Marks: nowhere{}, API: "https://api.example.ru/%41"},
		"address":                          {Token: "token-x", Marks: nowhere{}, API: "https://"},
	} {
		_, err := anyForm.Complete(c)
		if err == nil || !strings.HasPrefix(err.Error(), "test: ") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

func TestAClientKeepsItsTransportAndFollowsNobody(t *testing.T) {
	mine := &http.Client{Timeout: time.Minute}
	c := Client(mine)
	if c.Timeout != time.Minute || c.CheckRedirect(nil, nil) != http.ErrUseLastResponse {
		t.Errorf("%+v", c)
	}
	if mine.CheckRedirect != nil {
		t.Error("the client handed in was changed")
	}
}
