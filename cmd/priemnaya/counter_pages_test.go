package main

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
)

// receptionPages are the pages of somebody who books a reception.
func receptionPages(a *App, b *browserTab, t *testing.T) []shownPage {
	t.Helper()
	all, err := a.office.Receivers(t.Context(), "city-roads")
	if err != nil || len(all) == 0 {
		t.Fatalf("%d receivers, %v", len(all), err)
	}
	free, err := a.office.FreeTimes(t.Context(), all[0].ID)
	if err != nil || len(free) < 6 {
		t.Fatalf("%d times, %v", len(free), err)
	}
	slot := url.PathEscape(string(free[4].ID))
	b.open("/reception/book/" + slot)
	b.fill("about", "Ремонт дороги у школы")
	b.press(`form[action^="/reception/book/"] button`)
	return []shownPage{{"receptions", "/reception"}, {"times", "/reception/" + all[0].ID}, {"book", "/reception/book/" + url.PathEscape(string(free[5].ID))},
		{"booking", "/reception/booking/" + slot}, {"booking-cancel", "/reception/booking/" + slot + "/cancel"}, {"mine-booked", "/my"},
		{"help", "/help"}, {"help-found", "/help?q=не+пришёл+ответ"}, {"help-nothing", "/help?q=zzzz"}, {"help-call", "/help/call"}, {"samples", "/samples"},
		{"disagree", "/disagree"}, {"news", "/news"}}
}

// counterPages are the pages of a head who is a registrar as well.
func counterPages(a *App, b *browserTab, t *testing.T) []shownPage {
	t.Helper()
	b.open("/counter")
	b.press(`form[action="/counter/new"] button`)
	entry := b.path()
	for name, value := range map[string]string{"surname": "Ким", "given": "Пётр", "post": "101000, Заречный, Садовая, 1", "text": "Прошу починить скамейки в парке."} {
		b.fill(name, value)
	}
	b.press(`button[name="do"][value="file"].button`)
	receipt := b.path()
	id := strings.TrimPrefix(receipt, "/counter/receipt/")
	for _, act := range []casework.Act{casework.Registration{}} {
		_, err := a.office.Route(t.Context(), id)
		must(t, err)
		_, err = a.office.Do(t.Context(), casework.Actor{ID: "staff:t", Grants: []casework.Grant{{Role: casework.RoleRegistrar, Body: casework.Everywhere}}}, id, casework.AnyState, act)
		must(t, err)
	}
	by := casework.Actor{ID: "staff:t", Grants: []casework.Grant{{Role: casework.RoleRegistrar, Body: casework.Everywhere}}}
	var task casework.PaperTask
	eventually(t, "a letter to print", func() bool {
		tasks, err := a.office.PaperTasks(t.Context(), by)
		must(t, err)
		if len(tasks) > 0 {
			task = tasks[0]
		}
		return len(tasks) > 0
	})
	all, err := a.office.Receivers(t.Context(), "city-housing")
	must(t, err)
	b.open("/counter/reception/" + all[0].ID + "/day")
	b.fill("surname", "Власова")
	b.fill("given", "Дина")
	b.fill("post", "Заречный, Садовая, 2")
	b.fill("about", "Протекает крыша")
	b.press(`form[action$="/walk-in"] button`)
	card := b.path()
	b.open("/counter")
	b.press(`form[action="/counter/new"] button`)
	next := b.path()
	return []shownPage{{"counter", "/counter"}, {"counter-entry", next}, {"counter-receipt", receipt}, {"counter-copy-ask", "/counter/copy"},
		{"counter-letters", "/counter/letters"}, {"counter-letter", "/counter/letters/" + task.ID}, {"counter-posted", "/counter/letters/" + task.ID + "/sent"},
		{"counter-receivers", "/counter/reception"}, {"counter-receiver", "/counter/reception/new"}, {"counter-day", "/counter/reception/" + all[0].ID + "/day"},
		{"counter-card", card}, {"counter-gone", entry}}
}

func TestThePagesOfCounterAndReceptionStandTheRulesOfAccessibility(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	citizen := openTab(t, browser, cfg, true)
	citizen.signInCitizen(journeyPerson)
	clerk := openTab(t, browser, cfg, true)
	clerk.signInStaff("zhkh-head", demo.Password)
	citizens, clerks := receptionPages(a, citizen, t), counterPages(a, clerk, t)
	worn := []look{{360, false}, {1280, false}}
	if os.Getenv("PRIEMNAYA_TEST_ALL") == "1" {
		worn = looks
	}
	for _, l := range worn {
		citizen.inspect(source, l, citizens)
		clerk.inspect(source, l, clerks)
	}
	clerk.do(chromedp.Navigate("about:blank"))
	citizen.forgive("404")
	clerk.forgive("403", "404")
}
