package max

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
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

// Marks keep how far the updates have been taken, across restarts.
type Marks interface {
	// Load gives the last saved mark, "" if there is none.
	Load(ctx context.Context) (string, error)
	// Save replaces the mark.
	Save(ctx context.Context, mark string) error
}

// Config is what an adapter needs.
type Config struct {
	// Token is the bot's token from business.max.ru.
	Token string
	// API is the address of the Bot API, DefaultAPI if empty.
	API string
	// Webhook is the full public address that Webhook() is mounted at, https
	// on port 443; empty means long polling, which MAX offers for development
	// only. Secret is what MAX repeats with each update: 16 to 256 of A-Z a-z
	// 0-9 -.
	Webhook, Secret string
	// Marks keep the marker of long polling.
	Marks Marks
	Log   *slog.Logger
	// Pace is nil for the limits of MAX.
	Pace *pace.Pacer
	// Pause is the first pause after a failed call to receive updates, and
	// before an upload that is not ready is tried again; one second if 0.
	Pause time.Duration
	// Client is nil for one of its own.
	Client *http.Client
	Now    func() time.Time
}

// Adapter is the bot's connection to MAX; it implements bots.Adapter.
type Adapter struct {
	conf  Config
	http  *http.Client
	take  atomic.Pointer[bots.Take]
	begun wire.Begun

	mu sync.Mutex
	// latest is the time of the latest known message of each dialogue.
	latest map[string]int64
}

var (
	tokenForm  = regexp.MustCompile(`^[!-~]{20,512}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9-]{16,256}$`)
)

// New checks the configuration; it calls nobody. No error repeats a secret.
func New(c Config) (*Adapter, error) {
	if !tokenForm.MatchString(c.Token) {
		return nil, errors.New("max: the token is not of the form that business.max.ru gives")
	}
	if c.API == "" {
		c.API = DefaultAPI
	}
	c.API = strings.TrimSuffix(c.API, "/")
	if u, err := url.Parse(c.API); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("max: the address of the Bot API must be like " + DefaultAPI)
	}
	if c.Webhook != "" && !secretForm.MatchString(c.Secret) {
		return nil, errors.New("max: the webhook needs a secret of 16 to 256 signs of A-Z a-z 0-9 -")
	}
	if c.Webhook == "" && c.Marks == nil {
		return nil, errors.New("max: long polling needs a place to keep its marker")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Pace == nil {
		c.Pace = pace.New(pace.Rates{PerSecond: 30, ChatEvery: time.Second / 2})
	}
	if c.Pause == 0 {
		c.Pause = time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Adapter{conf: c, http: wire.Client(c.Client), begun: wire.Begun{Now: c.Now}, latest: map[string]int64{}}, nil
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
