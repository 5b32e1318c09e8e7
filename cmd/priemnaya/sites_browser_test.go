package main

import (
	"strings"
	"testing"
	"time"
)

// handedPath is the one-time address of a draft that a website has passed on.
func (a *App) handedPath(t testing.TB) string {
	t.Helper()
	status, got := a.siteCall(t, "POST", "/api/v1/appeals", map[string]any{"procedure": "59-FZ", "address": "Липовая улица, 4",
		"text":      "На Липовой улице у дома 4 второй месяц не горит фонарь.\n\nПрошу восстановить освещение.",
		"applicant": map[string]any{"surname": "Вербицкая", "given": "Таисия", "email": "verbitskaya@post.example"}}, "Idempotency-Key", "0123456789abcdef")
	if status != 202 {
		t.Fatalf("%d %v", status, got)
	}
	return strings.TrimPrefix(got["draftUrl"].(string), a.cfg.BaseURL)
}

func TestADraftOfAWebsiteIsFiledByThePersonInABrowser(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	path := a.handedPath(t)
	tab := openTab(t, browser, cfg, false)
	tab.signInCitizen(journeyPerson)
	person := openTab(t, browser, cfg, true)
	person.signInCitizen(journeyPerson)
	gone := "/from-site/" + strings.Repeat("A", 43)
	for _, l := range looks {
		person.inspect(source, l, []shownPage{{"handed", path}, {"handed-gone", gone}})
	}
	// Without a script, from the address to the receipt.
	tab.open(path)
	tab.wants("второй месяц не горит фонарь")
	tab.press(button(path))
	tab.wants("Администрация города Верхнереченска")
	tab.shoot("handed-check")
	tab.press(button("/submit"))
	if !strings.HasPrefix(tab.path(), "/file/done/") {
		t.Errorf("after filing: %s\n%s", tab.path(), tab.text())
	}
	person.forgive("404")
}
