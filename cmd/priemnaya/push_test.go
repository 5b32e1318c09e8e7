package main

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
	"priemnaya/notifications/external"
	"priemnaya/notifications/signature"
	"priemnaya/notifications/webhook"
)

// mailbox is a server that keeps what is pushed to it.
type mailbox struct {
	url  string
	mu   sync.Mutex
	keys []signature.Key
	got  []json.RawMessage
	bad  []error
}

func newMailbox(t *testing.T) *mailbox {
	m := &mailbox{}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		m.mu.Lock()
		defer m.mu.Unlock()
		if err := signature.Verify(r.Header, body, time.Now(), m.keys...); err != nil {
			m.bad = append(m.bad, err)
		}
		m.got = append(m.got, body)
	}))
	t.Cleanup(s.Close)
	m.url = s.URL
	return m
}

func (m *mailbox) count() int { m.mu.Lock(); defer m.mu.Unlock(); return len(m.got) }

func TestASiteAndACabinetOutsideHearOfACaseFiledOnTheSite(t *testing.T) {
	site, cabinet := newMailbox(t), newMailbox(t)
	key := signature.NewKey()
	cabinet.keys = []signature.Key{key}
	cfg := testConfig(t)
	cfg.Cabinet = CabinetConfig{URL: cabinet.url, Secret: key.Text()}
	must(t, cfg.check())
	a := startApp(t, cfg, 0, time.Now)
	ctx := context.Background()
	d, err := a.siteDirectory()
	must(t, err)
	must(t, d.SetWebhook(ctx, demo.SiteID, site.url))
	must(t, d.RotateWebhook(ctx, demo.SiteID, time.Hour))
	e, err := endpointOf(ctx, d, demo.SiteID)
	must(t, err)
	site.keys = e.Keys[:1]
	who := casework.Applicant{Key: "esia:1000000001", Name: casework.PersonName{Surname: "Вербицкая", Given: "Анна"},
		Assurance: casework.AssuranceConfirmed, Contact: casework.Contact{Cabinet: true}}
	draft := casework.FilingDraft{ID: strings.Repeat("a", 32), Regime: casework.RegimeAppeal, Site: demo.SiteID, Addressee: "city-roads", Lang: "ru",
		Text: "На улице Садовой провалился асфальт. Прошу отремонтировать дорогу.", Contact: who.Contact, Topic: "0003.0009.0099.0742", Territory: "99701"}
	filed, err := a.office.File(ctx, casework.Citizen(who), draft.FilingOf(who, casework.ChannelWeb))
	must(t, err)
	eventually(t, "both hear of two stages", func() bool { return site.count() >= 2 && cabinet.count() >= 2 })
	site.mu.Lock()
	defer site.mu.Unlock()
	cabinet.mu.Lock()
	defer cabinet.mu.Unlock()
	if len(site.bad)+len(cabinet.bad) > 0 {
		t.Errorf("signatures: %v %v", site.bad, cabinet.bad)
	}
	for i, want := range []string{"case.received", "case.routed"} {
		var event webhook.Event
		var status external.Message
		must(t, json.Unmarshal(site.got[i], &event))
		must(t, json.Unmarshal(cabinet.got[i], &status))
		if event.Type != want || event.Data.Sequence != i+1 || event.Data.Case != filed.Case.ID || event.Data.Site != demo.SiteID {
			t.Errorf("event %d: %+v", i+1, event)
		}
		if status.Data.Sequence != i+1 || status.Data.Account.ID != "1000000001" {
			t.Errorf("status %d: %+v", i+1, status)
		}
		for _, body := range []json.RawMessage{site.got[i], cabinet.got[i]} {
			if strings.Contains(string(body), "Вербицкая") || strings.Contains(string(body), "асфальт") {
				t.Errorf("it holds what it must not: %s", body)
			}
		}
	}
}

func TestACabinetOutsideIsCheckedOnStart(t *testing.T) {
	good := signature.NewKey().Text()
	for name, x := range map[string]struct {
		c    CabinetConfig
		dev  bool
		good bool
	}{
		"none":                 {CabinetConfig{}, false, true},
		"https and a key":      {CabinetConfig{"https://cabinet.example.ru/", good}, false, true},
		"two keys":             {CabinetConfig{"https://cabinet.example.ru/", good + " " + good}, false, true},
		"this machine":         {CabinetConfig{"http://127.0.0.1:9/", good}, true, true},
		"http in production":   {CabinetConfig{"http://cabinet.example.ru/", good}, false, false},
		"inside in production": {CabinetConfig{"https://10.0.0.1/", good}, false, false},
		"no key":               {CabinetConfig{"https://cabinet.example.ru/", ""}, false, false},
		"a bad key":            {CabinetConfig{"https://cabinet.example.ru/", "secret"}, false, false},
	} {
		if err := x.c.check(x.dev); (err == nil) != x.good {
			t.Errorf("%s: %v", name, err)
		} else if err != nil && strings.Contains(err.Error(), good) {
			t.Errorf("%s: the error holds the key", name)
		}
	}
}

// framed sends what a browser would from a frame of ours.
type framed struct{}

func (framed) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return http.DefaultTransport.RoundTrip(r)
}

