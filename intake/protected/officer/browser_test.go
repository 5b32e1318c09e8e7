package officer_test

import (
	"context"
	"fmt"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"priemnaya/intake/protected/seal"
)

// window is an officer at a real browser.
type window struct {
	t   *testing.T
	ctx context.Context
	axe string

	mu     sync.Mutex
	faults []string
}

// openWindow starts a browser and collects what a clean page never does.
func openWindow(t *testing.T) *window {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is left out of short runs")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no Chromium on this machine")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("force-prefers-reduced-motion", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	w := &window{t: t, ctx: ctx, axe: axeSource(t)}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return err
	}))
	if err := chromedp.Listen(ctx, w.hear); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *window) hear(event any) {
	fault := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		fault = "exception: " + e.ExceptionDetails.Text
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; strings.HasPrefix(u, "http") && !strings.HasPrefix(u, "http://127.0.0.1:") {
			fault = "a request to " + u
		}
	}
	if fault != "" {
		w.mu.Lock()
		w.faults = append(w.faults, fault)
		w.mu.Unlock()
	}
}

// axeSource gets axe-core from npm; it is left out of the short form of the test.
func axeSource(t *testing.T) string {
	t.Helper()
	if os.Getenv("PRIEMNAYA_TEST_ALL") == "" {
		return ""
	}
	dir := t.TempDir()
	c := exec.Command("npm", "pack", "axe-core", "--silent", "--cache", filepath.Join(dir, "cache"))
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Logf("npm does not give axe-core: %v %s", err, out)
		return ""
	}
	packs, _ := filepath.Glob(filepath.Join(dir, "axe-core-*.tgz"))
	if len(packs) != 1 {
		return ""
	}
	out, err := exec.Command("tar", "-xzOf", packs[0], "package/axe.min.js").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 40*time.Second)
	defer cancel()
	for i, step := range steps {
		if err := chromedp.Do(ctx, step); err != nil {
			text, _ := chromedp.Run(w.ctx, chromedp.Text(chromedp.CSS("body")))
			w.t.Fatalf("step %d: %v\n%s", i+1, err, text)
		}
	}
}

