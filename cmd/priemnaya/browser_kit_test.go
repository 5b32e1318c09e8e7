package main

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// startBrowser starts a browser for one test; it skips where none is there.
func startBrowser(t testing.TB) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is left out of short runs; go test without -short starts it")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("accept-lang", "ru"), chromedp.Flag("lang", "ru"), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		// A message that fades in has no contrast to measure while it does.
		chromedp.Flag("force-prefers-reduced-motion", true))
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancelAlloc)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return ctx
}

// browserTab is one person at a real browser, with cookies of his own. It
// collects everything that a clean page never does.
type browserTab struct {
	t     testing.TB
	ctx   context.Context
	base  string
	hosts []string

	mu       sync.Mutex
	troubles []string
}

// openTab opens a window that talks to the program and its emulator only.
func openTab(t testing.TB, browser context.Context, cfg Config, scripts bool) *browserTab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &browserTab{t: t, ctx: ctx, base: cfg.BaseURL, hosts: []string{cfg.Listen, cfg.SimListen}}
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
		return err
	}))
	must(t, chromedp.Listen(ctx, b.hear))
	t.Cleanup(func() {
		for _, trouble := range b.found() {
			t.Error(trouble)
		}
	})
	return b
}

// hear notes requests to strangers, violations of the policy and errors.
func (b *browserTab) hear(event any) {
	trouble := ""
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err != nil || (u.Scheme == "http" || u.Scheme == "https") && !slices.Contains(b.hosts, u.Host) {
			trouble = "a request leaves for " + e.Request.URL
		}
	case *log.EventEntryAdded:
		// The answer to a mistaken form is 422, which a browser logs.
		if e.Entry.Level == "error" && !strings.Contains(e.Entry.Text, "422") || e.Entry.Source == "security" {
			trouble = fmt.Sprintf("log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		trouble = fmt.Sprintf("exception: %s %s", e.ExceptionDetails.Text, e.ExceptionDetails.URL)
	}
	if trouble != "" {
		b.mu.Lock()
		b.troubles = append(b.troubles, trouble)
		b.mu.Unlock()
	}
}

func (b *browserTab) found() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.troubles)
}

// do runs steps and gives each up after a while.
func (b *browserTab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if chromedp.FromContext(b.ctx).Target == nil {
		// The first call binds the life of the window to its context.
		must(b.t, chromedp.Do(b.ctx))
	}
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
	defer cancel()
	for i, step := range steps {
		if err := chromedp.Do(ctx, step); err != nil {
			b.t.Fatalf("step %d at %s: %v\n%s", i+1, b.location(), err, b.text())
		}
	}
}

func (b *browserTab) location() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	where, _ := chromedp.Run(ctx, chromedp.Location())
	return where
}

// path is the path of the open page.
func (b *browserTab) path() string {
	u, err := url.Parse(b.location())
	if err != nil {
		return ""
	}
	return u.Path
}

// text is what the open page shows.
func (b *browserTab) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("body")))
	return strings.Join(strings.Fields(text), " ")
}

func (b *browserTab) open(path string) {
	b.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.base + path
	}
	b.do(chromedp.Navigate(path))
}

// press clicks and waits until another page has been loaded.
func (b *browserTab) press(selector string) {
	b.t.Helper()
	b.leave(chromedp.Click(chromedp.CSS(selector)))
}

// leave does something that leads to another page and waits for it.
func (b *browserTab) leave(step chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, step); err != nil {
		b.t.Fatalf("at %s: %v\n%s", b.location(), err, b.text())
	}
}

func (b *browserTab) fill(name, value string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(fmt.Sprintf(`main [name="%s"]`, name)), value))
}

// wants fails unless the page shows the words.
func (b *browserTab) wants(words string) {
	b.t.Helper()
	if text := b.text(); !strings.Contains(text, strings.Join(strings.Fields(words), " ")) {
		b.t.Fatalf("%s does not say %q\n%s", b.location(), words, text)
	}
}

// button is the selector of the button of the form that leads to an address.
func button(action string) string {
	return fmt.Sprintf(`form[action$="%s"] button[type=submit]:not([value=later]):not([value=suggest]):not([formaction])`, action)
}

// signInCitizen goes through the emulator of ESIA.
func (b *browserTab) signInCitizen(person string) {
	b.t.Helper()
	b.open("/login")
	b.press(`main a[href*="esia"]`)
	b.press(fmt.Sprintf(`button[name=person][value="%s"]`, person))
}

// signInStaff signs a member of staff in.
func (b *browserTab) signInStaff(login, password string) {
	b.t.Helper()
	b.open("/staff/login")
	b.fill("login", login)
	b.fill("password", password)
	b.press(button("/staff/login"))
	if b.path() != "/desk" {
		b.t.Fatalf("%s is at %s\n%s", login, b.location(), b.text())
	}
}
