package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/intake/identity"
	"priemnaya/intake/identity/session"
	"priemnaya/intake/sites"
	"priemnaya/notifications"
	"priemnaya/notifications/external"
	"priemnaya/notifications/signature"
	"priemnaya/notifications/webhook"
	"priemnaya/templates/web"
)

// CabinetConfig is a cabinet outside that is told of the states of appeals.
type CabinetConfig struct {
	// URL is the integrator's endpoint; empty tells nobody.
	URL string
	// Secret holds the keys that sign, separated by spaces, the newest last.
	Secret string
}

// keys reads the keys. Errors name the variable.
func (c CabinetConfig) keys() ([]signature.Key, error) {
	var out []signature.Key
	for _, text := range strings.Fields(c.Secret) {
		k, err := signature.ParseKey(text)
		if err != nil {
			return nil, fmt.Errorf("PRIEMNAYA_CABINET_SECRET: %w", err)
		}
		out = append(out, k)
	}
	return out, nil
}

// check refuses a cabinet that could not be told, or not safely.
func (c CabinetConfig) check(private bool) error {
	if c.URL == "" {
		return nil
	}
	if err := webhook.CheckURL(c.URL, private); err != nil {
		return fmt.Errorf("PRIEMNAYA_CABINET_URL: %w", err)
	}
	keys, err := c.keys()
	if err == nil && len(keys) == 0 {
		err = fmt.Errorf("PRIEMNAYA_CABINET_SECRET: %w", signature.ErrKey)
	}
	return err
}

// siteLook is how long an act may wait to learn whether a site wants events.
const siteLook = time.Second

// addPushReach lets the websites of departments and the cabinet outside hear
// of every stage.
func (a *App) addPushReach() error {
	directory, err := a.siteDirectory()
	if err != nil {
		return err
	}
	a.reachers = append(a.reachers, func(c *casework.Case) []casework.Medium {
		if c.Origin.Channel != casework.ChannelSite || c.Origin.Source == "" {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), siteLook)
		defer cancel()
		s, err := directory.Get(ctx, c.Origin.Source)
		if casework.CodeOf(err) == casework.NotFound || err == nil && (s.Webhook.URL == "" || !s.ClosedAt.IsZero()) {
			return nil
		}
		return []casework.Medium{casework.MediumSite}
	}, func(c *casework.Case) []casework.Medium {
		if _, ok := external.AccountOf(c); !ok || a.cfg.Cabinet.URL == "" {
			return nil
		}
		return []casework.Medium{casework.MediumExternal}
	})
	return nil
}

// openPush makes the carriers of both.
func (a *App) openPush(domain string) (map[casework.Medium]notifications.Carrier, error) {
	directory, err := a.siteDirectory()
	if err != nil {
		return nil, err
	}
	courier := webhook.NewCourier(webhook.CourierConfig{Now: a.now, Private: a.cfg.Mode == development,
		Agent: "priemnaya/" + version, Log: a.log})
	caseURL := func(c *casework.Case) string { return a.cfg.BaseURL + "/case/" + c.ID }
	site, err := webhook.New(webhook.Config{Courier: courier, Now: a.now, Domain: domain, CaseURL: caseURL,
		StatusURL: func(c *casework.Case) string { return a.cfg.BaseURL + sites.Base + "/appeals/" + c.ID },
		Endpoint:  func(ctx context.Context, id string) (webhook.Endpoint, error) { return endpointOf(ctx, directory, id) }})
	if err != nil {
		return nil, err
	}
	out := map[casework.Medium]notifications.Carrier{casework.MediumSite: site}
	if a.cfg.Cabinet.URL == "" {
		return out, nil
	}
	keys, err := a.cfg.Cabinet.keys()
	if err != nil {
		return nil, err
	}
	out[casework.MediumExternal], err = external.New(external.Config{Courier: courier, URL: a.cfg.Cabinet.URL, Keys: keys,
		Now: a.now, Domain: domain, CaseURL: caseURL})
	return out, err
}

// endpointOf finds where the events of a site go and what signs them.
func endpointOf(ctx context.Context, d *sites.Directory, id string) (webhook.Endpoint, error) {
	s, err := d.Get(ctx, id)
	if err != nil {
		return webhook.Endpoint{}, err
	}
	secrets, err := d.WebhookSecrets(s)
	if err != nil {
		return webhook.Endpoint{}, err
	}
	e := webhook.Endpoint{URL: s.Webhook.URL}
	for _, raw := range secrets {
		k, err := signature.KeyOf(raw)
		if err != nil {
			return webhook.Endpoint{}, err
		}
		e.Keys = append(e.Keys, k)
	}
	return e, nil
}

// openWidget makes the form on websites of departments.
func (a *App) openWidget(kit *web.Kit, s *session.Sessions) (*sites.Widget, error) {
	directory, err := a.siteDirectory()
	if err != nil {
		return nil, err
	}
	return sites.NewWidget(sites.WidgetConfig{Office: a.office, Kit: kit, Shelf: a.storage, Site: directory.Get,
		Applicant: s.Applicant, SignIn: identity.SignInPath, BaseURL: a.cfg.BaseURL})
}

// open311Changed is when the endpoints of Open311 last changed.
var open311Changed = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// mountOpen makes what other sites and programs read without a key; it comes
// before the kit's middleware.
func (a *App) mountOpen(app fiber.Router, kit *web.Kit, w *sites.Widget) error {
	o, err := sites.NewOpen311(sites.Open311Config{Office: a.office, Kit: kit, Topics: siteTopics{classifier.Official()},
		BaseURL: a.cfg.BaseURL, Changed: open311Changed})
	if err != nil {
		return err
	}
	o.Mount(app)
	w.MountFrame(app)
	return nil
}