// look checks the page at both widths by axe, and keeps pictures of it where
// PRIEMNAYA_SCREENSHOTS names a folder.
func (w *window) look(name string) {
	w.t.Helper()
	for _, width := range []int64{360, 1280} {
		w.do(chromedp.EmulateViewport(width, 800))
		wide, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`))
		if err != nil || wide {
			w.t.Errorf("%s at %d is wider than the window: %v", name, width, err)
		}
		if w.axe != "" {
			w.do(chromedp.Evaluate[chromedp.Void](w.axe))
			found, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`axe.run(document, {resultTypes: ['violations']}).then(r =>
				r.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes[0].html.slice(0, 160)).join('\n'))`, chromedp.EvalAwaitPromise))
			if err != nil || found != "" {
				w.t.Errorf("%s at %d: %s %v", name, width, found, err)
			}
		}
		if dir := os.Getenv("PRIEMNAYA_SCREENSHOTS"); dir != "" {
			picture, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				w.t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("officer-%s-%d.png", name, width)), picture, 0o644); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// says waits for a message of the desk.
func (w *window) says(words string) {
	w.t.Helper()
	_, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](`new Promise(done => { const look = () => { const p = document.getElementById('desk-say');
		if (p && !p.hidden && p.textContent.includes(`+strconv.Quote(words)+`)) done(true); else setTimeout(look, 50); }; look(); setTimeout(() => done(false), 20000); })`, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := chromedp.Run(w.ctx, chromedp.Text(chromedp.CSS("#desk-say")))
	if err != nil || !strings.Contains(text, words) {
		w.t.Fatalf("the desk says %q, not %q: %v", text, words, err)
	}
}

func TestAnOfficerReadsAndAnswersInHisBrowserAndTheServerSeesNothing(t *testing.T) {
	w := openWindow(t)
	a, b := newAgency(t, "one", true), newAgency(t, "two", false)
	a.other = b
	author, id := a.file()
	locked, err := seal.LockForBrowser(a.me, []byte(keyPass))
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "petrov.key")
	if err := os.WriteFile(key, locked, 0o600); err != nil {
		t.Fatal(err)
	}
	w.do(chromedp.Navigate(a.server.URL + "/"))
	w.look("in")
	w.do(chromedp.SendKeys(chromedp.CSS(`[name=login]`), "petrov"), chromedp.SendKeys(chromedp.CSS(`[name=password]`), password),
		chromedp.SendKeys(chromedp.CSS(`[name=code]`), a.code()), chromedp.Click(chromedp.CSS(`main button`)), chromedp.WaitVisible(chromedp.CSS(`#key-box`)))
	w.look("locked")
	w.do(chromedp.SetUploadFiles(chromedp.CSS(`#key-file`), []string{key}), chromedp.SendKeys(chromedp.CSS(`#key-pass`), "не та фраза"), chromedp.Click(chromedp.CSS(`#key-open`)))
	w.says("Пароль не подошёл")
	w.look("wrong")
	w.do(chromedp.SendKeys(chromedp.CSS(`#key-pass`), keyPass), chromedp.Click(chromedp.CSS(`#key-open`)), chromedp.WaitVisible(chromedp.CSS(`#desk-view table`)))
	w.look("list")
	w.do(chromedp.Click(chromedp.CSS(`#desk-view tbody a`)), chromedp.WaitVisible(chromedp.CSS(`#answer-text`)))
	w.look("report")
	text, err := chromedp.Run(w.ctx, chromedp.Text(chromedp.CSS(`#desk-view .as-typed`)))
	if err != nil || text != canary {
		t.Errorf("the officer reads %q, %v", text, err)
	}
	w.do(chromedp.SendKeys(chromedp.CSS(`#answer-text`), "Ответ КАНАРЕЙКА из браузера"), chromedp.Click(chromedp.CSS(`#answer-text ~ button, form:has(#answer-text) button`)))
	w.says("Ответ зашифрован")
	w.do(chromedp.SendKeys(chromedp.CSS(`#note-labels`), "КАНАРЕЙКА, срочно"), chromedp.SendKeys(chromedp.CSS(`#note-who`), "petrov"), chromedp.Click(chromedp.CSS(`form:has(#note-who) button`)))
	w.says("Пометки сохранены")
	w.look("noted")
	w.do(chromedp.Click(chromedp.CSS(`form:has(#over-to) button`)))
	w.says("Пакет для другого органа")
	w.do(chromedp.Click(chromedp.CSS(`#desk-view .back a`)), chromedp.WaitVisible(chromedp.CSS(`#desk-view table`)))
	w.look("labelled")
	w.do(chromedp.Navigate(a.server.URL + "/report/" + id.String()))
	w.look("plain")
	w.do(chromedp.Navigate(a.server.URL + "/report/" + id.String() + "/shred"))
	w.look("shred")
	w.mu.Lock()
	for _, f := range w.faults {
		t.Error(f)
	}
	w.mu.Unlock()
	_, box, err := a.store.Box(t.Context(), author.Tag, author.Secret)
	if err != nil || len(box) != 2 {
		t.Fatalf("%d messages, %v", len(box), err)
	}
	opened, err := seal.Open(seal.Place{Agency: "one", Report: id, Kind: seal.KindOfficer}, box[1].Sealed, author.Identity)
	if err != nil || !strings.Contains(string(opened.Body), "КАНАРЕЙКА из браузера") || !opened.By(a.me.Public()) {
		t.Errorf("the author cannot read the answer: %v", err)
	}
	waiting, err := filepath.Glob(filepath.Join(a.folder, "out", "two-*.json"))
	if err != nil || len(waiting) != 1 {
		t.Errorf("handovers: %v %v", waiting, err)
	}
	report, _, err := a.store.Report(t.Context(), id)
	if err != nil || report.Version != 1 {
		t.Fatalf("note: version %d, %v", report.Version, err)
	}
	note, err := seal.Open(seal.Place{Agency: "one", Report: id, Kind: seal.KindNote, Number: 1}, report.Desk, a.me)
	if err != nil || !strings.Contains(string(note.Body), "срочно") {
		t.Errorf("the note: %v", err)
	}
	if _, err := seal.Open(seal.Place{Agency: "one", Report: id, Kind: seal.KindNote, Number: 1}, report.Desk, author.Identity); err == nil {
		t.Error("the author opens the officers' note")
	}
	a.nothingReadable()
	if a.seen.Len() < 16<<10 {
		t.Errorf("only %d bytes were looked through", a.seen.Len())
	}
}

// TestTheHuntFindsAPlantedText proves that nothingReadable looks.
func TestTheHuntFindsAPlantedText(t *testing.T) {
	a := newAgency(t, "one", false)
	jar, _ := cookiejar.New(nil)
	a.client.Jar = jar
	a.get("/?q=" + strings.Repeat("x", 10))
	a.seen.WriteString("КАНАРЕЙКА")
	planted := &agency{t: &silent{TB: t}, folder: a.folder, me: a.me, seen: a.seen}
	planted.nothingReadable()
	if !planted.t.(*silent).failed {
		t.Error("a planted text is not found")
	}
}

// silent notes that something failed instead of failing.
type silent struct {
	testing.TB
	failed bool
}

func (s *silent) Errorf(string, ...any) { s.failed = true }
func (s *silent) Helper()               {}
