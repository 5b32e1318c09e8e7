package sites

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"priemnaya/casework"
)

// siteDeeds is what an administrator does to a site.
var siteDeeds = map[string]struct {
	do func(ctx context.Context, h *house) error
	// done is what a repetition of what was done is answered; "" is success.
	done casework.Code
	// twice is true where a repetition does it a second time.
	twice bool
}{
	"add": {do: func(ctx context.Context, h *house) error {
		_, err := h.sites.Directory.Add(ctx, Site{ID: "new-site", Name: "Сайт", Body: "roads", Rights: []Right{RightFile},
			Audiences: []Audience{{"esia", "NEW"}}, Webhook: Webhook{URL: "https://roads.example.ru/hook"}})
		return err
	}, done: casework.Exists},
	"new key": {do: func(ctx context.Context, h *house) error {
		_, err := h.sites.Directory.NewKey(ctx, "roads-site")
		return err
	}, twice: true},
	"revoke key": {do: func(ctx context.Context, h *house) error { return h.sites.Directory.RevokeKey(ctx, h.mine.ID) }},
	"close":      {do: func(ctx context.Context, h *house) error { return h.sites.Directory.Close(ctx, "roads-site") }},
	"set quota": {do: func(ctx context.Context, h *house) error {
		return h.sites.Directory.SetQuota(ctx, "roads-site", Quota{PerMinute: 7, PerDay: 70})
	}},
	"set webhook": {do: func(ctx context.Context, h *house) error {
		return h.sites.Directory.SetWebhook(ctx, "roads-site", "https://roads.example.ru/hook")
	}},
	"rotate webhook": {do: func(ctx context.Context, h *house) error {
		return h.sites.Directory.RotateWebhook(ctx, "hook-site", time.Hour)
	}, twice: true},
	"webhook secrets": {do: func(ctx context.Context, h *house) error {
		s, err := h.sites.Directory.Get(ctx, "hook-site")
		if err != nil {
			return err
		}
		_, err = h.sites.Directory.WebhookSecrets(s)
		return err
	}},
	"key secret": {do: func(ctx context.Context, h *house) error {
		k, err := h.sites.Directory.KeySecret(ctx, h.mine.ID)
		if err == nil && string(k.Secret) != string(h.mine.Secret) {
			return errors.New("another secret")
		}
		return err
	}},
	"list": {do: func(ctx context.Context, h *house) error {
		list, err := h.sites.Directory.List(ctx, "")
		if err == nil && len(list) != 4 {
			return fmt.Errorf("%d sites", len(list))
		}
		return err
	}},
	"open": {do: func(_ context.Context, h *house) error {
		_, err := OpenDirectory(h.sites.Directory.DirectoryConfig)
		return err
	}},
}

// registered tells what the directory holds, without what is random.
func (h *house) registered() string {
	h.t.Helper()
	list, err := h.sites.Directory.List(h.t.Context(), "")
	must(h.t, err)
	out := ""
	for _, s := range list {
		live := 0
		for _, k := range s.Keys {
			if k.Live() {
				live++
			}
		}
		out += fmt.Sprintf("%s v%d closed %v, %d of %d keys, %v, hook %q, sealed %v, before %v\n", s.ID, s.Version, !s.ClosedAt.IsZero(),
			live, len(s.Keys), s.Quota, s.Webhook.URL, len(s.Webhook.Sealed) > 0, len(s.Webhook.Previous) > 0)
	}
	return out
}

func TestADirectoryThatLosesAnyStepChangesNothingOrAll(t *testing.T) {
	for name, d := range siteDeeds {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, late %v", name, late), func(t *testing.T) {
				h := openHooked(t)
				before := h.registered()
				must(t, d.do(t.Context(), h))
				after := h.registered()
				for step := 1; ; step++ {
					h := openHooked(t)
					h.fuse.arm(step, late)
					err := d.do(t.Context(), h)
					what := h.fuse.disarm()
					if what == "" {
						must(t, err)
						break
					}
					if err == nil || !errors.Is(err, errBox) && casework.CodeOf(err) != casework.Unavailable {
						t.Errorf("without %s: %v", what, err)
					}
					half := h.registered()
					if half != before && half != after {
						t.Errorf("without %s there is\n%s", what, half)
					}
					err = d.do(t.Context(), h)
					if repeated := half == after && before != after; casework.CodeOf(err) != "" && (!repeated || casework.CodeOf(err) != d.done) {
						t.Errorf("repeated after the loss of %s: %v", what, err)
					} else if got := h.registered(); got != after && !repeated {
						t.Errorf("repeated after the loss of %s there is\n%s", what, got)
					}
				}
			})
		}
	}
}

