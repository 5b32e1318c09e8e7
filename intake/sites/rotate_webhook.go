package sites

import (
	"context"
	"time"

	"priemnaya/casework"
)

// RotateWebhook exchanges the secret that signs webhooks to a site; until the
// overlap has passed both sign, so that the site can change over in its own
// time. Errors: NotFound if the site has no webhook.
func (d *Directory) RotateWebhook(ctx context.Context, id string, overlap time.Duration) error {
	sealed, err := d.Box.Seal(randomBytes(secretBytes))
	if err != nil {
		return err
	}
	_, err = d.Change(ctx, id, func(s *Site) error {
		if s.Webhook.URL == "" {
			return casework.Fail(casework.NotFound, "sites.RotateWebhook", "sites.no_webhook")
		}
		s.Webhook.Previous, s.Webhook.PreviousUntil = s.Webhook.Sealed, d.Now().UTC().Add(overlap)
		s.Webhook.Sealed = sealed
		return nil
	})
	return err
}

// WebhookSecrets gives the secrets that sign webhooks to an open site now, the
// newest last. Errors: NotFound if it has no webhook or is closed, Corrupted.
func (d *Directory) WebhookSecrets(s Site) ([][]byte, error) {
	if s.Webhook.URL == "" || !s.ClosedAt.IsZero() {
		return nil, casework.Fail(casework.NotFound, "sites.WebhookSecrets", "sites.no_webhook")
	}
	sealed := [][]byte{s.Webhook.Sealed}
	if len(s.Webhook.Previous) > 0 && d.Now().Before(s.Webhook.PreviousUntil) {
		sealed = [][]byte{s.Webhook.Previous, s.Webhook.Sealed}
	}
	var out [][]byte
	for _, x := range sealed {
		raw, err := d.Box.Open(x)
		if err != nil {
			return nil, &casework.Error{Code: casework.Corrupted, Op: "sites.WebhookSecrets", Err: err}
		}
		out = append(out, raw)
	}
	return out, nil
}
