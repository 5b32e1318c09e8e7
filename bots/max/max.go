package max

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"priemnaya/bots"
	"priemnaya/bots/pace"
	"priemnaya/bots/wire"
)

// DefaultAPI is where MAX answers (dev.max.ru). Its certificate is issued by
// the Ministry of digital development: the machine must trust that root.
const DefaultAPI = "https://platform-api2.max.ru"

// Limits of the API.
const (
	maxText    = 4000
	maxPayload = 1024
	maxRows    = 30
	maxInRow   = 7
	// maxWide is for rows with links and questions for the location.
	maxWide   = 3
	sendBytes = 4 << 30
	// textRunes leaves room for signs of two UTF-16 units.
	textRunes = 3900
)

// Config is what an adapter needs: a token from business.max.ru, and, for a
// webhook, an address on port 443 with a secret of 16 to 256 of A-Z a-z 0-9 -.
// MAX offers long polling for development only.
type Config = wire.Config

// Adapter is the bot's connection to MAX; it implements bots.Adapter.
type Adapter struct {
	conf  wire.Config
	http  *http.Client
	take  atomic.Pointer[bots.Take]
	begun wire.Begun

	mu sync.Mutex
	// latest is the time of the latest known message of each dialogue.
	latest map[string]int64
}

var form = wire.Form{Platform: "max", API: DefaultAPI, Rates: pace.Rates{PerSecond: 30, ChatEvery: time.Second / 2},
	Token: regexp.MustCompile(`^[!-~]{20,512}$`), TokenIs: "that business.max.ru gives",
	Secret: regexp.MustCompile(`^[A-Za-z0-9-]{16,256}$`), SecretIs: "16 to 256 signs of A-Z a-z 0-9 -"}

// New checks the configuration; it calls nobody. No error repeats a secret.
func New(c Config) (*Adapter, error) {
	c, err := form.Complete(c)
	if err != nil {
		return nil, err
	}
	return &Adapter{conf: c, http: wire.Client(c.Client), begun: wire.Begun{Now: c.Now}, latest: map[string]int64{}}, nil
}

// trying is how the adapter repeats what fails.
func (a *Adapter) trying() wire.Trying {
	return wire.Trying{Platform: a.Platform(), Log: a.conf.Log, Pause: a.conf.Pause, Within: callTime, Plain: plain}
}

// Platform implements bots.Adapter.
func (a *Adapter) Platform() string { return "max" }

// Abilities implements bots.Adapter. MAX sets no limit on downloads.
func (a *Adapter) Abilities() bots.Abilities {
	return bots.Abilities{TextRunes: textRunes, SendBytes: sendBytes, Buttons: true, ButtonBytes: maxPayload, Locations: true}
}

// Settle implements bots.Adapter. An empty notification shows nothing.
func (a *Adapter) Settle(ctx context.Context, press string) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return a.call(ctx, request{method: http.MethodPost, path: "/answers", query: url.Values{"callback_id": {press}},
		body: map[string]string{"notification": ""}}, nil)
}
