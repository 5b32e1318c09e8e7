package sites

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
)

// kindSite is the shelf's kind of registered sites; the owner is the body.
const kindSite = "site"

// Box seals and opens secrets at rest.
type Box interface {
	Seal(plain []byte) ([]byte, error)
	// Open gives back what Seal was given. Errors: any, if it was changed.
	Open(sealed []byte) ([]byte, error)
}

// DirectoryConfig is what a Directory needs; every field is required.
type DirectoryConfig struct {
	Shelf casework.Shelf
	Box   Box
	Now   func() time.Time
}

// Directory (реестр сайтов) keeps the registered sites on the shelf. What it
// changes holds for the next request in every process. Safe for parallel use.
type Directory struct {
	DirectoryConfig
	// decoy is a sealed secret that is no key's, so that an unknown key costs
	// as much as a known one.
	decoy []byte
}

// OpenDirectory checks the configuration.
func OpenDirectory(cfg DirectoryConfig) (*Directory, error) {
	if cfg.Shelf == nil || cfg.Box == nil || cfg.Now == nil {
		return nil, errors.New("sites: a directory needs a shelf, a box and a clock")
	}
	decoy, err := cfg.Box.Seal(randomBytes(secretBytes))
	return &Directory{DirectoryConfig: cfg, decoy: decoy}, err
}

// Add registers a site; it has no key yet. A quota of zero is DefaultQuota.
// Errors: Invalid with fields, Exists.
func (d *Directory) Add(ctx context.Context, s Site) (Site, error) {
	if s.Quota == (Quota{}) {
		s.Quota = DefaultQuota
	}
	s.CreatedAt, s.Version, s.Keys, s.Webhook.Sealed = d.Now().UTC(), 0, nil, nil
	if s.Webhook.URL != "" {
		var err error
		if s.Webhook.Sealed, err = d.Box.Seal(randomBytes(secretBytes)); err != nil {
			return Site{}, err
		}
	}
	return d.save(ctx, s)
}

// Get loads a site, closed ones too. Errors: NotFound.
func (d *Directory) Get(ctx context.Context, id string) (Site, error) {
	r, err := d.Shelf.Fetch(ctx, kindSite, id)
	if err != nil {
		return Site{}, err
	}
	return siteOf(r)
}

func siteOf(r casework.Record) (Site, error) {
	var s Site
	if err := json.Unmarshal(r.Data, &s); err != nil {
		return Site{}, &casework.Error{Code: casework.Corrupted, Op: "sites.Get", Err: err}
	}
	s.Version = r.Version
	return s, nil
}

// List gives the sites of a body in the order of their IDs; "" is all bodies.
func (d *Directory) List(ctx context.Context, body string) ([]Site, error) {
	var out []Site
	window := casework.Window{Limit: casework.MaxLimit}
	for {
		records, next, err := d.Shelf.List(ctx, kindSite, body, window)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			s, err := siteOf(r)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
		if next == "" {
			return out, nil
		}
		window.After = next
	}
}

// Change alters a site and saves it; it is done anew if somebody else was
// quicker. Errors: NotFound, Invalid with fields, those of alter.
func (d *Directory) Change(ctx context.Context, id string, alter func(*Site) error) (Site, error) {
	for attempt := 0; ; attempt++ {
		s, err := d.Get(ctx, id)
		if err != nil {
			return Site{}, err
		}
		if err := alter(&s); err != nil {
			return Site{}, err
		}
		s.ID = id
		saved, err := d.save(ctx, s)
		if casework.CodeOf(err) != casework.Conflict || attempt > 20 {
			return saved, err
		}
	}
}

func (d *Directory) save(ctx context.Context, s Site) (Site, error) {
	for i := range s.Origins {
		s.Origins[i] = strings.ToLower(strings.TrimSuffix(s.Origins[i], "/"))
	}
	if err := s.check(); err != nil {
		return Site{}, err
	}
	if err := d.audiencesFree(ctx, s); err != nil {
		return Site{}, err
	}
	data, err := json.Marshal(s)
	if err != nil {
		return Site{}, &casework.Error{Code: casework.Internal, Op: "sites.Save", Err: err}
	}
	r, err := d.Shelf.Put(ctx, casework.Record{Kind: kindSite, ID: s.ID, Version: s.Version, Owner: s.Body, Data: data})
	s.Version = r.Version
	return s, err
}

// audiencesFree refuses a name at a provider that another site has: a token
// made for one site must never vouch at another.
func (d *Directory) audiencesFree(ctx context.Context, s Site) error {
	if len(s.Audiences) == 0 {
		return nil
	}
	all, err := d.List(ctx, "")
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID != s.ID && slices.ContainsFunc(other.Audiences, func(a Audience) bool { return slices.Contains(s.Audiences, a) }) {
			return &casework.Error{Code: casework.Invalid, Op: "sites.Save", Message: "sites.invalid",
				Fields: []casework.FieldError{{Field: "audiences", Key: "sites.audience_taken"}}}
		}
	}
	return nil
}

// Close ends everything the site could do. Errors: NotFound.
func (d *Directory) Close(ctx context.Context, id string) error {
	_, err := d.Change(ctx, id, func(s *Site) error { s.ClosedAt = d.Now().UTC(); return nil })
	return err
}

// SetQuota changes the quota of a site. Errors: NotFound, Invalid.
func (d *Directory) SetQuota(ctx context.Context, id string, q Quota) error {
	_, err := d.Change(ctx, id, func(s *Site) error { s.Quota = q; return nil })
	return err
}

// SetWebhook changes where the site is told of stages; "" ends it. A new secret
// is made with every address; WebhookSecrets gives it. Errors: NotFound, Invalid.
func (d *Directory) SetWebhook(ctx context.Context, id, url string) error {
	sealed, err := d.Box.Seal(randomBytes(secretBytes))
	if err != nil {
		return err
	}
	_, err = d.Change(ctx, id, func(s *Site) error {
		s.Webhook = Webhook{URL: url}
		if url != "" {
			s.Webhook.Sealed = sealed
		}
		return nil
	})
	return err
}

// secretBytes is the length of a secret before it is written in base64.
const secretBytes = 32

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
