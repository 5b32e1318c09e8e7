package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/registry"
	"priemnaya/cmd/priemnaya/demo"
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
	{"admin-body-paste", "/desk/admin/body?id=city-roads", map[string]string{"unit.paste": "signs;Отдел дорожных знаков\nlights;Отдел освещения;0005\nБез кода"}, `button[value=unit-paste]`},
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
	tab.forgive("409", "422")
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
