package telegram

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
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

// Config is what an adapter needs: a token from @BotFather, and, for a webhook,
// a secret of 16 to 256 of A-Z a-z 0-9 _ -.
type Config = wire.Config

// Adapter is the bot's connection to Telegram; it implements bots.Adapter.
type Adapter struct {
	conf wire.Config
	api  *url.URL
	bot  tgbotapi.BotAPI
	http *http.Client
	take atomic.Pointer[bots.Take]

	begun wire.Begun
}

var form = wire.Form{Platform: "telegram", API: DefaultAPI, Rates: pace.Rates{PerSecond: 30, ChatEvery: time.Second},
	Token: regexp.MustCompile(`^[0-9]{3,20}:[A-Za-z0-9_-]{20,100}$`), TokenIs: "123456:ABC… that @BotFather gives",
	Secret: regexp.MustCompile(`^[A-Za-z0-9_-]{16,256}$`), SecretIs: "16 to 256 signs of A-Z a-z 0-9 _ -"}

// New checks the configuration; it calls nobody. No error repeats a secret.
func New(c Config) (*Adapter, error) {
	c, err := form.Complete(c)
	if err != nil {
		return nil, err
	}
	api, err := url.Parse(c.API)
	if err != nil {
		return nil, errors.New("telegram: " + wire.WithoutAddress(err).Error())
	}
	a := &Adapter{conf: c, api: api, http: wire.Client(c.Client), begun: wire.Begun{Now: c.Now}}
	a.bot = tgbotapi.BotAPI{Token: c.Token, Buffer: 1}
	a.bot.SetAPIEndpoint(c.API + "/bot%s/%s")
	return a, nil
}

// trying is how the adapter repeats what fails.
func (a *Adapter) trying() wire.Trying {
	return wire.Trying{Platform: a.Platform(), Log: a.conf.Log, Pause: a.conf.Pause, Within: callTime, Plain: plain}
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
