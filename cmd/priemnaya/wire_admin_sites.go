package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/registry"
	"priemnaya/intake/sites"
)

// adminSites keeps the websites of departments.
type adminSites struct{ *adminDesk }

// webhookOverlap is how long the secret before a new one signs too.
const webhookOverlap = 24 * time.Hour

// keptSite is what the ledger keeps of a site: no secret.
type keptSite struct {
	Name    string      `json:"name"`
	Body    string      `json:"body"`
	Origins []string    `json:"origins,omitempty"`
	Quota   sites.Quota `json:"quota"`
	Rights  []string    `json:"rights,omitempty"`
	Webhook string      `json:"webhook,omitempty"`
}

func keptSiteOf(c desk.SiteCard) keptSite {
	return keptSite{Name: c.Name, Body: c.Body, Origins: c.Origins, Quota: sites.Quota{PerMinute: c.PerMinute, PerDay: c.PerDay},
		Rights: c.Rights, Webhook: c.Webhook}
}

func siteCard(s sites.Site) desk.SiteCard {
	c := desk.SiteCard{ID: s.ID, Name: s.Name, Body: s.Body, Webhook: s.Webhook.URL, Origins: s.Origins, PerMinute: s.Quota.PerMinute,
		PerDay: s.Quota.PerDay, Closed: !s.ClosedAt.IsZero()}
	for _, r := range s.Rights {
		c.Rights = append(c.Rights, string(r))
	}
	for _, k := range s.Keys {
		c.Keys = append(c.Keys, desk.SiteKey{ID: k.ID, At: k.CreatedAt, Live: k.Live()})
	}
	c.Seen = siteMark(s)
	return c
}

