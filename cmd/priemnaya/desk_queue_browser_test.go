package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
)

// suggestedCases files appeals that the router has held with a suggestion.
func suggestedCases(t *testing.T, a *App, n int) []string {
	t.Helper()
	ctx := context.Background()
	var ids []string
	for i := range n {
		who := casework.Applicant{Key: fmt.Sprintf("esia:q%d", i), Name: casework.PersonName{Surname: "Дорожкина", Given: "Ирина"},
			Assurance: casework.AssuranceConfirmed, Contact: casework.Contact{Cabinet: true}}
		r, err := a.office.File(ctx, casework.Citizen(who), casework.Filing{Regime: casework.RegimeAppeal, Channel: casework.ChannelWeb,
			Applicant: who, Lang: "ru", Text: fmt.Sprintf("Прошу ответить на письмо номер %d.", i+1), Key: fmt.Sprintf("queue-key-%020d", i)})
		must(t, err)
		ids = append(ids, r.Case.ID)
	}
	// The router may have been here first; what it was not sure of is held.
	for _, id := range ids {
		eventually(t, "the router has looked at the case", func() bool {
			c, err := a.storage.Get(ctx, id)
			return err == nil && c.Stage != casework.StageReceived
		})
		_, err := a.storage.Update(ctx, id, func(c casework.Case) (casework.Case, error) {
			c.Route.Body, c.Route.Confidence = "city-roads", 0.62
			c.Route.Alternatives = []casework.Candidate{{Label: "city-roads", Confidence: 0.62}, {Label: "city-housing", Confidence: 0.2}}
			return c, nil
		})
		must(t, err)
		c, err := a.storage.Get(ctx, id)
		must(t, err)
		if c.Stage != casework.StageHeld {
			t.Fatalf("the router was sure of a text that says little: %s at %s", c.Stage, c.Place.Body)
		}
	}
	return ids
}

// keysOf counts the keys that a person presses.
type keysOf struct {
	*browserTab
	n int
}

func (k *keysOf) key(keys string) {
	k.t.Helper()
	k.n++
	k.do(chromedp.KeyEvent(keys))
}

func TestARegistrarDecidesTwentySuggestedCasesByThreeKeysEachAtMost(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	const n = 20
	ids := suggestedCases(t, a, n)
	b := openTab(t, browser, cfg, true)
	b.signInStaff("registrator", demo.Password)
	b.open("/desk?tab=held")
	hand := &keysOf{browserTab: b}
	most, before := 0, 0
	hand.key("j")
	for i := range n {
		if i%2 == 0 {
			hand.key("1")
		} else {
			hand.key(kb.Enter)
		}
		eventually(t, "the row says what came of it", func() bool {
			done, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`document.querySelectorAll(".row-done").length`))
			return err == nil && done == i+1
		})
		most, before = max(most, hand.n-before), hand.n
	}
	if most > 3 {
		t.Errorf("a case took %d keys, three are allowed", most)
	}
	t.Logf("%d cases registered and routed by %d keys, %d at most for one", n, hand.n, most)
	for _, id := range ids {
		c, err := a.storage.Get(t.Context(), id)
		must(t, err)
		if c.Stage != casework.StageRegistered || c.Place.Body != "city-roads" || c.Number == "" {
			t.Errorf("a case is at %s of %q", c.Stage, c.Place.Body)
		}
		must(t, casework.VerifyJournal(&c))
	}
	b.open("/desk?tab=held")
	b.wants("Разбирать нечего")
}

