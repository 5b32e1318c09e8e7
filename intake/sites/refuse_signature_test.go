package sites

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/sites/sign"
)

func TestARequestIsTakenOnceAndOnlyWithinFiveMinutes(t *testing.T) {
	h := openHouse(t)
	made := func(at time.Duration) (a answer) {
		r := httptest.NewRequest("GET", "/api/v1/bodies", nil)
		must(t, sign.Request(r, nil, h.mine, h.now().Add(at)))
		return h.send(r)
	}
	for at, code := range map[time.Duration]string{0: "<nil>", -5 * time.Minute: "<nil>", 5 * time.Minute: "<nil>",
		-5*time.Minute - time.Second: "clock", 5*time.Minute + time.Second: "clock", -24 * time.Hour: "clock"} {
		if a := made(at); a.text("code") != code {
			t.Errorf("signed %v off: %s instead of %s", at, a.text("code"), code)
		}
	}
	again := func() answer {
		r := httptest.NewRequest("GET", "/api/v1/bodies", nil)
		must(t, sign.WithNonce(r, h.mine, "a-nonce-that-comes-twice", time.Date(2026, 11, 20, 12, 0, 0, 0, moscow)))
		return h.send(r)
	}
	if a := again(); a.Status != 200 {
		t.Fatalf("first: %d", a.Status)
	}
	if a := again(); a.Status != 401 || a.text("code") != "replay" {
		t.Errorf("second: %d %s", a.Status, a.Body)
	}
	// Another process has the same memory.
	h.openSites()
	h.pass(5 * time.Minute)
	if a := again(); a.text("code") != "replay" {
		t.Errorf("at the end of its time: %s", a.Body)
	}
	h.pass(time.Second)
	if a := again(); a.text("code") != "clock" {
		t.Errorf("after its time: %s", a.Body)
	}
}

func TestAForgedRequestIsRefusedWhateverIsForged(t *testing.T) {
	h := openHouse(t)
	body := []byte(`{"name":"a.pdf","size":3}`)
	for name, forge := range map[string]func(k sign.Key) answer{
		"another method": func(k sign.Key) answer {
			r := h.request(k, "GET", "/api/v1/uploads/00000000000000000000000000000000", nil)
			r.Method = "DELETE"
			return h.send(r)
		},
		"another path": func(k sign.Key) answer {
			r := h.request(k, "GET", "/api/v1/bodies", nil)
			r.URL.Path, r.RequestURI = "/api/v1/procedures", "/api/v1/procedures"
			return h.send(r)
		},
		"another query": func(k sign.Key) answer {
			r := h.request(k, "GET", "/api/v1/topics?under=0003", nil)
			r.URL.RawQuery, r.RequestURI = "under=0003&x=1", "/api/v1/topics?under=0003&x=1"
			return h.send(r)
		},
		"another idempotency key": func(k sign.Key) answer {
			r := h.request(k, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", "0123456789abcdef")
			r.Header.Set("Idempotency-Key", "fedcba9876543210")
			return h.send(r)
		},
		"an uncovered digest": func(k sign.Key) answer {
			r := httptest.NewRequest("POST", "/api/v1/uploads", bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			must(t, sign.Request(r, nil, k, h.now()))
			r.Header.Set("Content-Digest", sign.Digest(body))
			return h.send(r)
		},
		"another secret": func(k sign.Key) answer {
			return h.call(sign.Key{ID: k.ID, Secret: []byte("guess")}, "GET", "/api/v1/bodies", nil)
		},
		"a key of nobody": func(k sign.Key) answer {
			return h.call(sign.Key{ID: "nobody.00000000", Secret: k.Secret}, "GET", "/api/v1/bodies", nil)
		},
		"another key of the site": func(k sign.Key) answer {
			return h.call(sign.Key{ID: "roads-site.00000000", Secret: k.Secret}, "GET", "/api/v1/bodies", nil)
		},
		"no signature at all": func(sign.Key) answer {
			return h.send(httptest.NewRequest("GET", "/api/v1/bodies", nil))
		},
	} {
		if a := forge(h.mine); a.Status != 401 || a.text("code") != "signature" {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
}

func TestAnUnknownKeyIsAnsweredAsAWrongSignature(t *testing.T) {
	h := openHouse(t)
	wrong := h.call(sign.Key{ID: h.mine.ID, Secret: []byte("guess")}, "GET", "/api/v1/bodies", nil)
	unknown := h.call(sign.Key{ID: "nobody.00000000", Secret: []byte("guess")}, "GET", "/api/v1/bodies", nil)
	if !bytes.Equal(wrong.Body, unknown.Body) || len(wrong.Header) != len(unknown.Header) {
		t.Errorf("they differ:\n%s\n%s", wrong.Body, unknown.Body)
	}
}

func TestARevokedKeyAndAClosedSiteEndAtOnce(t *testing.T) {
	h := openHouse(t)
	next, err := h.sites.Directory.NewKey(t.Context(), "roads-site")
	must(t, err)
	must(t, h.sites.Directory.RevokeKey(t.Context(), h.mine.ID))
	if a := h.call(h.mine, "GET", "/api/v1/bodies", nil); a.Status != 401 {
		t.Errorf("a revoked key: %d", a.Status)
	}
	if a := h.call(next, "GET", "/api/v1/bodies", nil); a.Status != 200 {
		t.Errorf("the next key: %d", a.Status)
	}
	must(t, h.sites.Directory.Close(t.Context(), "roads-site"))
	if a := h.call(next, "GET", "/api/v1/bodies", nil); a.Status != 401 {
		t.Errorf("a closed site: %d", a.Status)
	}
}

func TestARefusedSignatureSpendsNeitherNonceNorQuota(t *testing.T) {
	h := openHouse(t)
	good := h.request(h.mine, "GET", "/api/v1/bodies", nil)
	bad := good.Clone(t.Context())
	bad.Header.Set("Signature", "sig=:"+strings.Repeat("A", 43)+"=:")
	if a := h.send(bad); a.Status != 401 || a.Header.Get("RateLimit") != "" {
		t.Fatalf("forged: %d %v", a.Status, a.Header)
	}
	if a := h.send(good); a.Status != 200 {
		t.Errorf("the true one after it: %d %s", a.Status, a.Body)
	}
}

func TestNothingOfARequestIsInTheLog(t *testing.T) {
	h := openHouse(t)
	h.shelf.set(errInternal{})
	h.call(h.mine, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", "0123456789abcdef")
	log := h.log.String()
	if !strings.Contains(log, "site API") {
		t.Fatal("the failure is not in the log")
	}
	for _, word := range []string{"Соколова", "Липовой", "anna@example.ru", "ROADS:anna", string(h.mine.Secret)} {
		if strings.Contains(log, word) {
			t.Errorf("the log holds %q", word)
		}
	}
}

type errInternal struct{}

func (errInternal) Error() string { return "test: broken" }