// siteMark tells whether a site is still as somebody has seen it; its keys are
// no part of the form.
func siteMark(s sites.Site) string {
	data, err := json.Marshal([]any{s.Name, s.Body, s.Origins, s.Quota, s.Rights, s.Webhook.URL, s.ClosedAt})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// List lists all sites.
func (a adminSites) List(ctx context.Context) ([]desk.SiteCard, error) {
	d, err := a.siteDirectory()
	if err != nil {
		return nil, err
	}
	list, err := d.List(ctx, "")
	var out []desk.SiteCard
	for _, s := range list {
		out = append(out, siteCard(s))
	}
	return out, err
}

// Get loads one.
func (a adminSites) Get(ctx context.Context, id string) (desk.SiteCard, error) {
	d, err := a.siteDirectory()
	if err != nil {
		return desk.SiteCard{}, err
	}
	s, err := d.Get(ctx, id)
	return siteCard(s), err
}

// Save changes or registers a site.
func (a adminSites) Save(ctx context.Context, by casework.Actor, card desk.SiteCard, why string) error {
	return a.save(ctx, by, card, registry.Entry{What: "changed", Why: why})
}

func (a adminSites) save(ctx context.Context, by casework.Actor, card desk.SiteCard, e registry.Entry) error {
	d, err := a.siteDirectory()
	if err != nil {
		return err
	}
	e.Area, e.Subject = "site", card.ID
	if card.Seen == "" {
		e.What = "made"
		return a.noted(ctx, by, e, nil, keptSiteOf(card), func() error {
			s := sites.Site{ID: card.ID, Webhook: sites.Webhook{URL: card.Webhook}}
			fillSite(&s, card)
			_, err := d.Add(ctx, s)
			if casework.CodeOf(err) == casework.Exists {
				err = &casework.Error{Code: casework.Invalid, Op: "adminSites.Save", Fields: []casework.FieldError{{Field: "id", Key: "desk.admin.site.taken"}}}
			}
			return err
		})
	}
	now, err := d.Get(ctx, card.ID)
	if err != nil {
		return err
	}
	return a.noted(ctx, by, e, keptSiteOf(siteCard(now)), keptSiteOf(card), func() error {
		moved := false
		_, err := d.Change(ctx, card.ID, func(s *sites.Site) error {
			if siteMark(*s) != card.Seen {
				return casework.Fail(casework.Conflict, "adminSites.Save", "site.changed")
			}
			moved = s.Webhook.URL != card.Webhook
			s.Webhook.URL = card.Webhook // checked with the rest; its secret follows
			fillSite(s, card)
			return nil
		})
		if err == nil && moved {
			// A new address gets a new secret.
			err = d.SetWebhook(ctx, card.ID, card.Webhook)
		}
		return err
	})
}

// fillSite takes over what the form holds, but the address of the webhook.
func fillSite(s *sites.Site, card desk.SiteCard) {
	s.Name, s.Body, s.Origins = card.Name, card.Body, card.Origins
	s.Quota = sites.Quota{PerMinute: card.PerMinute, PerDay: card.PerDay}
	s.Rights = nil
	for _, r := range card.Rights {
		s.Rights = append(s.Rights, sites.Right(r))
	}
}

// act does something to a site and notes it.
func (a adminSites) act(ctx context.Context, by casework.Actor, e registry.Entry, do func(*sites.Directory) error) error {
	d, err := a.siteDirectory()
	if err != nil {
		return err
	}
	e.Area = "site"
	return a.noted(ctx, by, e, nil, nil, func() error { return do(d) })
}

// NewKey makes a key.
func (a adminSites) NewKey(ctx context.Context, by casework.Actor, id string) (key, secret string, err error) {
	err = a.act(ctx, by, registry.Entry{Subject: id, What: "key"}, func(d *sites.Directory) error {
		k, err := d.NewKey(ctx, id)
		key, secret = k.ID, string(k.Secret)
		return err
	})
	if err != nil {
		return "", "", err
	}
	return key, secret, nil
}

// RevokeKey ends a key of the site at once.
func (a adminSites) RevokeKey(ctx context.Context, by casework.Actor, id, key string) error {
	if owner, _, _ := strings.Cut(key, "."); owner != id {
		return casework.Fail(casework.NotFound, "adminSites.RevokeKey", "")
	}
	return a.act(ctx, by, registry.Entry{Subject: id, What: "revoked", Why: key}, func(d *sites.Directory) error { return d.RevokeKey(ctx, key) })
}

// Rotate changes the secret of the webhook.
func (a adminSites) Rotate(ctx context.Context, by casework.Actor, id string) (secret string, err error) {
	err = a.act(ctx, by, registry.Entry{Subject: id, What: "rotated"}, func(d *sites.Directory) error {
		if err := d.RotateWebhook(ctx, id, webhookOverlap); err != nil {
			return err
		}
		e, err := endpointOf(ctx, d, id)
		if err == nil {
			secret = e.Keys[len(e.Keys)-1].Text()
		}
		return err
	})
	return secret, err
}

// Close ends everything the site could do.
func (a adminSites) Close(ctx context.Context, by casework.Actor, id, why string) error {
	return a.act(ctx, by, registry.Entry{Subject: id, What: "closed", Why: why}, func(d *sites.Directory) error { return d.Close(ctx, id) })
}

// History lists the changes of a site.
func (a adminSites) History(ctx context.Context, id string) ([]desk.AdminEntry, error) {
	list, err := a.ledger.Of(ctx, "site", id)
	return entryViews(list), err
}

// Return puts back what a site was before a change; keys stay as they are.
func (a adminSites) Return(ctx context.Context, by casework.Actor, id, entry, why string) error {
	var was keptSite
	if _, err := a.entryOf(ctx, "site", id, entry, &was); err != nil {
		return err
	}
	now, err := a.Get(ctx, id)
	if err != nil {
		return err
	}
	now.Name, now.Body, now.Origins, now.Rights, now.Webhook = was.Name, was.Body, was.Origins, was.Rights, was.Webhook
	now.PerMinute, now.PerDay = was.Quota.PerMinute, was.Quota.PerDay
	return a.save(ctx, by, now, registry.Entry{What: "returned", Why: why})
}