func TestTheWholeQueueIsWorkedByKeyboard(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 12, time.Now)
	ids := suggestedCases(t, a, 3)
	b := openTab(t, browser, cfg, true)
	b.signInStaff("registrator", demo.Password)
	b.open("/desk?tab=open")
	is := func(script string) bool {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script))
		must(t, err)
		return ok
	}
	want := func(what, script string) {
		t.Helper()
		eventually(t, what, func() bool { return is(script) })
	}
	key := func(keys string) { t.Helper(); b.do(chromedp.KeyEvent(keys)) }
	key("?")
	want("the help sheet opens", `document.getElementById("keys").open && document.querySelectorAll("#keys kbd").length > 20`)
	key(kb.Escape)
	want("the help sheet closes", `!document.getElementById("keys").open`)
	key("j")
	key("j")
	want("the second row is the current one", `document.querySelectorAll("[data-rows] tbody tr")[1].contains(document.activeElement)`)
	key("k")
	want("the first row is the current one", `document.querySelectorAll("[data-rows] tbody tr")[0].contains(document.activeElement)`)
	key("x")
	want("the row is selected", `document.querySelectorAll(".q-pick:checked").length === 1`)
	key(kb.ArrowDown)
	key("x")
	want("two rows are selected", `document.querySelector("[data-picked]").textContent.endsWith(" 2")`)

	// Somebody else acts: the list says so, and an exchange keeps the place.
	_, err := a.office.Do(t.Context(), casework.Actor{ID: "staff:other", Grants: []casework.Grant{{Role: casework.RoleRegistrar, Body: casework.Everywhere}}},
		ids[0], casework.AnyState, casework.Routing{Body: "city-roads"})
	must(t, err)
	b.do(chromedp.Evaluate[chromedp.Void](`document.dispatchEvent(new Event("visibilitychange"))`))
	want("the list says what has changed", `document.querySelector("[data-fresh]").textContent.startsWith("Обновилось: ")`)
	place, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.activeElement.closest("tr").dataset.row`))
	must(t, err)
	key("n")
	want("the list is exchanged", `!document.querySelector("[data-fresh]").classList.contains("fresh-new")`)
	want("focus and selection are kept", fmt.Sprintf(`document.activeElement.closest("tr").dataset.row === %q && document.querySelectorAll(".q-pick:checked").length === 2`, place))

	key("/")
	want("the search field has the focus", `document.activeElement.matches("[data-search]")`)
	key("x")
	want("keys type in a field", `document.activeElement.value.endsWith("x") && document.querySelectorAll(".q-pick:checked").length === 2`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("[data-keys-switch]").click(); document.activeElement.blur()`))
	key("j")
	want("keys that are switched off do nothing", `!document.activeElement.closest("[data-rows]")`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("[data-keys-switch]").click()`))
	b.leave(chromedp.KeyEvent("f"))
	b.wants("Переадресовать дела")
	b.leave(chromedp.KeyEvent("u"))
	if !strings.HasPrefix(b.location(), b.base+"/desk?") {
		t.Errorf("the key back leads to %s", b.location())
	}
}

func TestThePagesOfTheQueueStandTheRulesOfAccessibility(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 30, time.Now)
	suggestedCases(t, a, 4)
	b := openTab(t, browser, cfg, true)
	b.signInStaff("registrator", demo.Password)
	check := func(l look, name string) {
		t.Helper()
		for _, v := range b.runAxe(source) {
			t.Errorf("%s %s: %s", name, l, v)
		}
		wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > document.documentElement.clientWidth`))
		must(t, err)
		if wide {
			t.Errorf("%s %s scrolls sideways", name, l)
		}
		b.shoot(name + "-" + l.String())
	}
	all := looks
	if testing.Short() {
		all = looks[:1]
	}
	for i, l := range all {
		b.wear(l)
		b.open("/desk?tab=held")
		check(l, "queue-held")
		b.do(chromedp.KeyEvent("?"))
		check(l, "queue-keys")
		b.do(chromedp.KeyEvent(kb.Escape))
		b.open("/desk?tab=waiting&waits=approval")
		check(l, "queue-waiting")
		b.open("/desk/views?query=tab%3Dopen")
		b.fill("name", fmt.Sprint("Все открытые ", i))
		b.press(button("/desk/views"))
		check(l, "queue-open")
		b.open("/desk/views")
		check(l, "queue-views")
		b.open("/desk?tab=held")
		b.do(chromedp.KeyEvent("j"), chromedp.KeyEvent("x"))
		b.press(`[data-bulk] button[name=act][value=accept]`)
		check(l, "queue-bulk")
		b.press(`form[action="/desk/bulk/start"] button[type=submit]`)
		eventually(t, "the bulk ends", func() bool { b.open(b.location()); return strings.Contains(b.text(), "Готово: 1 из 1") })
		check(l, "queue-bulk-done")
	}
}
