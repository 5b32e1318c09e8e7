package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"priemnaya/cmd/priemnaya/demo"
)

// axeSource gets axe-core from npm into a folder of the test.
func axeSource(t *testing.T) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("no npm on this machine to get axe-core with")
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, npm, "pack", "axe-core", "--silent", "--cache", filepath.Join(dir, "cache"))
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Skipf("npm does not give axe-core: %v\n%s", err, out)
	}
	packs, err := filepath.Glob(filepath.Join(dir, "axe-core-*.tgz"))
	if err != nil || len(packs) != 1 {
		t.Fatalf("npm left %v, %v", packs, err)
	}
	out, err := exec.Command("tar", "-xzOf", packs[0], "package/axe.min.js").Output()
	must(t, err)
	return string(out)
}

// look is how a page is looked at.
type look struct {
	width int64
	dark  bool
}

// looks are the widths and colours that every page must stand.
var looks = []look{{360, false}, {360, true}, {1280, false}, {1280, true}}

func (l look) String() string {
	if l.dark {
		return fmt.Sprintf("%d-dark", l.width)
	}
	return fmt.Sprintf("%d", l.width)
}

func (b *browserTab) wear(l look) {
	b.t.Helper()
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	b.do(chromedp.EmulateViewport(l.width, 800), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	}))
}

// runAxe returns the violations of the open page, one a line.
func (b *browserTab) runAxe(source string) []string {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](source))
	raw, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(
		r.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + (n.any[0] ? n.any[0].message : '')).join(' | '))))`, chromedp.EvalAwaitPromise))
	must(b.t, err)
	var found []string
	must(b.t, json.Unmarshal([]byte(raw), &found))
	return found
}

// shoot writes a picture of the whole page into the folder of
// PRIEMNAYA_SCREENSHOTS, if that is set.
func (b *browserTab) shoot(name string) {
	b.t.Helper()
	dir := os.Getenv("PRIEMNAYA_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	must(b.t, err)
	must(b.t, os.MkdirAll(dir, 0o755))
	must(b.t, os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644))
}

// shownPage is a page to look at and who sees it.
type shownPage struct{ name, path string }

// citizenPages are the pages of somebody who has filed and writes another.
func citizenPages(b *browserTab) []shownPage {
	b.fileInBrowser("Во дворе дома 12 по улице Садовой третью неделю не горят фонари. Прошу починить освещение.")
	b.press(button("/submit"))
	id := strings.TrimPrefix(b.path(), "/file/done/")
	b.fileInBrowser("Второе обращение ещё не подано и ждёт проверки.")
	draft := strings.TrimSuffix(b.path(), "/check")
	return []shownPage{{"home", "/"}, {"start", "/file"}, {"about", draft + "/about"}, {"topics", draft + "/topic"},
		{"to", draft + "/to"}, {"text", draft + "/text"}, {"contact", draft + "/contact"}, {"check", draft + "/check"},
		{"drop", draft + "/drop"}, {"done", "/file/done/" + id}, {"mine", "/my"}, {"case", "/case/" + id}, {"receipt", "/receipt/" + id},
		{"track", "/track"}, {"help", "/help"}, {"accessibility", "/accessibility"}, {"privacy", "/privacy"},
		{"procedure", "/procedure"}, {"login", "/login"}, {"missing", "/no-such-page"}}
}

func TestEveryPageStandsTheRulesOfAccessibility(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	startApp(t, cfg, 24, time.Now)
	citizen := openTab(t, browser, cfg, true)
	citizen.signInCitizen(journeyPerson)
	pages := citizenPages(citizen)
	officer := openTab(t, browser, cfg, true)
	officer.signInStaff("dorogi", demo.Password)
	if testing.Short() {
		pages = pages[:8]
	}
	for _, l := range looks {
		citizen.inspect(source, l, pages)
		officer.inspect(source, l, []shownPage{{"letters", "/dev/letters"}})
	}
	// A page that is not there answers 404, which the browser logs.
	citizen.forgive("404")
	officer.forgive("403", "404")
}

// forgive drops what the test provoked on purpose.
func (b *browserTab) forgive(codes ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var left []string
	for _, trouble := range b.troubles {
		wanted := false
		for _, code := range codes {
			wanted = wanted || strings.Contains(trouble, "status of "+code)
		}
		if !wanted {
			left = append(left, trouble)
		}
	}
	b.troubles = left
}

// inspect opens each page once in one look.
func (b *browserTab) inspect(source string, l look, pages []shownPage) {
	b.t.Helper()
	b.wear(l)
	for _, p := range pages {
		b.open(p.path)
		b.judge(source, l, p.name)
	}
}

// judge holds the page that is shown against the rules and keeps its picture.
func (b *browserTab) judge(source string, l look, name string) {
	b.t.Helper()
	for _, found := range b.runAxe(source) {
		b.t.Errorf("%s at %s: %s", name, l, found)
	}
	over, err := chromedp.Run(b.ctx, chromedp.Evaluate[int64]("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
	must(b.t, err)
	if over > 0 {
		b.t.Errorf("%s at %s is %d pixels too wide", name, l, over)
	}
	b.shoot(name + "-" + l.String())
}