func TestWhatWasTypedOnASiteBecomesTheDraftOfWhoeverSignsInThere(t *testing.T) {
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	const text = "Во дворе дома 12 не горят фонари. «Прошу» починить & < 5 °C"
	frame := cfg.BaseURL + "/widget/" + demo.SiteID + "/frame?l=ru"
	v := visitor.New(framed{})
	must(t, v.Open(frame))
	must(t, v.Submit("/widget/"+demo.SiteID+"/frame?l=ru", visitor.Fields{"text": text}))
	if v.Path() != "/login" || v.Page.URL.Query().Get("next") != "/widget/"+demo.SiteID+"/go" {
		t.Fatalf("the form leads to %s", v.Page.URL)
	}
	must(t, v.Follow("Госуслуги"))
	must(t, v.Submit("/emulator/choose", visitor.Fields{"person": journeyPerson}))
	if !strings.HasPrefix(v.Path(), "/file/") || !strings.Contains(v.Page.Value("toast"), "перенесли написанное") {
		t.Fatalf("after signing in: %s\n%s", v.Page.URL, v.Page.Text())
	}
	records, _, err := a.storage.List(context.Background(), casework.KindDraft, "", casework.Window{Limit: 10})
	must(t, err)
	var d casework.FilingDraft
	if len(records) != 1 {
		t.Fatalf("%d drafts", len(records))
	}
	must(t, json.Unmarshal(records[0].Data, &d))
	if d.Text != text || d.Site != demo.SiteID || d.Addressee != demo.Site().Body || !d.AddresseeAsked {
		t.Errorf("%+v", d)
	}
	left, _, err := a.storage.List(context.Background(), "sites.widget", "", casework.Window{Limit: 10})
	if err != nil || len(left) != 0 {
		t.Errorf("%d texts still wait, %v", len(left), err)
	}
	// The way is good once, and for the window that came with the text only.
	must(t, v.Open(cfg.BaseURL+"/widget/"+demo.SiteID+"/go"))
	if v.Path() != "/file" || !strings.Contains(v.Page.Value("toast"), "больше не хранится") {
		t.Errorf("used twice: %s", v.Page.URL)
	}
	other := signIn(t, cfg, journeyPerson)
	must(t, other.Open(cfg.BaseURL+"/widget/"+demo.SiteID+"/go"))
	records, _, err = a.storage.List(context.Background(), casework.KindDraft, "", casework.Window{Limit: 10})
	if other.Path() != "/file" || len(records) != 1 || err != nil {
		t.Errorf("a stolen address leads to %s, %d drafts, %v", other.Page.URL, len(records), err)
	}
}

func TestTheWidgetLeavesNothingInTheFrameAndOpensToItsSitesOnly(t *testing.T) {
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	get := func(path string, header ...string) (*http.Response, string) {
		req, err := http.NewRequest("GET", cfg.BaseURL+path, nil)
		must(t, err)
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		must(t, err)
		return resp, string(body)
	}
	frame := "/widget/" + demo.SiteID + "/frame"
	all := strings.Join(demo.Site().Origins, " ")
	for path, want := range map[string]string{frame: all, frame + "?origin=" + demo.Site().Origins[0]: demo.Site().Origins[0],
		frame + "?origin=https://evil.example": all, frame + "?origin=*": all} {
		resp, body := get(path)
		policy := resp.Header.Get("Content-Security-Policy")
		if resp.StatusCode != 200 || !strings.HasSuffix(policy, "frame-ancestors "+want) || strings.Contains(policy, "unsafe") || strings.Contains(body, "evil") {
			t.Errorf("%s: %d %s", path, resp.StatusCode, policy)
		}
		if len(resp.Cookies()) != 0 || resp.Header.Get("X-Frame-Options") != "" {
			t.Errorf("%s: cookies %v, %s", path, resp.Cookies(), resp.Header.Get("X-Frame-Options"))
		}
	}
	for _, path := range []string{"/", "/login", "/widget/" + demo.SiteID, "/widget/" + demo.SiteID + "/code", "/track"} {
		if resp, _ := get(path); !strings.Contains(resp.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s may be framed", path)
		}
	}
	for _, path := range []string{"/widget/no-such-site", "/widget/no-such-site/frame", "/widget/..%2f/frame", "/widget/x/frame"} {
		if resp, _ := get(path); resp.StatusCode != 404 {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	script, body := get("/widget.js")
	sum := sha512.Sum384([]byte(body))
	integrity := "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
	if _, page := get("/widget/" + demo.SiteID + "/code"); !strings.Contains(page, strings.ReplaceAll(integrity, "+", "&#43;")) || len(body) > 6<<10 {
		t.Errorf("the page names another integrity than %s, or the script is too large: %d bytes", integrity, len(body))
	}
	if script.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Error("a page cannot check the integrity of the script")
	}
	if resp, _ := get("/widget.js", "If-None-Match", script.Header.Get("ETag")); resp.StatusCode != 304 {
		t.Errorf("the script is sent again: %d", resp.StatusCode)
	}
	// A form that another site sends is refused and nothing is kept.
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}, {"X", "y"}} {
		req, err := http.NewRequest("POST", cfg.BaseURL+frame, strings.NewReader("text=x"))
		must(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set(header[0], header[1])
		resp, err := http.DefaultTransport.RoundTrip(req)
		must(t, err)
		resp.Body.Close()
		if resp.StatusCode != 403 {
			t.Errorf("%v: %d", header, resp.StatusCode)
		}
	}
	left, _, err := a.storage.List(context.Background(), "sites.widget", "", casework.Window{Limit: 10})
	if err != nil || len(left) != 0 {
		t.Errorf("%d texts were kept, %v", len(left), err)
	}
	if resp, _ := get("/open311/v2/services.json"); resp.StatusCode != 200 {
		t.Errorf("Open311: %d", resp.StatusCode)
	}
}
