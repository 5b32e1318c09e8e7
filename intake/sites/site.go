package sites

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
)

// Right is something a site may do here.
type Right string

// The rights.
const (
	// RightFile: file appeals and read the answers to them by the API.
	RightFile Right = "file"
	// RightWidget: show the widget on the site's own pages.
	RightWidget Right = "widget"
	// RightAnywhere: address appeals to other bodies than the site's own.
	RightAnywhere Right = "anywhere"
)

// Rights lists all rights.
func Rights() []Right { return []Right{RightFile, RightWidget, RightAnywhere} }

// Site is a registered website of a body.
type Site struct {
	// ID is a short Latin name, stable for ever: "zarechye-roads-site". It is
	// the source of the cases the site files.
	ID string `json:"id"`
	// Name is shown to people: "Сайт департамента дорог".
	Name string `json:"name"`
	// Body is the body whose site it is; appeals go there.
	Body string `json:"body"`
	// Origins are the origins on which the widget may be shown:
	// "https://roads.example.ru".
	Origins []string `json:"origins,omitempty"`
	// Keys sign requests; several while the site changes from one to the next.
	Keys   []Key   `json:"keys,omitempty"`
	Quota  Quota   `json:"quota"`
	Rights []Right `json:"rights"`
	// Audiences are the names of the site at the providers whose tokens it may
	// vouch with. Two sites never have the same.
	Audiences []Audience `json:"audiences,omitempty"`
	Webhook   Webhook    `json:"webhook"`
	CreatedAt time.Time  `json:"createdAt"`
	// ClosedAt ends everything the site could do; its cases stay.
	ClosedAt time.Time `json:"closedAt,omitzero"`
	// Version is the shelf's.
	Version int64 `json:"-"`
}

// Key is a key of a site. Its secret is kept sealed; see Directory.KeySecret.
type Key struct {
	// ID is "<site>.<8 signs>", so that the site is found by it.
	ID        string    `json:"id"`
	Sealed    []byte    `json:"sealed"`
	CreatedAt time.Time `json:"createdAt"`
	RevokedAt time.Time `json:"revokedAt,omitzero"`
}

// Live reports whether the key may still sign.
func (k Key) Live() bool { return k.RevokedAt.IsZero() }

// Quota bounds the requests of a site to the API.
type Quota struct {
	PerMinute int `json:"perMinute"`
	PerDay    int `json:"perDay"`
}

// DefaultQuota is that of a site for which nothing else was set.
var DefaultQuota = Quota{PerMinute: 600, PerDay: 100_000}

// Audience is the name of a site at a provider of identities.
type Audience struct {
	// Provider is "esia" or the ID of a provider of OpenID Connect.
	Provider string `json:"provider"`
	// Client is the mnemonic or the client ID of the site there.
	Client string `json:"client"`
}

// Webhook is where the site is told of every stage of its cases.
type Webhook struct {
	// URL is empty where the site wants none.
	URL string `json:"url,omitempty"`
	// Sealed is the secret that signs our requests; see Directory.WebhookSecrets.
	Sealed []byte `json:"sealed,omitempty"`
	// Previous is the secret before it; it signs too until PreviousUntil.
	Previous      []byte    `json:"previous,omitempty"`
	PreviousUntil time.Time `json:"previousUntil,omitzero"`
}

// May reports whether the site is open and has the right.
func (s Site) May(r Right) bool { return s.ClosedAt.IsZero() && slices.Contains(s.Rights, r) }

// ClientAt is the name of the site at a provider; false if it has none there.
func (s Site) ClientAt(provider string) (string, bool) {
	for _, a := range s.Audiences {
		if a.Provider == provider {
			return a.Client, true
		}
	}
	return "", false
}

// Allows reports whether the widget may be shown on an origin.
func (s Site) Allows(origin string) bool {
	return s.May(RightWidget) && slices.Contains(s.Origins, strings.ToLower(origin))
}

var siteForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,38}[a-z0-9]$`)

const (
	maxName    = 200
	maxOrigins = 20
	maxQuota   = 1_000_000_000
)

// check refuses a site that could not work or would be unsafe. Errors: Invalid
// with fields.
func (s Site) check() error {
	e := &casework.Error{Code: casework.Invalid, Op: "sites.Check", Message: "sites.invalid"}
	bad := func(field string, wrong bool) {
		if wrong {
			e.Fields = append(e.Fields, casework.FieldError{Field: field, Key: "sites.bad_" + field})
		}
	}
	bad("id", !siteForm.MatchString(s.ID))
	bad("name", strings.TrimSpace(s.Name) == "" || len([]rune(s.Name)) > maxName)
	bad("body", s.Body == "")
	bad("origins", len(s.Origins) > maxOrigins || slices.ContainsFunc(s.Origins, func(o string) bool { return !originForm(o) }))
	bad("quota", s.Quota.PerMinute < 1 || s.Quota.PerDay < 1 || s.Quota.PerMinute > maxQuota || s.Quota.PerDay > maxQuota)
	bad("rights", slices.ContainsFunc(s.Rights, func(r Right) bool { return !slices.Contains(Rights(), r) }))
	bad("audiences", slices.ContainsFunc(s.Audiences, func(a Audience) bool { return a.Provider == "" || a.Client == "" }))
	bad("webhook", s.Webhook.URL != "" && !webhookForm(s.Webhook.URL))
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// originForm reports whether s is an origin as browsers write it: https, or
// http on loopback.
func originForm(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && s == u.Scheme+"://"+u.Host && s == strings.ToLower(s) && secure(u)
}

// webhookForm reports whether s is an address that webhooks may go to.
func webhookForm(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && secure(u)
}

func secure(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && local
}
