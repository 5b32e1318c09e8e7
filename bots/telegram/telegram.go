package telegram

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"priemnaya/bots"
	"priemnaya/bots/pace"
	"priemnaya/bots/wire"
)

// DefaultAPI is where Telegram's own Bot API answers.
const DefaultAPI = "https://api.telegram.org"

// Limits of the Bot API.
const (
	// maxText and maxCaption are counted in UTF-16 units.
	maxText, maxCaption = 4096, 1024
	maxCallbackData     = 64
	fetchBytes          = 20 << 20
	sendBytes           = 50 << 20
	// textRunes leaves room for signs of two units; Send cuts what is longer.
	textRunes = 4000
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
	// Token is the bot's token from @BotFather.
	Token string
	// API is the address of the Bot API, DefaultAPI if empty. A Bot API
	// server of one's own or a simulation is set here.
	API string
	// Webhook is the full public address that Webhook() is mounted at; empty
	// means long polling. Secret is what Telegram repeats with each update:
	// 16 to 256 of A-Z a-z 0-9 _ -.
	Webhook, Secret string
	// Marks keep the offset of long polling.
	Marks Marks
	Log   *slog.Logger
	// Pace is nil for Telegram's limits.
	Pace *pace.Pacer
	// Pause is the first pause after a failed call to receive updates, one
	// second if 0; it doubles up to a minute.
	Pause time.Duration
	// Client is nil for one of its own.
	Client *http.Client
	Now    func() time.Time
}

// Adapter is the bot's connection to Telegram; it implements bots.Adapter.
type Adapter struct {
	conf Config
	api  *url.URL
	bot  tgbotapi.BotAPI
	http *http.Client
	take atomic.Pointer[bots.Take]

	begun wire.Begun
}

var (
	tokenForm  = regexp.MustCompile(`^[0-9]{3,20}:[A-Za-z0-9_-]{20,100}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,256}$`)
)

// New checks the configuration; it calls nobody. No error repeats a secret.
func New(c Config) (*Adapter, error) {
	if !tokenForm.MatchString(c.Token) {
		return nil, errors.New("telegram: the token is not of the form 123456:ABC… that @BotFather gives")
	}
	if c.API == "" {
		c.API = DefaultAPI
	}
	api, err := url.Parse(strings.TrimSuffix(c.API, "/"))
	if err != nil || api.Host == "" || api.Scheme != "https" && api.Scheme != "http" || strings.Contains(c.API, "%") {
		return nil, errors.New("telegram: the address of the Bot API must be like " + DefaultAPI)
	}
	if c.Webhook != "" && !secretForm.MatchString(c.Secret) {
		return nil, errors.New("telegram: the webhook needs a secret of 16 to 256 signs of A-Z a-z 0-9 _ -")
	}
	if c.Webhook == "" && c.Marks == nil {
		return nil, errors.New("telegram: long polling needs a place to keep its offset")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Pace == nil {
		c.Pace = pace.New(pace.Rates{PerSecond: 30, ChatEvery: time.Second})
	}
	if c.Pause == 0 {
		c.Pause = time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	a := &Adapter{conf: c, api: api, http: wire.Client(c.Client), begun: wire.Begun{Now: c.Now}}
	a.bot = tgbotapi.BotAPI{Token: c.Token, Buffer: 1}
	a.bot.SetAPIEndpoint(api.String() + "/bot%s/%s")
	return a, nil
}

// Platform implements bots.Adapter.
func (a *Adapter) Platform() string { return "telegram" }

// Abilities implements bots.Adapter. A button that asks for the location
// cannot stand among inline buttons in Telegram: people send it by the clip.
func (a *Adapter) Abilities() bots.Abilities {
	return bots.Abilities{TextRunes: textRunes, FetchBytes: fetchBytes, SendBytes: sendBytes, Buttons: true, ButtonBytes: maxCallbackData}
}

// Settle implements bots.Adapter.
func (a *Adapter) Settle(ctx context.Context, press string) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	_, err := a.call(ctx, "answerCallbackQuery", tgbotapi.Params{"callback_query_id": press})
	return err
}
