package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/registry"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/notifications"
)

// adminPages are the pages of an administrator, as they are opened.
var adminPages = []shownPage{{"admin-home", "/desk/admin"}, {"admin-health", "/desk/admin/health"}, {"admin-dead", "/desk/admin/dead"},
	{"admin-bodies", "/desk/admin/bodies"}, {"admin-bodies-none", "/desk/admin/bodies?q=нет+такого"}, {"admin-body", "/desk/admin/body?id=city-roads"},
	{"admin-body-new", "/desk/admin/body"}, {"admin-topics", "/desk/admin/topics?q=дорога"}, {"admin-topics-none", "/desk/admin/topics?q=ъъъ"},
	{"admin-territories", "/desk/admin/territories"}, {"admin-territory", "/desk/admin/territory?code=99701"}, {"admin-import", "/desk/admin/territories/import"},
	{"admin-changes", "/desk/admin/changes"}, {"admin-staff", "/desk/admin/staff"}, {"admin-account", "/desk/admin/account?login=dorogi"},
	{"admin-account-new", "/desk/admin/account"}, {"admin-reading", "/desk/admin/reading"}, {"admin-sites", "/desk/admin/sites"},
	{"admin-site", "/desk/admin/site?id=demo-site"}, {"admin-site-new", "/desk/admin/site"}, {"admin-log", "/desk/admin/log"},
	{"admin-templates", "/desk/templates"}, {"admin-templates-none", "/desk/templates?body=lug-admin"}, {"admin-template", "/desk/templates/one?key=*/explained"},
	{"admin-template-new", "/desk/templates/one?body=*"}, {"admin-law", "/desk/law"}, {"admin-law-edit", "/desk/law/edit?file=calendar/ru-2027.csv"}}

// typedPage is a page that a sent form leads to: what is typed where, and the
// button pressed.
type typedPage struct {
	name, path string
	fields     map[string]string
	press      string
}

// adminAnswers are pages that show mistakes, questions and trials.
var adminAnswers = []typedPage{
	{"admin-account-wrong", "/desk/admin/account?login=dorogi", map[string]string{"name": ""}, `form[data-guard] .commands button`},
	{"admin-account-sure", "/desk/admin/account?login=dorogi", map[string]string{"#why-secret": "забыл"}, `button[value=password]`},
	{"admin-site-sure", "/desk/admin/site?id=demo-site", map[string]string{"#why-close": "сайта нет"}, `button[value=close]`},
	{"admin-body-wrong", "/desk/admin/body?id=city-roads", map[string]string{"name": "", "unit.1.name": "", "rule.1.topic.1": "дорог", "rule.1.place": "нигде"}, `.commands button`},
	{"admin-body-paste", "/desk/admin/body?id=city-roads", map[string]string{"unit.paste": "signs;Отдел дорожных знаков\nlights;Отдел освещения;0005\nБез кода"}, `.commands button`},
	{"admin-body-gone", "/desk/admin/body?id=city-roads", nil, `button[value=unit-drop-1]`},
	{"admin-territory-wrong", "/desk/admin/territory", map[string]string{"code": "123"}, `.commands button`},
	{"admin-import-wrong", "/desk/admin/territories/import", map[string]string{"content": "99;x\n9;y"}, `.commands button`},
	{"admin-reading-wrong", "/desk/admin/reading", map[string]string{"times": "много"}, `.commands button`},
	{"admin-template-trial", "/desk/templates/one?key=*/explained", nil, `button[value=try]`},
	{"admin-template-wrong", "/desk/templates/one?body=*", map[string]string{"text": "{{Кто}}"}, `button[value=save]`},
}

// TestEveryPageOfAdministratorsStandsTheRulesOfAccessibility opens every page
// of administration, as it is, with mistakes, with a question, with a change
// and its dry run, and with a history.
func TestEveryPageOfAdministratorsStandsTheRulesOfAccessibility(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 24, time.Now)
	pages := append(adminPages, a.adminHistories(t)...)
	a.deadLetters(t, cfg)
	tab := openTab(t, browser, cfg, true)
	tab.open("/staff/login")
	tab.fill("login", "admin")
	tab.fill("password", demo.Password)
	tab.press(button("/staff/login"))
	for _, l := range deskLooks() {
		tab.inspect(source, l, pages)
		for _, p := range adminAnswers {
			tab.answer(source, l, p)
		}
	}
	tab.editRows(a)
	tab.forgive("409", "422")
}

