package sites

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"priemnaya/casework"
)

func fieldsOfError(err error) []string {
	var e *casework.Error
	var out []string
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			out = append(out, f.Field)
		}
	}
	return out
}

func TestASiteThatCouldNotWorkIsNotRegistered(t *testing.T) {
	h := openHouse(t)
	good := Site{ID: "new-site", Name: "Сайт", Body: "roads", Rights: []Right{RightFile}}
	for field, spoil := range map[string]func(*Site){
		"id":        func(s *Site) { s.ID = "Big Site" },
		"name":      func(s *Site) { s.Name = " " },
		"body":      func(s *Site) { s.Body = "" },
		"origins":   func(s *Site) { s.Origins = []string{"http://roads.example.ru"} },
		"quota":     func(s *Site) { s.Quota = Quota{PerMinute: -1, PerDay: 1} },
		"rights":    func(s *Site) { s.Rights = []Right{"everything"} },
		"audiences": func(s *Site) { s.Audiences = []Audience{{"esia", "ROADS"}} },
		"webhook":   func(s *Site) { s.Webhook.URL = "http://roads.example.ru/hook" },
	} {
		s := good
		spoil(&s)
		if _, err := h.sites.Directory.Add(t.Context(), s); !slices.Equal(fieldsOfError(err), []string{field}) {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, origin := range []string{"https://roads.example.ru/path", "roads.example.ru", "https://*.example.ru?", "javascript:alert(1)", "null", "*"} {
		if originForm(origin) {
			t.Errorf("%q is taken for an origin", origin)
		}
	}
	if _, err := h.sites.Directory.Add(t.Context(), good); err != nil {
		t.Error(err)
	}
	if _, err := h.sites.Directory.Add(t.Context(), good); casework.CodeOf(err) != casework.Exists {
		t.Errorf("twice: %v", err)
	}
}

func TestSecretsAreSealedAndKeysAreFew(t *testing.T) {
	h := openHouse(t)
	d := h.sites.Directory
	r, err := h.store.Fetch(t.Context(), kindSite, "roads-site")
	must(t, err)
	if bytes.Contains(r.Data, h.mine.Secret) {
		t.Error("the shelf holds the secret of a key")
	}
	again, err := d.KeySecret(t.Context(), h.mine.ID)
	if err != nil || !bytes.Equal(again.Secret, h.mine.Secret) {
		t.Errorf("%v, %v", again, err)
	}
	for range maxKeys - 1 {
		_, err = d.NewKey(t.Context(), "roads-site")
		must(t, err)
	}
	if _, err := d.NewKey(t.Context(), "roads-site"); casework.CodeOf(err) != casework.TooMany {
		t.Errorf("one key too many: %v", err)
	}
	must(t, d.RevokeKey(t.Context(), h.mine.ID))
	if _, err := d.KeySecret(t.Context(), h.mine.ID); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a revoked key: %v", err)
	}
	if _, err := d.NewKey(t.Context(), "roads-site"); err != nil {
		t.Errorf("after a revocation: %v", err)
	}
	for _, id := range []string{"roads-site.00000000", "none.00000000", ""} {
		if err := d.RevokeKey(t.Context(), id); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("revoking %q: %v", id, err)
		}
	}
}

func TestAWebhookHasASecretOfItsOwn(t *testing.T) {
	h := openHouse(t)
	d := h.sites.Directory
	must(t, d.SetWebhook(t.Context(), "roads-site", "https://roads.example.ru/hook"))
	s, err := d.Get(t.Context(), "roads-site")
	must(t, err)
	first, err := d.WebhookSecrets(s)
	must(t, err)
	must(t, d.SetWebhook(t.Context(), "roads-site", "https://roads.example.ru/other"))
	s, err = d.Get(t.Context(), "roads-site")
	must(t, err)
	second, err := d.WebhookSecrets(s)
	if err != nil || len(first) != 1 || len(second) != 1 || bytes.Equal(first[0], second[0]) {
		t.Errorf("%v: the secret is not new", err)
	}
	must(t, d.SetWebhook(t.Context(), "roads-site", ""))
	s, err = d.Get(t.Context(), "roads-site")
	must(t, err)
	if _, err := d.WebhookSecrets(s); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("without an address: %v", err)
	}
}

func TestSitesAreListedByBodyAndShownOnTheirOriginsOnly(t *testing.T) {
	h := openHouse(t)
	d := h.sites.Directory
	list, err := d.List(t.Context(), "roads")
	if err != nil || len(list) != 2 || list[0].ID != "poor-site" {
		t.Errorf("%v %v", list, err)
	}
	s, err := d.Change(t.Context(), "roads-site", func(s *Site) error {
		s.Origins, s.Rights = []string{"https://Roads.example.ru/"}, []Right{RightWidget}
		return nil
	})
	must(t, err)
	for origin, want := range map[string]bool{"https://roads.example.ru": true, "https://evil.example.ru": false, "https://roads.example.ru.evil.ru": false, "null": false, "": false} {
		if s.Allows(origin) != want {
			t.Errorf("%q: %v", origin, !want)
		}
	}
}
