package sites

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// flipBox seals by turning every bit, enough to tell sealed from plain.
type flipBox struct{}

func (flipBox) Seal(b []byte) ([]byte, error) { return (flipBox{}).Open(b) }
func (flipBox) Open(b []byte) ([]byte, error) {
	out := slices.Clone(b)
	for i := range out {
		out[i] ^= 0xFF
	}
	return out, nil
}

func TestWhileAWebhookSecretIsExchangedBothSign(t *testing.T) {
	ctx, now := context.Background(), time.Date(2026, 4, 1, 7, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	d, err := OpenDirectory(DirectoryConfig{Shelf: storetest.NewMemory(clock, nil), Box: flipBox{}, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	add := func(id, hook string) {
		if _, err := d.Add(ctx, Site{ID: id, Name: "Сайт", Body: "roads", Webhook: Webhook{URL: hook}}); err != nil {
			t.Fatal(err)
		}
	}
	add("roads-site", "https://roads.example.ru/hook")
	add("mute-site", "")
	secrets := func() [][]byte {
		s, err := d.Get(ctx, "roads-site")
		if err != nil {
			t.Fatal(err)
		}
		out, err := d.WebhookSecrets(s)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(out[len(out)-1], s.Webhook.Sealed) {
			t.Error("the secret is kept as it is")
		}
		return out
	}
	first := secrets()
	if err := d.RotateWebhook(ctx, "roads-site", 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	both := secrets()
	if len(first) != 1 || len(both) != 2 || !bytes.Equal(both[0], first[0]) || bytes.Equal(both[1], first[0]) {
		t.Fatalf("%d, then %d secrets", len(first), len(both))
	}
	now = now.Add(24 * time.Hour)
	if left := secrets(); len(left) != 1 || !bytes.Equal(left[0], both[1]) {
		t.Errorf("%d secrets after the overlap", len(left))
	}
	if err := d.RotateWebhook(ctx, "mute-site", time.Hour); casework.CodeOf(err) != casework.NotFound {
		t.Error(err)
	}
	if err := d.Close(ctx, "roads-site"); err != nil {
		t.Fatal(err)
	}
	s, _ := d.Get(ctx, "roads-site")
	if _, err := d.WebhookSecrets(s); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a closed site is told: %v", err)
	}
}