// openHooked opens a fragile house with one more site, which is told of stages.
func openHooked(t testing.TB) *house {
	t.Helper()
	h := openFragile(t)
	_, err := h.sites.Directory.Add(t.Context(), Site{ID: "hook-site", Name: "Сайт", Body: "health", Webhook: Webhook{URL: "https://health.example.ru/hook"}})
	must(t, err)
	return h
}

// spoilRecord overwrites the one record of a kind, or that of the ID.
func (h *house) spoilRecord(kind, id string, data []byte) {
	h.t.Helper()
	records, _, err := h.store.List(h.t.Context(), kind, "", casework.Window{Limit: 100})
	must(h.t, err)
	for _, r := range records {
		if id == "" || r.ID == id {
			r.Data = data
			_, err := h.store.Put(h.t.Context(), r)
			must(h.t, err)
			return
		}
	}
	h.t.Fatalf("there is no record of %s", kind)
}

func TestARecordThatCannotBeReadIsAFailureAndNotAnAbsence(t *testing.T) {
	bad := []byte(`{"id":`)
	for name, spoil := range map[string]func(h *house) answer{
		"a site": func(h *house) answer {
			h.spoilRecord(kindSite, "roads-site", bad)
			if list, err := h.sites.Directory.List(h.t.Context(), ""); casework.CodeOf(err) != casework.Corrupted {
				h.t.Errorf("the list: %d sites, %v", len(list), err)
			}
			return h.call(h.mine, "GET", "/api/v1/bodies", nil)
		},
		"a quota": func(h *house) answer {
			h.call(h.mine, "GET", "/api/v1/bodies", nil)
			h.pass(time.Minute)
			h.spoilRecord(kindQuota, "", bad)
			return h.call(h.mine, "GET", "/api/v1/bodies", nil)
		},
		"an upload": func(h *house) answer {
			up := h.whole("abc")
			h.spoilRecord(kindUpload, "", bad)
			if _, err := h.sites.SweepUploads(h.t.Context()); casework.CodeOf(err) != casework.Corrupted {
				h.t.Errorf("the sweep: %v", err)
			}
			return h.call(h.mine, "GET", "/api/v1/uploads/"+up, nil)
		},
		"an upload to attach": func(h *house) answer {
			up := h.whole("abc")
			h.spoilRecord(kindUpload, "", bad)
			return h.call(h.mine, "POST", "/api/v1/appeals/preview", with(appeal("ROADS"), "uploads", []string{up}))
		},
		"an upload among others": func(h *house) answer {
			h.whole("abc")
			h.spoilRecord(kindUpload, "", bad)
			return h.call(h.mine, "POST", "/api/v1/uploads", map[string]any{"name": "a.jpg", "size": 3})
		},
		"a key used once": func(h *house) answer {
			h.file(h.mine, "ROADS", "0123456789abcdef")
			h.spoilRecord(kindOnce, "", bad)
			return h.call(h.mine, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", "0123456789abcdef")
		},
		"a handed-over draft": func(h *house) answer {
			path := h.handedOver(with(appeal("ROADS"), "person", nil))
			sealed, err := markedBox{}.Seal(bad)
			must(h.t, err)
			h.spoilRecord(kindHanded, "", sealed)
			return h.visit("anna", "GET", path, "")
		},
		"a text of the widget": func(h *house) answer {
			h.openWidget()
			handle := h.lay("Не горит фонарь.").cookie(widgetCookie)
			h.spoilRecord(kindWidget, "", bad)
			return h.visit("anna", "GET", "/widget/form-site/go", "", handle)
		},
	} {
		h := openFragile(t)
		a := spoil(h)
		if a.Status != 500 || a.Header.Get("Location") != "" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
		if json.Valid(a.Body) && a.text("code") != "internal" {
			t.Errorf("%s: %s", name, a.Body)
		}
	}
}
