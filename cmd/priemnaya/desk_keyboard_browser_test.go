package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
)

// tabWalk is what came of walking a page by the key Tab alone.
type tabWalk struct {
	// Controls is how many there are, Missed those that were never reached.
	Controls int
	Missed   []string
	// Hidden had the focus with nothing to see of it, Back came before one that
	// stands earlier on the page.
	Hidden, Back []string
	// Left is true if the focus came out at the other end.
	Left bool
}

// listTabStops marks what should be reached, in the order of reading, and notes
// every focus from then on. Of a group of radios one is a stop.
const listTabStops = `(() => {
	const named = new Map(), stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter((e) => {
		if (e.disabled || e.type === 'hidden' || e.tabIndex < 0 || e.closest('dialog:not([open])') || !e.checkVisibility({visibilityProperty: true})) return false;
		if (e.type !== 'radio') return true;
		const key = (e.form ? [...document.forms].indexOf(e.form) : '') + e.name, best = named.get(key);
		if (!best || e.checked) named.set(key, e);
		return true;
	}).filter((e) => e.type !== 'radio' || [...named.values()].includes(e));
	stops.forEach((e, i) => { e.dataset.stop = i; });
	window.walked = [];
	document.addEventListener('focusin', (event) => {
		const e = event.target, style = getComputedStyle(e);
		walked.push({at: Number(e.dataset.stop ?? -1), name: e.tagName + ' ' + (e.name || e.getAttribute('href') || e.textContent.trim().slice(0, 40)),
			seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2});
	});
	if (document.activeElement) document.activeElement.blur();
	return stops.length + 4 * document.querySelectorAll('input[type=date]').length;
})()`

const readTabStops = `(() => {
	const stops = [...document.querySelectorAll('[data-stop]')], reached = new Set(walked.map((w) => w.at)), name = (e) => e.tagName + ' ' + (e.name || e.getAttribute('href') || e.textContent.trim().slice(0, 40));
	let last = -1;
	const back = [];
	for (const w of walked) { if (w.at >= 0 && w.at < last && w.at !== 0) back.push(w.name); if (w.at >= 0) { if (w.at === 0 && last > 0) break; last = w.at; } }
	return {Controls: stops.length, Missed: stops.filter((e) => !reached.has(Number(e.dataset.stop))).map(name), Hidden: walked.filter((w) => !w.seen).map((w) => w.name),
		Back: back, Left: document.activeElement === document.body || walked.filter((w) => w.at === 0).length > 1};
})()`

// walk presses Tab until the page has been gone through.
func (b *browserTab) walk(path string) tabWalk {
	b.t.Helper()
	b.open(path)
	n, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](listTabStops))
	must(b.t, err)
	b.do(chromedp.KeyEvent(strings.Repeat(kb.Tab, n+2)))
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[tabWalk](readTabStops))
	must(b.t, err)
	return got
}

