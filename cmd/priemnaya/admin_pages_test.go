package main

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/registry"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
	"priemnaya/notifications"
	"priemnaya/templates"
)

// TestWhatAdministratorsKeepIsVersionedAndReturnedTo walks the pages of an
// administrator over the whole program.
func TestWhatAdministratorsKeepIsVersionedAndReturnedTo(t *testing.T) {
	cfg := testConfig(t)
	a := startApp(t, cfg, 12, time.Now)
	admin := staffSignIn(t, cfg, "admin", demo.Password)
	t.Run("territories", func(t *testing.T) { keepTerritories(t, cfg, a, admin) })
	t.Run("a file of territories", func(t *testing.T) { importTerritories(t, cfg, a, admin) })
	t.Run("reading rules", func(t *testing.T) { keepReadingRules(t, cfg, a, admin) })
	t.Run("roles by name", func(t *testing.T) { keepRoles(t, cfg, a, admin) })
	t.Run("keys of a site", func(t *testing.T) { keepKeys(t, cfg, a, admin) })
	t.Run("a redrive outlives its process", func(t *testing.T) { keepRedrive(t, cfg, a, admin) })
}

// says fails unless the page shows the words.
func says(t testing.TB, v *visitor.Visitor, status int, words ...string) {
	t.Helper()
	if v.Page.Status != status {
		t.Fatalf("status %d at %s, want %d: %s", v.Page.Status, v.Path(), status, v.Page.Text())
	}
	for _, w := range words {
		if !v.Page.Says(w) {
			t.Fatalf("%s does not say %q: %s", v.Path(), w, v.Page.Text())
		}
	}
}

func keepTerritories(t *testing.T, cfg Config, a *App, v *visitor.Visitor) {
	path := cfg.BaseURL + "/desk/admin/territory"
	must(t, v.Open(path))
	must(t, v.Submit("/admin/territory", visitor.Fields{"code": "9963", "name": "Северный район", "why": "закон № 12"}))
	says(t, v, 422, "нужно 2, 5, 8 или 11 цифр")
	if v.Page.Input("name") != "Северный район" {
		t.Error("what was typed is lost")
	}
	must(t, v.Submit("/admin/territory", visitor.Fields{"code": "99 630 000", "until": "2026-12-31", "since": "2027-01-01"}))
	says(t, v, 422, "последний день не раньше первого")
	must(t, v.Submit("/admin/territory", visitor.Fields{"since": "", "until": ""}))
	says(t, v, 200, "+ - Код: 99630", "Название или имя: Северный район", "закон № 12", "подготовлено")
	if a.office.Registry().TerritoryName("99630") != "99630" {
		t.Fatal("a proposal is in force")
	}
	must(t, v.Submit("/admin/change/", visitor.Fields{"do": "publish"}))
	says(t, v, 200, "действует")
	must(t, v.Open(path+"?code=99630"))
	says(t, v, 200, "Заречная область", "закон № 12")
	must(t, v.Submit("/admin/territory", visitor.Fields{"until": "2020-01-01", "why": "упразднён"}))
	must(t, v.Submit("/admin/change/", visitor.Fields{"do": "publish"}))
	today := casework.DateOf(a.now(), casework.Settings{}.Location())
	for _, place := range a.office.Registry().TerritoriesOn(today) {
		if place.Code == "99630" {
			t.Error("a closed territory is offered")
		}
	}
	must(t, v.Submit("/admin/change/", visitor.Fields{"do": "undo"}))
	must(t, v.Submit("/admin/change/", visitor.Fields{"do": "publish"}))
	if len(a.office.Registry().TerritoriesOn(today)) != 5 {
		t.Error("the return did not open it again")
	}
	must(t, v.Open(cfg.BaseURL+"/desk/admin/changes?subject=@territories"))
	says(t, v, 200, "упразднён", "Артём Николаевич Белов")
}

