package portal

import (
	"context"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

// oneLink is a messenger with one link that works once.
type oneLink struct {
	used  bool
	bound []MessengerAccount
}

func (o *oneLink) Link(_ context.Context, token string) (MessengerLink, error) {
	if token != "good" {
		return MessengerLink{}, casework.Fail(casework.NotFound, "test", "")
	}
	return MessengerLink{Platform: "telegram", Name: "Чужой <b>", Handle: "stranger", Check: "4821", Till: time.Unix(0, 0), Used: o.used}, nil
}

func (o *oneLink) ConfirmLink(_ context.Context, _ casework.Applicant, token string) (string, error) {
	if o.used {
		return "", casework.Fail(casework.Conflict, "test", "bot.link.used")
	}
	o.used = true
	return "135790", nil
}

func (o *oneLink) Bindings(context.Context, string) ([]MessengerAccount, error) { return o.bound, nil }

func (o *oneLink) Unbind(_ context.Context, who, key string) error {
	o.bound = nil
	return nil
}

func TestALinkNamesTheAccountAndIsUsedUpByAConfirmationOnly(t *testing.T) {
	h := openHouse(t)
	o := &oneLink{bound: []MessengerAccount{{Key: "telegram/1", Platform: "telegram", Name: "Анна"}}}
	h.portal.Messengers = o
	for _, r := range h.portal.messengerRoutes() {
		h.app.Add(r.method, r.path, r.handle)
	}
	b := h.reader("anna", "ru")
	for range 3 {
		page := b.get("/messenger/good")
		for _, words := range []string{"4821", "@stranger", "Чужой &lt;b&gt;", "ничего не подтверждайте", "Соколова"} {
			if !strings.Contains(page.Body, words) {
				t.Fatalf("the page does not say %q", words)
			}
		}
		if strings.Contains(page.Body, "135790") || o.used {
			t.Fatal("looking has used the link up")
		}
	}
	if page := b.post("/messenger/good"); page.Status != 422 || o.used {
		t.Fatalf("confirmed without a tick: %d", page.Status)
	}
	if page := b.post("/messenger/good", "mine", "yes"); page.Status != 200 || !strings.Contains(page.Body, "135790") {
		t.Fatalf("no code: %d", page.Status)
	}
	if page := b.get("/messenger/good"); page.Status != 410 || strings.Contains(page.Body, "135790") {
		t.Fatalf("a used link answers %d", page.Status)
	}
	if page := b.get("/messenger/bad"); page.Status != 410 {
		t.Fatalf("an unknown link answers %d", page.Status)
	}
	if page := b.get("/messengers"); !strings.Contains(page.Body, "Telegram: Анна") {
		t.Fatal("the account is not listed")
	}
	b.post("/messengers", "account", "telegram/1")
	if len(o.bound) != 0 {
		t.Fatal("the account was not dropped")
	}
}