// editRows adds, takes away and puts back rows of a body in place, with names
// that the server offers while one types.
func (b *browserTab) editRows(a *App) {
	b.t.Helper()
	b.wear(looks[0])
	b.open("/desk/admin/body?id=city-roads")
	b.do(chromedp.Click(chromedp.CSS(`button[value="rule-add"]`)))
	b.fill("rule.4.topic.1", "коммунальн")
	b.fill("rule.4.place", "Луговской")
	b.do(chromedp.WaitReady(chromedp.CSS(`#places option[value^="Луговской район"]`)), chromedp.Click(chromedp.CSS(`button[value="rule-drop-1"]`)),
		chromedp.WaitVisible(chromedp.CSS(`[id="rule.1"] [data-b-undo]`)), chromedp.Click(chromedp.CSS(`button[value="rule-drop-2"]`)),
		chromedp.Click(chromedp.CSS(`[id="rule.1"] [data-b-undo]`)), chromedp.Click(chromedp.CSS(`button[value="unit-topic-2"]`)))
	b.fill("unit.2.topic.2", "0005")
	b.fill("why", "проба строк")
	b.press(`form[data-guard] .commands button`)
	b.wants("Компетенция 4: выберите тему из найденных")
	b.do(chromedp.Evaluate[chromedp.Void](`void(document.querySelector('[name="rule.4.topic.1.pick"]').selectedIndex = 1, document.querySelector('[name="rule.4.place.pick"]') && (document.querySelector('[name="rule.4.place.pick"]').selectedIndex = 1))`))
	b.press(`form[data-guard] .commands button`)
	b.wants("проба строк")
	if !strings.HasPrefix(b.path(), "/desk/admin/change/") {
		b.t.Fatalf("the change is at %s", b.path())
	}
	list, _, err := adminRegistry{&adminDesk{App: a, book: registry.OpenBook(a.storage, a.now)}}.Changes(b.t.Context(), "city-roads", "")
	must(b.t, err)
	change, err := registry.OpenBook(a.storage, a.now).Edition(b.t.Context(), list[0].Revision)
	must(b.t, err)
	now, err := a.office.Registry().Body("city-roads")
	must(b.t, err)
	at := slices.IndexFunc(change.Bodies, func(x casework.Body) bool { return x.ID == "city-roads" })
	got := change.Bodies[at]
	if len(got.Competences) != 3 || got.Competences[0] != now.Competences[0] || got.Competences[1] != now.Competences[2] || got.Competences[2].Territory != "99610" ||
		!slices.Contains(got.Units[1].Topics, "0005") {
		b.t.Errorf("proposed %+v", got)
	}
}

// answer opens a page, fills it in, sends it and looks at what comes.
func (b *browserTab) answer(source string, l look, p typedPage) {
	b.t.Helper()
	b.wear(l)
	b.open(p.path)
	for name, value := range p.fields {
		selector := `main [name="` + name + `"]`
		if name[0] == '#' {
			selector = name
		}
		b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("void(document.querySelector(%q).value = %q)", selector, value)))
	}
	b.press(p.press)
	b.judge(source, l, p.name)
}

// adminHistories makes a change with its dry run, one of territories, a change
// of an account and of the rules, and a redrive that was interrupted.
func (a *App) adminHistories(t *testing.T) []shownPage {
	t.Helper()
	ctx, by := t.Context(), casework.Actor{ID: "staff:admin-2", Name: "Светлана Юрьевна Тихонова", Grants: []casework.Grant{{Role: casework.RoleAdministrator, Body: casework.Everywhere}}}
	d := &adminDesk{App: a, book: registry.OpenBook(a.storage, a.now), ledger: registry.OpenLedger(a.storage, a.now), ctx: ctx, replays: map[string]bool{}}
	reg := adminRegistry{d}
	body, err := a.office.Registry().Body("city-roads")
	must(t, err)
	seen := reg.Seen(body)
	body.Competences = body.Competences[:1]
	rules, err := reg.Propose(ctx, by, desk.RegistryEdit{Body: body, Seen: seen, Why: "Передача полномочий по распоряжению от 1 ноября 2026 года № 17"})
	must(t, err)
	d.work.Wait()
	places, err := reg.ProposeTerritories(ctx, by, desk.TerritoryEdit{Rows: []casework.Territory{{Code: "99650", Name: "Новый район"}},
		Seen: reg.SeenTerritories(a.office.Registry().Territories()), Why: "закон области"})
	must(t, err)
	_, err = reg.Decide(ctx, by, places.ID, true)
	must(t, err)
	card, err := adminStaff{d}.Get(ctx, "dorogi")
	must(t, err)
	card.Position = "Главный инженер"
	_, err = adminStaff{d}.Save(ctx, by, card, "приказ № 3")
	must(t, err)
	now, err := a.office.ReadingRules()
	must(t, err)
	now.Least = 25
	must(t, adminReading{d}.Save(ctx, by, now, 0, "по опыту месяца"))
	must(t, adminDead{d}.noteRedrive(ctx, &redrive{Cause: desk.DeadCause{Medium: "email", Reason: "timeout"}, Done: 3, Left: 4, Ended: true, Stopped: true}))
	return []shownPage{{"admin-change-dry", "/desk/admin/change/" + rules.ID}, {"admin-change-done", "/desk/admin/change/" + places.ID}}
}

// deadLetters leaves two notices of a case undelivered, each for a cause of its
// own.
func (a *App) deadLetters(t *testing.T, cfg Config) {
	t.Helper()
	id := a.caseOnDesk(t, cfg)
	sent := func(c casework.Case) (out []int) {
		for i, n := range c.Outbox {
			if n.State == casework.DeliverySent {
				out = append(out, i)
			}
		}
		return out
	}
	eventually(t, "two notices have been sent", func() bool {
		c, err := a.storage.Get(t.Context(), id)
		return err == nil && len(sent(c)) >= 2
	})
	gone, err := a.storage.Update(t.Context(), id, func(c casework.Case) (casework.Case, error) {
		c = c.Clone()
		for i, at := range sent(c)[:2] {
			n := &c.Outbox[at]
			n.State, n.Attempts, n.SentAt = casework.DeliveryDead, 8-7*i, time.Time{}
			n.Failure = []string{string(notifications.Timeout), string(notifications.BadAddress)}[i]
		}
		return c, nil
	})
	must(t, err)
	for _, n := range gone.Outbox {
		if n.State != casework.DeliveryDead {
			continue
		}
		data, err := json.Marshal(notifications.DeadNotice{Case: id, Key: n.Key, Kind: n.Kind, Medium: n.Medium, Reason: n.Failure, Attempts: n.Attempts, DiedAt: time.Now()})
		must(t, err)
		_, err = a.storage.Put(t.Context(), casework.Record{Kind: notifications.KindDead, ID: id + "~" + n.Key, Owner: id, Data: data})
		must(t, err)
	}
}