func importTerritories(t *testing.T, cfg Config, a *App, v *visitor.Visitor) {
	must(t, v.Open(cfg.BaseURL+"/desk/admin/territories/import"))
	must(t, v.Submit("/territories/import", visitor.Fields{"content": "код;название\n99640;Южный район\n996;ошибка\n", "why": "список"}))
	says(t, v, 422, "В списке ошибок: 1", "Строка 3")
	before := len(a.office.Registry().Territories())
	must(t, v.Submit("/territories/import", visitor.Fields{"content": "код;название\n99640;Южный район\n99610;Луговской округ\n"}))
	says(t, v, 200, "99640", "Луговской округ", "Луговской район")
	must(t, v.Submit("/admin/change/", visitor.Fields{"do": "publish"}))
	reg := a.office.Registry()
	if len(reg.Territories()) != before+1 || reg.TerritoryName("99610") != "Луговской округ" {
		t.Errorf("%+v", reg.Territories())
	}
}

func keepReadingRules(t *testing.T, cfg Config, a *App, v *visitor.Visitor) {
	path := cfg.BaseURL + "/desk/admin/reading"
	must(t, v.Open(path))
	must(t, v.Submit("/admin/reading", visitor.Fields{"least": "много", "night_from": "3", "why": "по опыту"}))
	says(t, v, 422, "Нужно число от 12 до 23")
	if v.Page.Input("least") != "много" {
		t.Error("what was typed is lost")
	}
	must(t, v.Submit("/admin/reading", visitor.Fields{"least": "12", "night_from": "21"}))
	says(t, v, 200, "по опыту", "Не меньше дел за день: 12")
	if now, _ := a.office.ReadingRules(); now.Least != 12 || now.NightFrom != 21 {
		t.Errorf("in force %+v", now)
	}
	second := staffSignIn(t, cfg, "admin-2", demo.Password)
	must(t, second.Open(path))
	must(t, v.Submit("/admin/reading", visitor.Fields{"least": "13", "why": "точнее"}))
	must(t, second.Submit("/admin/reading", visitor.Fields{"least": "14", "why": "иначе"}))
	says(t, second, 409, "успел изменить")
	if second.Page.Input("least") != "14" {
		t.Error("the slower one has lost what he typed")
	}
	must(t, v.Open(path))
	must(t, v.Submit("/reading/return", visitor.Fields{"do": "return"}))
	if now, _ := a.office.ReadingRules(); now.Least != 12 {
		t.Errorf("after the return %+v", now)
	}
	must(t, v.Open(cfg.BaseURL+"/desk/admin/log"))
	says(t, v, 200, "Необычное чтение дел", "возвращено")
}

func keepRoles(t *testing.T, cfg Config, a *App, v *visitor.Visitor) {
	must(t, v.Open(cfg.BaseURL+"/desk/admin/account"))
	must(t, v.Submit("/admin/account", visitor.Fields{"login": "novy", "name": "Новый Человек", "role": "officer", "place": "Комитет чудес", "why": "приказ"}))
	says(t, v, 422, "места «Комитет чудес» нет")
	must(t, v.Submit("/admin/account", visitor.Fields{"role": "officer", "place": "Комитет дорожного хозяйства города Верхнереченска: Отдел организации движения"}))
	says(t, v, 200, "novy")
	s, err := a.staff.Get(t.Context(), "novy")
	want := casework.Grant{Role: casework.RoleOfficer, Body: "city-roads", Unit: "signs"}
	if err != nil || len(s.Grants) != 1 || s.Grants[0] != want {
		t.Fatalf("%+v %v", s.Grants, err)
	}
	must(t, v.Open(cfg.BaseURL+"/desk/admin/account?login=novy"))
	must(t, v.Submit("/account/do", visitor.Fields{"do": "password", "why": "забыл"}))
	says(t, v, 200, "прежний пароль перестанет действовать")
	before, _ := a.staff.Get(t.Context(), "novy")
	must(t, v.Submit("/account/do", visitor.Fields{}))
	after, _ := a.staff.Get(t.Context(), "novy")
	says(t, v, 200, "novy")
	if v.Page.Says("перестанет действовать") || before.Digest() != after.Digest() {
		t.Errorf("the password was not given after a yes: %s", v.Page.Text())
	}
}