func TestEveryControlOfTheDeskIsReachedByTheKeyTab(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 12, time.Now)
	s := deskCases(t, a)
	s.id["held"] = suggestedCases(t, a, 1)[0]
	at := func(name, more string) string { return "/desk/case/" + s.id[name] + more }
	controls := 0
	for login, paths := range map[string][]string{
		"dorogi": {"/desk?tab=mine", "/desk/search?q=садовая", at("full", ""), at("full", "/draft"), at("210", "/draft"), at("full", "/redact"), at("full", "/question/q1"),
			at("plain", "/act/request"), at("signed", "/answer"), at("full", "/term/t1")},
		"registrator": {"/desk?tab=held", "/desk?tab=open&topic=0003", at("held", ""), at("routed", ""), at("registered", "/act/leave"), at("registered", "/act/copy"), "/desk/views?query=tab%3Dopen"},
		"dorogi-head": {at("signing", ""), at("signing", "/sign"), at("visas", "/act/visa"), "/desk/board"},
		"kontrol":     {"/desk/board/sheet/forecast", "/desk/reports", "/desk/readers", at("reopened", "/review"), at("sealed", "/name")},
	} {
		b := openTab(t, browser, cfg, true)
		b.signInStaff(login, demo.Password)
		b.wear(looks[2])
		for _, path := range paths {
			got := b.walk(path)
			controls += got.Controls
			if len(got.Missed) > 0 || len(got.Hidden) > 0 || len(got.Back) > 0 || !got.Left || got.Controls < 6 {
				t.Errorf("%s at %s: %d controls, missed %q, focus not seen at %q, out of order %q, left %v", login, path, got.Controls, got.Missed, got.Hidden, got.Back, got.Left)
			}
		}
		b.open(paths[0])
		b.do(chromedp.KeyEvent(kb.Tab))
		first, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.activeElement.matches('.skip') && document.activeElement.getBoundingClientRect().top >= 0`))
		must(t, err)
		b.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
		inside, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`!!document.activeElement.closest('main')`))
		must(t, err)
		if !first || !inside {
			t.Errorf("%s: the skip link is first and seen: %v, leads into the page: %v", login, first, inside)
		}
		b.forgive("403", "404")
	}
	t.Logf("%d controls were reached", controls)
	if controls < 400 {
		t.Errorf("only %d controls: the walk has missed most of the desk", controls)
	}
}

// keyTry is a key of the help sheet, where it is pressed and what comes of it.
type keyTry struct {
	does, path, keys string
	// leads is the beginning of the next page's path; stays is a script that
	// becomes true on the same page.
	leads, stays string
}

func TestEveryKeyOfTheHelpSheetDoesWhatTheSheetSays(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 80, time.Now)
	s := &deskStage{t: t, a: a, id: map[string]string{}}
	held := suggestedCases(t, a, 2)
	s.file("routed", nil)
	s.working("one", nil)
	s.working("two", nil)
	at := func(name string) string { return "/desk/case/" + s.id[name] }
	b := openTab(t, browser, cfg, true)
	b.signInStaff("registrator", demo.Password)
	head := openTab(t, browser, cfg, true)
	head.signInStaff("dorogi-head", demo.Password)
	mine := `document.activeElement.closest('[data-rows] tbody tr')`
	tries := map[*browserTab][]keyTry{
		b: {{"help", "/desk?tab=open", "?", "", `document.getElementById('keys').open`},
			{"down", "/desk?tab=open", "j", "", mine + ` !== null`}, {"up", "/desk?tab=open", "jjk", "", mine + ` === document.querySelector('[data-rows] tbody tr')`},
			{"open", "/desk?tab=open", "jo", "/desk/case/", ""}, {"pick", "/desk?tab=open", "jx", "", `document.querySelectorAll('.q-pick:checked').length === 1`},
			{"pickAll", "/desk?tab=open", "X", "", `[...document.querySelectorAll('.q-pick')].every((box) => box.checked)`},
			{"take", "/desk?tab=held", "j1", "", `document.querySelectorAll('.row-done').length === 1`},
			{"forward", "/desk?tab=registered", "jf", "/desk/bulk", ""}, {"fresh", "/desk?tab=open", "n", "", `document.querySelector('[data-said]').textContent !== ''`},
			{"after", "/desk?tab=open", "]", "/desk", ""}, {"search", "/desk?tab=open", "/", "", `document.activeElement.matches('[data-search]')`},
			{"accept", "/desk/case/" + held[1], "a", "/desk/case/", ""}, {"register", at("routed"), "r", "/desk/case/", ""}, {"back", at("one"), "u", "/desk", ""}},
		head: {{"assign", "/desk?tab=registered", "js", "/desk/bulk", ""}, {"edit", at("one"), "e", at("one") + "/draft", ""},
			{"repeat", at("one") + "?similar=1", "p", at("one"), ""}, {"duplicate", at("two") + "?similar=1", "d", at("two"), ""}},
	}
	tried := map[string]bool{"mark": true, "before": true}
	for who, list := range tries {
		for _, k := range list {
			tried[k.does] = true
			who.open(k.path)
			if k.leads == "" {
				who.do(chromedp.KeyEvent(k.keys))
				eventually(t, k.does+" by "+k.keys, func() bool {
					ok, err := chromedp.Run(who.ctx, chromedp.Evaluate[bool](k.stays))
					return err == nil && ok
				})
				continue
			}
			if before := k.keys[:len(k.keys)-1]; before != "" {
				who.do(chromedp.KeyEvent(before))
			}
			who.leave(chromedp.KeyEvent(k.keys[len(k.keys)-1:]))
			if !strings.HasPrefix(who.path(), k.leads) {
				t.Errorf("%s by %s leads to %s, not %s\n%s", k.does, k.keys, who.path(), k.leads, who.text())
			}
		}
	}
	// The page after the first has one before it; an officer marks.
	b.open("/desk?tab=open")
	b.leave(chromedp.KeyEvent("]"))
	b.leave(chromedp.KeyEvent("["))
	officer := openTab(t, browser, cfg, true)
	officer.signInStaff("dorogi", demo.Password)
	officer.open("/desk?tab=mine")
	officer.do(chromedp.KeyEvent("j"))
	officer.leave(chromedp.KeyEvent("m"))
	if officer.path() != "/desk/bulk" {
		t.Errorf("mark leads to %s", officer.path())
	}
	listed, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('#keys [data-do]')].map((line) => line.dataset.do)`))
	must(t, err)
	if len(listed) < 18 {
		t.Errorf("the sheet lists %d keys", len(listed))
	}
	for _, does := range listed {
		if !tried[does] {
			t.Errorf("the sheet lists %q, which nobody has tried", does)
		}
	}
	if c := s.load("routed"); c.Stage != casework.StageRegistered {
		t.Errorf("the key of registration left the case at %s", c.Stage)
	}
}

