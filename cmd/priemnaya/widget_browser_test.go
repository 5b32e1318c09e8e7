package main

import (
	"context"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/intake/sites"
)

// department serves the host page on "localhost": another site than ours, which
// is at 127.0.0.1, so its cookies and ours are third parties to each other.
func department(t *testing.T, cfg Config) string {
	t.Helper()
	server := httptest.NewServer(departmentHandler(cfg.BaseURL, demo.SiteID))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	must(t, err)
	return "http://localhost:" + port
}

// openHost opens a host page in a window of its own.
func openHost(t *testing.T, browser context.Context, cfg Config, address string, scripts bool) *browserTab {
	t.Helper()
	b := openTab(t, browser, cfg, scripts)
	b.hosts = append(b.hosts, strings.TrimPrefix(address, "http://"))
	b.open(address)
	return b
}

func (b *browserTab) value(script string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
	must(b.t, err)
	return v
}

// width of the frame, and height: 416 pixels until the frame has spoken.
const frameBox = `(() => { const f = document.querySelector('iframe'); if (!f) return ''; const r = f.getBoundingClientRect();
	return Math.round(r.width) + 'x' + Math.round(r.height) + (f.hidden ? ' hidden' : '') + (document.querySelector('dialog').open ? ' open' : ''); })()`

const theLink = `a[data-priemnaya]`

func TestTheWidgetOpensOnItsSiteAndHandsOverWhatWasTyped(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	host := department(t, cfg)
	d, err := a.siteDirectory()
	must(t, err)
	_, err = d.Change(t.Context(), demo.SiteID, func(s *sites.Site) error { s.Origins = []string{host}; return nil })
	must(t, err)
	b := openHost(t, browser, cfg, host, true)
	eventually(t, "the script takes the link", func() bool { return b.value(`document.querySelector('a').target`) == "_blank" })
	b.do(chromedp.Click(chromedp.CSS(theLink)))
	eventually(t, "the frame is as tall as its form", func() bool {
		box := b.value(frameBox)
		return strings.HasSuffix(box, " open") && !strings.Contains(box, "x416") && !strings.Contains(box, "hidden")
	})
	b.shoot("widget-open")
	// Typed and sent by keys, as somebody without a mouse would.
	const text = "Во дворе не горят фонари"
	b.do(chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t"))
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
	fresh := chromedp.WaitNewTarget(b.ctx, func(i *target.Info) bool { return i.Type == "page" })
	b.do(chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"))
	var window target.ID
	select {
	case window = <-fresh:
	case <-time.After(time.Minute):
		t.Fatalf("no window opened: %s", b.value(frameBox))
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(window))
	t.Cleanup(cancel)
	next := &browserTab{t: t, ctx: ctx, base: cfg.BaseURL, hosts: b.hosts}
	must(t, chromedp.Do(ctx))
	eventually(t, "the new window asks to sign in", func() bool { return next.path() == "/login" })
	if from := next.value(`String(window.opener) + ' ' + document.referrer`); !strings.HasPrefix(from, "null ") || strings.Contains(from, " "+host) {
		t.Errorf("the new window reaches back to the site: %s", from)
	}
	next.press(`main a[href*="esia"]`)
	next.press(`button[name=person][value="` + journeyPerson + `"]`)
	eventually(t, "the draft is there", func() bool { return strings.HasSuffix(next.path(), "/about") })
	next.open(strings.TrimSuffix(next.path(), "/about") + "/text")
	if got := next.value(`document.querySelector('[name=text]').value`); got != text {
		t.Errorf("the text was lost: %q", got)
	}
	// The host page closes the frame by the key the frame passes on.
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, target.ActivateTarget, target.ActivateTargetParams{TargetID: t.TargetID})
		return err
	}), chromedp.KeyEvent("\u001b"))
	eventually(t, "Escape closes", func() bool { return !strings.HasSuffix(b.value(frameBox), " open") })
}

func TestAForeignSiteCannotShowTheWidgetAndItsLinkStillWorks(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	foreign := department(t, cfg)
	b := openHost(t, browser, cfg, foreign, true)
	eventually(t, "the script takes the link", func() bool { return b.value(`document.querySelector('a').target`) == "_blank" })
	b.do(chromedp.Click(chromedp.CSS(theLink)))
	awaiting(t, time.Minute, "the page offers the link instead of the frame", func() bool {
		return b.value(`String(document.querySelector('dialog p') && !document.querySelector('dialog p').hidden)`) == "true"
	})
	if box := b.value(frameBox); !strings.Contains(box, "hidden") {
		t.Errorf("the frame of a foreign site is shown: %s", box)
	}
	b.mu.Lock()
	refused := strings.Contains(strings.Join(b.troubles, "\n"), "frame-ancestors")
	b.troubles = nil // the refusal is what the test wants
	b.mu.Unlock()
	if !refused {
		t.Error("it was not the browser that refused the frame")
	}
	for _, scripts := range []bool{true, false} {
		plain := openHost(t, browser, cfg, foreign, scripts)
		plain.open("/widget/" + demo.SiteID)
		plain.fill("text", "Прошу починить фонари")
		plain.press(button("/widget/" + demo.SiteID))
		if plain.path() != "/login" {
			t.Errorf("the plain link ends at %s", plain.location())
		}
	}
}

func TestAWidgetIgnoresMessagesOfStrangers(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	host := department(t, cfg)
	d, err := a.siteDirectory()
	must(t, err)
	_, err = d.Change(t.Context(), demo.SiteID, func(s *sites.Site) error { s.Origins = []string{host}; return nil })
	must(t, err)
	b := openHost(t, browser, cfg, host, true)
	eventually(t, "the script takes the link", func() bool { return b.value(`document.querySelector('a').target`) == "_blank" })
	b.do(chromedp.Click(chromedp.CSS(theLink)))
	eventually(t, "the frame has spoken", func() bool { box := b.value(frameBox); return box != "" && !strings.Contains(box, "x416") })
	// From the page itself: the right words, the wrong origin and source. The
	// frame speaks meanwhile when its form changes, so only ours are counted.
	b.do(chromedp.Evaluate[chromedp.Void](`window.heard = 0; window.addEventListener('message', e => { if (e.source === window) window.heard++; });
		window.postMessage({priemnaya: 1, type: 'height', height: 333}, '*'); window.postMessage({priemnaya: 1, type: 'close'}, '*')`))
	eventually(t, "the messages have arrived", func() bool { return b.value(`String(window.heard)`) == "2" })
	if now := b.value(frameBox); strings.Contains(now, "x333") || !strings.HasSuffix(now, " open") {
		t.Errorf("a stranger's message was obeyed: %s", now)
	}
}

func TestThePagesOfTheWidgetStandTheRulesOfAccessibility(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	b := openTab(t, browser, cfg, true)
	for _, l := range looks {
		b.inspect(source, l, []shownPage{{"widget-page", "/widget/" + demo.SiteID}, {"widget-code", "/widget/" + demo.SiteID + "/code"},
			{"widget-frame", "/widget/" + demo.SiteID + "/frame"}})
	}
}