func keepKeys(t *testing.T, cfg Config, _ *App, v *visitor.Visitor) {
	path := cfg.BaseURL + "/desk/admin/site?id=demo-site"
	must(t, v.Open(path))
	must(t, v.Submit("/site/do", visitor.Fields{"do": "close", "why": "сайта больше нет"}))
	says(t, v, 200, "Открыть снова нельзя")
	must(t, v.Open(path))
	if v.Page.Says("Сайт закрыт") {
		t.Fatal("a question has closed the site")
	}
}

// keepRedrive plants a redrive whose process is gone.
func keepRedrive(t *testing.T, cfg Config, a *App, v *visitor.Visitor) {
	d := adminDead{&adminDesk{App: a, ledger: registry.OpenLedger(a.storage, a.now), ctx: context.Background()}}
	p := redrive{Cause: desk.DeadCause{Medium: "email", Reason: "timeout"}, Done: 3, Left: 4}
	must(t, d.claimRedrive(t.Context(), &p))
	must(t, v.Open(cfg.BaseURL+"/desk/admin/dead"))
	says(t, v, 200, "3 готово, 4 осталось")
	if err := d.claimRedrive(t.Context(), &redrive{}); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("two at a time: %v", err)
	}
	later := &App{storage: a.storage, now: func() time.Time { return a.now().Add(2 * redriveSilence) }}
	gone := adminDead{&adminDesk{App: later}}
	if got, err := gone.Running(t.Context()); err != nil || !got.Stopped || got.Done != 3 || got.Left != 4 {
		t.Errorf("after the process is gone: %+v %v", got, err)
	}
	must(t, gone.claimRedrive(t.Context(), &redrive{Cause: p.Cause}))
	if err := d.noteRedrive(t.Context(), &p); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("the one that was taken for gone goes on: %v", err)
	}
}

func TestAFileOfReadingRulesIsCheckedAtTheStart(t *testing.T) {
	cfg := testConfig(t)
	cfg.ReadingRules = t.TempDir() + "/rules.json"
	k, err := readKeys(env(nil), cfg.Data)
	must(t, err)
	for content, want := range map[string]string{`{"times":0}`: "PRIEMNAYA_READING_RULES", `{"tmies":3}`: "PRIEMNAYA_READING_RULES",
		`{"keep_days":400,"times":4,"least":21,"history_days":30,"least_days":5,"outside":30,"night":10,"night_from":22,"night_to":6}`: ""} {
		must(t, os.WriteFile(cfg.ReadingRules, []byte(content), 0o600))
		a, err := newApp(t.Context(), cfg, k, slog.New(slog.DiscardHandler), time.Now)
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", content, err)
			}
			continue
		}
		must(t, err)
		if rules, _ := a.office.ReadingRules(); rules.Least != 21 {
			t.Errorf("the file does not count: %+v", rules)
		}
		must(t, a.Close(t.Context()))
	}
}

func TestEveryReasonOfADeadNoticeIsSaidInWords(t *testing.T) {
	set, err := templates.Load(templates.Options{})
	must(t, err)
	for _, r := range []notifications.Reason{notifications.BadAddress, notifications.Rejected, notifications.Deferred, notifications.Timeout,
		notifications.TLS, notifications.Auth, notifications.Unavailable, notifications.Unconfirmed, notifications.NoChannel, notifications.Files,
		notifications.Template, notifications.Panic, notifications.Turn, notifications.Crashed, notifications.Defect} {
		for _, lang := range []string{"ru", "en"} {
			if !set.Has(lang, "desk.admin.reason."+string(r)) {
				t.Errorf("%s has no words in %s", r, lang)
			}
		}
	}
}