func TestAnExchangeOfTheListKeepsPlaceFocusAndSelection(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 80, time.Now)
	b := openTab(t, browser, cfg, true)
	b.signInStaff("registrator", demo.Password)
	b.wear(looks[2])
	read := func(script string) string {
		t.Helper()
		got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script))
		must(t, err)
		return got
	}
	const where = `(() => { const row = document.querySelectorAll('[data-rows] tbody tr')[30]; return row.dataset.row; })()`
	for i, target := range []string{`[data-row="%s"] .q-pick`, `[data-row="%s"] .q-summary a`, `.tabs a[href*="tab=overdue"]`, `[data-bulk] button[value=forward]`, `[data-search]`} {
		b.open("/desk?tab=open")
		row := read(where)
		if strings.Contains(target, "%s") {
			target = fmt.Sprintf(target, row)
		}
		b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const row = document.querySelector('[data-row="%s"]'); row.querySelector('.q-pick').click(); row.scrollIntoView({block: 'center'});
			document.querySelector(%q).focus({preventScroll: true}); document.querySelector('[data-search]').value = 'начато'; window.before = document.querySelector('[data-list]'); })()`, row, target)))
		state := fmt.Sprintf(`(() => { const row = document.querySelector('[data-row="%s"]'), at = document.activeElement; return [at.matches(%q), document.querySelectorAll('.q-pick:checked').length === 1,
			row.querySelector('.q-pick').checked, Math.round(row.getBoundingClientRect().top), document.querySelector('[data-search]').value].join(' '); })()`, row, target)
		held := read(state)
		first := read(`document.querySelector('[data-rows] tbody tr').dataset.row`)
		_, err := a.storage.Update(t.Context(), first, func(c casework.Case) (casework.Case, error) { c.Subject.Summary += "."; return c, nil })
		must(t, err)
		b.do(chromedp.Evaluate[chromedp.Void](`document.dispatchEvent(new Event('visibilitychange'))`))
		eventually(t, "the list says what has changed", func() bool { return read(`document.querySelector('[data-fresh]').className`) == "fresh fresh-new" })
		if got := read(state); got != held {
			t.Errorf("%d: the question alone has moved something: %s, then %s", i, held, got)
		}
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-fresh]').click()`))
		eventually(t, "the list is exchanged", func() bool { return read(`String(document.querySelector('[data-list]') !== window.before)`) == "true" })
		if got := read(state); got != held || !strings.HasPrefix(got, "true true true") {
			t.Errorf("%s: before %q, after %q", target, held, got)
		}
	}
}
