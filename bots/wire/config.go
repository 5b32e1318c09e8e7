package wire

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"priemnaya/bots/pace"
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
	// Token is the bot's token as the messenger has given it.
	Token string
	// API is the address of the messenger's API, its own if empty. A server of
	// one's own or a simulation is set here.
	API string
	// Webhook is the full public address that the adapter's Webhook() is
	// mounted at; empty means long polling. Secret is what the messenger
	// repeats with each update.
	Webhook, Secret string
	// Marks keep the place of long polling in the stream of updates.
	Marks Marks
	Log   *slog.Logger
	// Pace is nil for the messenger's limits.
	Pace *pace.Pacer
	// Pause is the first pause after a failed call to receive updates, one
	// second if 0; it doubles up to a minute.
	Pause time.Duration
	// Client is nil for one of its own.
	Client *http.Client
	Now    func() time.Time
}

// Form is what a messenger asks of a Config.
type Form struct {
	// Platform begins every error.
	Platform string
	// API is where the messenger itself answers, Rates are its limits.
	API   string
	Rates pace.Rates
	// Token and Secret match what is well formed; TokenIs and SecretIs say so
	// to whoever has set others.
	Token, Secret     *regexp.Regexp
	TokenIs, SecretIs string
}

// Complete checks a configuration and fills in what was left out. No error
// repeats a secret.
func (f Form) Complete(c Config) (Config, error) {
	bad := func(what string) (Config, error) { return c, errors.New(f.Platform + ": " + what) }
	if !f.Token.MatchString(c.Token) {
		return bad("the token is not of the form " + f.TokenIs)
	}
	if c.API == "" {
		c.API = f.API
	}
	c.API = strings.TrimSuffix(c.API, "/")
	if u, err := url.Parse(c.API); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Contains(c.API, "%") {
		return bad("the address of the API must be like " + f.API)
	}
	if c.Webhook != "" && !f.Secret.MatchString(c.Secret) {
		return bad("the webhook needs a secret of " + f.SecretIs)
	}
	if c.Webhook == "" && c.Marks == nil {
		return bad("long polling needs a place to keep how far it came")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Pace == nil {
		c.Pace = pace.New(f.Rates)
	}
	if c.Pause == 0 {
		c.Pause = time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}
